# SPDX-License-Identifier: MIT
"""What drf-messages does for a request, statement for statement: tags one message at a time, and a second query to mark."""
from django.db.models import Count, Max
from django.utils import timezone
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from .models import LEVELS, Notice, NoticeTag

app_name = "notices"


class NoticeSerializer(serializers.ModelSerializer):
    extra_tags = serializers.SlugRelatedField("text", many=True, queryset=NoticeTag.objects.all())
    level_tag = serializers.ChoiceField(tuple(LEVELS.values()))

    class Meta:
        model = Notice
        fields = ["id", "message", "level", "level_tag", "extra_tags", "view", "read_at", "created"]


class Notices(mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet):
    serializer_class = NoticeSerializer

    def get_queryset(self):
        return Notice.objects.filter(user=self.request.user if self.request.user.is_authenticated else None)

    def list(self, request, *args, **kwargs):
        answer = super().list(request, *args, **kwargs)
        shown = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        self.get_queryset().filter(pk__in=[notice.pk for notice in shown], read_at=None).update(read_at=timezone.now())
        return answer

    def retrieve(self, request, *args, **kwargs):
        answer = super().retrieve(request, *args, **kwargs)
        notice = self.get_object()
        notice.read_at = timezone.now()
        notice.save()
        return answer

    def perform_destroy(self, instance):
        if instance.read_at is None:
            raise PermissionDenied
        instance.delete()

    @action(detail=False, pagination_class=None)
    def peek(self, request):
        found = self.get_queryset().filter(read_at=None).aggregate(count=Count("id"), max_level=Max("level"))
        return Response({**found, "max_level_tag": LEVELS.get(found["max_level"], "")})


router = SimpleRouter()
router.register("", Notices, "notices")
urlpatterns = router.urls
