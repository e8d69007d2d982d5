# SPDX-License-Identifier: MIT
"""Users as a site may have them: another table, a UUID as primary key, an address instead of a name."""
import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class People(BaseUserManager):
    def create_user(self, email, password):
        person = self.model(email=email)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    is_admin = models.BooleanField(default=False)

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    @property
    def is_staff(self):
        return self.is_admin
