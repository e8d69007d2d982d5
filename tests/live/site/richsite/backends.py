# SPDX-License-Identifier: MIT
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.contrib.auth.hashers import BasePasswordHasher, PBKDF2SHA1PasswordHasher


class EmailBackend(ModelBackend):
    """Takes a second factor, say."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        return None


class NoisyBackend(ModelBackend):
    noise = 11


class ClubBackend(BaseBackend):
    def get_user(self, user_id):
        return None


class StrongerHasher(PBKDF2SHA1PasswordHasher):
    iterations = PBKDF2SHA1PasswordHasher.iterations * 2


class OwnHasher(BasePasswordHasher):
    algorithm = "own"
