# SPDX-License-Identifier: MIT
"""The data and the servers that bench/measure.py compares."""
import datetime
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
import servers  # noqa: E402  (the servers that the tests start)

SECRET_KEY = "a key for measuring only, of no use to anybody else"
PASSWORD = "pbkdf2_sha256$260000$benchmarkbenchmarkbenc$" + "A" * 43 + "="
PAGE = 10


def token(user):
    return f"{user:040x}"


def session_key(user):
    return f"benchsession{user:020d}"


def session_data(user):
    """As Django signs and packs it."""
    from django.conf import settings
    if not settings.configured:
        settings.configure(SECRET_KEY=SECRET_KEY)
    from django.contrib.sessions.serializers import JSONSerializer
    from django.core import signing
    from django.utils.crypto import salted_hmac
    auth_hash = salted_hmac("django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash", PASSWORD, secret=SECRET_KEY,
                            algorithm="sha256").hexdigest()
    return signing.dumps({"_auth_user_id": str(user), "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
                          "_auth_user_hash": auth_hash}, key=SECRET_KEY, salt="django.contrib.sessions.SessionStore",
                         serializer=JSONSerializer, compress=True)


class Database:
    """An empty, migrated and then seeded database. Opened as SQL by `connect`, named for Django by `django`."""

    def __init__(self, kind, folder, users, messages):
        self.kind, self.users, self.messages = kind, users, messages
        self.folder = folder
        self.server = None
        if kind == "sqlite":
            self.django = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "db.sqlite3")}
        else:
            self.server = servers.KINDS[kind]()
            self.server.__enter__()
            name, user, password = servers.DATABASE, "drf", "" if kind == "postgresql" else "drf"
            self.django = {"ENGINE": "django.db.backends." + {"mariadb": "mysql"}.get(kind, kind), "NAME": name, "USER": user,
                           "PASSWORD": password, "HOST": "127.0.0.1", "PORT": str(self.server.port)}
        self.settings = folder / f"{kind}.toml"
        rows = "\n".join(f"{key} = {json.dumps(value)}" for key, value in self.django.items())
        self.settings.write_text(
            f'SECRET_KEY = "{SECRET_KEY}"\nALLOWED_HOSTS = ["*"]\n\n[DATABASES.default]\n{rows}\n\n[REST_FRAMEWORK]\n'
            'DEFAULT_AUTHENTICATION_CLASSES = ["rest_framework.authentication.SessionAuthentication", '
            '"rest_framework.authentication.TokenAuthentication"]\n'
            'DEFAULT_PAGINATION_CLASS = "rest_framework.pagination.LimitOffsetPagination"\nPAGE_SIZE = 10\n\n'
            '[SERVER]\nACCESS_LOG = false\n')

    def close(self):
        if self.server:
            self.server.__exit__()

    def connect(self):
        if self.kind == "sqlite":
            return sqlite3.connect(self.django["NAME"], timeout=60)
        if self.kind == "postgresql":
            import psycopg2
            return psycopg2.connect(self.server.url)
        import MySQLdb
        return MySQLdb.connect(host="127.0.0.1", port=self.server.port, user="drf", passwd="drf", db=servers.DATABASE)

    def write(self, *statements):
        connection = self.connect()
        cursor = connection.cursor()
        for sql, rows in statements:
            sql = sql.replace("?", "?" if self.kind == "sqlite" else "%s")
            for start in range(0, len(rows), 5000):
                cursor.executemany(sql, rows[start:start + 5000])
        connection.commit()
        connection.close()

    def seed(self, binary):
        subprocess.run([binary, "migrate", "--settings", str(self.settings)], check=True, stdout=subprocess.DEVNULL)
        monday = datetime.datetime(2024, 1, 1, 10)
        users = range(1, self.users + 1)
        levels = (10, 20, 25, 30, 40)
        own = [user for _ in range(self.messages) for user in users]
        self.write(
            ("INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)"
             " VALUES (?, ?, ?, ?, '', '', '', ?, ?, ?)", [(u, PASSWORD, False, f"user{u}", False, True, monday) for u in users]),
            ("INSERT INTO authtoken_token (user_id, created, " + ("`key`" if self.kind == "mariadb" else "key") + ") VALUES (?, ?, ?)",
             [(u, monday, token(u)) for u in users]),
            ("INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)",
             [(session_key(u), session_data(u), datetime.datetime(2099, 1, 1)) for u in users]),
            ("INSERT INTO drf_messages_message (id, user_id, view, message, level, read_at, created) VALUES (?, ?, 'demo:index', ?, ?, ?, ?)",
             [(i + 1, user, f"Message {i + 1}: the report was saved", levels[i % 5], monday if i % 7 else None,
               monday + datetime.timedelta(seconds=i)) for i, user in enumerate(own)]),
            ("INSERT INTO drf_messages_messagetag (message_id, text) VALUES (?, ?)",
             [(i + 1, ("report", "upload", "account")[i % 3]) for i in range(len(own)) if i % 2]))
        if self.kind == "postgresql":
            self.write(*((f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))", [()])
                         for table in ("auth_user", "drf_messages_message")))
        self.mark()

    def keep(self):
        """Remembers the messages, for restore()."""
        self.write(("DROP TABLE IF EXISTS kept_message", [()]), ("DROP TABLE IF EXISTS kept_tag", [()]),
                   ("CREATE TABLE kept_message AS SELECT * FROM drf_messages_message", [()]),
                   ("CREATE TABLE kept_tag AS SELECT * FROM drf_messages_messagetag", [()]))

    def restore(self):
        """Brings back the messages that were deleted since keep()."""
        self.write(
            ("INSERT INTO drf_messages_message SELECT * FROM kept_message k"
             " WHERE NOT EXISTS (SELECT 1 FROM drf_messages_message m WHERE m.id = k.id)", [()]),
            ("INSERT INTO drf_messages_messagetag SELECT * FROM kept_tag k"
             " WHERE NOT EXISTS (SELECT 1 FROM drf_messages_messagetag t WHERE t.id = k.id)", [()]))

    def mark(self, unread="1 = 0"):
        """All messages read but those that the SQL condition names."""
        connection = self.connect()
        cursor = connection.cursor()
        cursor.execute(f"UPDATE drf_messages_message SET read_at = CASE WHEN {unread} THEN NULL ELSE '2024-01-02 10:00:00' END"
                       if self.kind != "postgresql" else
                       f"UPDATE drf_messages_message SET read_at = CASE WHEN {unread} THEN NULL ELSE timestamptz '2024-01-02 10:00:00+00' END")
        connection.commit()
        if self.kind == "sqlite":
            cursor.execute("ANALYZE")
        elif self.kind == "postgresql":
            connection.autocommit = True
            cursor.execute("VACUUM ANALYZE drf_messages_message")
        connection.close()


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("127.0.0.1", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Process:
    """A server process and the address that it prints: 127.0.0.1:PORT, or unix:PATH."""

    def __init__(self, command, **options):
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, **options)
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(r"127\.0\.0\.1:\d+|unix:[^ \n]+", line)
            if found:
                self.address = found.group(0).rstrip("/")
                break
        else:
            raise RuntimeError(f"{command[0]}: {''.join(self.lines)}")
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def ask(self, method, path, headers=None, timeout=30):
        """Status and body."""
        if self.address.startswith("unix:"):
            connection = UnixConnection(self.address.removeprefix("unix:"), timeout)
        else:
            connection = http.client.HTTPConnection(self.address, timeout=timeout)
        connection.request(method, path, headers={"Host": "127.0.0.1", "Accept": "application/json", **(headers or {})})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def address(database, name, transport):
    return "127.0.0.1:0" if transport == "tcp" else f"unix:{database.folder / name}.sock"


def drf_messages(binary, database, transport="tcp", name="drf-messages"):
    return Process([binary, "serve", "--settings", str(database.settings), "--bind", address(database, name, transport)])


def limit(binary, database, transport="tcp", threads=2):
    return Process([binary, database.server.url if database.server else database.django["NAME"], address(database, "limit", transport), str(threads)])


def django_environment(database, app, kept=False):
    site = {"secret_key": SECRET_KEY, "database": database.django, "app": app, "connections": {"CONN_MAX_AGE": None} if kept else {}}
    return {**os.environ, "BENCH_SITE": json.dumps(site), "DJANGO_SETTINGS_MODULE": "settings", "PYTHONDONTWRITEBYTECODE": "1"}


def gunicorn(database, transport="tcp", app="notices", python="/usr/bin/python3", workers=2, kept=False):
    """kept: the connections to the database outlive a request, which they do not by Django's default."""
    name = app + "-kept" * kept
    return Process([python, "-m", "gunicorn", "-w", str(workers), "-b", address(database, name, transport), "--chdir", str(HERE / "django_site"),
                    "django.core.wsgi:get_wsgi_application()"], env=django_environment(database, app, kept))


def send(command, **options):
    """What a program that sends messages says of itself."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr}{done.stdout}")
    return json.loads(done.stdout)


def limit_writes(binary, database, how, threads, seconds, sync_microseconds=0):
    return send([binary, database.django["NAME"], how, str(threads), str(sync_microseconds), str(seconds)])


def django_send(database, app, python, seconds):
    return send([python, str(HERE / "django_site" / "send.py"), str(database.users), str(seconds)], env=django_environment(database, app))
