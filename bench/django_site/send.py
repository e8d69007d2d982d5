# SPDX-License-Identifier: MIT
"""Leaves messages for users by Django's ORM, one at a time, as bench/send does: send.py USERS SECONDS"""
import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402

users = list(get_user_model().objects.order_by("pk")[:int(sys.argv[1])])
if settings.SITE["app"] == "drf_messages":
    from drf_messages.models import Message

    def send(user):
        Message.objects.create_user_message(user, "The report was saved", 20, extra_tags=["report"])
else:
    from notices.models import Notice, NoticeTag

    def send(user):
        NoticeTag.objects.create(message=Notice.objects.create(user=user, message="The report was saved", level=20), text="report")

start = time.monotonic()
sent = 0
while time.monotonic() - start < float(sys.argv[2]):
    send(users[sent % len(users)])
    sent += 1
print(json.dumps({"requests": sent, "microseconds": int((time.monotonic() - start) * 1e6)}))
