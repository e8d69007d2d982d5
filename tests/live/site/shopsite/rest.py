# SPDX-License-Identifier: MIT
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.throttling import UserRateThrottle


class Pages(PageNumberPagination):
    page_size = 4
    page_size_query_param = "size"
    max_page_size = 50


class Timeline(CursorPagination):
    page_size = 3
    ordering = "-created"


class RushThrottle(UserRateThrottle):
    scope = "rush"
