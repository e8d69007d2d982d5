#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which language real Djangos choose, and how they write dates in it: makes tests/compat/languages.tsv and input_formats.tsv.

    make_languages.py PYTHON=FOLDER...    each FOLDER has one Django (pip install --target), the oldest first

languages.tsv: the release; LANGUAGES, or "-" for Django's own; LANGUAGE_CODE; the cookie and Accept-Language, or "-"; the language.
A question is asked of a release where its answer differs from that of the release before, and of the first one.
input_formats.tsv: the release, as above; the language; its DATETIME_INPUT_FORMATS and DATE_INPUT_FORMATS, joined by "|". English and German,
which are built in.
"""
import itertools
import json
import pathlib
import subprocess
import sys

LANGUAGES = ["-", "de en fr", "en fr", "de-at en", "fr-ca fr-be en", "pt-BR en", "zh-hant zh-hans en", "zh-cn en", "DE en", "en-gb", "xx en", "de"]
CODES = ["en-us", "de", "de-at", "DE", "fr-ch", "xx", "zh-tw", "en-gb"]
COOKIES = ["-", "de", "DE", "de-AT", "fr", "fr-ca", "xx", "zh-hant-tw", "zh-TW", "pt-br", "pt-BR", "-de", "de-", "sr-latn-rs", "en-us-x-y", "es-419", "ms", "ckb", "ug", "ht",
           "de" * 300, "de-" + "a-" * 300]
HEADERS = ["-", "de", "DE-at, fr;q=0.5", "fr;q=0.5, de;q=0.8", "fr;q=0.3 , de;q=0.3", "xx", "xx, fr-CH;q=0.5", "zh-TW", "zh", "zh-Hant-TW", "zh-my", "zh-cn", "es-419",
           "*", "*, de", "de;q=1.5", "de;q=", "de;q=0", "de fr", "de,", ",de", "abcdefghi", "de-abcdefghi", "sr-Latn-RS", "pt", "en-GB,en;q=0.9", "az-AZ", "ms-MY", "ckb",
           "ht", "ug-CN", "fr;q=0.5,de;q=0.5000", "de;q=1.000, fr;q=1", "de; q=0.5, fr;  q=0.6", "de,fr" + ",x" * 300, "x" * 600, "fr-be", "de-DE-1996"]
ENGLISH_AND_GERMAN = ["en", "en-us", "en-au", "en-gb", "en-ie", "en-ca", "en-za", "de", "de-at", "de-ch"]

ANSWERS = r"""
import json, sys
from django.conf import settings
settings.configure(USE_L10N=True, INSTALLED_APPS=[])
import django
django.setup()
from django.conf import global_settings
from django.utils import formats, translation
from django.utils.translation import trans_real
asked, codes = json.load(sys.stdin)
def forget():
    for name in ("get_languages", "check_for_language", "translation_catalog_exists", "get_supported_language_variant",
                 "_get_supported_language_variant"):
        getattr(getattr(trans_real, name, None), "cache_clear", lambda: None)()
class Request:
    def __init__(self, cookie, header):
        self.COOKIES = {} if cookie == "-" else {"django_language": cookie}
        self.META = {} if header == "-" else {"HTTP_ACCEPT_LANGUAGE": header}
chosen = []
for languages, code, cookie, header in asked:
    settings.LANGUAGES = global_settings.LANGUAGES if languages == "-" else [(one, one) for one in languages.split()]
    settings.LANGUAGE_CODE = code
    forget()
    chosen.append(translation.to_language(trans_real.get_language_from_request(Request(cookie, header))))
settings.LANGUAGES, settings.LANGUAGE_CODE = global_settings.LANGUAGES, "en-us"
forget()
written = [["|".join(formats.get_format(name, code, True)) for name in ("DATETIME_INPUT_FORMATS", "DATE_INPUT_FORMATS")] for code in codes]
print(json.dumps([django.get_version(), chosen, written]))
"""


def questions():
    found = [(languages, code, "-", header) for languages in LANGUAGES for code in CODES for header in ("-", "xx")]
    found += [(languages, "en-us", cookie, "-") for languages in LANGUAGES for cookie in COOKIES]
    found += [(languages, "en-us", "-", header) for languages in LANGUAGES for header in HEADERS]
    found += [("-", "de", cookie, header) for cookie, header in itertools.product(("xx", "fr"), ("it", "xx"))]
    return found


def main():
    asked = questions()
    chosen_lines, format_lines, known, known_formats = [], [], {}, {}
    for argument in sys.argv[1:]:
        python, folder = argument.split("=", 1)
        done = subprocess.run([python, "-c", ANSWERS], input=json.dumps([asked, ENGLISH_AND_GERMAN]), env={"PYTHONPATH": folder, "PYTHONWARNINGS": "ignore"},
                              text=True, capture_output=True, check=True)
        version, chosen, written = json.loads(done.stdout)
        release = ".".join(version.split(".")[:2])
        for question, language in zip(asked, chosen):
            if known.get(question) != language:
                chosen_lines.append("\t".join((release, *question, language)))
                known[question] = language
        for code, forms in zip(ENGLISH_AND_GERMAN, written):
            if known_formats.get(code) != forms:
                format_lines.append("\t".join((release, code, *forms)))
                known_formats[code] = forms
    here = pathlib.Path(__file__)
    here.with_name("languages.tsv").write_text("\n".join(chosen_lines) + "\n", encoding="utf-8")
    here.with_name("input_formats.tsv").write_text("\n".join(format_lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
