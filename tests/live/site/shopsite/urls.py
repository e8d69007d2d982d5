# SPDX-License-Identifier: MIT
from django.http import HttpResponse
from django.urls import include, path
from drf_messages.views import MessagesViewSet
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import IsAdminUser
from rest_framework.routers import DefaultRouter
from shopsite.rest import RushThrottle, Timeline


class TimelineViewSet(MessagesViewSet):
    authentication_classes = [TokenAuthentication]
    pagination_class = Timeline


class OfficeViewSet(MessagesViewSet):
    permission_classes = [IsAdminUser]
    pagination_class = LimitOffsetPagination


class RushViewSet(MessagesViewSet):
    pagination_class = None
    throttle_classes = [RushThrottle]


router = DefaultRouter()
router.register("timeline", TimelineViewSet, basename="timeline")
router.register("office", OfficeViewSet, basename="office")
router.register("rush", RushViewSet, basename="rush")

urlpatterns = [
    path("", lambda request: HttpResponse("home"), name="home"),
    path("messages/", include("drf_messages.urls")),
    path("api/", include(router.urls)),
    path("api-auth/", include("rest_framework.urls")),
    path("api-token-auth/", obtain_auth_token),
]
