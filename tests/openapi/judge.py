# SPDX-License-Identifier: MIT
"""Holds requests and answers against an OpenAPI document, as a client that knows nothing else would.

A document says yes or no to a text in a path, a query or a header through a schema of JSON values: here the text counts as each of the values that it can be
read as (`30` is a number and a text), and one that the schema takes is enough.
"""
import functools
import json
import re
import urllib.parse
from datetime import datetime

import jsonschema
import referencing
import referencing.jsonschema

# A time that the recording left out.
NOW = "2024-05-06T07:08:09.000001Z"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
FORMATS = jsonschema.FormatChecker(formats=())
# Before there were time zones an offset had seconds, which RFC 3339 does not know.
WITH_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d(:\d\d)?)")


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value):
    return not isinstance(value, str) or bool(WITH_TIME.fullmatch(value) and datetime.fromisoformat(value.upper().replace("Z", "+00:00")))


@FORMATS.checks("date", raises=ValueError)
def is_date(value):
    return not isinstance(value, str) or bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value) and datetime.fromisoformat(value))


@FORMATS.checks("uri", raises=ValueError)
def is_uri(value):
    return not isinstance(value, str) or bool(urllib.parse.urlsplit(value).scheme) and value.isascii() and " " not in value


@FORMATS.checks("int32")
def is_int32(value):
    return not isinstance(value, int) or -(2**31) <= value < 2**31


@FORMATS.checks("int64")
def is_int64(value):
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def readings(text):
    """The JSON values that a text of a path, a query or a header may stand for."""
    values = [text]
    for reader in (int, float):
        try:
            values.append(reader(text))
        except (ValueError, OverflowError):
            pass
    if text.lower() in ("true", "false"):
        values.append(text.lower() == "true")
    return values


def media_type(content_type):
    return content_type.split(";")[0].strip().lower()


class Document:
    def __init__(self, data):
        self.data = data
        resource = referencing.Resource(contents=data, specification=referencing.jsonschema.DRAFT202012)
        self.registry = referencing.Registry().with_resource("urn:document", resource)
        self.templates = sorted(((self.pattern(path), path) for path in data.get("paths", {})), key=lambda entry: self.rank(entry[1]))

    @staticmethod
    def pattern(path):
        parts = re.split(r"\{([^}]*)\}", path)
        return re.compile("".join("([^/]+)" if at % 2 else re.escape(part) for at, part in enumerate(parts)))

    @staticmethod
    def rank(path):
        """What has fewer parameters comes first, as the specification wants it; then what says more."""
        return path.count("{"), -len(re.sub(r"\{[^}]*\}", "", path))

    def resolved(self, value):
        while isinstance(value, dict) and "$ref" in value:
            value = self.at(value["$ref"])
        return value

    def at(self, pointer):
        value = self.data
        for part in pointer.lstrip("#/").split("/"):
            value = value[urllib.parse.unquote(part).replace("~1", "/").replace("~0", "~")]
        return value

    @functools.cache  # pylint: disable=method-cache-max-size-none
    def validator(self, text):
        """Of a schema, as JSON."""
        schema = self.anchored(json.loads(text))
        return jsonschema.Draft202012Validator(schema, registry=self.registry, format_checker=FORMATS)

    def anchored(self, schema):
        """References inside a schema lead into the document, wherever the schema is held."""
        if isinstance(schema, dict):
            return {key: "urn:document" + value if key == "$ref" and isinstance(value, str) and value.startswith("#") else self.anchored(value)
                    for key, value in schema.items()}
        return [self.anchored(value) for value in schema] if isinstance(schema, list) else schema

    def errors(self, schema, value):
        found = self.validator(json.dumps(schema, sort_keys=True)).iter_errors(value)
        return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}"[:200] for error in found]

    def takes(self, schema, value):
        return self.validator(json.dumps(schema, sort_keys=True)).is_valid(value)

    # ---- operations
    def matches(self, target):
        """The paths of the document that a target may be: [(path, {parameter: text})], the one that counts first."""
        path = urllib.parse.unquote(urllib.parse.urlsplit(target).path or "/")
        prefixes = {urllib.parse.urlsplit(server.get("url", "")).path.rstrip("/") for server in self.data.get("servers", [])} | {""}
        found = []
        for pattern, template in self.templates:
            for prefix in prefixes:
                match = pattern.fullmatch(path[len(prefix):]) if path.startswith(prefix) else None
                if match:
                    found.append((template, dict(zip(re.findall(r"\{([^}]*)\}", template), match.groups()))))
                    break
        return found

    def operation(self, method, target):
        """(path, operation, texts in the path) or None. A path that takes the texts counts before one that does not: `1.json` is no id."""
        found = self.matches(target)
        for template, texts in found:
            item = self.resolved(self.data["paths"][template])
            one = item.get(method.lower()) or next(item[each] for each in METHODS if each in item)
            declared = self.parameters(template, one)
            if all((name, "path") in declared and self.takes_text(declared[name, "path"], text) for name, text in texts.items()):
                found = [(template, texts)]
                break
        if not found or method.lower() not in self.resolved(self.data["paths"][found[0][0]]):
            return None
        template, texts = found[0]
        return template, self.resolved(self.data["paths"][template])[method.lower()], texts

    def operations(self):
        for path, item in self.data.get("paths", {}).items():
            for method in METHODS:
                if method in self.resolved(item):
                    yield method.upper(), path, self.resolved(item)[method]

    def parameters(self, path, operation):
        """{(name, place): parameter}; those of headers by their name in lower case."""
        found = {}
        for parameter in [*self.resolved(self.data["paths"][path]).get("parameters", []), *operation.get("parameters", [])]:
            parameter = self.resolved(parameter)
            name = parameter["name"].lower() if parameter["in"] == "header" else parameter["name"]
            found[name, parameter["in"]] = parameter
        return found

    def takes_text(self, parameter, text):
        schema = self.schema_of(parameter)
        if text == "" and parameter.get("allowEmptyValue"):
            return True
        if any(self.takes(schema, value) for value in readings(text)):
            return True
        items = [readings(part) for part in text.split(",")]
        return any(self.takes(schema, [values[at] for values in items]) for at in (0, -1))

    @staticmethod
    def schema_of(parameter):
        return parameter["schema"] if "schema" in parameter else next(iter(parameter["content"].values())).get("schema", {})

    def response(self, operation, status):
        return self.resolved(operation.get("responses", {}).get(str(status)))

    # ---- requests
    def request_problems(self, request):
        """Why a request is none that the document allows."""
        found = self.operation(request["method"], request["path"])
        if found is None:
            return [f"no operation {request['method']} {request['path']}"]
        path, operation, texts = found
        headers = {name.lower(): value for name, value in request["headers"].items()}
        query = {}
        for name, value in urllib.parse.parse_qsl(urllib.parse.urlsplit(request["path"]).query, keep_blank_values=True, errors="replace"):
            query[name] = value  # the last counts
        cookies = dict(part.strip().split("=", 1) for part in headers.get("cookie", "").split(";") if "=" in part)
        given = {"path": texts, "query": query, "header": headers, "cookie": cookies}
        problems = []
        for (name, place), parameter in self.parameters(path, operation).items():
            text = given[place].get(name)
            if text is None:
                if parameter.get("required"):
                    problems.append(f"{place} {name} is required")
            elif not self.takes_text(parameter, text):
                problems.append(f"{place} {name}={text!r} is none of {json.dumps(self.schema_of(parameter))[:300]}")
        alternatives = operation.get("security", self.data.get("security", [{}]))
        if alternatives and not any(all(self.has_credentials(scheme, headers, cookies) for scheme in alternative) for alternative in alternatives):
            problems.append(f"nothing of {json.dumps(alternatives)} was sent")
        return problems + self.request_body_problems(operation, headers, request.get("body"))

    def has_credentials(self, name, headers, cookies):
        scheme = self.resolved(self.data["components"]["securitySchemes"][name])
        if scheme["type"] == "apiKey":
            return (scheme["name"].lower() in headers) if scheme["in"] == "header" else scheme["name"] in cookies
        return headers.get("authorization", "").lower().startswith(scheme["scheme"].lower() + " ")

    def request_body_problems(self, operation, headers, body):
        declared = self.resolved(operation.get("requestBody"))
        if declared is None:
            return []  # a body that nothing reads
        if not body:
            return ["a body is required"] if declared.get("required") else []
        kind = media_type(headers.get("content-type", ""))
        entry = {media_type(name): value for name, value in declared["content"].items()}.get(kind)
        if entry is None:
            return [f"no body of {kind} is declared"]
        if kind == "application/json":
            return self.errors(entry.get("schema", {}), json.loads(body))
        if kind == "application/x-www-form-urlencoded":
            return self.errors(entry.get("schema", {}), dict(urllib.parse.parse_qsl(body)))
        return []

    # ---- answers
    def answer_problems(self, request, answer):
        """Why an answer is none that the document allows. `answer`: status, headers, and body where it is known."""
        found = self.operation(request["method"], request["path"])
        if found is None:
            return [f"no operation {request['method']} {request['path']}"]
        _, operation, _ = found
        response = self.response(operation, answer["status"])
        if response is None:
            return [f"status {answer['status']} is not declared by {operation['operationId']}: {sorted(operation['responses'])}"]
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        problems = self.header_problems(response, headers)
        kind = headers.get("content-type")
        if kind is None or request["method"].upper() == "HEAD":
            return problems
        entry = self.content(response, kind)
        if entry is None:
            return [*problems, f"content type {kind} of {answer['status']} is not declared: {sorted(response.get('content', {}))}"]
        if answer.get("body") is None or "schema" not in entry:
            return problems
        is_json = media_type(kind) == "application/json" or media_type(kind).endswith("+json")
        return problems + self.errors(entry["schema"], json.loads(answer["body"]) if is_json else answer["body"])

    @staticmethod
    def content(response, kind):
        declared = {name.replace(" ", "").lower(): value for name, value in response.get("content", {}).items()}
        return declared.get(kind.replace(" ", "").lower(), declared.get(media_type(kind)))

    def header_problems(self, response, headers):
        problems = []
        for name, header in response.get("headers", {}).items():
            header = self.resolved(header)
            text = headers.get(name.lower())
            if text is None:
                if header.get("required"):
                    problems.append(f"the header {name} is missing")
            elif not self.takes_text(header, ", ".join(text) if isinstance(text, list) else text):
                problems.append(f"header {name}: {text!r} is none of {json.dumps(header)[:300]}")
        return problems

    # ---- what a schema states
    def stated(self, schema, seen=()):
        """Every value that a schema names by enum or const, wherever inside it."""
        if isinstance(schema, list):
            return sum((self.stated(part, seen) for part in schema), [])
        if not isinstance(schema, dict):
            return []
        found = list(schema.get("enum", [])) + ([schema["const"]] if "const" in schema else [])
        if "$ref" in schema and schema["$ref"] not in seen:
            found += self.stated(self.at(schema["$ref"]), (*seen, schema["$ref"]))
        for key in ("anyOf", "oneOf", "allOf"):
            found += self.stated(schema.get(key, []), seen)
        return found

    def property(self, component, name):
        return self.at(f"#/components/schemas/{component}")["properties"][name]
