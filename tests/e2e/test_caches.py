# SPDX-License-Identifier: MIT
"""Throttles that count in Redis and in memcached: shared with Django, and through an outage of the cache."""
import contextlib
import pathlib
import socket
import sys
import threading
import time
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from databases import settings_for, until
from servers import Memcached, PostgreSQL, Redis, patient
from site_process import SETTINGS, Site

try:
    import django.conf
    django.conf.settings.configure(REST_FRAMEWORK={"DEFAULT_THROTTLE_RATES": {"user": "5/hour"}}, CACHES={
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}})
    import django
    django.setup()
    from django.utils.module_loading import import_string
    from rest_framework.throttling import UserRateThrottle
except ImportError:
    UserRateThrottle = None

DJANGO_REDIS = "django_redis.cache.RedisCache"
PYLIBMC = "django.core.cache.backends.memcached.PyLibMCCache"
PYMEMCACHE = "django.core.cache.backends.memcached.PyMemcacheCache"


def toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, (int, float)) else f'"{value}"'


def settings(rate, cache):
    lines = "\n".join(f"{key} = {toml(value)}" for key, value in cache.items())
    return SETTINGS + f"""
DEFAULT_THROTTLE_CLASSES = ["rest_framework.throttling.UserRateThrottle"]
DEFAULT_THROTTLE_RATES = {{ user = "{rate}" }}

[CACHES.default]
{lines}
"""


def status_of(client, path="/messages/"):
    return client.request("GET", path)[0]


class Outage(unittest.TestCase):
    def outlive(self, server, cache):
        with server, Site(settings("1000000/hour", patient(cache(server)))) as site:
            token = site.user("ann")
            site.serve()
            client = site.client(token)
            self.addCleanup(client.connection.close)
            self.assertEqual(status_of(client), 200)

            seen, ending = [], threading.Event()

            def ask():
                own = site.client(token)
                with contextlib.closing(own.connection):
                    while not ending.is_set():
                        start = time.monotonic()
                        status = status_of(own)
                        seen.append((status, time.monotonic() - start))

            threads = [threading.Thread(target=ask) for _ in range(4)]
            for thread in threads:
                thread.start()
            try:
                server.kill()
                self.wait_for(client, 503)
                client.connection.request("GET", "/messages/", headers=client.headers)
                answer = client.connection.getresponse()
                answer.read()
                self.assertEqual(answer.status, 503)
                self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
                self.assertTrue(until(lambda: 503 in {status for status, _ in seen}))
                server.start()
                self.wait_for(client, 200)
                self.assertTrue(until(lambda: {status for status, _ in seen[-20:]} == {200}), seen[-20:])
            finally:
                ending.set()
                for thread in threads:
                    thread.join()
            self.assertEqual({status for status, _ in seen}, {200, 503})
            # a server that is away is not waited for, which might take as long as PATIENT says
            self.assertLess(max(seconds for _, seconds in seen), 50)
            self.assertEqual(status_of(client), 200)

    def wait_for(self, client, wanted):
        self.assertTrue(until(lambda: status_of(client) == wanted), f"still not {wanted}")

    def test_of_redis_is_503_until_it_is_back(self):
        self.outlive(Redis(), lambda server: {"BACKEND": DJANGO_REDIS, "LOCATION": f"redis://{server.address}/1"})

    def test_of_memcached_is_503_until_it_is_back(self):
        self.outlive(Memcached(), lambda server: {"BACKEND": PYLIBMC, "LOCATION": server.address})

    def test_is_nothing_for_a_cache_that_may_fail(self):
        with Redis() as server, Site(settings("2/hour", patient({"BACKEND": DJANGO_REDIS, "LOCATION": f"redis://{server.address}",
                                                                "OPTIONS": {"IGNORE_EXCEPTIONS": True}}))) as site:
            token = site.user("ann")
            site.serve()
            client = site.client(token)
            self.addCleanup(client.connection.close)
            self.assertEqual([status_of(client) for _ in range(3)], [200, 200, 429])
            server.kill()
            self.assertEqual([status_of(client) for _ in range(3)], [200, 200, 200])


@unittest.skipIf(UserRateThrottle is None, "Debian's Django REST framework is not installed")
class SharedCount(unittest.TestCase):
    """Half of the requests are counted by REST framework itself, half by us."""

    def share(self, cache):
        cache = patient(cache)
        params = {key: value for key, value in cache.items() if key not in ("BACKEND", "LOCATION")}
        shared = import_string(cache["BACKEND"])(cache["LOCATION"], params)
        throttle = type("Shared", (UserRateThrottle,), {"cache": shared, "rate": "5/hour"})
        request = types.SimpleNamespace(user=types.SimpleNamespace(is_authenticated=True, pk=1))

        def django_allows():
            return throttle().allow_request(request, None)

        with Site(settings("5/hour", cache)) as site:
            token = site.user("ann")
            site.serve()
            client = site.client(token)
            self.addCleanup(client.connection.close)
            self.assertEqual(status_of(client), 200)
            self.assertTrue(django_allows())
            self.assertEqual(status_of(client), 200)
            self.assertTrue(django_allows())
            history = shared.get("throttle_user_1")
            self.assertEqual([type(moment) for moment in history], [float] * 4)
            self.assertEqual(history, sorted(history, reverse=True))
            self.assertLess(abs(time.time() - history[0]), 1000)
            self.assertEqual(status_of(client), 200)
            self.assertFalse(django_allows())
            self.assertEqual(status_of(client), 429)
            shared.delete("throttle_user_1")
            self.assertEqual(status_of(client), 200)
            self.assertEqual(len(shared.get("throttle_user_1")), 1)
        shared.close()

    def test_in_redis(self):
        with Redis("--requirepass", "open sesame") as server:
            for number, options in enumerate((
                    {"PASSWORD": "open sesame"},
                    {"PASSWORD": "open sesame", "COMPRESSOR": "django_redis.compressors.zlib.ZlibCompressor"},
                    {"PASSWORD": "open sesame", "SERIALIZER": "django_redis.serializers.json.JSONSerializer"})):
                with self.subTest(**options):
                    self.share({"BACKEND": DJANGO_REDIS, "LOCATION": f"redis://{server.address}/{number}",
                                "KEY_PREFIX": f"site{number}", "VERSION": 3, "OPTIONS": options})

    def test_in_memcached_of_pylibmc(self):
        with Memcached() as server:
            self.share({"BACKEND": PYLIBMC, "LOCATION": server.address})

    def test_in_memcached_of_pymemcache(self):
        with Memcached() as server:
            self.share({"BACKEND": PYMEMCACHE, "LOCATION": server.address, "KEY_PREFIX": "site"})

    def test_in_several_memcached(self):
        for backend in (PYLIBMC, PYMEMCACHE):
            with self.subTest(backend=backend), Memcached() as one, Memcached() as two, Memcached() as three:
                for number in range(3):
                    self.share({"BACKEND": backend, "LOCATION": f"{one.address};{two.address};{three.address}",
                                "KEY_PREFIX": f"site{number}"})


class HangingServer:
    """Accepts connections and reads what is asked, and answers nothing."""

    def __init__(self):
        self.asked = threading.Semaphore(0)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.connections, self.threads = [], []
        self.start(self.accept)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release()

    def start(self, work, *arguments):
        self.threads.append(threading.Thread(target=work, args=arguments))
        self.threads[-1].start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections.append(connection)
                self.start(self.read, connection)

    def read(self, connection):
        with contextlib.suppress(OSError):
            while connection.recv(65536):
                self.asked.release()

    def release(self):
        """Ends it: who waits for an answer sees its connection closed."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.threads[0].join()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()
        for open_socket in (self.listener, *self.connections):
            open_socket.close()


class Hanging(unittest.TestCase):
    """On PostgreSQL one worker answers several requests, in fibers."""

    def test_a_cache_holds_up_only_the_requests_that_ask_it(self):
        with PostgreSQL() as database:
            for kind, location, options in (
                    (DJANGO_REDIS, "redis://{}", {"SOCKET_TIMEOUT": 3000, "CONNECTION_POOL_KWARGS": {"max_connections": 2}}),
                    (PYMEMCACHE, "{}", {"timeout": 3000, "max_pool_size": 2})):
                with self.subTest(kind), HangingServer() as server:
                    self.hang(database, server, {"BACKEND": kind, "LOCATION": location.format(server.address), "OPTIONS": options})

    def hang(self, database, server, cache):
        sessions = 'SESSION_ENGINE = "django.contrib.sessions.backends.cache"\n\n'
        settings = sessions + settings_for(database.url, "WORKERS = 1") + f"\n[CACHES]\ndefault = {toml(cache)}\n"
        with contextlib.ExitStack() as stack:
            site = stack.enter_context(Site(settings))
            token = site.user("user-of-" + cache["BACKEND"].rpartition(".")[2])
            site.serve()
            clients = [site.client() for _ in range(4)]
            other = site.client(token)
            for client in (*clients, other):
                stack.callback(client.close)
            # two may ask the cache at once, and the others wait for a connection to it
            for client in clients:
                client.connection.request("GET", "/messages/", headers={"Cookie": "sessionid=" + 32 * "k"})
            self.assertTrue(server.asked.acquire(timeout=300), "the cache is not asked")
            for path, status in (("/messages/", 200), ("/messages/peek/", 200), ("/messages/nothing/", 404)):
                self.assertEqual(status_of(other, path), status)
            server.release()
            self.assertEqual([client.connection.getresponse().status for client in clients], [503] * 4)


class Configuration(unittest.TestCase):
    def test_that_can_not_work_stops_the_start_and_shows_no_password(self):
        for cache, words in (
                ({"BACKEND": DJANGO_REDIS, "LOCATION": "rediss://:opensesame@localhost"}, "CACHES.default.LOCATION: TLS"),
                ({"BACKEND": DJANGO_REDIS, "LOCATION": "redis://:opensesame@localhost", "OPTIONS": {"PASSWORT": "opensesame"}},
                 "CACHES.default.OPTIONS.PASSWORT is no setting; did you mean PASSWORD?"),
                ({"BACKEND": DJANGO_REDIS, "LOCATION": "redis://localhost", "OPTIONS": {"SERIALIZER": "site.Own"}},
                 "CACHES.default.OPTIONS.SERIALIZER"),
                ({"BACKEND": PYLIBMC, "LOCATION": "localhost", "OPTIONS": {"username": "site", "password": "opensesame"}},
                 "CACHES.default.OPTIONS.username: logging in at memcached"),
                ({"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}, "DatabaseCache")):
            with self.subTest(**cache), Site(settings("1/s", cache), migrate=False) as site:
                done = site.run("serve", "--bind", "127.0.0.1:0")
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(words, done.stderr)
                self.assertNotIn("opensesame", done.stderr + done.stdout)


if __name__ == "__main__":
    unittest.main()
