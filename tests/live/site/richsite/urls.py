# SPDX-License-Identifier: MIT
from django.conf import settings
from django.http import HttpResponse
from django.urls import include, path, re_path
from rest_framework.authtoken.views import obtain_auth_token

urlpatterns = [
    path("", lambda request: HttpResponse("home"), name="home"),
    path("api-auth/", include("rest_framework.urls")),
    path("api-token-auth/", obtain_auth_token),
]
if settings.HAS_DRF_MESSAGES:
    from drf_messages.views import MessagesViewSet
    from rest_framework.routers import SimpleRouter

    class InboxViewSet(MessagesViewSet):
        pagination_class = None
        throttle_classes = []
        http_method_names = ["get", "head"]

    router = SimpleRouter(trailing_slash=False)
    router.register("inbox", InboxViewSet, basename="inbox")
    urlpatterns += [
        path("v1/", include([path("messages/", include("drf_messages.urls"))])),
        re_path(r"^(?:old|older)/", include("drf_messages.urls", namespace="old")),
        path("short/", include(router.urls)),
    ]
