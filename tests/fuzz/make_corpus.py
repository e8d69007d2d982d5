#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the kept corpora of the fuzzers from the recordings in tests/compat: tests/fuzz/make_corpus.py"""
import base64
import hashlib
import json
import pathlib
import shutil

HERE = pathlib.Path(__file__).resolve().parent
COMPAT = HERE.parent / "compat"
LONGEST = 2_048

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


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def main():
    shutil.rmtree(HERE / "corpus", ignore_errors=True)
    for fuzzer in ("cache_value", "cookies", "csrf_token", "messages", "password", "pickle", "session", "signature"):
        (HERE / "corpus" / fuzzer).mkdir(parents=True)
    sessions()
    auth()
    messages()
    for header in ('a="b; c=d\\"\\073"', "a=b; a=c;;=; d", '"', "\u00e9=\u00e9; x=\"\\351\""):
        keep("cookies", header)


if __name__ == "__main__":
    main()
