#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the middleware of real Djangos, and their LogoutView, answer: makes tests/compat/middleware.json.

    make_middleware.py [PYTHON=]FOLDER...    each FOLDER has one Django (pip install --target), the oldest first

Of each request there are the answers that differ from the release before, each with the first release that gives it. Random
values stand as <32>, <64> (characters of a CSRF token) and <session>; moments are left out. "fails" is an exception that Django
does not catch itself. A client keeps the cookies of a
scenario with "keeps_cookies"; "<token>" in a header is the body of its first answer.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
from io import BytesIO
from urllib.parse import quote, unquote_to_bytes

S = "AbCdEfGhIjKlMnOpQrStUvWxYz012345"
T = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6A235G89bMefhSklnYqrj4mxpasDVgYJ1"
SAME = "ZyXwVuTsRqPoNmLkJiHgFeDcBa987654pzpzpzpzpzpzpzpzpzpzpzpzpzZZZZZZ"
OTHER = "ZyXwVuTsRqPoNmLkJiHgFeDcBa987654PpPpPpPpPpPpPpPpPpPpPpPpPppppppp"
TOKENS = ["", "x", S, S[1:], S + "a", S[1:] + "-", S[1:] + "\u00fc", T, T[1:], T + "a", T[1:] + "-", T[1:] + "\u00fc", SAME, OTHER, "\u00fc" * 32, "\u20ac" * 64]
FORM = "application/x-www-form-urlencoded"
TRUSTED = ["other.example", ".sub.example", "https://four.example", "https://*.wild.example", "https://*glued.example", "http://plain.example",
           "http://*.plainwild.example:8080", "*.bare.example", "https://path.example/path", "https://*.pathwild.example/path"]
HOSTS = ["testserver", "testserver:8443", "TESTSERVER", "other.example", "sub.example", "a.sub.example", "four.example", "a.four.example", "wild.example",
         "a.wild.example", "A.WILD.EXAMPLE", "xwild.example", "glued.example", "xglued.example", "plain.example", "a.plainwild.example:8080", "a.plainwild.example", "bare.example",
         "a.bare.example", "path.example", "a.pathwild.example", "evil.example"]


MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
              "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware"]
ALL_MIDDLEWARE = {"MIDDLEWARE": ["django.middleware.security.SecurityMiddleware", *MIDDLEWARE, "django.middleware.clickjacking.XFrameOptionsMiddleware"]}
SETTINGS = {
    "SECRET_KEY": "a-key-of-the-tests", "ALLOWED_HOSTS": ["testserver", "www.testserver"], "MIDDLEWARE": MIDDLEWARE,
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies", "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage"}


def request(method, path, headers=None, body="", secure=False):
    sent = {"method": method, "path": path, "headers": headers, "body": body, "secure": secure}
    return {name: value for name, value in sent.items() if value}


def cookie(token, **headers):
    return {**({} if token is None else {"Cookie": "csrftoken=" + token}), **headers}


def csrf_scenarios():
    header = "X-CSRFToken"
    yield "cookies", {}, [request("DELETE", "/check/", cookie(token, **{header: T})) for token in [None, *TOKENS]]
    yield "headers", {}, [request("DELETE", "/check/", cookie(T, **({} if token is None else {header: token}))) for token in [None, *TOKENS]]
    yield "plain cookie", {}, [request("DELETE", "/check/", cookie(S, **{header: token})) for token in TOKENS]
    yield "methods", {}, [request(method, "/check/", cookie(T)) for method in ["GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "PROPFIND"]]
    yield "forms", {}, [request("POST", "/check/", {**cookie(T, **more), "Content-Type": FORM}, "csrfmiddlewaretoken=" + quote(token))
                        for token in TOKENS for more in ({}, {header: T})]
    yield "charsets of forms", {}, [request("POST", "/check/", {**cookie(T), "Content-Type": FORM + "; " + charset}, "csrfmiddlewaretoken=" + T)
                                    for charset in ["charset=utf-8", "charset=UTF-8", "charset=utf8", "charset=latin-1", "charset=none", "charset=\"utf-8\""]]
    pages = ["/known/", "/token/", "/rotate/", "/nothing/", "/known", "/fails/"]
    yield "cookies of answers", {}, [request("GET", page, cookie(token)) for page in pages for token in (None, S, T, "", "x", T[1:] + "-")]
    yield "masked cookies", {"CSRF_COOKIE_MASKED": True}, [request("GET", page, cookie(token)) for page in pages[:3] for token in (None, S, T, "x")]
    yield "renamed", {"CSRF_HEADER_NAME": "HTTP_X_XSRF_2A_TOKEN", "CSRF_COOKIE_NAME": "xsrf"}, [
        request("DELETE", "/check/", {"Cookie": "xsrf=" + T, "X-Xsrf-2a-Token": token}) for token in (T, OTHER, "")]
    yield "session", {"CSRF_USE_SESSIONS": True, "keeps_cookies": True}, [
        request("GET", "/token/"), request("POST", "/check/", {header: "<token>"}), request("POST", "/check/", {header: OTHER}), request("POST", "/check/", {header: "x"}),
        request("POST", "/check/"), request("GET", "/token/"), request("POST", "/check/", {header: "<token>"}), request("GET", "/rotate/"), request("POST", "/check/", {header: "<token>"})]
    yield "client", {"keeps_cookies": True}, [
        request("GET", "/token/"), request("POST", "/check/", {header: "<token>"}), request("GET", "/rotate/"), request("POST", "/check/", {header: "<token>"})]
    for secure in (False, True):
        yield f"origins, secure {secure}", {"CSRF_TRUSTED_ORIGINS": TRUSTED}, [
            request("DELETE", "/check/", cookie(T, Origin=origin, **{header: T}), secure=secure)
            for origin in ["null", "", "testserver", "https://", "https://[::1", "https://testserver/", *(f"{scheme}://{host}" for scheme in ("http", "https") for host in HOSTS)]]
    yield "referers", {"CSRF_TRUSTED_ORIGINS": TRUSTED}, [
        request("DELETE", "/check/", cookie(T, Referer=referer, **{header: T}), secure=True)
        for referer in ["", "/", "//testserver/", "https:/testserver", "https://[::1/", "http://testserver/", "https://evil.example/b;", "https://evil.example/b;c?d#", "https://evil.example;",
                        "https://evil.example/?", *(f"https://{host}/" for host in HOSTS)]]
    yield "no referer", {}, [request("DELETE", "/check/", cookie(T, **{header: T}), secure=True), request("DELETE", "/check/", {}, secure=True)]
    yield "cookie domain", {"CSRF_COOKIE_DOMAIN": ".testserver"}, [
        request("DELETE", "/check/", cookie(T, Referer=referer, **{header: T}), secure=True) for referer in ("https://forms.testserver/", "https://testserver/", "https://evil.example/")]


def other_scenarios():
    paths = ["/known/", "/known", "/known?a=1&b=%20", "/nothing", "/nothing/", "//known", "/kn%C3%B6wn", "/known//"]
    yield "slashes", {}, [*(request("GET", path) for path in paths), *(request(method, path) for method in ("HEAD", "POST", "DELETE") for path in paths[1:4])]
    yield "no slashes", {"APPEND_SLASH": False}, [request("GET", path) for path in paths]
    yield "www", {"PREPEND_WWW": True}, [request("GET", path, {"Host": host}, secure=secure)
                                         for host in ("testserver", "www.testserver", "evil.example") for secure in (False, True) for path in paths[:4]]
    yield "www, no slashes", {"PREPEND_WWW": True, "APPEND_SLASH": False}, [request("GET", path) for path in paths[:4]]
    yield "errors", ALL_MIDDLEWARE, [request("GET", path) for path in ("/bad/", "/denied/", "/nothing/", "/fails/")] + [request("GET", "/known/", {"Host": "evil.example"})]
    yield "security", ALL_MIDDLEWARE, [request("GET", "/known/"), request("GET", "/known/", secure=True)]
    yield "no opener policy", {"SECURE_CROSS_ORIGIN_OPENER_POLICY": None, **ALL_MIDDLEWARE}, [request("GET", "/known/")]
    yield "another opener policy", {"SECURE_CROSS_ORIGIN_OPENER_POLICY": "unsafe-none", **ALL_MIDDLEWARE}, [request("GET", "/known/")]
    yield "XSS filter", {"SECURE_BROWSER_XSS_FILTER": True, **ALL_MIDDLEWARE}, [request("GET", "/known/")]
    yield "redirect to TLS", {"SECURE_SSL_REDIRECT": True, **ALL_MIDDLEWARE}, [request("GET", "/known?a"), request("GET", "/known", secure=True)]
    yield "proxy header", {"SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"]}, [
        request("GET", "/secure/", {"X-Forwarded-Proto": value}) for value in ("https", "http", "https,http", "http, https", "https , http", "https,", ",https", "HTTPS", "")]
    visits = [request("GET", path) for path in ("/visit/", "/known/", "/known", "/nothing/", "/visit/500/", "/visit/501/", "/visit/503/", "/visit/404/", "/known/")]
    visits.append(request("GET", "/known/", {"Host": "evil.example"}))
    yield "sessions", {"keeps_cookies": True}, visits
    yield "sessions, saved always", {"keeps_cookies": True, "SESSION_SAVE_EVERY_REQUEST": True}, visits
    yield "sessions, looked at", {"keeps_cookies": True, "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage"}, visits


def logout_scenarios():
    path = "/api-auth/logout/"
    nexts = ["", "next=", "next=/a/", "next=https://evil.example/", "next=" + path, "next=" + quote(path + "?next=x"), "x=1", "next=/" + "a" * 2047, "next=/" + "a" * 2048]
    token = cookie(T, **{"X-CSRFToken": T})
    for to in (None, "/bye/", path):
        yield f"logout, leads to {to}", {"LOGOUT_REDIRECT_URL": to}, [
            *(request(method, path + ("?" + query if query else ""), token) for method in ("GET", "POST") for query in nexts[:7]),
            *(request(method, path + query, token) for method in ("HEAD", "PUT", "DELETE", "OPTIONS") for query in ("", "?next=/a/")),
            *(request("POST", path + "?next=/b/", {**token, "Content-Type": FORM}, form) for form in nexts),
            request("POST", path), request("PUT", path)]


GROUPS = {"csrf": csrf_scenarios, "other": other_scenarios, "logout": logout_scenarios}
def views():
    from django.contrib.auth.views import LogoutView
    from django.core.exceptions import PermissionDenied, SuspiciousOperation
    from django.http import HttpResponse
    from django.middleware.csrf import get_token, rotate_token
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    def text(body, status=200):
        return HttpResponse(body, content_type="text/plain", status=status)

    def failing(error):
        def view(_request):
            raise error
        return csrf_exempt(view)

    def rotate(req):
        rotate_token(req)
        return text("rotated")

    def visit(req, status=200):
        req.session["a"] = "b"
        return text("visited", status)

    plain = {"known/": lambda req: text("seen"), "kn\u00f6wn/": lambda req: text("seen"), "token/": lambda req: text(get_token(req)), "rotate/": rotate,
             "secure/": lambda req: text("secure" if req.is_secure() else "plain"), "visit/": visit, "visit/<int:status>/": visit}
    return [*(path(route, csrf_exempt(view)) for route, view in plain.items()), path("check/", lambda req: text("passed")), path("bad/", failing(SuspiciousOperation("no"))),
            path("denied/", failing(PermissionDenied("no"))), path("fails/", failing(ValueError("no"))), path("api-auth/logout/", LogoutView.as_view())]


def csrf_failure(req, reason=""):
    from django.http import HttpResponse
    from django.views.csrf import csrf_failure as page
    if req.path.startswith("/api-auth/"):
        return page(req, reason)
    return HttpResponse(reason, content_type="text/plain", status=403)


def configure():
    import logging
    import types

    import django
    from django.conf import settings
    module = sys.modules["urls_of_the_test"] = types.ModuleType("urls_of_the_test")
    module.csrf_failure = csrf_failure
    settings.configure(
        ROOT_URLCONF="urls_of_the_test", CSRF_FAILURE_VIEW="urls_of_the_test.csrf_failure", **SETTINGS,
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {
            "loaders": [("django.template.loaders.locmem.Loader", {"registration/logged_out.html": "out"})]}}])
    logging.disable()
    django.setup()
    module.urlpatterns = views()


def environ(sent, jar, token):
    path, _, query = sent["path"].partition("?")
    result = {"REQUEST_METHOD": sent["method"], "SCRIPT_NAME": "", "PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1",
              "SERVER_PORT": "443" if sent.get("secure") else "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "https" if sent.get("secure") else "http",
              "wsgi.input": BytesIO(sent.get("body", "").encode()), "wsgi.errors": sys.stderr, "CONTENT_LENGTH": str(len(sent.get("body", "").encode()))}
    headers = {"Host": "testserver", **sent.get("headers", {})}
    if jar:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        result[key if key == "CONTENT_TYPE" else "HTTP_" + key] = value.replace("<token>", token).encode().decode("latin-1")
    return result


def masked(text):
    text = re.sub(r"^csrftoken=(\w{32}|\w{64});", lambda found: f"csrftoken=<{len(found[1])}>;", text)
    text = re.sub(r"^sessionid=[^;\"]+;", "sessionid=<session>;", text)
    return re.sub(r"expires=(?!Thu, 01 Jan 1970)[^;]*; ", "", text)


def play(steps, keeps_cookies):
    from django.core.handlers.wsgi import WSGIHandler
    application = WSGIHandler()
    jar, token = {}, ""
    for sent in steps:
        begun = []
        try:
            response = application(environ(sent, jar, token), lambda status, headers, begun=begun: begun.extend((status, headers)))
        except Exception as error:  # pylint: disable=broad-except
            yield {"fails": type(error).__name__}
            continue
        body = b"".join(response).decode()
        response.close()
        headers = {}
        for name, value in begun[1]:
            value = value.strip()
            if name == "Set-Cookie":
                if keeps_cookies:
                    key, _, rest = value.partition("=")
                    jar[key] = rest.partition(";")[0]
                value = masked(value)
            if name != "Expires":
                headers[name] = value if name not in headers else headers[name] + "\n" + value
        jar = {key: value for key, value in jar.items() if value != '""'}
        if "/token/" in sent["path"]:
            token, body = token or body, f"<{len(body)}>"
        if sent["path"].startswith("/api-auth/logout/") and body:
            body = "<page>"
            headers["Content-Length"] = "<page>"
        yield {"status": int(begun[0][:3]), "headers": headers, "body": body}


def one():
    configure()
    import django
    from django.test.utils import override_settings
    played = {"release": "%d.%d" % django.VERSION[:2]}
    for group, scenarios in GROUPS.items():
        played[group] = []
        for _, more, steps in scenarios():
            with override_settings(**{name: value for name, value in more.items() if name.isupper()}):
                played[group].append(list(play(steps, more.get("keeps_cookies"))))
    print(json.dumps(played))


def ask(django):
    python, _, folder = django.rpartition("=")
    environment = {**os.environ, "PYTHONPATH": folder, "PYTHONWARNINGS": "ignore", "ONE": "one"}
    return json.loads(subprocess.run([python or sys.executable, __file__], env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout)


def changed(answers):
    """Of an answer by release those that are another than the one before."""
    kept, last = {}, None
    for release, answer in answers:
        if answer != last:
            kept[release] = last = answer
    return kept


def main():
    if "ONE" in os.environ:
        one()
        return
    played = [ask(folder) for folder in sys.argv[1:]]
    recorded = {"recorded_with": "tests/compat/make_middleware.py", "releases": [one["release"] for one in played], "settings": SETTINGS}
    for group, scenarios in GROUPS.items():
        recorded[group] = [
            {"name": words, "settings": more, "steps": [
                {"request": sent, "since": changed([(one["release"], one[group][number][at]) for one in played])} for at, sent in enumerate(steps)]}
            for number, (words, more, steps) in enumerate(scenarios())]
    with open(pathlib.Path(__file__).with_name("middleware.json"), "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(
            f"{json.dumps(part)}: " + (json.dumps(value) if part not in GROUPS else "[\n" + ",\n".join(
                json.dumps({**scenario, "steps": None})[:-len("null}")] + "[\n" + ",\n".join(json.dumps(step) for step in scenario["steps"]) + "\n]}" for scenario in value) + "\n]")
            for part, value in recorded.items()) + "\n}\n")


if __name__ == "__main__":
    main()
