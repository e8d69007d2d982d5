# SPDX-License-Identifier: MIT
"""Each request that shows where the original's documents are false, sent to this server and held against our document of the same settings; and a test for each
false statement, by its id, that ours is true there."""
import json
import unittest
import urllib.parse

from documents import RECORDING, Documents, Site, recorded_documents, running, served
from judge import METHODS

# Parameters of these requests that do nothing, so no document should have them.
WITHOUT_EFFECT = {
    "peek/1": {"level", "unread", "search", "limit"},
    "parameter-created/0": {"created"},
    "parameter-created/4": {"created_0", "created_min"},
    "parameter-read/0": {"read"},
    "parameter-extra_tags-view/3": {"level__gte", "extra_tags__in", "nothing"},
    "limitoffset/4": {"limit"},
    "pagenumber-custom/1": {"page"},
    "pagenumber-no-size/1": {"page"},
}
# What is no request of the schema: a value that is refused, a path that is none, credentials that are missing.
NOT_OF_THE_SCHEMA = {
    "parameter-created/3", "parameter-read/3", "parameter-level/2", "parameter-level_tag/1", "retrieve-filtered/5", "retrieve/3", "other-urls/4", "negotiation/2",
    "pagenumber/4", "query-version/1", "isauthenticated/0", "urlpath-version/2",
    "other-methods/2", "other-methods/3", "other-methods/4", "other-urls/3",
}
# The answer to these is a page of Django's or a redirect, not an operation's.
NOT_AN_OPERATIONS = {"other-urls/3", "urlpath-version/2", "other-methods/2", "other-methods/3", "other-methods/4"}
LIST, DETAIL, PEEK = "/messages/", "/messages/{id}/", "/messages/peek/"
DOCUMENTS = Documents()


def site_of(config):
    return Site.recorded(next(entry for entry in recorded_documents() if entry["config"] == config))


def played():
    """{step: (document, request, recorded answer, ours)}"""
    sites = {}
    for entry in RECORDING["evidence"]:
        sites.setdefault(Site.recorded(entry).key(), (Site.recorded(entry), []))[1].append(entry)
    found = {}
    for site, entries in sites.values():
        document = DOCUMENTS.of(site)
        with running(site) as server:
            for entry in entries:
                server.load(entry["fixture"])
                for number, step in enumerate(entry["steps"]):
                    found[f"{entry['id']}/{number}"] = document, step["request"], step["response"], server.answer(step["request"])
    return found


class Evidence(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.played = played()

    def test_answers_are_declared(self):
        for name, (document, request, recorded, answer) in self.played.items():
            with self.subTest(step=name, request=f"{request['method']} {request['path']}"):
                self.assertLess(answer["status"], 500)
                if recorded["status"] < 500:
                    self.assertEqual(recorded["status"], answer["status"])
                if name not in NOT_AN_OPERATIONS:
                    self.assertEqual([], document.answer_problems(request, answer))

    def test_requests_are_declared(self):
        for name, (document, request, _, answer) in self.played.items():
            with self.subTest(step=name, request=f"{request['method']} {request['path']}", status=answer["status"]):
                problems = document.request_problems(request)
                if name in NOT_OF_THE_SCHEMA:
                    self.assertNotEqual([], problems)
                else:
                    self.assertEqual([], problems)

    def test_parameters_are_declared(self):
        for name, (document, request, _, _) in self.played.items():
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request["path"]).query, keep_blank_values=True))
            found = document.operation(request["method"], request["path"])
            if query and found:
                with self.subTest(step=name, request=request["path"]):
                    declared = {parameter for parameter, place in document.parameters(found[0], found[1]) if place == "query"}
                    self.assertEqual(WITHOUT_EFFECT.get(name, set()), set(query) - declared)

    def test_one_document_after_the_other_is_the_same(self):
        """level_tag-used-up: a document uses nothing up."""
        entry, site = served()
        host = {"Host": "testserver"}
        with running(site) as server:
            server.load(entry["fixture"])
            schema = {"method": "GET", "path": "/schema/?format=json", "headers": host}
            filtered = entry["steps"][-1]["request"]
            first = server.answer(schema)
            self.assertEqual(200, first["status"])
            self.assertEqual(first["body"], server.answer(schema)["body"])
            self.assertEqual(200, server.answer(filtered)["status"])


class FalseStatements(unittest.TestCase):
    """Here they are true."""

    def document(self, config="base"):
        return DOCUMENTS.of(site_of(config))

    def operation(self, path, method="get", config="base"):
        return self.document(config).data["paths"][path][method]

    def parameter(self, path, name, method="get", config="base", place="query"):
        return self.document(config).parameters(path, self.operation(path, method, config)).get((name, place))

    def takes(self, config, path, name, *texts, method="get", place="query"):
        parameter = self.parameter(path, name, method, config, place)
        self.assertIsNotNone(parameter, f"{method} {path} {name}")
        return [text for text in texts if self.document(config).takes_text(parameter, text)]

    def field(self, component, name, *values, config="base"):
        """Those of the values that a field takes."""
        document = self.document(config)
        return [value for value in values if document.takes(document.property(component, name), value)]

    def statuses(self, path, method="get", config="base"):
        return set(self.operation(path, method, config)["responses"])

    def of_list(self, value, config):
        """Whether a value is an answer of the list."""
        document = self.document(config)
        schema = document.content(document.response(self.operation(LIST, config=config), 200), "application/json")["schema"]
        return document.takes(schema, value)

    def test_each_has_its_test(self):
        names = {"test_" + entry["id"].replace("-", "_") for entry in RECORDING["false_statements"]}
        self.assertLessEqual(names, set(dir(self)))

    def test_level_tag_empty_enum(self):
        for method in ("get", "delete"):
            self.assertEqual(["info", "error"], self.takes("base", DETAIL, "level_tag", "info", "error", method=method))
            self.assertEqual(["critical", "trace"], self.takes("message-tags-added", DETAIL, "level_tag", "critical", "trace", method=method))

    def test_level_tag_empty_enum_invalid(self):
        def empty(value):
            if isinstance(value, dict):
                return value.get("enum") == [] or any(map(empty, value.values()))
            return isinstance(value, list) and any(map(empty, value))
        for entry in recorded_documents():
            self.assertFalse(empty(DOCUMENTS.of(Site.recorded(entry)).data), entry["id"])

    def test_level_tag_used_up(self):
        """The command says the same as the server, again and again: Evidence asks a server."""
        site = site_of("base")
        self.assertEqual(Documents.printed(site), Documents.printed(site))

    def test_parameter_created(self):
        self.assertIsNone(self.parameter(LIST, "created"))
        for name in ("created_after", "created_before"):
            self.assertEqual(["2024-01-02", "2024-01-02T00:00:00Z"], self.takes("base", LIST, name, "2024-01-02", "2024-01-02T00:00:00Z", "yesterday"))

    def test_parameter_read(self):
        self.assertIsNone(self.parameter(LIST, "read"))
        for name in ("read_after", "read_before"):
            self.assertEqual(["2024-01-02"], self.takes("base", LIST, name, "2024-01-02", "x"))

    def test_parameter_types(self):
        self.assertEqual(["30", "30.0", "-1"], self.takes("base", LIST, "level", "30", "30.0", "abc", "-1"))
        document = self.document()
        self.assertIn("boolean", json.dumps([document.resolved(self.parameter(LIST, "unread")["schema"]), document.stated(self.parameter(LIST, "unread")["schema"])])
                      .replace("true", "boolean"))

    def test_filters_missing(self):
        for name in ("unread", "level_tag", "level", "extra_tags", "view", "read_after", "read_before", "created_after", "created_before"):
            for path, method in ((LIST, "get"), (DETAIL, "get"), (DETAIL, "delete")):
                self.assertIsNotNone(self.parameter(path, name, method), f"{method} {path} {name}")
                self.assertIsNone(self.parameter(path, name, method, config="filters-search-ordering"), f"{method} {path} {name}")

    def test_filters_on_detail_missing(self):
        for method in ("get", "delete"):
            for name in ("unread", "level_tag", "level", "search"):
                self.assertIsNotNone(self.parameter(DETAIL, name, method))
            self.assertLessEqual({"400", "404"}, self.statuses(DETAIL, method))

    def test_peek_max_level_null(self):
        self.assertEqual([None], self.field("MessagePeek", "max_level", None))

    def test_peek_max_level_unregistered(self):
        self.assertEqual([40, 100], self.field("MessagePeek", "max_level", 40, 100, "40"))

    def test_peek_max_level_tag_blank(self):
        self.assertEqual(["", "error"], self.field("MessagePeek", "max_level_tag", "", "error", None))

    def test_level_unregistered(self):
        self.assertEqual([40, 100], self.field("Message", "level", 40, 100, None))

    def test_level_tag_blank(self):
        self.assertEqual(["", "error"], self.field("Message", "level_tag", "", "error", None))

    def test_writable_fields(self):
        message = self.document().at("#/components/schemas/Message")
        for name, schema in message["properties"].items():
            self.assertTrue(schema.get("readOnly") or self.document().resolved(schema).get("readOnly") or message.get("readOnly"), name)
        self.assertEqual(["x" * 5000], self.field("Message", "message", "x" * 5000))
        self.assertEqual(["x" * 5000], self.field("Message", "view", "x" * 5000))

    def required_fields(self):
        self.assertEqual({"id", "message", "level", "level_tag", "extra_tags", "view", "read_at", "created"},
                         set(self.document().at("#/components/schemas/Message")["required"]))

    def test_required_fields(self):
        self.required_fields()
        self.assertEqual({"count", "max_level", "max_level_tag"}, set(self.document().at("#/components/schemas/MessagePeek")["required"]))

    def test_required_fields_spectacular(self):
        self.required_fields()

    def test_errors_missing(self):
        self.assertLessEqual({"200", "400", "403", "404", "406"}, self.statuses(LIST))
        self.assertLessEqual({"204", "400", "403", "404", "406"}, self.statuses(DETAIL, "delete"))
        self.assertIn("401", self.statuses(LIST, config="auth-token"))
        self.assertIn("429", self.statuses(LIST, config="throttling"))
        document = self.document()
        wrong = document.content(document.response(self.operation(LIST), 400), "application/json")["schema"]
        self.assertTrue(document.takes(wrong, {"level": ["Enter a number."]}))
        self.assertFalse(document.takes(wrong, {"level": "Enter a number."}))
        missing = document.content(document.response(self.operation(DETAIL), 404), "application/json")["schema"]
        self.assertTrue(document.takes(missing, {"detail": "Not found."}))
        self.assertFalse(document.takes(missing, {"detail": ["Not found."]}))

    def test_path_id_string(self):
        self.assertEqual(["1", "999"], self.takes("base", DETAIL, "id", "1", "999", "abc", "1.5", place="path"))

    def test_no_security(self):
        self.assertEqual({"cookieAuth", "tokenAuth", "basicAuth"},
                         {"cookieAuth", "tokenAuth", "basicAuth"} & set(self.document("auth-all-three").data["components"]["securitySchemes"]))
        self.assertNotIn({}, self.operation(LIST, config="permissions-isauthenticated")["security"])

    def test_csrf_missing(self):
        schemes = self.document().data["components"]["securitySchemes"]
        alternatives = [each for each in self.operation(DETAIL, "delete")["security"] if "cookieAuth" in each]
        self.assertTrue(alternatives)
        for each in alternatives:
            needed = {(schemes[name]["in"], schemes[name]["name"].lower()) for name in each if schemes[name]["type"] == "apiKey"}
            self.assertLessEqual({("cookie", "sessionid"), ("cookie", "csrftoken"), ("header", "x-csrftoken")}, needed)
        self.assertIn({"cookieAuth": []}, self.operation(LIST)["security"])

    def test_docstring_session(self):
        for path in (LIST, DETAIL, PEEK):
            self.assertNotIn("this session", json.dumps(self.operation(path)))
            self.assertIn("session", json.dumps(self.operation(path, config="messages-settings")).lower())

    def test_marking_missing(self):
        for path in (LIST, DETAIL):
            self.assertRegex(self.operation(path)["description"], "read")
        self.assertRegex(self.operation(PEEK)["description"], "read")

    def test_one_description(self):
        texts = [self.operation(LIST)["description"], self.operation(DETAIL)["description"], self.operation(DETAIL, "delete")["description"],
                 self.operation(PEEK)["description"]]
        self.assertEqual(4, len(set(texts)))

    def test_page_always(self):
        page = {"count": 0, "next": None, "previous": None, "results": []}
        self.assertTrue(self.of_list([], "pagination-pagenumber-no-size"))
        self.assertFalse(self.of_list(page, "pagination-pagenumber-no-size"))
        for value in ([], page):
            self.assertTrue(self.of_list(value, "pagination-limitoffset-no-size"))
        self.assertFalse(self.of_list([], "pagination-limitoffset"))
        self.assertTrue(self.of_list(page, "pagination-limitoffset"))

    def test_cursor_500(self):
        """The page is what this server answers: `cursor/0` of the evidence."""
        self.assertTrue(self.of_list({"next": None, "previous": None, "results": []}, "pagination-cursor"))

    def test_urlpath_peek_500(self):
        document = self.document("versioning-urlpath")
        for version in ("v1", "v2"):
            self.assertIn("200", document.operation("GET", f"/{version}/messages/peek/")[1]["responses"])

    def test_pagenumber_404(self):
        self.assertEqual(["2", "last"], self.takes("pagination-pagenumber", LIST, "page", "2", "last", "abc"))
        self.assertIn("404", self.statuses(LIST, config="pagination-pagenumber"))

    def test_version_query_missing(self):
        for path in (LIST, DETAIL, PEEK):
            self.assertEqual(["1.0", "2.0"], self.takes("versioning-query", path, "version", "1.0", "2.0", "9"))
            self.assertIn("404", self.statuses(path, config="versioning-query"))

    def test_version_accept(self):
        document = self.document("versioning-accept")
        for path in (LIST, DETAIL, PEEK):
            self.assertIn("406", self.statuses(path, config="versioning-accept"))
            self.assertIn("version", json.dumps(document.response(self.operation(path, config="versioning-accept"), 200)))

    def test_namespace_plain(self):
        self.assertLessEqual({LIST, DETAIL, PEEK}, set(self.document("versioning-namespace-plain-mount").data["paths"]))

    def test_other_media(self):
        document = self.document()
        self.assertIsNotNone(document.content(document.response(self.operation(PEEK), 200), "text/html; charset=utf-8"))
        self.assertEqual(["json", "api"], self.takes("base", PEEK, "format", "json", "api", "xml"))
        only = self.document("renderers-html-only")
        content = only.response(self.operation(PEEK, config="renderers-html-only"), 200)["content"]
        self.assertEqual({"text/html"}, {kind.split(";")[0] for kind in content})

    def test_other_urls(self):
        document = self.document()
        for path in ("/messages/.json", "/messages/1.json", "/messages/peek.json"):
            self.assertIsNotNone(document.operation("GET", path), path)
        for path in (LIST, DETAIL, PEEK):
            for method in ("head", "options"):
                self.operation(path, method)
        # Redirects are of CommonMiddleware, for every URL of the site: said, not declared.
        self.assertIn("redirect", json.dumps(document.data))

    def test_ordering_values(self):
        for texts in (("level",), ("-created", "read_at"), ("level,-created",)):
            self.assertEqual(list(texts), self.takes("base", LIST, "ordering", *texts))
        text = json.dumps(self.parameter(LIST, "ordering"))
        for name in ("level", "read_at", "created"):
            self.assertIn(name, text)
            self.assertIn("-" + name, text)

    def test_tags_twice(self):
        document = self.document("message-tags-twice")
        stated = document.stated(self.parameter(LIST, "level_tag", config="message-tags-twice")["schema"])
        self.assertEqual(1, stated.count("error"))

    def test_url_argument(self):
        for entry in recorded_documents():
            self.assertTrue(all(path.startswith("/") for path in DOCUMENTS.of(Site.recorded(entry)).data["paths"]), entry["id"])

    def test_duplicate_ids(self):
        for config in ("mount-twice", "versioning-namespace"):
            ids = [operation["operationId"] for _, _, operation in self.document(config).operations()]
            self.assertEqual(len(ids), len(set(ids)))
            self.assertGreaterEqual(len(ids), 8)

    def test_suffix_none(self):
        document = self.document("format-suffix-off")
        self.assertFalse([path for path in document.data["paths"] if "None" in path])

    def test_not_installed(self):
        """This server answers as usual then: `storage-not-installed` of the evidence."""
        self.assertEqual(set(self.document().data["paths"]), set(self.document("storage-not-installed").data["paths"]))
        for path, item in self.document("storage-not-installed").data["paths"].items():
            for method in METHODS:
                self.assertNotIn("500", item.get(method, {}).get("responses", {}), path)


if __name__ == "__main__":
    unittest.main()
