# SPDX-License-Identifier: MIT
"""The tables that are there already, as Django models."""
from django.conf import settings
from django.db import models

LEVELS = {10: "debug", 20: "info", 25: "success", 30: "warning", 40: "error"}


class Notice(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    session = models.ForeignKey("sessions.Session", models.CASCADE, null=True)
    session_key = models.CharField(max_length=40, null=True)
    view = models.CharField(max_length=64, default="")
    message = models.CharField(max_length=1024)
    level = models.IntegerField()
    read_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        managed = False
        db_table = "drf_messages_message"
        ordering = ["-created"]

    @property
    def level_tag(self):
        return LEVELS.get(self.level, "")


class NoticeTag(models.Model):
    message = models.ForeignKey(Notice, models.CASCADE, related_name="extra_tags")
    text = models.CharField(max_length=128)

    class Meta:
        managed = False
        db_table = "drf_messages_messagetag"
