# SPDX-License-Identifier: MIT
"""Bad input of every kind, on every page of the admin: it is the client's mistake, never the server's, and the page is whole."""
import itertools
import pathlib
import re
import sys
import unittest
from urllib.parse import quote, urlencode

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from admin_site import ADD, BLANK, LIST, LOGIN, TAGS, AdminSite, change_of
from html_page import Page
from test_login import FORM

#: what a person, a program or an attacker may put where a number, a name or a date belongs
VALUES = ["", " ", "0", "-1", "1.5", "1e9", "99999999999999999999", "-99999999999999999999", "9" * 400, "None", "null", "true", "[]", "1,2", "1;2",
          "'", '"', "<b>", "%", "_", "\\", "\x00", "\x01", "\u202e", "\ud7ff", "٣", "²", "1\n", "é" * 200, "x" * 5000, "{{7*7}}", "../../x",
          "' OR 1=1 --", "1) UNION SELECT"]
RAW = ["%ff", "%c0%80", "%ed%a0%80", "%", "%zz", "%00", "+", "%F0%9F%98%80"]
LOOKUPS = ["o", "p", "all", "q", "e", "_popup", "_to_field", "_changelist_filters", "level", "level__in", "level__gte", "level__exact", "level__isnull",
           "level__range", "message", "message__icontains", "message__regex", "message__iregex", "message__startswith", "view", "view__in", "view__isnull",
           "view__gt", "id", "id__in", "pk", "pk__lt", "user", "user__id", "user__id__exact", "user__username", "user__password__startswith", "read_at",
           "read_at__isnull", "read_at__gte", "read_at__year", "created__gte", "created__lt", "created__year", "created__month", "created__day",
           "created__date", "created__range", "created__week_day", "extra_tags", "extra_tags__id__exact", "extra_tags__isnull", "extra_tags__text",
           "session", "session__isnull", "session__session_key__exact", "session__session_key__startswith", "session_key", "session_key__gt",
           "session__session_data", "nonsense", "__", "level__", "__in", "message__regex__x"]
QUERIES = ["", "?", "&&&", "=", "=x", "level=20&level=30", "o=1.2.3.4.5.6.-1.-2", "o=" + ".".join(["1"] * 500), "&".join(f"a{n}=1" for n in range(900)),
           "created__day=1", "created__month=2", "created__year=2024&created__month=13", "created__year=2023&created__month=2&created__day=29",
           "created__year=0", "created__year=10000", "created__year=9999&created__month=12&created__day=31", "p=1&all=", "q=" + "+".join(["a"] * 200),
           "id__in=" + ",".join(["1"] * 3000)]
TIMES = [("2024-02-30", "1:00"), ("0000-01-01", "00:00"), ("9999-12-31", "23:59:59.999999"), ("2024-01-01", ""), ("", "1:00"), ("01/02/2024", "noon"),
         ("24-1-1", "24:00"), ("2024-01-01", "23:59:60")]
BODIES = [("application/json", '{"post": "yes"}'), ("text/plain", "post=yes"), ("", "post=yes"), ("multipart/form-data", "x"),
          ("multipart/form-data; boundary=x", "--x\r\n"),
          ("multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="message"; filename="a"\r\n\r\nb\r\n--x--\r\n'),
          (FORM, b"\xff\xfe=\xff&message=\xed\xa0\x80"), (FORM, "&&&==&"), (FORM + "; charset=utf-16", "a=b"), (FORM + "; charset=nonsense", "a=b"),
          (FORM, "&".join(f"a{n}=" for n in range(2000))), (FORM, "message=" + "x" * 3_000_000)]


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = AdminSite()
        cls.addClassCleanup(cls.site.__exit__)
        cls.site.fill(5)
        cls.root = cls.site.serve().person("root")

    def see(self, answer, *asked):
        """No answer is the server's fault, and each page is whole."""
        status, headers, text = answer
        self.assertLess(status, 500, asked)
        if headers.get("Content-Type", "").startswith("text/html") and status == 200 and text:
            self.assertEqual(Page(text).problems, [], asked)
        return status

    def tearDown(self):
        self.assertEqual([line for line in self.site.output if re.search(r"^\S+ (error|critical) ", line)], [])

    def test_of_the_list(self):
        for number, name in enumerate(LOOKUPS):
            for value in VALUES[number % 2::2]:
                self.see(self.root.get(f"{LIST}?{urlencode({name: value})}"), name, value)
            for value in RAW:
                self.see(self.root.get(f"{LIST}?{name}={value}"), name, value)
        for query in QUERIES:
            self.see(self.root.get(f"{LIST}?{query}"), query)

    def test_of_paths(self):
        for value in itertools.chain((quote(value, safe="") for value in VALUES), RAW, ["_33", "_31", "_", "__", "_zz", "1_2F2", "add", "1/change", "%2e%2e"]):
            for page in ("", "change/", "delete/", "history/", "nothing/"):
                self.see(self.root.get(f"{LIST}{value}/{page}"), value, page)
                self.see(self.root.send(f"{LIST}{value}/{page}", BLANK), value, page)
            self.see(self.root.get(f"/admin/{value}/"), value)
            self.see(self.root.get(f"/admin/drf_messages/{value}/"), value)

    def test_of_the_forms(self):
        tag = {**TAGS, "extra_tags-TOTAL_FORMS": "1", "extra_tags-0-text": "t", "extra_tags-0-id": "", "extra_tags-0-message": ""}
        fields = [*(name for name in BLANK if name not in TAGS), *tag, "_popup", "_to_field", "_saveasnew", "extra_tags-0-DELETE", "extra_tags-5-text"]
        for name in fields:
            for value in VALUES:
                self.see(self.root.send(ADD, {**BLANK, **tag, name: value}), name, value)
                self.see(self.root.send(change_of(1), {**BLANK, **tag, "extra_tags-0-message": "1", name: value}), name, value)
            self.see(self.root.send(ADD, {key: value for key, value in {**BLANK, **tag}.items() if key != name}), name)
        for date, time in TIMES:
            self.see(self.root.send(ADD, {**BLANK, "read_at_0": date, "read_at_1": time}), date, time)
        for query in LOOKUPS:
            for value in ("x", "\x00", "9" * 30, ""):
                self.see(self.root.get(f"{ADD}?{urlencode({query: value})}"), query, value)

    def test_of_actions(self):
        for action in ("delete_selected", "mark_read", "mark_unread", "nothing", "", "\x00"):
            for value in VALUES[::2]:
                for more in ({}, {"post": "yes"}):
                    form = {"action": action, "index": "0", "select_across": "0", **more}
                    self.see(self.root.send(LIST, {**form, "_selected_action": value or "x"}), action, value)
                    self.see(self.root.send(LIST, {**form, "_selected_action": "999", "index": value}), action, value)
                form = {"action": action, "index": "0", "select_across": value, "_selected_action": "999", "post": "yes"}
                self.see(self.root.send(f"{LIST}?level=999999", form), action, value)
            self.see(self.root.send(LIST, [("action", action), ("index", "0"), *(("_selected_action", str(900 + n)) for n in range(500))]), action)

    def test_of_bodies(self):
        header = {"X-CSRFToken": self.root.cookies["csrftoken"]}
        before = self.site.rows("SELECT * FROM drf_messages_message WHERE id <= 5")
        for path in (ADD, change_of(1), LIST, LIST + "999/delete/", LIST + "1/history/", LOGIN):
            for kind, body in BODIES:
                status, headers, text = self.root.request("POST", path, body, {**header, **({"Content-Type": kind} if kind else {})})
                self.see((status, dict(headers), text.decode()), path, kind, body[:40])
            for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "NONSENSE"):
                status, headers, text = self.root.request(method, path, headers=header)
                self.see((status, dict(headers), text.decode()), method, path)
        self.assertEqual(self.site.rows("SELECT * FROM drf_messages_message WHERE id <= 5"), before)


if __name__ == "__main__":
    unittest.main()
