# SPDX-License-Identifier: MIT
"""What the recorded scenarios ask and are answered is what the document of their settings allows. No server is asked: tests/contract shows that ours answers so."""
import collections
import json
import unittest

from openapi_spec_validator import OpenAPIV31SpecValidator

from documents import Documents, Refused, Site, recorded_documents
from judge import NOW
import releases  # of tests/contract


def scenarios():
    """(name, site, scenario) as Django 3.2 answers, then as newer releases answer otherwise."""
    for name, (data, scenario) in releases.scenarios_of(releases.HERE).items():
        yield name, site_of(data, scenario, {}), scenario
    table = json.loads(releases.FILE.read_text(encoding="utf-8"))
    for release, about in table["releases"].items():
        made, changed = releases.made(release, table)
        for name in sorted(changed):
            data, scenario = made[name]
            yield f"{release} {name}", site_of(data, scenario, about["settings"]), scenario


def site_of(data, scenario, more):
    return Site({**more, **data["settings"][scenario["settings"]]}, data["routes"][scenario["routes"]], scenario.get("custom_classes", {}))


def is_djangos(response):
    """A redirect, or a page that no view of REST framework made."""
    is_page = (content_type(response["headers"]) or "").startswith("text/html")
    return response["status"] in (301, 302) or is_page and response.get("body_ignored") != "browsable API page"


def content_type(headers):
    return next((value for name, value in headers.items() if name.lower() == "content-type"), None)


def answer_of(response):
    body = response.get("body", response.get("body_after_gunzip"))
    return {"status": response["status"], "headers": response["headers"], "body": None if body is None else body.replace("<now>", NOW)}


def problems_of(document, step):
    """Of one request and its answer, and whether it was judged at all."""
    request, response = step["request"], step["response"]
    if step.get("upstream_bug") or is_djangos(response):
        return False, []
    method, path = request["method"].upper(), request["path"]
    request = {**request, "method": method}
    if document.operation(method, path) is None:
        return False, [] if response["status"] >= 400 else [f"no operation {method} {path}"]
    problems = document.answer_problems(request, answer_of(response))
    if 200 <= response["status"] < 300:
        problems += document.request_problems(request)
    return True, problems


class Scenarios(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.documents = Documents()
        cls.scenarios = list(scenarios())
        cls.recorded = [Site.recorded(entry) for entry in recorded_documents()]
        cls.documents.make([*(site for _, site, _ in cls.scenarios), *cls.recorded])

    def test_requests_and_answers_are_those_of_the_schema(self):
        judged, wrong = 0, collections.OrderedDict()
        for name, site, scenario in self.scenarios:
            try:
                document = self.documents.of(site)
            except Refused:
                if not any(step.get("upstream_bug") for step in scenario["steps"]):
                    wrong.setdefault("refused", []).append(name)
                continue
            for number, step in enumerate(scenario["steps"]):
                was_judged, problems = problems_of(document, step)
                judged += was_judged
                for problem in problems:
                    wrong.setdefault(problem, []).append(f"{name}/{number}")
        self.assertEqual([], [f"{problem}\n    {len(names)}: {' '.join(names[:6])}" for problem, names in wrong.items()])
        self.assertGreater(judged, 1500)

    def test_documents_are_valid(self):
        sites = [*(site for _, site, _ in self.scenarios), *self.recorded]
        known = set()
        for site in sites:
            try:
                document = self.documents.of(site)
            except Refused:
                continue
            if document not in known:
                known.add(document)
                with self.subTest(settings=site.key()):
                    self.assertRegex(document.data["openapi"], r"^3\.1\.\d+$")
                    self.assertEqual([], [f"{list(error.path)}: {error.message}"[:500] for error in OpenAPIV31SpecValidator(document.data).iter_errors()])
        self.assertGreater(len(known), 60)

    def test_examples_are_valid(self):
        for entry in recorded_documents():
            document = self.documents.of(Site.recorded(entry))
            for method, path, operation in document.operations():
                for schema, example in examples(document, path, operation):
                    with self.subTest(document=entry["id"], operation=f"{method} {path}", example=example):
                        self.assertEqual([], document.errors(schema, example))


def examples(document, path, operation):
    """(schema, example) of parameters, bodies and headers."""
    holders = [*document.parameters(path, operation).values(), *document.resolved(operation.get("requestBody", {})).get("content", {}).values()]
    for status in operation["responses"]:
        response = document.response(operation, status)
        holders += [*response.get("content", {}).values(), *map(document.resolved, response.get("headers", {}).values())]
    for holder in holders:
        if "example" in holder:
            yield holder["schema"], holder["example"]
        for each in holder.get("examples", {}).values():
            yield holder["schema"], document.resolved(each)["value"]


if __name__ == "__main__":
    unittest.main()
