# SPDX-License-Identifier: MIT
"""The session engines: the Django settings of each, and what can be asked of it."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from servers import PATIENT  # noqa: E402 pylint: disable=wrong-import-position

BACKENDS = "django.contrib.sessions.backends."


class Engine:
    def __init__(self, name, settings, *, revocable=True, pickles=False, rows=False, folder=None, needs=None):
        self.name = name
        self.settings = settings
        self.revocable = revocable  # a session that was ended is ended for a copy of its cookie too
        self.pickles = pickles  # holds what JSON cannot
        self.rows = rows  # sessions have rows in the database
        self.folder = folder  # of its files
        self.needs = needs  # a Python module


def cache(backend, location):
    return {"default": {"BACKEND": backend, "LOCATION": location, "KEY_PREFIX": "live", "VERSION": 3, "OPTIONS": PATIENT[backend]}}


def engines(redis, memcached, folder):
    """redis, memcached: HOST:PORT."""
    in_cache = {"SESSION_ENGINE": BACKENDS + "cache"}
    host, port = redis.split(":")
    memcached_backends = "django.core.cache.backends.memcached."
    return [
        Engine("db", {"SESSION_ENGINE": BACKENDS + "db"}, rows=True),
        Engine("file", {"SESSION_ENGINE": BACKENDS + "file", "SESSION_FILE_PATH": str(folder)}, folder=folder),
        Engine("signed_cookies", {"SESSION_ENGINE": BACKENDS + "signed_cookies"}, revocable=False),
        Engine("cache_on_django_redis", {**in_cache, "CACHES": cache("django_redis.cache.RedisCache", f"redis://{redis}/1")}, pickles=True,
               needs="django_redis"),
        Engine("cache_on_redis", {**in_cache, "CACHES": cache("django.core.cache.backends.redis.RedisCache", f"redis://{redis}/2")}, pickles=True,
               needs="django.core.cache.backends.redis"),
        Engine("cache_on_pylibmc", {**in_cache, "CACHES": cache(memcached_backends + "PyLibMCCache", memcached)}, pickles=True, needs="pylibmc"),
        Engine("cache_on_pymemcache", {**in_cache, "CACHES": cache(memcached_backends + "PyMemcacheCache", memcached)}, pickles=True,
               needs="pymemcache"),
        Engine("cached_db", {"SESSION_ENGINE": BACKENDS + "cached_db",
                             "CACHES": cache("django_redis.cache.RedisCache", f"redis://{redis}/4")}, rows=True, needs="django_redis"),
        Engine("redis_sessions", {"SESSION_ENGINE": "redis_sessions.session",
                                  "SESSION_REDIS": {"host": host, "port": int(port), "db": 5, "prefix": "live", "socket_timeout": 60}}, needs="redis_sessions.session"),
    ]
