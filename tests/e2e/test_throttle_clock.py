# SPDX-License-Identifier: MIT
"""Throttles while the clock jumps: nobody is kept out by it, and nobody may guess more passwords."""
import contextlib
import json
import os
import unittest

from site_process import MESSAGES_ROUTE, SETTINGS, TOKEN_ROUTE
from test_clock import HOUR, JUMPS, LIBRARY, YEAR, ClockedSite

THROTTLE = 'DEFAULT_THROTTLE_CLASSES = ["rest_framework.throttling.UserRateThrottle"]\nDEFAULT_THROTTLE_RATES = { user = "5/hour" }\n'
LIMITS = 'LOGIN_THROTTLE_RATE = "3/hour"\nPASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\n'


@unittest.skipIf(os.environ.get("SANITIZERS"), "a sanitizer wants to be the first library")
class ThrottleClock(unittest.TestCase):
    def setUp(self):
        self.assertIsNotNone(LIBRARY, "the package faketime is not installed")

    def ask(self, site, method, path, headers, body=None):
        """Status, and the seconds of Retry-After."""
        client = site.client()
        with contextlib.closing(client):
            client.connection.request(method, path, body=body, headers=headers)
            answer = client.connection.getresponse()
            answer.read()
            return answer.status, int(answer.headers.get("Retry-After", 0))

    def test_requests_counted_ahead_of_the_clock_keep_nobody_out(self):
        with ClockedSite(SETTINGS + THROTTLE) as site:
            token = {"Authorization": "Token " + site.user("ann")}
            site.serve()
            for seconds in (YEAR, HOUR, 30, -HOUR):
                site.set_clock(seconds)
                answers = [self.ask(site, "GET", "/messages/peek/", token) for _ in range(6)]
                self.assertEqual([status for status, _ in answers], [200] * 5 + [429], seconds)
                self.assertLessEqual(answers[-1][1], HOUR)

    def test_no_jump_lets_anybody_guess_more_or_wait_longer(self):
        with ClockedSite(LIMITS + SETTINGS + MESSAGES_ROUTE + TOKEN_ROUTE) as site:
            site.user("ann")
            site.serve()

            def guess(name, password="wrong"):
                return self.ask(site, "POST", "/api-token-auth/", {"Content-Type": "application/json"},
                                json.dumps({"username": name, "password": password}))

            self.assertEqual([guess("ann")[0] for _ in range(4)], [400] * 3 + [429])
            for number, seconds in enumerate(JUMPS):
                site.set_clock(seconds)
                status, wait = guess("ann", "a-password-of-ann")
                self.assertEqual((seconds, status), (seconds, 429))
                self.assertLessEqual(wait, HOUR)
                self.assertEqual([guess(f"name{number}")[0] for _ in range(4)], [400] * 3 + [429])


if __name__ == "__main__":
    unittest.main()
