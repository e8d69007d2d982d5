# SPDX-License-Identifier: MIT
"""The command and the route: both forms have the same data, and who asks for which gets it."""
import json
import unittest

import yaml

from documents import RECORDING, Site, command, recorded_documents, running, served
from judge import Document

# Texts that a reader of YAML takes for something else where they are not quoted.
TAGS = ["no", "~", "null", "1e3", "0x1f", "0o17", "12:30", "2024-01-01", "- a", "a: b", "a #b", "#", "'", '"', "\\", " lead", "trail ", "\t", "a\nb", "é", "\u0085",
        "\u2028", "a \u2028 b", "\x7f", "\ufeff", "!tag", "&a", "*a", "%", "@", "`", "|", ">", "[", "{", "?", "=", "<<", ".inf", "1_000", "😀", "y", "---", "..."]


def base(**settings):
    site = Site.recorded(RECORDING["documents"][0])
    return Site({**site.settings, **settings}, site.routes)


class Command(unittest.TestCase):
    def both(self, site):
        with site.file() as path:
            forms = [command(path, "--format", form) for form in ("json", "yaml")]
        for done in forms:
            self.assertEqual((0, ""), (done.returncode, done.stderr))
        return json.loads(forms[0].stdout), yaml.load(forms[1].stdout, yaml.CSafeLoader), forms[1].stdout

    def test_both_forms_have_the_same_data(self):
        for entry in recorded_documents():
            if "states" in entry and entry["tool"] == "spectacular":
                with self.subTest(document=entry["id"]):
                    self.assertEqual(*self.both(Site.recorded(entry))[:2])

    def test_texts_that_are_something_else_in_yaml(self):
        in_json, in_yaml, text = self.both(base(MESSAGE_TAGS={str(100 + number): tag for number, tag in enumerate(TAGS)}))
        self.assertEqual(in_json, in_yaml)
        self.assertEqual(in_json, yaml.safe_load(text))  # another parser
        document = Document(in_json)
        stated = document.stated(document.property("Message", "level_tag"))
        self.assertEqual([], [tag for tag in TAGS if tag not in stated])

    def test_json_is_the_default(self):
        with base().file() as path:
            self.assertEqual(command(path, "--format", "json").stdout, command(path).stdout)

    def test_what_cannot_be(self):
        with base().file() as path:
            done = command(path, "--format", "xml")
            self.assertEqual(2, done.returncode)
            self.assertEqual("", done.stdout)
            self.assertIn("xml", done.stderr)
        with base(MESSAGE_TAGS={"a": "b"}).file() as path:
            done = command(path)
            self.assertEqual((1, ""), (done.returncode, done.stdout))
            self.assertIn("MESSAGE_TAGS", done.stderr)


class Served(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.entry, site = served()
        cls.site = Site(site.settings, [*site.routes, {"route": "own/", "include": "drf_messages.schema"}])
        cls.running = running(cls.site)
        cls.server = cls.running.__enter__()
        cls.server.load("f3")
        with cls.site.file() as path:
            cls.document = json.loads(command(path).stdout)

    @classmethod
    def tearDownClass(cls):
        cls.running.__exit__(None, None, None)

    def answer(self, path, method="GET", **headers):
        return self.server.answer({"method": method, "path": path, "headers": {"Host": "testserver", **headers}})

    def read(self, answer):
        kind = answer["headers"]["Content-Type"].split(";")[0]
        return json.loads(answer["body"]) if kind.endswith("json") else yaml.safe_load(answer["body"])

    def test_negotiation_is_that_of_spectacular(self):
        for step in self.entry["steps"]:
            request, recorded = step["request"], step["response"]
            if not request["path"].split("?")[0] == "/schema/" or "version=" in request["path"]:
                continue
            with self.subTest(request=f"{request['method']} {request['path']} {request['headers'].get('Accept', '')}"):
                answer = self.server.answer(request)
                self.assertEqual(recorded["status"], answer["status"])
                if "document" in recorded:
                    self.assertEqual({name: recorded["headers"][name] for name in ("Content-Type", "Content-Disposition")},
                                     {name: answer["headers"].get(name) for name in ("Content-Type", "Content-Disposition")})
                    self.assertEqual(self.document, self.read(answer))

    def test_own_route(self):
        for kind in ("application/json", "application/yaml", "application/vnd.oai.openapi+json", "application/vnd.oai.openapi"):
            with self.subTest(accept=kind):
                answer = self.answer("/own/", Accept=kind)
                self.assertEqual(200, answer["status"])
                self.assertEqual(kind, answer["headers"]["Content-Type"].split(";")[0])
                self.assertEqual(self.document, self.read(answer))
        self.assertEqual(self.document, self.read(self.answer("/own/")))
        self.assertEqual(self.document, json.loads(self.answer("/own/?format=json")["body"]))
        self.assertEqual(self.document, yaml.safe_load(self.answer("/own/?format=yaml")["body"]))
        self.assertEqual(406, self.answer("/own/", Accept="image/png")["status"])
        self.assertEqual(404, self.answer("/own/?format=xml")["status"])

    def test_reference(self):
        answer = self.answer("/own/reference/", Accept="text/html")
        self.assertEqual(200, answer["status"])
        self.assertTrue(answer["headers"]["Content-Type"].startswith("text/html"))
        for path, item in self.document["paths"].items():
            self.assertIn(path, answer["body"])
            for operation in item.values():
                if isinstance(operation, dict):
                    self.assertIn(operation["operationId"], answer["body"])
        self.assertNotIn("<script", answer["body"].replace("<script src=", ""))

    def test_anyone_may_read_it(self):
        """Where the endpoints want a user, too, and within any rate."""
        entry = next(entry for entry in recorded_documents() if entry["id"] == "spectacular/permissions-isauthenticated")
        with running(Site.recorded(entry, [*RECORDING["routes"]["r1"], {"route": "schema/", "include": "drf_messages.schema"}])) as server:
            server.load("f3")
            request = {"method": "GET", "path": "/schema/?format=json", "headers": {"Host": "testserver"}}
            self.assertEqual(200, server.answer(request)["status"])
            self.assertEqual(403, server.answer({**request, "path": "/messages/"})["status"])


if __name__ == "__main__":
    unittest.main()
