# SPDX-License-Identifier: MIT
from django.conf import settings
from django.contrib.auth import views as auth
from django.urls import include, path
from livesite import views

urlpatterns = [
    path("accounts/login/", auth.LoginView.as_view(template_name="form.html"), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path(
        "accounts/password_change/",
        auth.PasswordChangeView.as_view(template_name="form.html", success_url="/whoami/"),
        name="password_change",
    ),
    path("whoami/", views.whoami),
    path("leave/", views.leave),
    path("remember/", views.remember),
    path("remembered/", views.remembered),
    path("live-for/", views.live_for),
    path("control/user/", views.make_user),
    path("control/log-in/", views.log_in),
    path("control/deactivate/", views.deactivate),
    path("control/messages/", views.count_messages),
    path("api-auth/", include("rest_framework.urls")),
]
if "drf_messages" in settings.INSTALLED_APPS:
    urlpatterns.append(path("messages/", include("drf_messages.urls")))
