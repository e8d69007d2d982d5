# SPDX-License-Identifier: MIT
"""Requests put together by chance: what a client may say, and now and then what it may not."""
import base64
import collections
import dataclasses
import datetime
import json
import re
import urllib.parse

METHODS = ["GET"] * 12 + ["DELETE"] * 3 + ["POST"] * 3 + ["HEAD", "OPTIONS", "PUT", "PATCH", "TRACE", "FOO", "get"]

LISTS = ["", "", "", "", "", ".json", ".api"]
VIEWS = ["/messages/peek/", "/messages/peek/", "/messages/peek", "/messages/peek.json/", "/api-auth/login/", "/api-auth/login/", "/api-token-auth/", "/api/", "/api/.json", "/", "//",
         "/healthz", "/readyz", "/-/readyz", "/nothing", "/app/messages/", "/favicon.ico", "*"]
PATHS = ["/messages/%00/", "/messages/%ff%fe/", "/messages/%2e%2e/", "/messages/../messages/", "/messages/./", "/messages//7/", "/messages/7//", "/messages/%", "/messages/a%2fb/", "/%c3%a9/", "//evil.example/",
         "/\\evil.example", "/messages/;a/", "http://testserver/messages/", "http://evil.example/messages/", "http://user@testserver:80/messages/", "https:/messages/", "messages/", "/messages/#/", "?a=b",
         "/api-auth/login/%0d%0aSet-Cookie:a=b", "/messages/7/%E2%80%AE/", "/" + "a/" * 400]
IDS = ["0", "-1", "+1", "01", " 1", "1 ", "1.0", "1e3", "0x1", "7a", "99999999999999999999", "9223372036854775807", "\u0661", "\u00b2", "1\0", "true", "None", "..", "9" * 400]

PARAMETERS = ["unread", "level_tag", "level", "level__gt", "level__gte", "level__lt", "level__lte", "level__in", "level__range", "level__isnull", "extra_tags", "extra_tags__contains", "extra_tags__icontains",
              "extra_tags__iexact", "extra_tags__startswith", "extra_tags__istartswith", "extra_tags__endswith", "extra_tags__iendswith", "extra_tags__in", "view", "read_after", "read_before", "created_after",
              "created_before", "search", "q", "ordering", "sort", "limit", "offset", "page", "size", "page_size", "cursor", "format", "as", "version", "v", "next", "user", "user_id", "id", "session_key", "a"]
NUMBERS = ["0", "1", "2", "3", "7", "20", "40", "-1", "+1", "1.0", "1e3", "1e400", "NaN", "Infinity", "2147483648", "9223372036854775808", "9" * 25, "\u0661", "1_0", " 1", "20,40", "40,20", "20,,40", ",", "1,2,3"]
TIMES = ["2024-01-31", "2024-01-31T12:30:00.5+01:00", "2024-01-31 12:30", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "0000-01-01", "2024-02-30", "01/31/24 12:30:00", "Jan 31, 2024", "31 January, 2024",
         "31.01.2024", "31.01.24 12:30", "31/01/2024", "24-01-31 12:30:00", "2024\u5e7401\u670831\u65e5 12:30", "20240131T123000,5Z", "2024-W05-3", "2024W053T12", "2024-01-31*12:30", "2024-01-31\u00e912:30+01:00:00.000001", "2024-03-31T02:30", "2024-10-27T02:30", "2011-12-30", "2024-01-31T24:00", "2024-01-31T12:30:00.123456789Z", "2024-01-31T12:30+24:00"]
#: of languages, of ISO 8601, and of nobody
FORMS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d.%m.%Y %H:%M:%S.%f", "%m/%d/%Y %H:%M", "%d/%m/%y", "%d/%m/%Y %H:%M:%S", "%b %d, %Y", "%d %B %Y", "%B %d %Y", "%y-%m-%d %H:%M:%S", "%Y%m%dT%H%M%S", "%G-W%V-%u", "%GW%V%uT%H",
         "%Y-%m-%d*%H:%M:%S,%f%z", "%d de %B de %Y", "%j/%Y", "%j %Y", "%I:%M %p %d/%m/%y", "%c", "%x %X", "%a, %d %b %Y %H:%M:%S %z", "%A %w %B %Y %%", "%Y\u5e74%m\u6708%d\u65e5 %H:%M", "\u0130%d\u00a0%m"]
DIGITS = ["\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"]
ORDERINGS = ["level", "-level", "created", "-created", "read_at", "-read_at", "level,-created,read_at", "level,level", "--level", "-", "id", "message", "user", "level,nothing", ","]
WORDS = ["", "true", "false", "True", "unknown", "null", "debug", "info", "warning", "error", "upload", "tag", "secret", "view", "last", "json", "api", "html", "v1", "v2", "1.0", "a b", "'", '"', "\\", "%", "_", "*", "<b>", "a" * 300, "\0",
         "\u00e9", "\U0001f525", "\u0300\u0316", "\ufdfa", "\u202e", "{}", "${a}", "';--", "../..", "\r\nA: b"]
PLACES = ["/messages/", "/messages/?a=b", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "http:evil.example", "http:///evil.example", "javascript:alert(1)", "/\t/evil.example",
          " //evil.example", "https://testserver/", "//testserver@evil.example", "//testserver/", "/\u00e9", "?", "#", "a"]

HOSTS = ["testserver"] * 30 + ["testserver:80", "TESTSERVER", "testserver.", "www.testserver", "v1.api.example", "a.example", "127.0.0.1", "[::1]:80", "", "a b", "evil.example", "user@testserver", "testserver/x", "testserver:x", "[", "\u00e9"]
ACCEPTS = ["*/*", "application/json", "text/html", "application/json; indent=4", "application/json; indent=99999999999999999999", "application/json; version=v1", "application/json; version=9", "text/html;q=0.1, */*;q=0.9", "application/*", "image/png",
           "a/b;" * 100, ",,,", ";", "/", "application/json;indent=\u00e9", '*/*; a="b;c', "text/html, application/json;q=nothing"]
LANGUAGES = ["de", "en", "de-CH,fr;q=0.5", "*", "zh-hans", "x" * 200, "de;q=2", ";;", "\u00e9", "de;q=0.", "pt-br, de;q=0.1", "en-CA", "en-ie, de-AT;q=0.9, es-mx;q=0.8", "fr, " * 200, "de-" + "a-" * 200 + "a", "zh-Hans-CN-x",
             "DE ;q=1.000, en;q=0.001", "de,", ""]
CODES = ["de", "en", "fr", "es-mx", "zh-hans", "DE-at", "xx", "de-de-1996", "", "..", "a" * 600, "de\u00e9", "de/../en", "de;q=1"]
ORIGINS = ["null", "https://testserver", "http://testserver", "https://evil.example", "//", "http://[", "a", "https://TESTSERVER", "https://testserver:443", "http://testserver:80", "https://a.example", "https://other.example:8000",
           "https://.example", "https://a.example.", "https://testserver/", "https://user@testserver", "http://testserver, http://evil.example", "://", "\u00e9", ""]
TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=", "application/json; charset=utf-16", "application/x-www-form-urlencoded; charset=shift_jis",
         "application/x-www-form-urlencoded; charset=nothing", "text/plain", "application/octet-stream", "*/*", "", ";", "application/json;charset=\"utf-8", "\u00e9"]
ADDRESSES = ["127.0.0.1", "::1", "1.2.3.4, 5.6.7.8", "a" * 300, "", ",", "unknown", "\u00e9", "1.2.3.4:80"]

FIELDS = {
    "Accept": ACCEPTS, "Accept-Language": LANGUAGES, "Accept-Encoding": ["gzip", "gzip;q=0", "identity", "*", "gzip, br"], "X-Forwarded-For": ADDRESSES, "X-Forwarded-Host": HOSTS[25:], "X-Forwarded-Port": ["80", "443", "x", "", "-1"],
    "X-Forwarded-Proto": ["https", "http", "HTTPS", "https, http"], "Origin": ORIGINS,
    "Referer": ["https://testserver/", "https://evil.example/", "http://testserver/", "", "//[", "https://testserver:80/", "\u00e9"], "If-None-Match": ["*", '"a"', 'W/"a", "b"', '"'],
    "If-Modified-Since": ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "nonsense", "Thu, 32 Jan 2024 00:00:00 GMT"], "If-Match": ["*", '"a"'], "If-Unmodified-Since": ["Thu, 01 Jan 1970 00:00:00 GMT"],
    "X-Requested-With": ["XMLHttpRequest"], "X-HTTP-Method-Override": ["DELETE"], "Range": ["bytes=0-1"], "Remote-User": ["ann", "bob", "eve"], "X-CSRFToken": ["a" * 64, "a" * 32, "", "\u00e9"], "Expect": ["100-continue"],
    "Upgrade": ["websocket"], "TE": ["trailers"], "Content-Encoding": ["gzip"], "Cookie": ["django_language=de", "a=b; c", "messages=abc:def", '="; \\', "csrftoken=" + "b" * 64],
}
DOCUMENTS = [None, [], {}, True, 0, -1.5, "a", [1, [2, [3]]], {"a": {"b": [None]}}, {"username": 1, "password": []}, {"username": "", "password": ""}, {"username": "\0", "password": "a"}, {"a": "b" * 1000}]


@dataclasses.dataclass
class User:
    name: str
    number: int
    token: str
    password: str
    #: in each text, tag and view of the user's messages, and nowhere else
    mark: str
    #: value of the session cookie, and of the token that goes with it; None: nobody could log in
    session: str = None
    csrf: str = ""

    def secrets(self):
        return [secret for secret in (self.token, self.password, self.session) if secret]


@dataclasses.dataclass
class Request:
    method: str
    target: str
    fields: list
    body: bytes = b""
    chunks: int = 0  # how long each is; 0: the body has a length
    version: str = "HTTP/1.1"
    #: names of whom this may be: their secrets are in it
    users: frozenset = frozenset()

    def wire(self):
        fields = list(self.fields)
        body = self.body
        if self.chunks:
            fields.append(("Transfer-Encoding", "chunked"))
            pieces = [body[at:at + self.chunks] for at in range(0, len(body), self.chunks)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        elif body or self.method in ("POST", "PUT", "PATCH"):
            fields.append(("Content-Length", str(len(body))))
        head = f"{self.method} {self.target} {self.version}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields)
        return head.encode("utf-8", "surrogatepass") + b"\r\n" + body

    def is_last(self):
        """Whether it ends its connection."""
        return self.version == "HTTP/1.0" or ("Connection", "close") in self.fields


class RandomRequests:
    """Requests to a site with these settings, of these users; `owners`: of messages, by their ids."""

    def __init__(self, chance, settings, users):
        self.chance, self.users, self.owners, self.cursors = chance, users, {}, collections.deque(maxlen=20)
        self.places = ["/messages/", *("/" + route["route"] for route in settings["ROUTES"] if "include" in route and not route["route"].startswith(("^", "api-auth")))]
        for name, route in (("/v1/messages/", "^"), ("/api/messages/", "api/"), ("/api/cursors/", "api/")):
            self.places += [name] * any(known["route"].startswith(route) for known in settings["ROUTES"])
        self.session_cookie = settings.get("SESSION_COOKIE_NAME", "sessionid")
        self.csrf_cookie = settings.get("CSRF_COOKIE_NAME", "csrftoken")
        self.language_cookie = settings.get("LANGUAGE_COOKIE_NAME", "django_language")
        self.csrf_header = "X-XSRF" if "CSRF_HEADER_NAME" in settings else "X-CSRFToken"

    def saw(self, body):
        """The body of an answer, whose links may be followed."""
        self.cursors.extend(urllib.parse.unquote(cursor.decode()) for cursor in re.findall(rb"cursor=([\w%-]+)", body))

    def often(self, share):
        return self.chance.random() < share

    def request(self, absent):
        """One that carries no secret of the user `absent`."""
        users = [user for user in self.users if user is not absent]
        chance = self.chance
        fields = [("Host", chance.choice(HOSTS))]
        who, method, body = [], chance.choice(METHODS), b""
        for _ in range(chance.choice([0, 1, 1, 1, 1, 1, 1, 1, 1, 2])):
            self.identify(chance.choice(users), fields, who)
        path = self.path(method, who)
        for name in chance.sample(sorted(FIELDS), chance.choice([0, 0, 1, 1, 2, 4])):
            fields.append((name, chance.choice(FIELDS[name])))
        if self.often(0.1):
            fields.append(("Cookie", f"{self.language_cookie}={chance.choice(CODES)}"))
        if self.often(0.1 if method in ("GET", "HEAD") else 0.4):
            fields.append(("Origin", chance.choice(ORIGINS[:3] if self.often(0.5) else ORIGINS)))
        if method in ("POST", "PUT", "PATCH") or self.often(0.03):
            body = self.body(users, fields, who)
        chunks = chance.choice([1, 7, 4096]) if body and self.often(0.2) else 0
        version = "HTTP/1.1"
        if self.often(0.02):
            fields.append(("Connection", "close"))
        elif self.often(0.02) and not chunks:
            version = "HTTP/1.0"
        chance.shuffle(fields)
        target = path + ("?" + self.query() if self.often(0.6) else "")
        return Request(method, target, fields, body, chunks, version, frozenset(user.name for user in who))

    def path(self, method, who):
        kind = self.chance.random()
        place = self.chance.choice(self.places)
        if kind < (0.1 if method == "DELETE" else 0.5):
            return place + self.chance.choice(LISTS)
        if kind < 0.75:
            return place + self.number(who) + self.chance.choice(["/", "/", "/", "/", "/", "", ".json", ".json/", ".api", "//"])
        if kind < 0.95:
            return self.chance.choice(VIEWS)
        if kind < 0.952:
            return "/api-auth/logout/"
        return self.chance.choice(PATHS)

    def number(self, who):
        """The id of a message, mostly of somebody who asks for it."""
        if self.often(0.1):
            return urllib.parse.quote(self.chance.choice(IDS))
        own = [number for number, owner in self.owners.items() if owner in who] if self.often(0.7) else None
        return str(self.chance.choice(own or list(self.owners)))

    def query(self):
        parts = []
        for _ in range(self.chance.choice([1, 1, 1, 2, 2, 3, 6])):
            name = self.chance.choice(PARAMETERS)
            value = self.value(name)
            if self.often(0.03):
                value = self.chance.choice(["%", "%f", "%ff", "%00", "%ed%a0%80", "%u0041", "+", "=", "\u00e9", "a;b=c"])
            else:
                value = urllib.parse.quote_plus(value, errors="replace")
            parts.append(name + "=" + value if self.often(0.97) else self.chance.choice(["", "&", "=", name, "=" + value, name + "[]=" + value]))
        return "&".join(parts)

    def value(self, name):
        chance = self.chance
        if self.often(0.1):
            return chance.choice(chance.choice([NUMBERS, TIMES, ORDERINGS, WORDS, PLACES]))
        if name.endswith(("_after", "_before")):
            return chance.choice(TIMES) if self.often(0.4) else self.moment()
        if name in ("ordering", "sort"):
            return chance.choice(ORDERINGS)
        if name in ("search", "q") and self.often(0.2):
            return " ".join(chance.choice(["a", "se", "cret", "b", "of", "\u00e9", "%", '"a b"', "a,b"]) for _ in range(chance.choice([2, 5, 40, 300])))
        if name.endswith("__in") and self.often(0.2):
            return ",".join(str(chance.randrange(50)) for _ in range(chance.choice([2, 30, 400])))
        if name.startswith("level") and name != "level_tag" or name in ("limit", "offset", "page", "size", "page_size", "id", "user", "user_id"):
            return chance.choice(NUMBERS)
        if name == "cursor":
            return self.cursor()
        return chance.choice(PLACES if name == "next" else WORDS)

    def moment(self):
        """A date as one language or another writes it, or nearly so."""
        chance = self.chance
        zone = datetime.timezone(datetime.timedelta(minutes=chance.randrange(-1439, 1440)))
        moment = datetime.datetime(chance.choice([1, 1900, 1969, 2024, 2024, 2024, 2038, 9999]), chance.randrange(1, 13), chance.randrange(1, 29), chance.randrange(24), chance.randrange(60), chance.randrange(60),
                                   chance.randrange(1_000_000), zone)
        text = moment.strftime(chance.choice(FORMS))
        if self.often(0.1):
            text = text.translate(str.maketrans("0123456789", chance.choice(DIGITS)))
        if self.often(0.1):
            text = text.upper() if self.often(0.5) else text.replace(" ", " " * chance.choice([0, 2, 500]))
        if self.often(0.2):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(["", "0", "9", " ", "\u00a0", "\u0131", "\0", ".", ":", "+", "-", "Z", "T"]) + text[at + chance.randrange(2):]
        return text

    def cursor(self):
        chance = self.chance
        if self.cursors and self.often(0.8):
            cursor = chance.choice(self.cursors)
            if self.often(0.3):
                at = chance.randrange(len(cursor))
                cursor = cursor[:at] + chance.choice("AZaz09=-") + cursor[at + 1:]
            return cursor
        fields = "&".join(f"{chance.choice('oprkus')}={chance.choice([*NUMBERS, *TIMES, 't', 'i1', 'n'])}" for _ in range(chance.randrange(4)))
        return base64.b64encode(fields.encode()).decode()

    def changed(self, secret):
        at = self.chance.randrange(len(secret))
        return secret[:at] + self.chance.choice("abc012:_.") + secret[at + 1:]

    def identify(self, user, fields, who):
        """Adds a way to say who one is, or what looks like one."""
        chance = self.chance
        who.append(user)
        is_changed = self.often(0.1)
        kind = chance.random()
        if kind < 0.4:
            token = self.changed(user.token) if is_changed else user.token
            fields.append(("Authorization", chance.choice(["Token ", "Token ", "Token ", "token ", "Token  ", "Bearer ", "Token", "Basic "]) + token))
        elif kind < 0.55:
            pair = user.name + ":" + (self.changed(user.password) if is_changed else user.password)
            coded = base64.b64encode(pair.encode()).decode()
            fields.append(("Authorization", "Basic " + (coded if self.often(0.9) else chance.choice([coded[:-1], coded + "=", "####", pair, ""]))))
        elif user.session:
            session = self.changed(user.session) if is_changed else user.session
            cookies = [f"{self.session_cookie}={session}"]
            if self.often(0.8):
                cookies.append(f"{self.csrf_cookie}={user.csrf}")
                fields.append((self.csrf_header, user.csrf))
            if self.often(0.1):
                cookies.append(f'a="{chance.choice(WORDS[:12])}"')
            chance.shuffle(cookies)
            fields.append(("Cookie", "; ".join(cookies)))

    def form(self, users, who):
        chance = self.chance
        user = chance.choice(users)
        if self.often(0.3):
            who.append(user)
            form = [("username", user.name), ("password", user.password)]
        else:
            form = [("username", chance.choice([user.name, *WORDS])), ("password", chance.choice(["wrong", *WORDS]))]
        form.append(("csrfmiddlewaretoken", user.csrf or "a" * 64))
        if self.often(0.5):
            form.append(("next", chance.choice(PLACES)))
        if self.often(0.2):
            chance.shuffle(form)
            form = form[1:] + form * chance.choice([0, 1, 3])
        return form

    def body(self, users, fields, who):
        chance = self.chance
        kind = chance.random()
        content_type = chance.choice(TYPES) if self.often(0.15) else None
        if kind < 0.3:
            body = urllib.parse.urlencode(self.form(users, who)).encode()
            content_type = content_type or "application/x-www-form-urlencoded"
        elif kind < 0.6:
            document = dict(self.form(users, who)) if self.often(0.7) else chance.choice(DOCUMENTS)
            body = json.dumps(document, ensure_ascii=self.often(0.5)).encode()
            content_type = content_type or "application/json"
        elif kind < 0.8:
            parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in self.form(users, who)]
            if self.often(0.2):
                parts.append('--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\nContent-Type: text/plain\r\n\r\n\0\r\n')
            body = ("".join(parts) + "--x--\r\n").encode()
            content_type = content_type or "multipart/form-data; boundary=x"
        else:
            body = chance.choice([b"", b"\0", b"\xff\xfe", b"[" * 2000, b'{"a":' * 500, b"&" * 1500, b"a=b&" * 1100, b"--x", b"--x\r\n\r\n\r\n--x--", b'"\\ud800"', b"x" * 50_000])
            content_type = content_type or chance.choice(TYPES)
        if self.often(0.05) and body:
            body = mutated(chance, body)
        fields.append(("Content-Type", content_type))
        return body


def mutated(chance, data):
    """A few bytes of it changed, lost, doubled or moved."""
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        if not data:
            break
        at, length = chance.randrange(len(data)), chance.choice([1, 1, 2, 10])
        kind = chance.randrange(4)
        if kind == 0:
            data[at] = chance.choice([0, 9, 10, 13, 32, 34, 37, 44, 58, 59, 127, 255, chance.randrange(256)])
        elif kind == 1:
            del data[at:at + length]
        elif kind == 2:
            data[at:at] = data[at:at + length]
        else:
            data[at:at] = chance.choice([b"\r\n", b"\n", b"\0", b" ", b"\t", b": ", b"\r\n\r\n", b"chunked", b"99", b",", b";"])
    return bytes(data)
