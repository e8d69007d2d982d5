# SPDX-License-Identifier: MIT
"""The tables of messages, as the package of that name describes them, which Debian does not have."""
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models


class Message(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.CASCADE)
    session_key = models.CharField(max_length=40, null=True, blank=True)
    view = models.CharField(max_length=64, default="", blank=True)
    message = models.CharField(max_length=1024, blank=True)
    level = models.IntegerField()
    read_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.message


class MessageTag(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="extra_tags")
    text = models.CharField(max_length=128)

    def __str__(self):
        return self.text
