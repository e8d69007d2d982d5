# SPDX-License-Identifier: MIT
"""The messages in Django's admin, where a site has that."""
from django import forms
from django.contrib import admin
from django.contrib.messages.constants import DEFAULT_TAGS

from .models import Message, MessageTag


class Tags(admin.StackedInline):
    model = MessageTag
    extra = 0


@admin.register(Message)
class Messages(admin.ModelAdmin):
    list_display = ["session", "message", "level", "read_at"]
    readonly_fields = ["session", "created"]
    inlines = [Tags]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "level":
            return forms.ChoiceField(choices=sorted(DEFAULT_TAGS.items()))
        return super().formfield_for_dbfield(db_field, request, **kwargs)
