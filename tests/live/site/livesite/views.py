# SPDX-License-Identifier: MIT
import collections
import datetime
import decimal
import functools
import json
import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.http import JsonResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from livesite.models import Message

# What a session may hold: JSON in every engine, and plain Python where a cache pickles.
JSON_VALUES = {
    "text": "Grüße, 世界 \U0001f600 \u2028 \x7f \"quoted\" \\",
    "numbers": [0, -1, 2**31, 2**53 + 1, 1.5, 1e300, -0.0, 12345678901234567890],
    "nested": {"list": [[], {}, [None, True, False]], "": "empty key"},
    "cart": [{"id": number, "price": "9.99"} for number in range(50)],
}
PYTHON_VALUES = {
    "when": datetime.datetime(2024, 2, 29, 23, 59, 59, 999999),
    "when_utc": datetime.datetime(2024, 2, 29, 12, 0, tzinfo=datetime.timezone.utc),
    "day": datetime.date(2024, 2, 29),
    "bytes": bytes(range(256)),
    "tuple": (1, "two", (3,)),
    "keys": {1: "one", (2, 3): "pair", None: "none"},
    "big": 2**200,
    "infinite": float("inf"),
}
# And what only Python can build.
FOREIGN_VALUES = {
    "price": decimal.Decimal("9.90"),
    "order": uuid.UUID(int=7),
    "for": datetime.timedelta(days=3, seconds=1),
    "options": collections.OrderedDict(size="L", colour={"name": "red"}),
    "title": gettext_lazy("Yes"),
    "html": mark_safe("<b>bold</b>"),
}


@ensure_csrf_cookie
def whoami(request):
    return JsonResponse({"user": request.user.get_username() or None})


@login_required
def leave(request):
    """Leaves a message for the user of this session, as a view of the project does."""
    text = request.GET["text"]
    if "drf_messages" in settings.INSTALLED_APPS:
        messages.success(request, text, extra_tags="live")
    else:
        key = request.session.session_key
        session = Session.objects.filter(session_key=key).first()
        # A signed cookie is no key that the column could hold.
        Message.objects.create(
            user=request.user, session=session, session_key=key if len(key) <= 40 else None, message=text, level=messages.SUCCESS
        )
    return JsonResponse({})


def remember(request):
    request.session.update(JSON_VALUES)
    if request.GET.get("python"):
        request.session.update(PYTHON_VALUES)
    if request.GET.get("foreign"):
        request.session.update(FOREIGN_VALUES)
        if request.user.is_authenticated:
            request.session["who"] = get_user_model().objects.get(pk=request.user.pk)
    return JsonResponse({})


def remembered(request):
    """repr() of what the session holds, with everything that json would change."""
    names = [*JSON_VALUES, *PYTHON_VALUES, *FOREIGN_VALUES, "who"]
    return JsonResponse({"session": {name: repr(request.session.get(name)) for name in names}})


def live_for(request):
    request.session.set_expiry(int(request.GET["seconds"]))
    return JsonResponse({})


@functools.lru_cache(maxsize=None)
def encoded(password):
    """One slow hash for all users of a test: what it costs is not what is tested."""
    return make_password(password)


@csrf_exempt
def make_user(request):
    wanted = json.loads(request.body)
    user = get_user_model().objects.create(username=wanted["username"], password=encoded(wanted["password"]))
    return JsonResponse({"id": str(user.pk)})


@ensure_csrf_cookie
@csrf_exempt
def log_in(request):
    """What LoginView does once it has checked the password."""
    login(request, get_user_model().objects.get(username=request.GET["username"]))
    return JsonResponse({})


@csrf_exempt
def deactivate(request):
    get_user_model().objects.filter(username=json.loads(request.body)["username"]).update(is_active=False)
    return JsonResponse({})


@csrf_exempt
def count_messages(request):
    return JsonResponse({"count": Message.objects.filter(message=json.loads(request.body)["text"]).count()})
