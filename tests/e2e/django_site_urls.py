# SPDX-License-Identifier: MIT
"""The URL configuration of django_site.py."""
from django.apps import apps
from django.contrib import admin
from django.http import JsonResponse
from django.urls import include, path
from rest_framework.authtoken.views import obtain_auth_token


def who(request):
    """Who the session's user is, as Django sees it."""
    user = request.user
    return JsonResponse({"pk": str(user.pk) if user.is_authenticated else None})


urlpatterns = [
    path("api-auth/", include("rest_framework.urls")),
    path("api-token-auth/", obtain_auth_token),
    path("who/", who),
    *([path("admin/", admin.site.urls)] if apps.is_installed("django.contrib.admin") else []),
]
