# SPDX-License-Identifier: MIT
"""Where drf_messages is not installed, its tables as far as this site uses them. `drf-messages migrate` makes them."""
from django.conf import settings
from django.db import models

if "drf_messages" in settings.INSTALLED_APPS:
    from drf_messages.models import Message  # noqa: F401 pylint: disable=unused-import
else:

    class Message(models.Model):
        user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
        session = models.ForeignKey("sessions.Session", on_delete=models.CASCADE, null=True, related_name="+")
        session_key = models.CharField(max_length=40, null=True)
        view = models.CharField(max_length=64, default="")
        message = models.CharField(max_length=1024)
        level = models.IntegerField()
        read_at = models.DateTimeField(null=True)
        created = models.DateTimeField(auto_now_add=True)

        class Meta:
            managed = False
            db_table = "drf_messages_message"

    class MessageTag(models.Model):
        message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
        text = models.CharField(max_length=128)

        class Meta:
            managed = False
            db_table = "drf_messages_messagetag"
