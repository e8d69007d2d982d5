# SPDX-License-Identifier: MIT
from django.conf import settings
from django.urls import include, path

urlpatterns = [path("messages/", include(settings.SITE["app"] + ".urls"))]
