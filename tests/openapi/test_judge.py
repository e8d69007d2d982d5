# SPDX-License-Identifier: MIT
"""The judge finds in the original's own documents what those found who recorded them."""
import json
import unittest
import urllib.parse

from documents import HERE, RECORDING
from judge import NOW, Document


def in_3_1(schema):
    """Documents of OpenAPI 3.0 have `nullable` for a type of null."""
    if isinstance(schema, list):
        return [in_3_1(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    new = {key: in_3_1(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [new, {"type": "null"}]} if schema.get("nullable") else new


def judged(document, request, answer):
    found = document.operation(request["method"], request["path"])
    if found is None:
        return {"operation": None}
    path, operation, _ = found
    response = document.response(operation, answer["status"])
    verdict = {"operation": f"{request['method']} {path}", "status_declared": response is not None}
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request["path"]).query, keep_blank_values=True))
    if query:
        declared = {name: document.parameters(path, operation).get((name, "query")) for name in query}
        verdict["parameters_declared"] = {name: parameter is not None for name, parameter in declared.items()}
        enums = {name: document.takes_text(parameter, query[name]) for name, parameter in declared.items() if parameter and "enum" in parameter["schema"]}
        if enums:
            verdict["value_in_enum"] = enums
    if response and response.get("content") and "body" in answer:
        entry = document.content(response, answer["headers"]["Content-Type"])
        verdict["content_type_declared"] = entry is not None
        if entry is not None:
            verdict["body_valid"] = not document.errors(entry["schema"], json.loads(answer["body"].replace("<now>", NOW)))
    return verdict


class Judge(unittest.TestCase):
    def test_the_original_is_judged_as_recorded(self):
        count = 0
        for tool in ("drf", "spectacular"):
            document = Document(in_3_1(json.loads((HERE / f"original_{tool}.json").read_text(encoding="utf-8"))))
            for entry in RECORDING["evidence"]:
                for number, step in enumerate(entry["steps"] if entry["config"] == "base" else []):
                    with self.subTest(tool=tool, step=f"{entry['id']}/{number}"):
                        recorded = {key: value for key, value in step["judged"][tool].items() if key != "body_errors"}
                        self.assertEqual(recorded, judged(document, step["request"], step["response"]))
                        count += 1
        self.assertGreater(count, 150)

    def test_what_is_no_time_and_no_address(self):
        document = Document({"paths": {}})
        for name, yes, no in (("date-time", NOW, "2024-05-06T07:08:09"), ("date-time", "2024-05-06T07:08:09+05:30", "2024-13-06T07:08:09Z"),
                              ("uri", "http://testserver/", "/messages/"), ("int32", 2147483647, 2147483648)):
            with self.subTest(name=name):
                self.assertTrue(document.takes({"format": name}, yes))
                self.assertFalse(document.takes({"format": name}, no))


if __name__ == "__main__":
    unittest.main()
