# SPDX-License-Identifier: MIT
"""The tables of messages, as the package of that name describes them, which Debian does not have."""
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models


class Message(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    session = models.ForeignKey(Session, null=True, on_delete=models.CASCADE)
    session_key = models.CharField(max_length=40, null=True)
    view = models.CharField(max_length=64, default="")
    message = models.CharField(max_length=1024)
    level = models.IntegerField()
    read_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)


class MessageTag(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE)
    text = models.CharField(max_length=128)
