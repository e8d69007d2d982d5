#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the kept corpora of the fuzzers from the recordings in tests/compat and tests/contract: tests/fuzz/make_corpus.py

What a fuzzer has found is written down here too. corpus/requests is what play_requests.py has kept.
"""
import base64
import hashlib
import json
import pathlib
import shutil
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
COMPAT = HERE.parent / "compat"
CONTRACT = HERE.parent / "contract"
LONGEST = 2_048
#: of a kind that has many
ENOUGH = 60

# The first byte of the fuzzer cache_value, by the backend and its options.
CODECS = {
    ("django_redis.cache.RedisCache", ""): 0,
    ("django_redis.cache.RedisCache", "SERIALIZER"): 1,
    ("django_redis.cache.RedisCache", "COMPRESSOR"): 2,
    ("django.core.cache.backends.redis.RedisCache", ""): 4,
    ("django.core.cache.backends.memcached.PyLibMCCache", ""): 5,
    ("django.core.cache.backends.memcached.PyMemcacheCache", ""): 6,
}

# "password", at a cost that a fuzzer can pay.
CHEAP_PASSWORDS = [
    "pbkdf2_sha256$10$salt$ZTzIiNk37+IoEKXL2yWlvYLi67J6gA+Fz6NgptklGY4=",
    "pbkdf2_sha1$10$salt$rj/l9XB+B/PnwRf7iFzQUqb813o=",
    "scrypt$2$salt$1$1$bRu4eO7pzkp7d9ekQQNXTUy/48Fa45QPD/51zV4eCvrbClVrSCtdyw0aVLbkBwvrDAS82+6/bTAD8GcMVxvxwg==",
    "argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0$p9Pz+FurkX0t8OX63M+Fag",
    "bcrypt$$2b$04$MEscaTzIdMjh4VJb3NrQ6O8/cV1C7usIZ7GKHUntRTH0J6QTz1WS2",
    "bcrypt_sha256$$2b$04$GMcLDpY0rhp/t8aJgIIRte47RhYplfCUAlVlEgynSQIHrSP6vRfgC",
]


def keep(fuzzer, data):
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    if len(data) <= LONGEST:
        (HERE / "corpus" / fuzzer / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def sessions():
    with open(COMPAT / "sessions.json", encoding="utf-8") as file:
        recorded = json.load(file)
    for case in recorded["written"] + recorded["read"] + recorded["must_refuse"]:
        signed = [row["session_data"] for row in case.get("rows", [])]
        signed += [case[key] for key in ("session_key", "cookie_value") if ":" in case.get(key, "")]
        caches = case["settings"].get("CACHES")
        for entry in case.get("stored", []):
            signed += [entry[key] for key in ("session_data", "value") if isinstance(entry.get(key), str)]
            if "value_base64" not in entry:
                continue
            data = base64.b64decode(entry["value_base64"])
            if caches:
                keep("pickle", data)
                options = "".join(caches["default"].get("OPTIONS", {}))
                codec = CODECS[caches["default"]["BACKEND"], options]
                keep("cache_value", bytes([codec, entry.get("flags") or 0]) + data)
        for value in signed:
            keep("signature", value)
            keep("session", value.partition(":")[0])
            keep("cookies", f"sessionid={value}; csrftoken=x")


def auth():
    with open(COMPAT / "auth.json", encoding="utf-8") as file:
        recorded = json.load(file)
    for encoded in CHEAP_PASSWORDS + [case["encoded"] for case in recorded["passwords"]]:
        keep("password", encoded)
    for case in recorded["session_auth_hash"]:
        keep("signature", case["session_auth_hash"])
    for value in texts(recorded["csrf"]):
        keep("csrf_token", value)
        keep("csrf_token", value + value)
        keep("cookies", f"csrftoken={value}")


def messages():
    with open(COMPAT / "messages.json", encoding="utf-8") as file:
        recorded = json.load(file)
    for case in recorded["written"]:
        keep("messages", case["cookie"])
        keep("messages", case["cookie"].rpartition(":")[0].rpartition(":")[0])
        if case["session"]:
            keep("messages", case["session"])


# The first byte of the fuzzers json, multipart and query is the charset's: tests/fuzz/charsets.hpp.
UTF_8, LATIN_1, SHIFT_JIS, UTF_16 = b"\0", b"\1", b"\4", b"\6"

# The first byte of the fuzzer request chooses the pieces; with 0 it is always one byte.
HEADS = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /messages/peek/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\n\r\nPOST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET http://b/c?d#e HTTP/1.0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=\"b\\\"c\";d\r\nabc\r\n0A \r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
    "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\tc\r\nY:\r\nZ:  d  \r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;a=\"\n\"\r\n{}\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET /\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: upgrade, http2-settings\r\n\r\n",
]

PARTS = [
    'multipart/form-data; boundary=x\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\none\r\n--x\r\nContent-Disposition: form-data; name="a;b"; filename="c"\r\n'
    'Content-Type: text/plain\r\n\r\ntwo\r\n--x--\r\n',
    'multipart/form-data; boundary="x y"; charset=utf-8\npreamble\r\n--x y\r\ncontent-disposition:form-data;name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nw6k=\r\n--x y--',
    'multipart/form-data; BOUNDARY=x\n--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n\r\n--x\r\n\r\n\r\n\r\n--x\r\n',
    "multipart/form-data\n--\r\n\r\n\r\n----",
]

QUERIES = ["", "&", "=", "a", "a=b&a=c&&d=%", "a+b=%2B%26%3D", "%C3%A9=\u00e9&%ff=%c3", "page=1&page=3#page=4", "https://[::1]:80/messages/?page=1;page=2#x", "//a?b", "a:b?c=d%"]

DOCUMENTS = ["null", "[]", "{}", ' {"a": [1, -2.5e3, true, "\\u00e9\\ud83d\\ude00"], "a": {"b": null}} ', "NaN", "[Infinity, -Infinity]", '"\\ud800"', "123456789012345678901234567890", "1e400", "-0.0",
             "[" * 40 + "]" * 40, '{"a":}', "[1,]", '"\n"', "'a'", "01", "1.", "\ufeff{}", '{"a" 1}', "tru", "[1 2]", '"\\x"', '"\\u12"']


def requests():
    """One recorded request of each method, body and group, and where they lead."""
    heads = {}
    for path in sorted(CONTRACT.glob("http_*.json")):
        with open(path, encoding="utf-8") as file:
            recorded = json.load(file)
        for request in (step["request"] for scenario in recorded["scenarios"] for step in scenario["steps"]):
            fields = "".join(f"{name}: {value}\r\n" for name, value in request["headers"].items() if isinstance(value, str))
            body = request.get("body") or ""
            head = f"{request['method']} {request['path']} HTTP/1.1\r\n{fields}"
            heads.setdefault((path.name, request["method"], bool(body)), f"{head}Content-Length: {len(body)}\r\n\r\n{body}" if body else head + "\r\n")
            query = urllib.parse.urlsplit(request["path"]).query
            if query:
                QUERIES.append(query)
            if request["headers"].get("Content-Type") == "application/json":
                DOCUMENTS.append(body)
    for head in [*HEADS, *heads.values()]:
        for pieces in (b"\0", b"\x15"):
            keep("request", pieces + head.encode("latin-1", "replace"))
    for query in QUERIES[:ENOUGH]:
        keep("query", UTF_8 + query.encode())
    for charset, name in ((LATIN_1, "latin-1"), (SHIFT_JIS, "shift_jis"), (UTF_16, "utf-16")):
        keep("query", charset + "a=b&c=%93%fa+d".encode(name))
        keep("json", charset + '{"a": [1, "b"]}'.encode(name))
        keep("multipart", charset + PARTS[0].encode())
    for document in DOCUMENTS[:ENOUGH]:
        keep("json", UTF_8 + document.encode())
    for parts in PARTS:
        keep("multipart", UTF_8 + parts.encode())


def urls():
    with open(COMPAT / "urls.json", encoding="utf-8") as file:
        recorded = json.load(file)
    for url, _, https in sorted(recorded["next"], key=lambda row: not row[1])[:2 * ENOUGH]:
        keep("next", bytes([https]) + url.encode())
    keep("next", b"\0//\t")  # lets a browser go nowhere
    hosts = [host for host, domain in recorded["hosts"] if domain] + [host for host, domain in recorded["hosts"] if not domain]
    for host, (path, *_), (referer, *_) in list(zip(hosts, recorded["paths"], recorded["next"]))[:ENOUGH]:
        keep("host", f"{host}\n.testserver\n{referer}\n{path}?a=b")


def rows(name):
    with open(COMPAT / name, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def dates():
    """The first byte of the fuzzer dates chooses the site."""
    read = [row for row in rows("strptime.tsv") if row[-1] != "-"]
    forms = [(row[0], row[1]) for row in [*{row[0]: row for row in read}.values(), *read[:ENOUGH]]]
    forms += [("%Y", row[0]) for row in [row for row in rows("datetimes.tsv") if row[-1] != "-"][:ENOUGH]]
    asked = [("" if row[3] == "-" else row[3], "" if row[4] == "-" else row[4]) for row in {(row[3], row[4]): row for row in rows("languages.tsv")}.values()]
    for number, (form, date) in enumerate(forms):
        cookie, header = asked[number % len(asked)]
        keep("dates", bytes([number % 4]) + f"{cookie}\n{header}\n{form}\n{date}".encode())


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def main():
    for fuzzer in ("cache_value", "cookies", "csrf_token", "dates", "host", "json", "messages", "multipart", "next", "password", "pickle", "query", "request",
                   "session", "signature"):
        shutil.rmtree(HERE / "corpus" / fuzzer, ignore_errors=True)
        (HERE / "corpus" / fuzzer).mkdir(parents=True)
    sessions()
    auth()
    messages()
    requests()
    urls()
    dates()
    for header in ('a="b; c=d\\"\\073"', "a=b; a=c;;=; d", '"', "\u00e9=\u00e9; x=\"\\351\""):
        keep("cookies", header)


if __name__ == "__main__":
    main()
