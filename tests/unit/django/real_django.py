#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The real Django beside the C++ codecs: makes values as Django stores them, and reads what came back.

    real_django.py make SEED COUNT   prints one JSON object a line
    real_django.py check             reads such lines, now with `written`, and prints what is wrong
    real_django.py foreign           prints sessions with objects that the C++ side does not build

A line has `how` (which class wrote it), `bytes` and `flags` (what it stored), `object` (a pickle of the value) and
`same` (the C++ side can write the very same bytes: nothing in the value is in an order, or shared, that only Python
knows). `written` is a list of [bytes, flags]: what the C++ side stored for the value that it had read. All bytes are
base64. A line of `foreign` has `what` it is about, and the `classes` that are not built.
"""
import base64
import collections
import datetime
import decimal
import json
import pickle
import random
import struct
import sys
import uuid
import zoneinfo

import django
import pytz
from django.conf import settings

KEY = "a secret key of the tests"
DAY = 24 * 60 * 60
NOW = 1_700_000_000


class Clock:
    """time.time() for django.core.signing."""

    @staticmethod
    def time():
        return NOW


def b64(data):
    return base64.b64encode(data).decode()


def fresh(text):
    """An equal text that is another object: the pickler writes an object that it has seen as a reference."""
    return "".join(list(text))


class Values:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.same = True

    def text(self):
        kind = self.random.randrange(12)
        if kind == 0:
            return ""
        if kind == 1:
            return chr(self.random.randrange(256))
        if kind == 2 and self.random.randrange(20) == 0:
            return "x" * self.random.choice([255, 256, 65_535, 65_536, 70_000])
        if kind == 3:
            return fresh("back\\slash \\u0041 \n\r\0\x1a\\")
        if kind == 4:
            return "".join(self.random.choice(["\ud800", "\udfff", "a", "\U0001f600", "\uffff"]) for _ in range(3))
        alphabet = "abcXYZ019 _-'\"\u00e9\u00ff\u0100\u20ac\U0001f600"
        return "".join(self.random.choice(alphabet) for _ in range(self.random.randrange(2, 20)))

    def integer(self):
        size = self.random.choice([0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 62, 63, 64, 65, 127, 128, 500])
        if self.random.randrange(50) == 0:
            size = self.random.choice([2039, 2041, 9000])
        number = self.random.choice([(1 << size), (1 << size) - 1, self.random.getrandbits(size) if size else 0])
        return self.random.choice([number, -number])

    def real(self):
        return self.random.choice(
            [0.0, -0.0, 1.5, 1e300, 5e-324, 1e16, 1e-5, 123456789.125, float("inf"), float("-inf"), float("nan"),
             self.random.random(), self.random.uniform(-1e18, 1e18)])

    def datetime(self):
        zone = self.random.choice(
            [None, datetime.timezone.utc, pytz.utc, datetime.timezone(datetime.timedelta(hours=5, minutes=30)),
             datetime.timezone(datetime.timedelta(seconds=-3601)), datetime.timezone(datetime.timedelta(hours=-3), fresh("BRT"))])
        return datetime.datetime(
            self.random.randrange(1, 10000), self.random.randrange(1, 13), self.random.randrange(1, 29),
            self.random.randrange(24), self.random.randrange(60), self.random.randrange(60),
            self.random.choice([0, 999_999, self.random.randrange(1_000_000)]), zone, fold=self.random.randrange(2))

    def plain(self):
        return self.random.choice(
            [self.text, self.text, self.integer, self.integer, self.real, lambda: None, lambda: True, lambda: False])()

    def bytes(self):
        size = self.random.choice([0, 1, 2, 20, 255, 256])
        return bytes(self.random.randrange(256) for _ in range(size))

    def key(self, depth):
        kind = self.random.randrange(8)
        if kind == 0:
            return tuple(self.key(depth + 1) for _ in range(self.random.randrange(3))) if depth < 3 else ()
        return [self.text, self.text, self.integer, lambda: None, self.bytes, self.datetime, lambda: True][kind - 1]()

    def value(self, depth, json_only):
        kind = self.random.randrange(20)
        if kind < 9 or depth > 4:
            return self.plain()
        count = self.random.randrange(6)
        if depth == 1 and self.random.randrange(40) == 0:
            count = self.random.choice([999, 1000, 1001, 2000, 2001])
        below = lambda: self.plain() if count > 10 else self.value(depth + 1, json_only)
        if kind < 12:
            return [below() for _ in range(count)]
        if kind < 15 or json_only:
            return {f"{number} {self.text()}": below() for number in range(count)}
        if kind == 15:
            return tuple(below() for _ in range(count))
        if kind == 16:
            return self.random.choice([self.bytes, lambda: bytearray(self.bytes())])()
        if kind == 17:
            return self.random.choice([self.datetime, lambda: self.datetime().date()])()
        if kind == 18:
            items = [self.key(1) for _ in range(self.random.randrange(5))]
            self.same = False
            return self.random.choice([set, frozenset])(items)
        self.same = False
        return {self.key(0): below() for _ in range(count)}

    def session(self, json_only):
        self.same = True
        names = ["_auth_user_id", "_auth_user_backend", "_auth_user_hash", "_session_expiry", "cart"]
        return {name: self.value(1, json_only) for name in names[:self.random.randrange(len(names) + 1)]}


    def messages(self):
        """Lists of whether the text is HTML, level, text and tags."""
        self.same = True
        plain = lambda: self.text().encode("utf-8", "replace").decode()
        return [[self.random.randrange(4) == 0, self.random.choice([0, 10, 20, 40, -(1 << 31), (1 << 31) - 1]), plain(),
                 self.random.choice(["", "a b", plain()])] for _ in range(self.random.randrange(6))]


def same(value):
    """A text that is equal for equal values of equal types only."""
    if isinstance(value, dict):
        return "{%s}" % sorted((same(key), same(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return "%s%s" % (type(value).__name__, [same(item) for item in value])
    if isinstance(value, (set, frozenset)):
        return "%s%s" % (type(value).__name__, sorted(same(item) for item in value))
    if isinstance(value, float):
        return struct.pack("<d", value).hex() if value == value else "nan"
    if isinstance(value, datetime.datetime):
        return f"{value!r} {value.fold} {value.tzname()} {type(value.tzinfo)}"
    return f"{type(value).__name__} {value!r}"


class Pickled:
    def __init__(self, protocol):
        self.protocol = protocol

    def encode(self, value):
        return pickle.dumps(value, self.protocol), 0

    def decode(self, data, flags):
        return pickle.loads(data)


class DjangoRedis:
    def __init__(self, **options):
        from django_redis.client.default import DefaultClient
        self.client = DefaultClient("redis://nowhere", {"OPTIONS": options}, None)

    def encode(self, value):
        stored = self.client.encode(value)
        return (stored if isinstance(stored, bytes) else str(stored).encode()), 0

    def decode(self, data, flags):
        return self.client.decode(data)


class PyLibMC:
    def __init__(self):
        import pylibmc
        self.client = pylibmc.Client(["127.0.0.1:1"])

    def encode(self, value):
        return self.client.serialize(value)

    def decode(self, data, flags):
        return self.client.deserialize(data, flags)


class PyMemcache:
    def __init__(self):
        import pymemcache.serde
        self.serde = pymemcache.serde.pickle_serde

    def encode(self, value):
        data, flags = self.serde.serialize("key", value)
        return (data if isinstance(data, bytes) else data.encode()), flags

    def decode(self, data, flags):
        return self.serde.deserialize("key", data, flags)


class Row:
    """What django_session.session_data holds."""

    def __init__(self, serializer):
        from django.contrib.sessions.backends.db import SessionStore
        self.store = SessionStore()
        self.store.serializer = serializer

    def encode(self, value):
        return self.store.encode(value).encode(), 0

    def decode(self, data, flags):
        return self.store.decode(data.decode())


class SignedCookie:
    def __init__(self, serializer):
        from django.contrib.sessions.backends.signed_cookies import SessionStore
        self.store_class = SessionStore
        self.serializer = serializer

    def encode(self, value):
        store = self.store_class()
        store.serializer = self.serializer
        store._session_cache = value
        return store._get_session_key().encode(), 0

    def decode(self, data, flags):
        store = self.store_class(data.decode())
        store.serializer = self.serializer
        return store.load()


class Messages:
    """A cookie of messages, or what a session has under "_messages"."""

    def __init__(self, in_cookie):
        from django.contrib.messages.storage.cookie import CookieStorage
        from django.contrib.messages.storage.session import SessionStorage
        from django.http import HttpRequest
        request = HttpRequest()
        request.session = {}
        if in_cookie:
            storage = CookieStorage(request)
            self.write = lambda messages: storage._encode(messages, encode_empty=True)
            self.read = storage._decode
        else:
            storage = SessionStorage(request)
            self.write, self.read = storage.serialize_messages, storage.deserialize_messages

    def encode(self, value):
        from django.contrib.messages.storage.base import Message
        from django.utils.safestring import mark_safe
        messages = [Message(level, mark_safe(text) if safe else text, tags) for safe, level, text, tags in value]
        return self.write(messages).encode(), 0

    def decode(self, data, flags):
        from django.utils.safestring import SafeData
        return [[isinstance(one.message, SafeData), one.level, fresh(one.message), one.extra_tags or ""]
                for one in self.read(data.decode())]


def ways():
    from django.contrib.sessions import serializers
    compressors = "django_redis.compressors."
    json_class = "django_redis.serializers.json.JSONSerializer"
    found = {f"pickle {protocol}": Pickled(protocol) for protocol in range(6)}
    found["django_redis"] = DjangoRedis()
    found["django_redis 5"] = DjangoRedis(PICKLE_VERSION=-1)
    found["django_redis zlib"] = DjangoRedis(COMPRESSOR=compressors + "zlib.ZlibCompressor")
    found["django_redis json"] = DjangoRedis(SERIALIZER=json_class)
    found["django_redis json zlib"] = DjangoRedis(SERIALIZER=json_class, COMPRESSOR=compressors + "zlib.ZlibCompressor")
    found["pylibmc"] = PyLibMC()
    found["pymemcache"] = PyMemcache()
    found["row json"] = Row(serializers.JSONSerializer)
    found["row pickle"] = Row(serializers.PickleSerializer)
    found["cookie json"] = SignedCookie(serializers.JSONSerializer)
    found["cookie pickle"] = SignedCookie(serializers.PickleSerializer)
    found["messages cookie"] = Messages(in_cookie=True)
    found["messages session"] = Messages(in_cookie=False)
    return found


def make(seed, count):
    values = Values(seed)
    for how, way in ways().items():
        for number in range(count):
            session = "row" in how or "cookie" in how or number % 2 == 0
            json_only = "json" in how
            values.same = True
            value = values.session(json_only) if session else values.value(0, json_only)
            if "messages" in how:
                value = values.messages()
            if how == "pylibmc" and isinstance(value, bool):
                continue  # which it reads back as a number
            try:
                data, flags = way.encode(value)
            except UnicodeEncodeError:
                continue  # memcached's clients take no lone surrogate
            # Not `value` itself: older protocols forget a datetime's fold.
            value = pickle.dumps(way.decode(data, flags))
            print(json.dumps({
                "how": how, "bytes": b64(data), "flags": flags, "object": b64(value), "same": values.same}))


def objects():
    """What sessions hold besides plain data: a name, the value, its classes, and the lowest protocol in which they are called so."""
    from django.contrib.auth.models import User
    from django.utils.safestring import mark_safe
    from django.utils.translation import gettext_lazy
    ann = User(username="ann")
    ann.cart = {"owner": ann}
    circle = []
    circle.append(circle)
    new_year = datetime.datetime(2024, 1, 1, 12, 30)
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    return [
        ("Decimal", decimal.Decimal("1.50"), "decimal.Decimal", 0),
        ("a class", decimal.Decimal, "decimal.Decimal", 0),
        ("UUID", uuid.UUID(int=5), "uuid.UUID", 2),
        ("timedelta", datetime.timedelta(days=3, seconds=5), "datetime.timedelta", 0),
        ("the longest timedelta", datetime.timedelta.max, "datetime.timedelta", 0),
        ("OrderedDict", collections.OrderedDict(a=1, b=[decimal.Decimal(1)]), "collections.OrderedDict", 0),
        ("Counter", collections.Counter("abc"), "collections.Counter", 0),
        ("lazy text", gettext_lazy("Hello"), "django.utils.functional._lazy_proxy_unpickle", 0),
        ("SafeString", mark_safe("<b>"), "django.utils.safestring.SafeString", 2),
        ("datetime in a zone", new_year.replace(tzinfo=berlin), "datetime.datetime", 0),
        ("datetime in pytz's zone", pytz.timezone("Europe/Berlin").localize(new_year), "datetime.datetime", 0),
        ("time", datetime.time(1, 2), "datetime.time", 0),
        ("a time zone", datetime.timezone.utc, "datetime.timezone", 0),
        ("a model that holds itself", ann, "django.db.models.base.model_unpickle", 0),
        ("a set of them", {decimal.Decimal(1), decimal.Decimal(2)}, "decimal.Decimal", 0),
        ("a key", {decimal.Decimal(1): 1}, "decimal.Decimal", 0),
        ("deep inside", {"a": [(1, {"b": uuid.UUID(int=1)})]}, "uuid.UUID", 2),
        ("a list in itself", circle, "builtins.list", 0),
        ("several", [decimal.Decimal(1), datetime.timedelta(1), datetime.date(2024, 1, 1)], "datetime.timedelta, decimal.Decimal", 0),
    ]


def make_foreign():
    for how, way in ways().items():
        if "json" in how or "messages" in how:
            continue
        for what, value, classes, lowest in objects():
            if getattr(way, "protocol", 5) < lowest:
                continue
            data, flags = way.encode({"what": value, "_auth_user_id": "7", "_auth_user_hash": "0123456789abcdef"})
            print(json.dumps({"how": how, "what": what, "classes": classes, "bytes": b64(data), "flags": flags}))


def check():
    found = ways()
    count = wrong = 0
    for line in sys.stdin:
        case = json.loads(line)
        value = pickle.loads(base64.b64decode(case["object"]))
        for data, flags in case["written"]:
            count += 1
            data = base64.b64decode(data)
            read = found[case["how"]].decode(data, flags)
            if same(read) != same(value):
                wrong += 1
                print(f"{case['how']}: {str(value)[:300]} was written as {data[:300]}, which is {str(read)[:300]}")
    if wrong:
        print(f"{wrong} of {count} are wrong")
    return 1 if wrong or count == 0 else 0


def main():
    settings.configure(SECRET_KEY=KEY, SESSION_COOKIE_AGE=DAY, INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"])
    django.setup()
    from django.core import signing
    signing.time = Clock
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), int(sys.argv[3]))
        return 0
    if sys.argv[1] == "foreign":
        make_foreign()
        return 0
    return check()


if __name__ == "__main__":
    sys.exit(main())
