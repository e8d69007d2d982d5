#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What Django makes of URLs, hosts and paths that a client sends: makes tests/compat/urls.json.

    make_urls.py    with Debian's python3-django (3.2), as /usr/bin/python3 has it

`next`: a URL and whether url_has_allowed_host_and_scheme() lets it through on "testserver", over HTTP and where HTTPS is required;
`hosts`: a Host and the domain that split_domain_port() finds in it; `paths`: an escaped path, path_info, and that escaped again;
`locations`: a text, and iri_to_uri() of it. Each list begins with what is written down here and goes on with what chance puts
together of its parts.
"""
import json
import pathlib
import random
import urllib.parse

import django
from django.conf import settings

settings.configure()
django.setup()

from django.core.handlers.wsgi import get_path_info  # noqa: E402
from django.http.request import split_domain_port  # noqa: E402
from django.utils.encoding import escape_uri_path, iri_to_uri  # noqa: E402
from django.utils.http import url_has_allowed_host_and_scheme  # noqa: E402

HOST = "testserver"
chance = random.Random(15)

BLANKS = ["", "", "", " ", "\t", "\n", "\r\n", "\0", "\x08", "\x1b", "\x7f", "\u00a0", "\u2003", "\u200b", "\u202e", "\ufeff"]
SCHEMES = ["", "", "", "http:", "https:", "HTTP:", "HtTpS:", "ftp:", "javascript:", "data:", "1:", "http+x:", "-:", ":", "http\t:", "h\u00f6:", "//", "/", "\\"]
SLASHES = ["", "", "/", "//", "///", "////", "\\", "\\\\", "/\\", "\\/", "/\t/", "/\n/", "\t//", "/ /", "%2f%2f", "/./", "/..//", "\u2044\u2044", "\uff0f\uff0f"]
PLACES = ["", "testserver", "testserver", "TestServer", "testserver.", "testserver:80", "evil.example", "evil.example:80", "testserver@evil.example",
          "evil.example@testserver", "testserver\\@evil.example", "testserver%2eevil.example", "testserver.evil.example", "eviltestserver", "[testserver]", "[::1]", "[::1", "::1]",
          "test\tserver", "testserver\n", "testserver#@evil.example", "testserver?@evil.example", "test\u017ferver", "\u24e3estserver", "127.0.0.1", "0", "user:password@testserver", ":80"]
ENDS = ["", "", "/", "/path/", "/path?next=//evil.example", "?a=b", "#top", "\\evil.example", "//evil.example", "/../..//evil.example", "/%0d%0aSet-Cookie:a=b", "/\r\nA: b",
        "/\u00e9", ";a", "/ ", "/a b", "/\u2028", "/%zz", "@evil.example", ":8080", "/[1]"]
NEXT = ["", " ", "/", "//", "///", "/messages/", "messages/", "http://testserver/", "https://testserver/", "http:///evil.example", "http:/\\evil.example", "javascript:alert(1)", "http:999999999",
        "ftp:9999999999", "http://[2001:cdba:0000:0000:0000:0000:3257:9652/", "http://2001:cdba:0000:0000:0000:0000:3257:9652]/", "\\", ":", "?", "#", "a:b", "\u00a0//evil.example"]

HOSTS = ["", ".", "..", "a..", "a.", "-", "--", "testserver", "TestServer:8080", "testserver.:80", "testserver..:80", "testserver:", "testserver:8a", "testserver:1:2", ":80", "[", "]", "[]", "[]:80", "[:]", "[::]",
         "[::1]", "[::1]:80", "[::1].", "[::1]:", "[1234]", "[1:]", "[::g]", "[2001:DB8::1.2.3.4]", "[::1%25eth0]", "[::1]x", "a_b", "a b", "user@testserver", "testserver/x", "b\u00e4r",
         "a,b", "testserver:80 ", " testserver", "testserver\t", "0x7f.1", "1", "a:0", "a:99999999999999999999", "xn--br-via", "a" * 300]
HOST_PARTS = ["testserver", "a", "A", "1", "0", ".", "..", "-", "_", ":", "::", "80", "[", "]", "@", "/", " ", "%", "g", "f", "\u00e9", ",", "1.2.3.4"]

PATHS = ["", "/", "//", "/messages/", "/messages/7", "*", "/%", "/%2", "/%2g", "/%00", "/%2F", "/%2e%2e/", "/../", "/%c3%a9", "/%C3%A9", "/%e9", "/%c3", "/%c3%a9%c3", "/%f0%9f%94%a5", "/%f0%9f%94", "/%ed%a0%80",
         "/%c0%af", "/%ff%fe", "/a+b", "/a%20b", "/a;b", "/~a", "/%7ea", "/%25", "/%2525", "/%e2%82", "/%e2%28%a1", "/%fe%fe%ff%ff", "/@:&=$,", "/'()*!", "/|^`{}", "/[1]", "/\"<>"]
PATH_PARTS = ["/", "a", "%", "%2", "%25", "%2f", "%3f", "%23", "%00", "%20", "%c3", "%a9", "%e2", "%82", "%ac", "%f0", "%9f", "%ed", "%a0", "%80", "%ff", "%C3%A9", "+", ";", "~", ":", "@", "&", "=", "$", ",", "'", "(", "!"]

LOCATIONS = ["", "/", "/\u00e9", "/a b", "/%20", "/%zz", "/\r\nSet-Cookie: a=b", "/\t\0\x7f", "http://b\u00e4r.example/\u20ac?a=\u00fc#\u00f6", "/[1]", "\\\\evil.example", "/\"<>^`{|}", "/#/#", "/?a=b&c=%26+d", "\U0001f525"]


def together(parts, longest):
    return "".join(chance.choice(parts) for _ in range(chance.randrange(1, longest)))


def next_url():
    return chance.choice(BLANKS) + chance.choice(SCHEMES) + chance.choice(SLASHES) + chance.choice(PLACES) + chance.choice(ENDS) + chance.choice(BLANKS)


def path(escaped):
    # as gunicorn writes PATH_INFO (gunicorn/util.py, unquote_to_wsgi_str)
    info = get_path_info({"PATH_INFO": urllib.parse.unquote_to_bytes(escaped).decode("latin-1")}) or "/"
    return escaped, info, escape_uri_path(info)


def unique(first, more, count):
    return list(dict.fromkeys([*first, *(more() for _ in range(count))]))


def main():
    made = {
        "next": [(url, url_has_allowed_host_and_scheme(url, {HOST}), url_has_allowed_host_and_scheme(url, {HOST}, require_https=True))
                 for url in unique(NEXT, next_url, 1_000)],
        "hosts": [(host, split_domain_port(host)[0] or None) for host in unique(HOSTS, lambda: together(HOST_PARTS, 6), 300)],
        "paths": [path(escaped) for escaped in unique(PATHS, lambda: "/" + together(PATH_PARTS, 7), 200)],
        "locations": [(text, iri_to_uri(text)) for text in unique(LOCATIONS, next_url, 100)],
    }
    rows = (f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in made.items())
    text = f'{{"django": "{django.get_version()}",\n' + ",\n".join(rows) + "}\n"
    (pathlib.Path(__file__).resolve().parent / "urls.json").write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
