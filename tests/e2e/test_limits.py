# SPDX-License-Identifier: MIT
"""docs/limits.md as a client meets it: what is as large as it may be is answered, what is larger gets the answer that the page names."""
import json
import pathlib
import unittest

from site_process import MESSAGES_ROUTE, SETTINGS, TOKEN_ROUTE, Site  # noqa: E402

LIMITS = pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "limits.md"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def words(count, between="+"):
    return between.join(chr(ord("a") + number // 26) + chr(ord("a") + number % 26) for number in range(count))


def values(count):
    return ",".join(map(str, range(count)))


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        settings = 'MESSAGES_FILTER_LOOKUPS = true\nPASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\n' + SETTINGS.replace(
            'DjangoFilterBackend"]', 'DjangoFilterBackend", "rest_framework.filters.SearchFilter", "rest_framework.filters.OrderingFilter"]')
        cls.site = Site(settings + MESSAGES_ROUTE + TOKEN_ROUTE)
        cls.addClassCleanup(cls.site.__exit__)
        cls.token = cls.site.user("ann")
        cls.site.manage("send", "--to", "ann", "--tag", "7", words(300, " "))
        cls.site.serve()

    def ask(self, target, headers=None, method="GET", body=None):
        client = self.site.client(self.token)
        try:
            return client.request(method, target, body, headers)
        finally:
            client.close()

    def test_a_search_has_three_hundred_words(self):
        status, body = self.ask("/messages/?search=" + words(300))
        self.assertEqual((status, len(json.loads(body))), (200, 1))
        refused = self.ask("/messages/?search=" + words(301))
        self.assertEqual(refused, (400, b'{"search":["Search for no more than 300 words."]}'))
        self.assertIn(json.loads(refused[1])["search"][0], LIMITS.read_text(encoding="utf-8"))

    def test_a_list_has_three_hundred_values(self):
        for name in ("level__in", "extra_tags__in"):
            status, body = self.ask(f"/messages/?{name}={values(300)}")
            self.assertEqual((status, len(json.loads(body))), (200, 1), name)
            status, body = self.ask(f"/messages/?{name}={values(301)}")
            self.assertEqual((status, json.loads(body)),
                             (400, {name: ["List contains 301 items, it should contain no more than 300."]}))

    def test_a_header_and_a_body_have_an_end(self):
        self.assertEqual(self.ask("/messages/?a=" + "b" * 32_000)[0], 200)
        self.assertEqual(self.ask("/messages/?a=" + "b" * 33_000)[0], 431)
        body = "username=ann&password=".ljust(65_536, "x")
        self.assertEqual(self.ask("/api-token-auth/", FORM, "POST", body)[0], 400)
        self.assertEqual(self.ask("/api-token-auth/", FORM, "POST", body + "x")[0], 413)

    def test_forms_and_json_have_a_thousand_fields(self):
        thousand = "&".join(f"a{number}=b" for number in range(1000))
        keys = ",".join(f'"a{number}":1' for number in range(1000))
        for target, headers, most, more in (("/api-token-auth/", FORM, thousand, thousand + "&a"),
                                            ("/api-token-auth/", JSON, "{" + keys + "}", "{" + keys + ',"a":1}')):
            status, body = self.ask(target, headers, "POST", most)
            self.assertEqual((status, sorted(json.loads(body))), (400, ["password", "username"]))
            status, body = self.ask(target, headers, "POST", more)
            self.assertEqual(status, 400)
            self.assertNotIn(b"username", body)
        self.assertEqual(self.ask("/messages/?" + thousand)[0], 200)
        self.assertEqual(self.ask("/messages/?" + thousand + "&a")[0], 400)

    def test_json_is_nested_nine_hundred_times(self):
        for depth, words_of_it in ((900, b"Invalid data. Expected a dictionary, but got list."), (902, b"JSON parse error - Expecting value")):
            status, body = self.ask("/api-token-auth/", JSON, "POST", "[" * depth + "]" * depth)
            self.assertEqual(status, 400)
            self.assertIn(words_of_it, body)


if __name__ == "__main__":
    unittest.main()
