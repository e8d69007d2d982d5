# SPDX-License-Identifier: MIT
"""A browser: one cookie jar for all ports of a host, as browsers have it, and forms with their CSRF token."""
import http.client
import http.cookies
import json
import urllib.parse


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Browser:
    def __init__(self, host="127.0.0.1"):
        self.host = host
        self.cookies = {}

    def copy(self):
        """Somebody who took the cookies along, and is told nothing of what becomes of them."""
        other = Browser(self.host)
        other.cookies = dict(self.cookies)
        return other

    def request(self, port, method, path, body=None, headers=None):
        sent = {"Host": f"{self.host}:{port}", "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, cookie in http.cookies.SimpleCookie(line).items():
                if cookie["max-age"] in ("0", 0) or "1970" in cookie["expires"]:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = cookie.coded_value
        return answer

    def get(self, port, path):
        return self.request(port, "GET", path)

    def post(self, port, path, **fields):
        """Posts a form that a page of the same host showed: the token goes with it."""
        fields["csrfmiddlewaretoken"] = self.cookies.get("csrftoken", "")
        return self.request(port, "POST", path, urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def fill_in(self, port, path, **fields):
        """Opens a page with a form, and sends that."""
        shown = self.get(port, path)
        if shown.status != 200:
            raise AssertionError(f"GET {path}: {shown.status}")
        return self.post(port, path, **fields)
