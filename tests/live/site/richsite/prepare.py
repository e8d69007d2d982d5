# SPDX-License-Identifier: MIT
"""Makes the tables, a user with messages and a token; prints a session key, the user's name and the token."""
import django

django.setup()

from django.contrib.auth import get_user_model, login  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402
from richsite.sessions import SessionStore  # noqa: E402

call_command("makemigrations", "richsite", verbosity=0)
call_command("migrate", verbosity=0)
user = get_user_model().objects.create_user("ann", "ann@example.com", "a long enough password")
request = HttpRequest()
request.session = SessionStore()
login(request, user, backend="richsite.backends.EmailBackend")
request.session.save()
print(request.session.session_key, user.get_username(), Token.objects.create(user=user).key)
