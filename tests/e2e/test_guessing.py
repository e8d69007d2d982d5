# SPDX-License-Identifier: MIT
"""Who guesses passwords: as many are tried as the rates say, however the guesses come."""
import collections
import contextlib
import json
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from databases import settings_for
from servers import PATIENT, Memcached, PostgreSQL, Redis
from site_process import MESSAGES_ROUTE, SETTINGS, TOKEN_ROUTE, Site

RATE = 'LOGIN_THROTTLE_RATE = "10/hour"\n'
#: every hash takes a little while, so that guesses that come at once are checked side by side
SLOW = 'PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]\nPBKDF2_ITERATIONS = 5000\n'
QUICK = 'PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\n'
ROUTES = MESSAGES_ROUTE + TOKEN_ROUTE
PASSWORD = "a-password-of-ann"
TRIED, REFUSED, RIGHT, BUSY = 400, 429, 200, 503
#: of a refusal because others are still being checked; one by a rate of this file says up to an hour
SOON = b"Expected available in 1 second."


def cache_settings(backend, location):
    options = PATIENT[backend]
    lines = "".join(f"{name} = {value}\n" for name, value in options.items())
    return f'\n[CACHES.default]\nBACKEND = "{backend}"\nLOCATION = "{location}"\n[CACHES.default.OPTIONS]\n{lines}'


def redis_cache(server):
    return cache_settings("django_redis.cache.RedisCache", f"redis://{server.address}/0")


def guess(site, name, password="wrong", forwarded_for=None):
    """The status of an attempt to get a token; again, as the answer asks, while too many others are being checked, or were for long."""
    client = site.client()
    with contextlib.closing(client):
        headers = {"Content-Type": "application/json", **({"X-Forwarded-For": forwarded_for} if forwarded_for else {})}
        while True:
            status, body = client.request("POST", "/api-token-auth/", json.dumps({"username": name, "password": password}), headers)
            if status != BUSY and SOON not in body:
                return status


def one_by_one(site, times, name="ann", forwarded_for=lambda number: None):
    return collections.Counter(guess(site, name, forwarded_for=forwarded_for(number)) for number in range(times))


def at_once(sites, times, password="wrong"):
    """Statuses of so many attempts for ann that begin together, shared out among the sites."""
    statuses, gate = [None] * times, threading.Barrier(times)

    def attempt(number):
        gate.wait()
        statuses[number] = guess(sites[number % len(sites)], "ann", password)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return collections.Counter(statuses)


class Guessing(unittest.TestCase):
    def serve(self, settings, stack):
        site = stack.enter_context(Site(settings))
        site.user("ann")
        return site.serve()

    def test_side_by_side_is_no_faster_than_one_by_one(self):
        with PostgreSQL() as database:
            for settings in (SETTINGS, settings_for(database.url)):
                with self.subTest(settings=settings), contextlib.ExitStack() as stack:
                    site = self.serve(RATE + SLOW + settings + ROUTES, stack)
                    self.assertEqual(at_once([site], 60), {TRIED: 10, REFUSED: 50})
                    self.assertEqual(one_by_one(site, 3), {REFUSED: 3})

    def test_right_passwords_side_by_side_are_no_guesses(self):
        with contextlib.ExitStack() as stack:
            site = self.serve(RATE + SLOW + SETTINGS + ROUTES, stack)
            self.assertEqual(at_once([site], 30, PASSWORD), {RIGHT: 30})
            self.assertEqual(one_by_one(site, 12), {TRIED: 10, REFUSED: 2})

    def test_no_other_entry_of_the_cache_makes_room_for_more(self):
        throttle = ('DEFAULT_THROTTLE_CLASSES = ["rest_framework.throttling.AnonRateThrottle"]\n'
                    'DEFAULT_THROTTLE_RATES = { anon = "1000/hour" }\n')
        with contextlib.ExitStack() as stack:
            site = self.serve(RATE + QUICK + SETTINGS + throttle + ROUTES, stack)
            self.assertEqual(one_by_one(site, 12), {TRIED: 10, REFUSED: 2})
            client = stack.enter_context(contextlib.closing(site.client()))
            for number in range(320):
                client.request("GET", "/messages/peek/", headers={"X-Forwarded-For": f"10.0.{number // 256}.{number % 256}"})
            self.assertEqual(one_by_one(site, 3), {REFUSED: 3})

    def test_only_as_many_proxies_are_believed_as_the_settings_say(self):
        for proxies, made_up, real in (("", 10, 10), ("NUM_PROXIES = 1", 20, 10), ("NUM_PROXIES = 0", 10, 10)):
            with self.subTest(proxies), contextlib.ExitStack() as stack:
                site = self.serve(RATE + QUICK + SETTINGS + ROUTES + f"[SERVER]\n{proxies}\n", stack)
                self.assertEqual(one_by_one(site, 20, "ann", lambda number: f"192.0.2.{number}")[TRIED], made_up)
                # what the client has made up stands before what the proxy appends
                self.assertEqual(one_by_one(site, 20, "bob", lambda number: f"192.0.2.{number}, 203.0.113.9")[TRIED], real)

    def test_one_address_has_a_limit_over_all_names(self):
        for more, tried in (("", 100), ('LOGIN_THROTTLE_ADDRESS_RATE = "15/hour"\n', 15)):
            with self.subTest(more), contextlib.ExitStack() as stack:
                site = self.serve(RATE + more + QUICK + SETTINGS + ROUTES + "[SERVER]\nNUM_PROXIES = 1\n", stack)
                self.assertEqual(sum(guess(site, f"name{number}", forwarded_for="203.0.113.9") == TRIED for number in range(110)), tried)
                self.assertEqual(guess(site, "ann", PASSWORD, "203.0.113.9"), REFUSED)
                self.assertEqual(guess(site, "ann", PASSWORD, "203.0.113.10"), RIGHT)

    def test_a_proxy_on_this_machine_of_which_nobody_has_told_is_not_everybody(self):
        with contextlib.ExitStack() as stack:
            site = self.serve(RATE + QUICK + SETTINGS + ROUTES, stack)
            self.assertEqual({guess(site, f"name{number}") for number in range(110)}, {TRIED})
            self.assertEqual(guess(site, "ann", PASSWORD), RIGHT)

    def test_several_servers_count_together_in_redis_and_alone_without_it(self):
        with Redis() as redis, contextlib.ExitStack() as stack:
            settings = RATE + SLOW + SETTINGS + ROUTES + redis_cache(redis)
            sites = [self.serve(settings, stack) for _ in range(3)]
            self.assertEqual(at_once(sites, 30, PASSWORD), {RIGHT: 30})
            self.assertEqual(at_once(sites, 60), {TRIED: 10, REFUSED: 50})
            self.assertEqual([one_by_one(site, 2) for site in sites], [{REFUSED: 2}] * 3)
            redis.kill()
            alone = [one_by_one(site, 12)[TRIED] for site in sites]
            # what a server has let through itself it has not forgotten
            self.assertEqual(sum(alone), 3 * 10 - 10)
            self.assertLessEqual(max(alone), 10)

    def test_check_says_what_lets_more_through(self):
        missing, forgets = "SERVER.NUM_PROXIES is missing", "CACHES.default forgets counts"
        with Memcached() as memcached, Redis() as redis, Redis("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru") as full, \
                Site(SETTINGS + ROUTES) as site:
            cache = cache_settings("django.core.cache.backends.memcached.PyMemcacheCache", memcached.address)
            for settings, warnings in ((SETTINGS + ROUTES + cache, [missing, forgets]),
                                       (SETTINGS + ROUTES + redis_cache(full), [missing, forgets]),
                                       (SETTINGS + ROUTES + redis_cache(redis), [missing]),
                                       (SETTINGS + "NUM_PROXIES = 1\n" + ROUTES, []),
                                       (SETTINGS + ROUTES + "[SERVER]\nNUM_PROXIES = 0\n", []),
                                       ('LOGIN_THROTTLE_RATE = ""\n' + SETTINGS + ROUTES + cache, [])):
                with self.subTest(settings=settings):
                    site.settings.write_text(settings, encoding="utf-8")
                    said = site.manage("check")
                    self.assertEqual([warning for warning in (missing, forgets) if warning in said], warnings)


if __name__ == "__main__":
    unittest.main()
