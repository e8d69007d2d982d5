# SPDX-License-Identifier: MIT
import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

if settings.AUTH_USER_MODEL == "richsite.Person":

    class Person(AbstractUser):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        first_name = None
        email = models.EmailField(unique=True, db_column="mail")
        is_active = models.BooleanField(default=True, db_column="enabled")

        USERNAME_FIELD = "email"
        REQUIRED_FIELDS = []

        class Meta:
            db_table = "people"
