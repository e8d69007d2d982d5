# SPDX-License-Identifier: MIT
from rest_framework.authentication import TokenAuthentication
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission
from rest_framework.throttling import UserRateThrottle


class BearerAuthentication(TokenAuthentication):
    keyword = "Bearer"


class Pages(PageNumberPagination):
    page_size = 2
    page_size_query_param = "size"
    max_page_size = 50


class BurstThrottle(UserRateThrottle):
    scope = "burst"


class OnlyOnSundays(BasePermission):
    def has_permission(self, request, view):
        return False
