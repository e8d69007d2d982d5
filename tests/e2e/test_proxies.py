# SPDX-License-Identifier: MIT
"""The blocks of docs/operate.md in front of a real server: who asks is known by his address, and streams come through as they are written."""
import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
from urllib.parse import urlencode

from databases import until
from event_source import EventSource
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, PATIENCE, SETTINGS, TOKEN_ROUTE, Site

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "support"))
import servers  # noqa: E402 pylint: disable=wrong-import-position
from nginx_command import nginx_command  # noqa: E402 pylint: disable=wrong-import-position

PAGE = (HERE.parents[1] / "docs/operate.md").read_text(encoding="utf-8")
NAME = "messages.example.com"
CLIENT, ANOTHER = "127.0.0.2", "127.0.0.3"
FORGED = "203.0.113.9"
CADDY = """\
{
    admin off
    log {
        output discard
    }
}
"""


def block(language):
    """The one of the page."""
    found, = re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)
    return found


def moved(text, *pairs):
    """With the places of this test in that of the page's."""
    for there, here in pairs:
        if there not in text:
            raise AssertionError(f"docs/operate.md has no {there} there any more")
        text = text.replace(there, here)
    return text


def settings_of_the_table():
    """As variables, name by name."""
    rows = re.findall(r"^\| ((?:`[A-Z._]+`(?:, )?)+) \| `([^`]+)` \|", PAGE, re.M)
    found = {f"DRF_MESSAGES_{name.replace('.', '__')}": value for names, value in rows for name in re.findall(r"`([A-Z._]+)`", names)}
    if len(found) < 6:
        raise AssertionError(f"the table of docs/operate.md is read wrongly: {found}")
    return found


class ProxiedSite(Site):
    """With the settings of the page."""

    @property
    def environment(self):
        return {**super().environment, **settings_of_the_table()}


class Proxy:
    """A program with a block of the page, for a server on that port; `folder` has a certificate for NAME."""
    tls = True

    def __init__(self, test, folder, server_port):
        self.folder, self.port = folder, servers.free_port()
        self.both, self.key, self.certificate = folder / "both.pem", folder / "key.pem", folder / "certificate.pem"
        process = subprocess.Popen(self.command(f"127.0.0.1:{server_port}"), stdin=subprocess.DEVNULL, cwd=folder,
                                   env={**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)})
        test.addCleanup(process.wait)
        test.addCleanup(process.terminate)
        test.assertTrue(until(self.listens), "the proxy does not start")

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def write(self, text):
        path = self.folder / "configuration"
        path.write_text(text, encoding="utf-8")
        return path

    def connect(self, address, timeout, source=CLIENT):
        """A way to it from the client's address."""
        way = socket.create_connection(address, timeout, source_address=(source, 0))
        return ssl.create_default_context(cafile=self.certificate).wrap_socket(way, server_hostname=NAME) if self.tls else way

    def request(self, method, path, body=None, source=CLIENT, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.sock = self.connect(("127.0.0.1", self.port), PATIENCE, source)
        connection.request(method, path, body, {"Host": NAME, "X-Forwarded-For": FORGED, "X-Forwarded-Proto": "https",
                                                 **{name.replace("_", "-"): value for name, value in headers.items()}})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body


class Nginx(Proxy):
    def command(self, server):
        text = moved(block("nginx"), ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"), ("127.0.0.1:8000", server),
                     (f"/etc/ssl/{NAME}.pem", str(self.certificate)), (f"/etc/ssl/{NAME}.key", str(self.key)))
        return nginx_command(self.folder, text)


class Caddy(Proxy):
    """Without TLS: its certificates come from an authority on the net."""
    tls = False

    def command(self, server):
        text = moved(block("caddy"), (NAME, f"http://{NAME}:{self.port}"), ("127.0.0.1:8000", server))
        return [servers.program("caddy"), "run", "--adapter", "caddyfile", "--config", self.write(CADDY + text)]


class HAProxy(Proxy):
    def command(self, server):
        text = moved(block("haproxy"), ("bind :443", f"bind 127.0.0.1:{self.port}"), ("127.0.0.1:8000", server),
                     (f"/etc/ssl/{NAME}.both.pem", str(self.both)))
        return [servers.program("haproxy", "/usr/sbin/haproxy"), "-db", "-f", self.write(text)]


class Proxies(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="drf-messages-proxy-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o755)
        command = re.search(r"^openssl req .*(?:\n  .*)*", PAGE, re.M).group(0)
        subprocess.run(["bash", "-ec", moved(command, (f"/etc/ssl/{NAME}.key", "key.pem"), (f"/etc/ssl/{NAME}.pem", "certificate.pem"))],
                       cwd=self.folder, check=True, capture_output=True)
        (self.folder / "both.pem").write_text("".join((self.folder / f"{name}.pem").read_text() for name in ("certificate", "key")), encoding="ascii")

    def passes_on(self, kind):
        more = 'PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\nMESSAGES_EXTENSIONS = ["sync", "stream"]\nLOGIN_THROTTLE_RATE = "2/day"\n'
        pages = 'DEFAULT_PAGINATION_CLASS = "rest_framework.pagination.LimitOffsetPagination"\nPAGE_SIZE = 1\n' \
                'DEFAULT_THROTTLE_CLASSES = ["rest_framework.throttling.AnonRateThrottle"]\nDEFAULT_THROTTLE_RATES = { anon = "2/day" }\n'
        settings = SETTINGS.replace("[REST_FRAMEWORK]\n", "[REST_FRAMEWORK]\n" + pages)
        site = ProxiedSite(more + settings + "\n[LIVE]\nHEARTBEAT = 1\n" + MESSAGES_ROUTE + LOGIN_ROUTE + TOKEN_ROUTE)
        self.addCleanup(site.__exit__)
        token = site.user("ann")
        site.serve()
        proxy = kind(self, self.folder, site.port)
        ask = {"Authorization": f"Token {token}"}
        self.assertTrue(until(lambda: proxy.request("GET", "/messages/peek/", **ask)[0] == 200), "it does not reach the server")
        # who asks, whatever he says of himself
        self.assertTrue(site.lines(f" {CLIENT} ", "/messages/peek/"), "".join(site.output))
        self.assertNotIn(FORGED, "".join(site.output))
        # by which name and scheme
        for number in range(2):
            site.manage("send", "--to", "ann", f"message {number}")
        page = json.loads(proxy.request("GET", "/messages/", **ask)[1])
        self.assertTrue(page["next"].startswith(f"{'https' if proxy.tls else 'http'}://{NAME}/messages/?"), page["next"])
        # throttles count who it is, and whoever guesses passwords is one address, whatever he says of himself
        visits = [proxy.request("GET", "/messages/peek/", X_Forwarded_For=f"203.0.113.{number}")[0] for number in range(3)]
        self.assertEqual(visits, [200, 200, 429])
        self.assertEqual(proxy.request("GET", "/messages/peek/", source=ANOTHER)[0], 200)
        form = urlencode({"username": "ann", "password": "wrong"})
        guesses = [proxy.request("POST", "/api-token-auth/", form, Content_Type="application/x-www-form-urlencoded",
                                 X_Forwarded_For=f"203.0.113.{number}")[0] for number in range(3)]
        self.assertEqual(guesses, [400, 400, 429])
        # streams, each piece as it is written
        source = EventSource(proxy.port, token, connect=proxy.connect, host=NAME)
        self.addCleanup(source.close)
        self.assertEqual((source.status, source.next().name), (200, "hello"))
        site.manage("send", "--to", "ann", "through the proxy")
        self.assertEqual(source.next().data["message"]["message"], "through the proxy")
        self.assertEqual([source.line() for _ in range(4)], [":", "", ":", ""])

    def test_nginx(self):
        self.passes_on(Nginx)

    def test_caddy(self):
        self.passes_on(Caddy)

    def test_haproxy(self):
        self.passes_on(HAProxy)


if __name__ == "__main__":
    unittest.main()
