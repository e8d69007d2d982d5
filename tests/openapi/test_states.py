# SPDX-License-Identifier: MIT
"""What the original's two generators say of a site, our document says too: as a set of statements, but for those that are false (recording.json)."""
import json
import re
import unittest

from documents import RECORDING, Documents, Site, recorded_documents

FALSE = {entry["id"] for entry in RECORDING["false_statements"]}
FIELDS = {"LevelEnum": ["Message.level"], "LevelTagEnum": ["Message.level_tag"], "MaxLevelEnum": ["MessagePeek.max_level"],
          "MaxLevelTagEnum": ["MessagePeek.max_level_tag"], "BlankEnum": ["Message.level_tag", "MessagePeek.max_level_tag"]}
# A text that each type of the original's parameters takes.
SAMPLES = {"string": "x", "integer": "1", "boolean": "true"}


def statements(entry, states):
    """(kind, operation or None, what is stated ...) of one document."""
    for operation in states["operations"]:
        name = operation["operation"]
        yield "operation", name
        if entry["tool"] == "spectacular":
            yield "operation id", name, operation["operationId"]
        for parameter in operation["parameters"]:
            key = parameter["name"], parameter["in"]
            yield "parameter", name, key
            for text in map(str, parameter.get("enum", [SAMPLES[parameter["type"]]])):
                yield "text", name, key, text
        for status, contents in operation["responses"].items():
            yield "status", name, status
            for kind, shape in (contents or {}).items():
                yield "shape", name, status, kind, shape
        for alternative in operation.get("security", []):
            yield "security", name, sorted(alternative)
    for name, values in [*states["enums"].items(), *states["field_enums"].items()]:
        for field in FIELDS.get(name, [name]):
            for value in values:
                yield "value", None, field, value
    for name, scheme in states["security_schemes"].items():
        yield "scheme", None, name, {key: value for key, value in scheme.items() if key != "description"}
    if entry["tool"] == "spectacular":
        for name in states["schemas"]:
            yield "component", None, name


def touched(entry, statement):
    """The false statement that this one is a part of."""
    kind, operation, *rest = statement
    if operation and "{None}" in operation:
        return "suffix-none"
    if operation and "://" in operation:
        return "url-argument"
    if kind in ("parameter", "text") and rest[0] in (("created", "query"), ("read", "query")):
        return f"parameter-{rest[0][0]}"
    if kind == "text" and rest[0][0] in ("unread", "level"):
        return "parameter-types"
    if kind == "text" and rest[0][1] == "path" and rest[0][0] in ("id", "pk"):
        return "path-id-string"
    if kind == "shape" and entry["config"] in ("pagination-limitoffset-no-size", "pagination-pagenumber-no-size") and isinstance(rest[2], (dict, str)):
        return "page-always"
    if entry["config"] == "pagination-pagenumber-no-size" and rest[:1] in ([("page", "query")], ["PaginatedMessageList"]):
        return "page-always"  # there are no pages then
    return None


class Compared:
    def __init__(self, entry, document):
        self.settings, self.document = RECORDING["settings"][entry["settings"]], document

    def own(self, operation):
        """(path, operation) of ours that is the original's; a path with a version for a parameter is the one with that parameter."""
        method, path = operation.split(" ", 1)
        trimmed = self.settings.get("SPECTACULAR_SETTINGS", {})
        if trimmed.get("SCHEMA_PATH_PREFIX_TRIM"):
            path = trimmed["SCHEMA_PATH_PREFIX"] + path
        item = self.document.data["paths"].get(path, {})
        if method.lower() in item:
            return path, item[method.lower()], not trimmed.get("SCHEMA_PATH_PREFIX_TRIM")
        versions = self.settings.get("REST_FRAMEWORK", {}).get("ALLOWED_VERSIONS", ["1"])
        found = self.document.operation(method, re.sub(r"\{[^}]*\}", "1", path.replace("{version}", versions[0])))
        return (found[0], found[1], False) if found else None

    def holds(self, kind, operation, *rest):
        if operation is None:
            return getattr(self, kind)(*rest)
        found = self.own(operation)
        return found is not None and (kind == "operation" or getattr(self, kind.replace(" ", "_"))(*found, *rest))

    @staticmethod
    def operation_id(_path, operation, same, name):
        return not same or operation["operationId"] == name

    def parameter(self, path, operation, same, key):
        return key in self.document.parameters(path, operation) or (key == ("version", "path") and not same)

    def text(self, path, operation, same, key, text):
        parameter = self.document.parameters(path, operation).get(key)
        if parameter is None:
            return key == ("version", "path") and not same
        return self.document.takes_text(parameter, text)

    @staticmethod
    def status(_path, operation, _same, status):
        return status in operation["responses"]

    def shape(self, _path, operation, _same, status, kind, shape):
        entry = self.document.content(self.document.response(operation, status), kind)
        return entry is not None and self.has_shape(entry["schema"], shape)

    def has_shape(self, schema, shape):
        if isinstance(shape, dict):  # a page that is no component of its own
            properties = self.document.resolved(schema).get("properties", {})
            return all(name in properties and (not isinstance(what, list) or self.has_shape(properties[name], what)) for name, what in shape.items())
        if isinstance(shape, list):
            schema = self.document.resolved(schema)
            return schema.get("type") == "array" and self.has_shape(schema["items"], shape[0])
        return schema.get("$ref") == f"#/components/schemas/{shape}"

    @staticmethod
    def security(_path, operation, _same, names):
        """With what CSRF needs beside them, where it needs something."""
        alternatives = [set(alternative) for alternative in operation.get("security", [])]
        return any(set(names) <= each if names else not each for each in alternatives)

    def value(self, field, value):
        schema = self.document.property(*field.split("."))
        return self.document.takes(schema, value) and (value == "" or value in self.document.stated(schema))

    def scheme(self, name, scheme):
        own = self.document.data["components"]["securitySchemes"].get(name, {})
        return all(own.get(key) == value for key, value in scheme.items())

    def component(self, name):
        return name in self.document.data["components"]["schemas"]


class States(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.documents = Documents()
        cls.documents.make([Site.recorded(entry) for entry in recorded_documents()])

    def test_true_statements(self):
        states = {entry["file"]: entry["states"] for entry in RECORDING["documents"] if "states" in entry}
        used, count, untrue = set(), 0, {}
        for entry in recorded_documents():
            compared = Compared(entry, self.documents.of(Site.recorded(entry)))
            for statement in statements(entry, states[entry["file"]]):
                false = touched(entry, statement)
                used.add(false)
                count += 1
                if false is None and not compared.holds(*statement):
                    untrue.setdefault(json.dumps(statement, ensure_ascii=False), []).append(entry["id"])
        self.assertEqual([], [f"{statement} of {len(entries)}: {' '.join(entries[:5])}" for statement, entries in untrue.items()])
        self.assertLessEqual(used - {None}, FALSE)
        self.assertGreater(count, 9000)

    def test_operation_ids_are_unique(self):
        for entry in recorded_documents():
            with self.subTest(document=entry["id"]):
                ids = [operation["operationId"] for _, _, operation in self.documents.of(Site.recorded(entry)).operations()]
                self.assertEqual(len(ids), len(set(ids)), sorted(ids))


if __name__ == "__main__":
    unittest.main()
