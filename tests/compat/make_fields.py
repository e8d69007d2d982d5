#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What REST framework's fields make of input: makes tests/compat/fields.json.

    make_fields.py    with Debian's python3-djangorestframework (3.14), as /usr/bin/python3 has it

`fields`: the arguments of each field, what OPTIONS says about it, and `cases`: a text of JSON (null: not sent), and the value
or the errors with their codes. Values are JSON text too: some hold what JSON readers change.
"""
import json
import pathlib

import django
from django.conf import settings

settings.configure(USE_I18N=False)
django.setup()

import rest_framework  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.metadata import SimpleMetadata  # noqa: E402

KINDS = {"string": serializers.CharField, "integer": serializers.IntegerField, "choice": serializers.ChoiceField,
         "list": serializers.ListField, "datetime": serializers.DateTimeField}

# What is no string, integer or list, in every way that JSON has.
ANY = [None, "null", "true", "false", "{}", "[]", "1", "-1", "1.0", "1.5", "1e16", "NaN", "-Infinity", '""', '"  "', '"text"', '[1, "a"]',
       '{"a": [null, "it\'s"], "b": {"c": 1.5, "\\u00e9": true}}', "12345678901234567890123", '"\\ud800"', '"a\\u0000b\\udc00"']
STRINGS = ['" \\u00a0x\\u2003"', '"abc"', '"abcd"', '"a"', '"\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00"', '"\\u0000\\u0000\\u0000\\u0000"', '"   a   "',
           "12345", "0.1", "1e-7", "123456789012345680.0", "-0.0"]
NUMBERS = ['"1"', '" 2 "', '"3."', '"4.000"', '"5.0 \\n"', '"6.01"', '"1_000"', '"\\u0663"', '"+7"', '"-0"', '"1e3"', '"0x10"', '"."', '"1.0.0"', "100", "101", "-100", "-101",
           "99.0", "1e15", "1e22", "9223372036854775807", "9223372036854775808", "-9223372036854775809", '"' + "1" * 1000 + '"', '"' + "1" * 1001 + '"', '"' + " " * 1001 + '"',
           "123456789012345678901234567890", '"12345678901234567890"']
CHOICES = ["10", '"10"', "20", '"20"', "10.0", '"ten"', '"30"', '" ten"', '"tab\\tnew\\nline\\r\\u00ad\\u2028\\ud800\\udb40\\udc01\\""', '["\\"", "\'", "\\"\'\\\\", "\\t\\u0001\\u00a0\\ue000\\ud83d\\ude00"]']
LISTS = ['["a"]', '["a", 1, "abc"]', '["abcd", null, "a", [], ""]', '["a", "b", "c"]', '["a", "b", "c", "d"]', '[[1]]', '[" a "]']

FIELDS = [
    ("string", {}, ANY + STRINGS),
    ("string", {"label": "Text", "max_length": 3, "min_length": 2, "trim_whitespace": False}, ANY + STRINGS),
    ("string", {"required": False, "allow_blank": True, "allow_null": True}, ANY),
    ("string", {"max_length": 2, "min_length": 2}, STRINGS),
    ("integer", {}, ANY + NUMBERS),
    ("integer", {"label": "Number", "max_value": 100, "min_value": -100, "required": False, "allow_null": True}, ANY + NUMBERS),
    ("choice", {"label": "Choice", "choices": [[10, "ten"], ["20", "twenty"], ["ten", "Ten"]]}, ANY + CHOICES),
    ("choice", {"choices": [["a", "A"]], "allow_blank": True, "allow_null": True, "required": False}, ANY + CHOICES),
    ("list", {"label": "Texts", "child": ["string", {"max_length": 3}], "max_length": 3, "min_length": 1}, ANY + LISTS),
    ("list", {"child": ["integer", {"allow_null": True}], "allow_empty": False, "required": False}, ANY + LISTS),
    ("datetime", {"label": "Moment", "read_only": True}, []),
    ("choice", {"choices": [[1, "one"]], "read_only": True}, []),
]


def field_of(kind, arguments):
    more = dict(arguments)
    if "child" in more:
        more["child"] = field_of(*more["child"])
    return KINDS[kind](**more)


def errors_of(detail):
    if isinstance(detail, dict):
        return {str(key): errors_of(value) for key, value in detail.items()}
    return [[str(error), error.code] for error in detail]


def case(field, text):
    data = serializers.empty if text is None else json.loads(text)
    try:
        return {"input": text, "value": json.dumps(field.run_validation(data))}
    except serializers.SkipField:
        return {"input": text, "skipped": True}
    except serializers.ValidationError as error:
        return {"input": text, "errors": errors_of(error.detail)}


def main():
    fields = []
    for kind, arguments, inputs in FIELDS:
        class Form(serializers.Serializer):
            field = field_of(kind, arguments)

        field = Form().fields["field"]
        info = SimpleMetadata().get_field_info(field)
        if "label" not in arguments:
            del info["label"]  # made of the field's name
        fields.append({"type": kind, "arguments": arguments, "options": json.dumps(info, separators=(",", ":")),
                       "cases": [case(field, text) for text in inputs]})
    pathlib.Path(__file__).with_name("fields.json").write_text(text_of(fields))


def text_of(fields):
    """One line for each case."""
    parts = []
    for field in fields:
        cases = ",\n".join(json.dumps(one) for one in field.pop("cases"))
        parts.append(json.dumps(field)[:-1] + ', "cases": [\n' + cases + "]}")
    return f'{{"rest_framework": "{rest_framework.VERSION}", "fields": [\n' + ",\n".join(parts) + "]}\n"


if __name__ == "__main__":
    main()
