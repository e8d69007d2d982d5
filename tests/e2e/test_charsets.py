# SPDX-License-Identifier: MIT
"""Charsets: bodies in that which their Content-Type names, and tables of MariaDB in one that lacks characters."""
import base64
import itertools
import json
import re
import unittest
from urllib.parse import quote, quote_from_bytes, urlencode

from databases import settings_for
from servers import MariaDB
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, SETTINGS, TOKEN_ROUTE, Site

ROUTES = MESSAGES_ROUTE + LOGIN_ROUTE + TOKEN_ROUTE
SEARCH = 'DEFAULT_FILTER_BACKENDS = ["rest_framework.filters.SearchFilter", "'
# quick, and as often as wanted
UNTHROTTLED = 'LOGIN_THROTTLE_RATE = ""\nBASIC_THROTTLE_RATE = ""\nPASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\n'


class Bodies(unittest.TestCase):
    """The password has a letter that is no ASCII, so that only who reads it right is let in."""

    @classmethod
    def setUpClass(cls):
        cls.site = Site(UNTHROTTLED + SETTINGS.replace('DEFAULT_FILTER_BACKENDS = ["', SEARCH) + ROUTES)
        cls.addClassCleanup(cls.site.__exit__)
        for name in ("ann", "änn"):
            cls.site.manage("createuser", name, "--password-stdin", stdin="pässwörd-1\n")
        cls.site.serve()

    def post(self, path, body, content_type):
        client = self.site.client()
        try:
            return client.request("POST", path, body, {"Content-Type": content_type})
        finally:
            client.close()

    def token(self, body, content_type):
        status, answer = self.post("/api-token-auth/", body, content_type)
        return "token" if status == 200 else (status, json.loads(answer))

    def json_token(self, encoding, charset=None, text='{"username": "änn", "password": "pässwörd-1"}'):
        return self.token(text.encode(encoding), f"application/json; charset={charset or encoding}")

    def form(self, encoding, **fields):
        """Percent escapes of the text's bytes; names and what stands between are ASCII."""
        return "&".join(f"{name}={quote_from_bytes(value.encode(encoding))}" for name, value in fields.items()).encode()

    def multipart(self, encoding, **fields):
        parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value.encode(encoding) + b"\r\n"
                 for name, value in fields.items()]
        return b"".join(parts) + b"--b--\r\n"

    CHARSETS = ["utf-8", "iso-8859-1", "latin-1", "L1", '"iso-8859-1"', "ISO_8859-1:1987", "iso-8859-15", "windows-1252", "cp850", "mac-roman",
                "gb18030", "utf-8-sig"]

    def test_json_is_read_in_its_charset(self):
        for charset in [*self.CHARSETS, "utf-16", "utf-32"]:
            with self.subTest(charset):
                self.assertEqual(self.json_token(charset.strip('"'), charset), "token")
        for encoding in ("utf-16-le", "utf-16-be", "utf-32-le"):
            with self.subTest(encoding):
                self.assertEqual(self.json_token(encoding), "token")

    def test_what_the_charset_does_not_have_is_named_as_pythons_codec_does(self):
        def refused(words):
            return 400, {"detail": "JSON parse error - " + words}
        self.assertEqual(self.json_token("iso-8859-1", "utf-8"), refused("'utf-8' codec can't decode byte 0xe4 in position 14: invalid continuation byte"))
        self.assertEqual(self.json_token("iso-8859-1", "us-ascii"), refused("'ascii' codec can't decode byte 0xe4 in position 14: ordinal not in range(128)"))
        self.assertEqual(self.json_token("utf-16-le", "utf-16"), refused("UTF-16 stream does not start with BOM"))
        # One that nobody knows is as if it were not named.
        self.assertEqual(self.json_token("utf-8", "x-klingon"), "token")
        self.assertEqual(self.json_token("utf-8", "hex"), "token")

    def test_forms_are_read_in_their_charset(self):
        for charset in self.CHARSETS[:-1]:
            encoding = charset.strip('"')
            for username in ("ann", "änn"):
                fields = {"username": username, "password": "pässwörd-1"}
                with self.subTest(charset, username=username):
                    self.assertEqual(self.token(self.form(encoding, **fields), f"application/x-www-form-urlencoded; charset={charset}"), "token")
                    self.assertEqual(self.token(self.multipart(encoding, **fields), f"multipart/form-data; boundary=b; charset={charset}"), "token")
        raw = "username=änn&password=pässwörd-1"
        for charset in ("iso-8859-1", "utf-16", "cp500"):
            self.assertEqual(self.token(raw.encode(charset), f"application/x-www-form-urlencoded; charset={charset}"), "token")
        self.assertEqual(self.token(raw.encode("iso-8859-1"), "application/x-www-form-urlencoded"), "token", "as some browsers did")

    def test_a_field_of_a_multipart_form_may_be_in_base64_and_the_last_one_counts(self):
        body = b"".join(b'--b\r\nContent-Disposition: form-data; name="%s"\r\n%s\r\n%s\r\n' % part for part in [
            (b"username", b"", b"bob"), (b"username", b"Content-Transfer-Encoding: base64\r\n", base64.b64encode("änn".encode("latin-1"))),
            (b"password", b"", "pässwörd-1".encode("latin-1"))]) + b"--b--\r\n"
        self.assertEqual(self.token(body, "multipart/form-data; boundary=b; charset=latin-1"), "token")

    def test_the_login_form_is_read_in_its_charset(self):
        client = self.site.client()
        self.addCleanup(client.close)
        client.connection.request("GET", "/api-auth/login/")
        answer = client.connection.getresponse()
        csrf = re.search(r"csrftoken=(\w+)", answer.getheader("Set-Cookie")).group(1)
        answer.read()
        fields = {"username": "änn", "password": "pässwörd-1", "csrfmiddlewaretoken": csrf, "next": "/messages/"}
        for content_type, body, status in [
                ("application/x-www-form-urlencoded; charset=iso-8859-1", self.form("iso-8859-1", **fields), 302),
                ("multipart/form-data; boundary=b; charset=shift_jis", self.multipart("utf-8", **fields), 200),
                ("multipart/form-data; boundary=b; charset=windows-1252", self.multipart("windows-1252", **fields), 302),
                ("application/x-www-form-urlencoded", self.form("iso-8859-1", **fields), 200)]:
            with self.subTest(content_type):
                self.assertEqual(client.request("POST", "/api-auth/login/", body, {"Content-Type": content_type, "Cookie": "csrftoken=" + csrf})[0], status)

    def test_the_query_is_read_in_the_charset_too(self):
        token = re.search(r"[0-9a-f]{40}", self.site.manage("drf_create_token", "ann")).group(0)
        self.site.manage("send", "--to", "ann", "Grüße")
        client = self.site.client(token)
        self.addCleanup(client.close)
        latin1 = {"Content-Type": "text/plain; charset=latin-1"}
        for headers, query, found in [({}, "Gr%C3%BC", 1), ({}, "Gr%FC", 0), (latin1, "Gr%FC", 1), (latin1, "Gr%C3%BC", 0)]:
            with self.subTest(query, headers=headers):
                status, body = client.request("GET", "/messages/?search=" + query, headers=headers)
                self.assertEqual((status, len(json.loads(body))), (200, found))


class NarrowTables(unittest.TestCase):
    """What a table cannot hold is not found there, and not stored."""

    #: charset of the tables, a name that it holds, what it lacks
    CHARSETS = [("utf8mb3", "日本é", ["🔥", "a🔥"]), ("latin1", "änn", ["日本", "Ā", "🔥"]), ("sjis", "日本", ["é", "🔥"])]

    numbers = itertools.count()

    @classmethod
    def setUpClass(cls):
        cls.server = MariaDB()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)

    def given_a_site(self, charset):
        name = f"site_{next(self.numbers)}"
        self.server.sql(f"CREATE DATABASE {name} CHARACTER SET {charset}", database="")
        settings = settings_for(self.server.url.rsplit("/", 1)[0] + "/" + name)
        settings = settings.replace('DEFAULT_FILTER_BACKENDS = ["', SEARCH)
        settings = settings.replace("CLASSES = [\n", "CLASSES = [\n    \"rest_framework.authentication.BasicAuthentication\",\n", 1)
        site = Site(UNTHROTTLED + settings + ROUTES)
        self.addCleanup(site.__exit__)
        return site, name

    def count(self, database):
        return [self.server.sql(f"SELECT COUNT(*) FROM {table}", database).strip()
                for table in ("drf_messages_message", "drf_messages_messagetag", "auth_user")]

    def storing_it_fails_with_a_line_that_names_column_and_character(self, site, database, charset, holds, lacks):
        before = self.count(database)
        character = f"U\\+{ord(lacks[0][0]):04X}"
        for column, arguments in [
                ("drf_messages_message.message", ["send", "--to", holds, holds + lacks[0]]),
                ("drf_messages_messagetag.text", ["send", "--to", holds, "--tag", "a", "--tag", lacks[0], "plain"]),
                ("auth_user.username", ["createuser", lacks[0][0], "--noinput"])]:
            with self.subTest(charset, column=column):
                done = site.run(*arguments)
                if column == "auth_user.username" and lacks[0] == "🔥":
                    self.assertNotEqual(done.returncode, 0)  # no letter either
                else:
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertRegex(done.stderr, rf"column {column} cannot hold the character {character}")
                self.assertEqual(done.stderr.count("\n"), 1)
        self.assertEqual(self.count(database), before)
        self.assertIn("no user", site.run("send", "--to", lacks[0], "text").stderr)

    def test_nothing_is_found_by_what_they_cannot_hold_and_storing_it_fails(self):
        for charset, holds, lacks in self.CHARSETS:
            site, database = self.given_a_site(charset)
            token = site.user(holds)
            site.manage("send", "--to", holds, "--tag", holds, holds + " and ???")
            site.serve()
            client, nobody = site.client(token), site.client()
            self.addCleanup(client.close)
            self.addCleanup(nobody.close)
            for query in ("search=" + quote(holds), "extra_tags=" + quote(holds), "search=%3F%3F"):
                found = client.get("/messages/?" + query)
                self.assertEqual(len(found), 1, (charset, query))

            def asked(value):
                """Every request that looks for a value, with what is answered."""
                plain = quote(value)
                yield from (client.request("GET", f"/messages/?{name}={plain}") for name in ("search", "extra_tags", "view"))
                yield client.request("GET", f"/messages/{found[0]['id']}/?view={plain}")
                yield client.request("GET", f"/messages/?search={plain}+and")
                yield nobody.request("GET", "/messages/peek/", headers={"Cookie": "sessionid=".encode() + value.encode() * 8})
                yield nobody.request("GET", "/messages/peek/", headers={"Authorization": b"Token " + value.encode()})
                yield nobody.request("GET", "/messages/peek/", headers={"Authorization": "Basic " + base64.b64encode(f"{value}:x".encode()).decode()})
                yield nobody.request("POST", "/api-token-auth/", json.dumps({"username": value, "password": "x"}), {"Content-Type": "application/json"})
                # a page with a token that is another one each time
                yield nobody.request("POST", "/api-auth/login/", urlencode({"username": value, "password": "x", "csrfmiddlewaretoken": "a" * 32}), {
                    "Content-Type": "application/x-www-form-urlencoded", "Cookie": "csrftoken=" + "a" * 32})[0], "form"

            expected = list(asked("nothing"))
            self.assertEqual([status for status, _ in expected], [200, 200, 200, 404, 200, 200, 401, 401, 400, 200])
            for value in lacks:
                with self.subTest(charset, value=value):
                    self.assertEqual(list(asked(value)), expected)
            self.assertEqual(client.request("GET", f"/messages/?search={quote(holds)}")[0], 200)
            self.storing_it_fails_with_a_line_that_names_column_and_character(site, database, charset, holds, lacks)
            self.assertEqual(site.stop(), 0)
            self.assertNotRegex("".join(site.output), "Illegal mix|error GET|Traceback")

    def test_check_names_the_statement_that_mends_them(self):
        charset, holds, lacks = self.CHARSETS[1]
        site, database = self.given_a_site(charset)
        site.user("ann")
        site.manage("send", "--to", "ann", "--tag", holds, holds)
        self.server.sql("ALTER TABLE drf_messages_message MODIFY view varchar(64) NOT NULL DEFAULT 'it''s' COMMENT 'a ''view'''", database)
        answer = site.manage("check")
        mending = re.findall(r"ALTER TABLE .*;", answer)
        self.assertEqual(len(mending), 3, answer)
        for statement in mending:
            self.server.sql(statement, database)
        self.assertNotIn("cannot hold", site.manage("check"))
        self.assertRegex(self.server.sql("SHOW CREATE TABLE drf_messages_message", database),
                         r"`view` varchar\(64\) CHARACTER SET utf8mb4 COLLATE utf8mb4_\w+ NOT NULL DEFAULT 'it''s' COMMENT 'a ''view'''")
        site.manage("send", "--to", "ann", "--tag", lacks[0], lacks[0] + holds)
        self.assertIn(lacks[0] + holds, site.manage("list", "ann"))


if __name__ == "__main__":
    unittest.main()
