# SPDX-License-Identifier: MIT
"""One site of the binary in a temporary folder: settings, database, users, a server process."""
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from patience import PATIENCE  # noqa: E402

# Not an environment name that the server itself would take for a setting of its own.
BINARY = os.environ["DRF_MESSAGES_BINARY"]

SETTINGS = """\
SECRET_KEY = "a key for tests only, with more than fifty characters in it"
ALLOWED_HOSTS = ["*"]

[DATABASES.default]
ENGINE = "django.db.backends.sqlite3"
NAME = "db.sqlite3"

[REST_FRAMEWORK]
DEFAULT_AUTHENTICATION_CLASSES = [
    "rest_framework.authentication.SessionAuthentication",
    "rest_framework.authentication.TokenAuthentication",
]
DEFAULT_FILTER_BACKENDS = ["django_filters.rest_framework.DjangoFilterBackend"]
"""

MESSAGES_ROUTE = """
[[ROUTES]]
route = "messages/"
include = "drf_messages.urls"
"""
LOGIN_ROUTE = """
[[ROUTES]]
route = "api-auth/"
include = "rest_framework.urls"
"""
TOKEN_ROUTE = """
[[ROUTES]]
route = "api-token-auth/"
view = "rest_framework.authtoken.views.obtain_auth_token"
"""


class Site:
    """`with Site() as site:` makes one and removes it, its server included."""

    #: what runs the binary, such as another user's setpriv; none: this user himself
    prefix = ()
    binary = BINARY

    def __init__(self, settings=SETTINGS, migrate=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-"))
        self.settings = self.folder / "settings.toml"
        self.settings.write_text(settings, encoding="utf-8")
        self.process = None
        if migrate:
            self.manage("migrate")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            self.reader.join()
            self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self):
        return {name: value for name, value in os.environ.items() if not name.startswith("DRF_MESSAGES_")}

    def run(self, *arguments, stdin=""):
        """A command and what became of it, whatever that is."""
        return subprocess.run([*self.prefix, self.binary, *map(str, arguments), "--settings", str(self.settings)], input=stdin, text=True,
                              capture_output=True, cwd=self.folder, env=self.environment, timeout=PATIENCE)

    def manage(self, *arguments, stdin=""):
        """A command that must succeed; its output."""
        done = self.run(*arguments, stdin=stdin)
        if done.returncode != 0:
            raise AssertionError(f"{arguments} exited with {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout

    def user(self, name):
        """A new user's token."""
        self.manage("createuser", name, "--password-stdin", stdin="a-password-of-" + name + "\n")
        return re.search(r"[0-9a-f]{40}", self.manage("drf_create_token", name)).group(0)

    def serve(self, *arguments, stderr=subprocess.STDOUT, waiting=False):
        """Returns when it serves messages; with waiting also when it waits for its database, and answers 503 meanwhile."""
        self.process = subprocess.Popen([*self.prefix, self.binary, "serve", "--settings", str(self.settings), "--bind", "127.0.0.1:0", *arguments],
                                        stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8", errors="surrogateescape", cwd=self.folder,
                                        env=self.environment)
        self.output, self.port, ready = [], None, threading.Event()
        self.heard = threading.Condition()

        def read():
            for line in self.process.stdout:
                with self.heard:
                    self.output.append(line)
                    self.heard.notify_all()
                # the metrics have an address too, which may be told first
                found = re.search(r"^Serving messages on .*http://127\.0\.0\.1:(\d+)", line)
                if waiting and not found:
                    found = re.search(r"\(meanwhile http://127\.0\.0\.1:(\d+)", line)
                if found and self.port is None:
                    self.port = int(found.group(1))
                    ready.set()
            ready.set()

        self.reader = threading.Thread(target=read)
        self.reader.start()
        ready.wait(PATIENCE)
        if self.port is None:
            raise AssertionError("the server did not start: " + "".join(self.output))
        return self

    def lines(self, *words):
        """What it has said with all these words, once there is any: a line of the log may come after the answer that it is about."""
        def found():
            return [line for line in self.output if all(word in line for word in words)]

        with self.heard:
            self.heard.wait_for(found, PATIENCE)
        return found()

    def stop(self, number=signal.SIGTERM):
        """The exit status after a signal."""
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        self.reader.join()
        self.process.stdout.close()
        return status

    def client(self, token=None):
        return Client(self.port, token)


class Client:
    """A keep-alive connection of one user."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = {"Authorization": "Token " + token} if token else {}

    def renew(self):
        """Leaves a connection that the server has ended, as it does with one that was idle for long."""
        if self.connection.sock is not None:
            ended = select.poll()
            ended.register(self.connection.sock, select.POLLIN)
            if ended.poll(0):
                self.connection.close()

    def request(self, method, path, body=None, headers=None):
        """Status and body."""
        self.renew()
        self.connection.request(method, path, body=body, headers={**self.headers, **(headers or {})})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def get(self, path):
        status, body = self.request("GET", path)
        if status != 200:
            raise AssertionError(f"GET {path}: {status} {body[:300]!r}")
        return json.loads(body)

    def close(self):
        self.connection.close()
