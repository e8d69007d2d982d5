# SPDX-License-Identifier: MIT
"""contrib/django/print_settings.py on a project with a value of its own for nearly everything, and contrib/django/nginx.conf."""
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

import nginx
from beside import BINARY, PRINT_SETTINGS, SITE, Process
from browser import Browser

PYTHON = os.environ["LIVE_PYTHON"]
HAS_DRF_MESSAGES = os.environ["LIVE_HAS_DRF_MESSAGES"] == "1"
SECRET_KEY = "a \"secret\" of \\ the environment, ünïcode and \t tab"


class Project:
    """site/richsite in a folder, with its settings.toml beside it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-rich-"))
        # Its migrations are written beside it.
        shutil.copytree(SITE, self.folder / "site")
        self.settings = self.folder / "settings.toml"
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.stop()
        shutil.rmtree(self.folder)

    @property
    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DRF_MESSAGES_", "DJANGO_", "PYTHON"))}
        return {**kept, "DJANGO_SETTINGS_MODULE": "richsite.settings", "PYTHONPATH": str(self.folder / "site"), "RICH_SECRET_KEY": SECRET_KEY,
                "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}

    def run(self, *command):
        return subprocess.run([*map(str, command)], cwd=self.folder, env=self.environment, text=True, capture_output=True, timeout=300, check=False)

    def done(self, *command):
        done = self.run(*command)
        if done.returncode != 0:
            raise AssertionError(f"{command} exited with {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def ours(self, *arguments):
        return self.run(BINARY, *arguments, "--settings", self.settings)

    def start(self, command, pattern):
        process = Process([*map(str, command)], pattern, self.environment, self.folder)
        self.processes.append(process)
        return process.port


class Settings(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.project = Project()
        cls.addClassCleanup(cls.project.__exit__)
        cls.key, cls.name, cls.token = cls.project.done(PYTHON, "-m", "richsite.prepare").stdout.split()
        cls.printed = cls.project.done(PYTHON, PRINT_SETTINGS, "--output", cls.project.settings)
        migrated = cls.project.ours("migrate")
        assert migrated.returncode == 0, migrated.stderr

    def in_force(self):
        """The settings as the server has read them, by line."""
        done = self.project.ours("settings")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_file_is_for_its_owner_and_replaces_an_older_one(self):
        before = self.project.settings.read_text(encoding="utf-8")
        self.project.settings.chmod(0o644)
        self.project.done(PYTHON, PRINT_SETTINGS, "--output", self.project.settings)
        self.assertEqual(stat.S_IMODE(self.project.settings.stat().st_mode), 0o600)
        self.assertEqual(self.project.settings.read_text(encoding="utf-8"), before)
        self.assertEqual(self.project.done(PYTHON, PRINT_SETTINGS).stdout, before)

    def test_check_finds_nothing_wrong(self):
        done = self.project.ours("check")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Settings and database are in order.", done.stdout)

    def test_the_server_reads_what_django_has(self):
        lines = self.in_force().splitlines()
        for line in ('ALLOWED_HOSTS = [".example.com", "127.0.0.1"]', 'TIME_ZONE = "Europe/Berlin"', 'LANGUAGE_CODE = "de"', 'SESSION_COOKIE_NAME = "sid"',
                     "SESSION_COOKIE_AGE = 3600", "SESSION_COOKIE_SAMESITE = false", 'SESSION_ENGINE = "django.contrib.sessions.backends.db"',
                     'CSRF_HEADER_NAME = "HTTP_X_XSRF_TOKEN"', 'SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]',
                     "SECURE_HSTS_SECONDS = 60", "MESSAGE_LEVEL = 10", "MESSAGES_ALLOW_DELETE_UNREAD = true", 'LOGIN_REDIRECT_URL = "/"', "PAGE_SIZE = 5",
                     'DATETIME_FORMAT = "%d.%m.%Y %H:%M"', f'NAME = "{self.project.folder}/rich.sqlite3"', "CONN_MAX_AGE = 60"):
            self.assertIn(line, lines)
        if HAS_DRF_MESSAGES:
            for line in ('AUTH_USER_MODEL = "richsite.Person"', 'DB_TABLE = "people"', 'USERNAME_FIELD = "mail"', 'IS_ACTIVE = "enabled"'):
                self.assertIn(line, lines)
        tags = next(line for line in lines if "critical" in line)
        self.assertIn("50", tags)

    def test_a_secret_of_the_environment_is_a_value(self):
        cookie = self.project.ours("check", "--session", self.key)
        self.assertIn(f"Known as {self.name}.", cookie.stdout)

    def test_subclasses_are_data_where_they_only_set_attributes(self):
        text = self.project.settings.read_text(encoding="utf-8")
        for table, entry in (("richsite.rest.Pages", 'base = "rest_framework.pagination.PageNumberPagination"\npage_size = 2\n'),
                             ("richsite.rest.BearerAuthentication", 'base = "rest_framework.authentication.TokenAuthentication"\nkeyword = "Bearer"\n'),
                             ("richsite.rest.BurstThrottle", 'base = "rest_framework.throttling.UserRateThrottle"\nscope = "burst"\n'),
                             ("richsite.backends.NoisyBackend", 'base = "django.contrib.auth.backends.ModelBackend"\n')):
            self.assertIn(f'[CLASSES."{table}"]\n{entry}', text)

    def test_a_backend_with_code_of_its_own_lets_nobody_in_by_password(self):
        text = self.project.settings.read_text(encoding="utf-8")
        self.assertIn('[CLASSES."richsite.backends.EmailBackend"]\nbase = "django.contrib.auth.backends.RemoteUserBackend"\n', text)
        backends = next(line for line in self.in_force().splitlines() if line.startswith("AUTHENTICATION_BACKENDS"))
        self.assertNotIn("ClubBackend", backends)

    def test_what_can_not_be_translated_is_said(self):
        said = self.printed.stderr
        for text in ("MIDDLEWARE: richsite.middleware.timing is not part of this server", "OwnCsrfMiddleware stands here as",
                     "SESSION_ENGINE: richsite.sessions stands here as django.contrib.sessions.backends.db", "EmailBackend checks passwords in its own way",
                     "whoever logged in by richsite.backends.ClubBackend is anonymous here", "StrongerHasher stands here as",
                     "the server has no richsite.backends.OwnHasher", "FileBasedCache"):
            self.assertIn(text, said)
            self.assertIn(text.split(":")[0], self.project.settings.read_text(encoding="utf-8"))
        self.assertNotIn(SECRET_KEY, said)

    def test_a_permission_with_code_stops_the_server(self):
        script = ("import richsite.settings as s; s.REST_FRAMEWORK['DEFAULT_PERMISSION_CLASSES'] = ['richsite.rest.OnlyOnSundays']\n"
                  f"import sys, runpy; sys.argv = ['x', '--output', 'refused.toml']; runpy.run_path({str(PRINT_SETTINGS)!r}, run_name='__main__')")
        done = self.project.done(PYTHON, "-c", script)
        self.assertIn("the server has no richsite.rest.OnlyOnSundays", done.stderr)
        done = self.project.run(BINARY, "check", "--settings", self.project.folder / "refused.toml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("OnlyOnSundays", done.stderr)

    def test_the_script_knows_every_setting(self):
        reference = self.project.ours("settings", "--reference").stdout
        script = PRINT_SETTINGS.read_text(encoding="utf-8")
        ours = {"SECRET_KEY_FILE", "MESSAGES_FILTER_LOOKUPS", "LOGIN_THROTTLE_RATE", "BASIC_THROTTLE_RATE", "DATABASES.default.PASSWORD_FILE"}
        for name in re.findall(r"^\| `([A-Za-z_.]+)`", reference, re.M):
            if name in ours or name.startswith("SERVER."):
                continue
            spelt = name.split(".")[-1]
            # Columns of a user model are found by the names of its fields.
            self.assertRegex(script, rf"\b({spelt}|{spelt.lower()})\b", name)

    def test_the_server_answers_as_django_does(self):
        if not HAS_DRF_MESSAGES:
            self.skipTest("needs drf-messages itself, from the package index")
        self.project.done(BINARY, "send", "--settings", self.project.settings, "--to", self.name, "--level", "success", "Grüße")
        for number in range(5):
            self.project.done(BINARY, "send", "--settings", self.project.settings, "--to", self.name, "--level", "critical", "--tag", "a", f"number {number}")
        here = self.project.start([BINARY, "serve", "--settings", self.project.settings, "--bind", "127.0.0.1:0"], r"http://127\.0\.0\.1:(\d+)")
        serve = (SITE / "serve.py").read_text(encoding="utf-8").replace("livesite", "richsite")
        (self.project.folder / "serve.py").write_text(serve, encoding="utf-8")
        there = self.project.start([PYTHON, "serve.py"], r"^port (\d+)")
        paths = ["/v1/messages/peek/", "/v1/messages/", "/v1/messages/?page=2&size=3", "/v1/messages/?size=1", "/v1/messages/1/", "/v1/messages/1",
                 "/v1/messages/?page=99", "/old/peek/", "/older/?size=1", "/short/inbox", "/short/inbox/2", "/short/inbox/", "/v1/messages.json",
                 "/v1/messages/?extra_tags=a", "/v1/messages/77/", "/messages/"]
        ways = [{"Authorization": "Bearer " + self.token}, {"Cookie": "sid=" + self.key}, {}, {"Authorization": "Bearer wrong"}]
        for path in paths:
            for headers in ways:
                for method in ("GET", "OPTIONS", "POST"):
                    # Reading marks: the first one to read would see something else than the second.
                    Browser().request(here, "GET", path, headers=headers)
                    answers = []
                    for port in (here, there):
                        answer = Browser().request(port, method, path, headers={**headers, "Host": "api.example.com", "X-Forwarded-Proto": "https"})
                        kept = {name: value for name, value in answer.headers.items() if name not in ("Date", "Server", "Connection", "Set-Cookie")}
                        body = answer.body if answer.headers.get_content_type() == "application/json" else b""
                        if not body:
                            kept.pop("Content-Length", None)
                        answers.append((answer.status, kept, body))
                    self.assertEqual(*answers, f"{method} {path} {headers}")


class Nginx(unittest.TestCase):
    def test_its_location_leads_here_with_what_the_server_looks_at(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "settings.toml").write_text(
                'SECRET_KEY = "for tests"\nALLOWED_HOSTS = ["messages.example.com"]\nSECURE_SSL_REDIRECT = true\n'
                'SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]\n', encoding="utf-8")
            kept = {key: value for key, value in os.environ.items() if not key.startswith("DRF_MESSAGES_")}
            subprocess.run([BINARY, "migrate", "--settings", folder / "settings.toml"], env=kept, cwd=folder, check=True, capture_output=True)
            ours = Process([BINARY, "serve", "--settings", str(folder / "settings.toml"), "--bind", "127.0.0.1:0"], r"http://127\.0\.0\.1:(\d+)", kept,
                           folder)
            self.addCleanup(ours.stop)
            blocks = nginx.shipped(ours.port)
            port = nginx.start(self, blocks)

            def get(path, **headers):
                return Browser().request(port, "GET", path, headers={"Host": f"messages.example.com:{port}", **headers})

            self.assertEqual(get("/").body, b"django")
            # nginx itself has taken the request over HTTP, whatever the client says.
            for headers in ({}, {"X-Forwarded-Proto": "https"}):
                answer = get("/messages/peek/", **headers)
                self.assertEqual((answer.status, answer.headers["Location"]), (301, f"https://messages.example.com:{port}/messages/peek/"))
            port = nginx.start(self, blocks.replace("$scheme", "https"))
            self.assertEqual(json.loads(get("/messages/peek/").body)["count"], 0)
            self.assertEqual(Browser().request(port, "GET", "/messages/peek/", headers={"Host": "evil.example"}).status, 400)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
