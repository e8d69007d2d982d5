# SPDX-License-Identifier: MIT
"""What clients ask the shop of site/shopsite, request by request. Where the two answers may differ, the number of docs/differences.md says why."""
import base64
import json
import urllib.parse

PASSWORD = "Straße 7, hinten"
SECRET = "0123456789abcdefghijABCDEFGHIJ01"  # of CSRF tokens
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


class Differs:
    """Parts of the answer that may differ: "status", "body", a header, or "state", which is what is stored afterwards; without any, all of it.
    `since`, `until`: only with Django from the one on, and before the other."""

    def __init__(self, number, *parts, since=(0, 0), until=(99, 0)):
        self.number, self.parts, self.since, self.until = number, set(parts), since, until


# Only its status and type are those of the original.
PAGE = Differs(23, "body", "Content-Length", "ETag", "Set-Cookie", "Vary")
# The original fails.
FAULT = Differs(9)
FAULT_OF_3_2 = Differs(9, until=(4, 0))
OVERFLOW = Differs(9, until=(5, 0))
# Several messages are equal in the ordering.
TIES = Differs(20, "body", "Content-Length", "ETag", "state")


class Asked:
    def __init__(self, method, path, *parts, body=None, differs=None):
        """parts: mappings of headers; those with the same name become one, as cookies do."""
        self.method, self.path, self.body, self.differs = method, path, body, differs
        self.headers = {"Host": "shop.example"}
        for name, value in (pair for part in parts for pair in part.items()):
            self.headers[name] = f"{self.headers[name]}; {value}" if name == "Cookie" and name in self.headers else value

    def __str__(self):
        shown = {name: value for name, value in self.headers.items() if name != "Host"}
        return f"{self.method} {self.path} {shown} {(self.body or b'').decode('latin-1')}"


def cookie(name, value):
    return {"Cookie": f"{name}={value}"}


def session(word):
    """As site/shopsite/prepare.py makes them."""
    return cookie("shop", (4 * (word + "session"))[:32])


def token(name, keyword="Token"):
    return {"Authorization": f"{keyword} {(name[0] * 8 + '01234567') * 2}89abcdef"}


def basic(text):
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def language(accepted):
    return {"Accept-Language": accepted}


def accept(types):
    return {"Accept": types}


def query(**parameters):
    return "/messages/?" + urllib.parse.urlencode(parameters)


def form(path, *parts, differs=None, **fields):
    return Asked("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, *parts,
                 body=urllib.parse.urlencode(fields).encode(), differs=differs)


def as_json(path, value, *parts, differs=None):
    return Asked("POST", path, {"Content-Type": "application/json"}, *parts, body=json.dumps(value).encode(), differs=differs)


ANN, EVA = session("ann"), session("eva")
CSRF = {**cookie("csrftoken", SECRET), "X-CSRFToken": SECRET}
HTTPS = {"X-Forwarded-Proto": "https"}
GERMAN, FRENCH, POLISH, BRAZILIAN, RUSSIAN = (language(one) for one in ("de-AT,de;q=0.9", "fr", "pl, en;q=0.5", "pt-br", "ru-RU,ru;q=0.9"))

PAGES = [
    Asked("GET", "/messages/", ANN),
    *(Asked("GET", f"/messages/?page={page}", ANN) for page in ("2", "3", "last", "0", "-1", "x", "99", "%31", "1e0", "")),
    *(Asked("GET", f"/messages/?size={size}", ANN) for size in ("2", "0", "50", "9999", "x")),
    Asked("GET", "/messages/?size=2&page=2&ordering=level", ANN, differs=TIES),
    Asked("GET", "/messages/?unread=true&size=2", ANN, differs=Differs(3, "body", "Content-Length", "ETag")),
    Asked("GET", "/api/timeline/?ordering=-level", token("ann")),
    *(Asked("GET", path, token("ann"), differs=FAULT_OF_3_2) for path in (
        "/api/timeline/", "/api/timeline/?ordering=nothing", "/api/timeline/?cursor=x", "/api/timeline/?level=20",
        "/api/timeline/?cursor=cD0yMDI0LTAxLTMwKzEyJTNBMDAlM0EwMC4yNTAwMDAlMkIwMCUzQTAw")),
    *(Asked("GET", path, EVA) for path in (
        "/api/office/", "/api/office/?limit=1", "/api/office/?limit=1&offset=1", "/api/office/?limit=x&offset=y", "/api/office/?limit=0",
        "/api/office/?limit=1&offset=9")),
    Asked("GET", "/api/office/", ANN),
    Asked("GET", "/api/", ANN),
    Asked("GET", "/api/", token("ben"), accept("application/json; indent=2")),
]

ONE_MESSAGE = [
    Asked("GET", "/messages/peek/", ANN),
    Asked("GET", "/messages/3/", ANN),
    Asked("GET", "/messages/2/", ANN, differs=Differs(7, "state")),
    *(Asked("GET", f"/messages/{key}/", ANN) for key in ("999999", "12", "abc", "3.5", "-1", "003", "%33")),
    Asked("GET", "/messages/99999999999999999999/", ANN, differs=OVERFLOW),
    Asked("GET", "/messages/3/?level=20", ANN),
    Asked("GET", "/messages/999999/", token("ann"), GERMAN),
    Asked("HEAD", "/messages/", ANN, differs=Differs(7, "state")),
    Asked("HEAD", "/messages/peek/", ANN),
    Asked("HEAD", "/messages/999999/", ANN),
    Asked("OPTIONS", "/messages/", ANN),
    Asked("OPTIONS", "/messages/3/", ANN, GERMAN),
    Asked("OPTIONS", "/api/office/peek/", EVA),
    Asked("PUT", "/messages/3/", ANN, CSRF, {"Content-Type": "application/json"}, body=b"{}"),
    Asked("PATCH", "/messages/3/", token("ann"), FRENCH),
    Asked("DELETE", "/messages/", token("ann")),
    Asked("TRACE", "/messages/", token("ann")),
    Asked("DELETE", "/messages/2/", token("ann")),
    Asked("DELETE", "/messages/3/", token("ann")),
    Asked("DELETE", "/messages/3/", token("ann"), POLISH),
    Asked("DELETE", "/messages/13/", token("ann")),
]

FILTERS = [Asked("GET", query(**parameters), ANN) for parameters in (
    {"level": "20"}, {"level": "x"}, {"level": ""}, {"level": "20.0"}, {"level_tag": "alarm"}, {"level_tag": "done"}, {"level_tag": "nothing"},
    {"extra_tags": "order"}, {"extra_tags": "ord"}, {"view": "shop:pay"}, {"view": "shop"}, {"unread": "false"}, {"unread": "maybe"},
    {"search": "order"}, {"search": "order paid"}, {"search": "\"10% off\""}, {"search": "größe"}, {"search": "Ann & Co., <b>"}, {"search": "a\0b"},
    {"search": ""}, {"ordering": "level,-created"}, {"ordering": "-read_at"}, {"ordering": "message"}, {"ordering": "level,nothing,-created"},
    {"created_after": "2024-01-30"}, {"created_before": "2024-01-30 13:00"}, {"created_after": "2024-01-30T12:00:00.250000Z"},
    {"created_after": "2024-01-30T13:00:00.25+01:00", "created_before": "2024-01-31"}, {"created_after": "05/01/2024"}, {"created_after": "01/13/2024"},
    {"created_after": "20240130"}, {"created_after": "2024-01-30t12"}, {"created_after": "2024-W05-2"}, {"created_after": "2024-02-30"},
    {"created_after": "2024-03-31 02:30"}, {"created_after": "yesterday"}, {"read_after": "2024-02-01"}, {"read_before": "x", "level": "y"},
    {"created_after": "2024-01-30", "level": "20", "nothing": "known"}, {"created": "2024-01-30"}, {"created_after": " 2024-01-30 "},
)] + [
    Asked("GET", query(ordering="level,nothing"), ANN, differs=TIES),
    Asked("GET", query(level="99999999999999999999"), ANN, differs=OVERFLOW),
    Asked("GET", "/messages/?level=20&level=25&search=%FF&search=in", ANN),
    Asked("GET", "/messages/", token("ben")),
    Asked("GET", query(created_before="1900-01-01"), token("ben")),
    *(Asked("GET", query(created_after=time), token("ben")) for time in (
        "2050-07-01 14:00", "2050-07-01 13:30", "2050-07-01T12:00:00+00:00", "1890-03-17 12:53:29")),
    Asked("GET", query(created_after="9999-12-31 23:59"), token("ben"), differs=Differs(34, until=(4, 0))),
    Asked("GET", query(created_after="0001-01-01"), token("ben"), differs=Differs(9, since=(4, 0))),
]

FORMATS = [
    Asked("GET", "/messages/", ANN, accept("application/json; indent=4")),
    Asked("GET", "/messages/?format=json", ANN, accept(BROWSER)),
    Asked("GET", "/messages/peek.json", ANN, accept(BROWSER), differs=FAULT),
    Asked("GET", "/messages/3.json", ANN),
    Asked("GET", "/messages/?format=xml", ANN),
    Asked("GET", "/messages/", ANN, accept("image/png")),
    Asked("GET", "/messages/999999/", ANN, accept("image/png;q=0.5, application/*;q=0.1")),
    Asked("GET", "/messages/", ANN, accept(BROWSER), differs=PAGE),
    Asked("GET", "/messages/?format=api", ANN, GERMAN, differs=PAGE),
    Asked("GET", "/messages/999999/", ANN, accept(BROWSER), differs=PAGE),
    Asked("GET", "/messages/", ANN, {"Accept-Encoding": "gzip, deflate"}),
    Asked("GET", "/messages/peek/", ANN, {"Accept-Encoding": "gzip"}),
    Asked("GET", "/messages/peek/", ANN, {"If-None-Match": "*"}),
    Asked("GET", "/messages/peek/", ANN, {"If-None-Match": '"something else"'}),
]

LANGUAGES = [
    *(Asked("GET", "/messages/999999/", EVA, one) for one in (GERMAN, FRENCH, POLISH, BRAZILIAN, language("es, zh-hans;q=0.1"), language("*"))),
    Asked("GET", "/messages/?page=99", ANN, cookie("django_language", "fr"), GERMAN),
    *(Asked("GET", query(level="x", unread="maybe"), ANN, one) for one in (GERMAN, FRENCH, POLISH, BRAZILIAN, RUSSIAN)),
    *(Asked("GET", query(level_tag="nothing", created_after="x"), ANN, one) for one in (GERMAN, FRENCH, POLISH, BRAZILIAN, RUSSIAN)),
    *(Asked("GET", query(created_after="31.01.2024"), ANN, one) for one in (GERMAN, FRENCH, POLISH, language("en"))),
    *(Asked("GET", query(created_after="05/01/2024"), ANN, one) for one in (GERMAN, FRENCH, BRAZILIAN)),
    *(Asked("GET", query(created_after=value), ANN, RUSSIAN) for value in ("31.01.24", "31.01.2024 12:30:00.5", "2024/01/31")),
    Asked("GET", query(created_before="31.01.24 12:30"), ANN, cookie("django_language", "de")),
    Asked("GET", "/messages/", GERMAN),
    *(Asked("DELETE", "/messages/3/", ANN, one) for one in (GERMAN, FRENCH)),
    Asked("GET", "/messages/", token("no"), BRAZILIAN),
    Asked("GET", "/messages/?format=xml", ANN, POLISH),
]

CREDENTIALS = [
    Asked("GET", "/messages/"),
    Asked("GET", "/messages/peek/", accept(BROWSER), differs=PAGE),
    Asked("GET", "/api/timeline/"),
    Asked("GET", "/api/timeline/", ANN),
    *(Asked("GET", "/messages/peek/", session(word)) for word in ("cem", "old", "bad", "any", "not", "who")),
    *(Asked("GET", "/messages/peek/", cookie("shop", value)) for value in ("", "x", "../../etc/passwd", '"quoted"')),
    Asked("GET", "/messages/peek/", cookie("sessionid", "annsession" * 3 + "an")),
    *(Asked("GET", "/messages/peek/", token(name)) for name in ("ann", "cem", "who")),
    Asked("GET", "/messages/peek/", token("ann", "token")),
    *(Asked("GET", "/messages/peek/", {"Authorization": value}) for value in (
        "Token", "Token a b", "Token \xff\xfe", "Bearer abc", "Basic", "Basic a b", "Basic !", "Basic " + base64.b64encode(b"\xff\xfe").decode())),
    Asked("GET", "/messages/peek/", basic("ann@shop.example")),
    Asked("GET", "/messages/peek/", basic("ann@shop.example:" + PASSWORD)),
    Asked("GET", "/messages/peek/", basic("ann@shop.example:wrong"), FRENCH),
    Asked("GET", "/messages/peek/", basic("cem@shop.example:" + PASSWORD)),
    Asked("GET", "/messages/peek/", ANN, token("ben")),
    *(Asked("GET", "/api/rush/peek/", token("ben")) for _ in range(2)),
    *(Asked("GET", "/api/rush/peek/", token("ben"), one) for one in (language("en"), GERMAN, FRENCH, POLISH, RUSSIAN)),
    Asked("GET", "/api/rush/", token("ben")),
]


def delete(*parts, differs=None):
    return Asked("DELETE", "/messages/2/", ANN, *parts, differs=differs)


def with_token(value, in_cookie=SECRET):
    return {**cookie("csrftoken", in_cookie), "X-CSRFToken": value}


REFERER = {"Referer": "https://shop.example/cart/"}
FORGERY = [
    delete(CSRF),
    delete(),
    delete(cookie("csrftoken", SECRET)),
    delete({"X-CSRFToken": SECRET}),
    *(delete(with_token(value)) for value in (SECRET[::-1], "short", "", 32 * "-", 64 * "a", "ä" * 32)),
    *(delete(with_token(SECRET, value)) for value in ("short", "", 32 * "-")),
    *(delete(CSRF, {"Origin": value}) for value in (
        "http://shop.example", "https://shop.example", "http://shop.example:8000", "https://evil.example", "null", "https://a.pay.example", "x")),
    delete(CSRF, HTTPS),
    delete(CSRF, HTTPS, REFERER),
    *(delete(CSRF, HTTPS, {"Referer": value}) for value in (
        "http://shop.example/", "https://evil.example/", "https://a.pay.example/x", "https://pay.example/", "x", "https://shop.example:444/")),
    delete(CSRF, HTTPS, {"Referer": "https://[/"}, differs=FAULT_OF_3_2),
    delete(CSRF, HTTPS, REFERER, {"Origin": "https://shop.example"}),
    form("/messages/", ANN, csrfmiddlewaretoken=SECRET),
    form("/messages/", ANN, cookie("csrftoken", SECRET), csrfmiddlewaretoken=SECRET),
    form("/messages/", ANN, cookie("csrftoken", SECRET), csrfmiddlewaretoken="wrong"),
    form("/messages/", ANN, cookie("csrftoken", SECRET), csrfmiddlewaretoken=SECRET[::-1]),
]

LOGIN = {"username": "ann@shop.example", "password": PASSWORD}
LOGGING_IN = [
    Asked("GET", "/api-auth/login/", differs=PAGE),
    Asked("GET", "/api-auth/login/?next=/messages/", ANN, differs=PAGE),
    form("/api-auth/login/", CSRF, csrfmiddlewaretoken=SECRET, **LOGIN),
    form("/api-auth/login/?next=/api/", CSRF, next="/messages/?page=2", csrfmiddlewaretoken=SECRET, **LOGIN),
    form("/api-auth/login/", CSRF, next="https://evil.example/", csrfmiddlewaretoken=SECRET, **LOGIN),
    form("/api-auth/login/", CSRF, session("any"), csrfmiddlewaretoken=SECRET, **LOGIN),
    form("/api-auth/login/", CSRF, GERMAN, username="ann@shop.example", password="wrong", csrfmiddlewaretoken=SECRET, differs=PAGE),
    form("/api-auth/login/", **LOGIN, differs=Differs(16, "body", "Content-Length", "ETag", "Vary")),
    Asked("PUT", "/api-auth/login/", CSRF, differs=PAGE),
    Asked("GET", "/api-auth/logout/", ANN),
    form("/api-auth/logout/", ANN, CSRF, csrfmiddlewaretoken=SECRET),
    form("/api-auth/logout/?next=/messages/", ANN, CSRF, csrfmiddlewaretoken=SECRET),
    as_json("/api-token-auth/", LOGIN),
    form("/api-token-auth/", **LOGIN),
    as_json("/api-token-auth/", {**LOGIN, "password": "wrong"}, GERMAN),
    as_json("/api-token-auth/", {"username": "", "password": None}),
    as_json("/api-token-auth/", {"username": ["x"]}, FRENCH),
    as_json("/api-token-auth/", [1]),
    Asked("POST", "/api-token-auth/", {"Content-Type": "application/json"}, body=b"{x"),
    Asked("POST", "/api-token-auth/", {"Content-Type": "text/plain"}, POLISH, body=b"x"),
    Asked("GET", "/api-token-auth/"),
]

PATHS = [
    *(Asked(method, path, ANN) for method, path in (
        ("GET", "/messages"), ("GET", "/messages?page=2&search=%C3%A4"), ("HEAD", "/messages/peek"), ("DELETE", "/messages/2"), ("GET", "/api"),
        ("GET", "/nowhere/"), ("GET", "/nowhere"), ("GET", "/messages/3/4/"), ("GET", "//messages/"), ("GET", "/messages/%2e%2e/"))),
    Asked("POST", "/messages", token("ann")),
    Asked("GET", "/messages", session("bad")),
    Asked("GET", "/nowhere/", GERMAN),
    Asked("GET", "/messages/", ANN, {"Host": "evil.example"}),
    Asked("GET", "/messages/?size=2", ANN, {"Host": "www.shop.example:8443"}),
    Asked("GET", "/messages/?size=2", ANN, HTTPS),
    Asked("GET", "/messages", ANN, HTTPS),
]

REQUESTS = [*PAGES, *ONE_MESSAGE, *FILTERS, *FORMATS, *LANGUAGES, *CREDENTIALS, *FORGERY, *LOGGING_IN, *PATHS]
