# SPDX-License-Identifier: MIT
"""GET stream/: who hears of what, and what becomes of streams when their clients, the server or the database fail."""
import base64
import contextlib
import http.client
import json
import os
import pathlib
import queue
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

from databases import settings_for
from event_source import EventSource
from servers import PostgreSQL
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, PATIENCE, SETTINGS, Site

HERE = pathlib.Path(__file__).resolve().parent
EXTENSIONS = 'MESSAGES_EXTENSIONS = ["read_state", "sync", "stream"]\n'


def settings(live="", server="", more="", base=SETTINGS):
    return EXTENSIONS + more + base + f"\n[LIVE]\n{live}\n" + ("" if "[SERVER]" in base else f"[SERVER]\n{server}\n")


class Streams(unittest.TestCase):
    def site(self, *arguments, **keywords):
        site = Site(settings(*arguments, **keywords))
        self.addCleanup(site.__exit__)
        return site

    def stream(self, site, *arguments, **keywords):
        source = EventSource(site.port, *arguments, **keywords)
        self.addCleanup(source.close)
        return source

    def listener(self, site, *arguments, **keywords):
        """One who has been greeted."""
        source = self.stream(site, *arguments, **keywords)
        self.assertEqual(source.status, 200)
        self.assertEqual(source.next().name, "hello")
        return source


class Events(Streams):
    def test_what_happens_arrives_with_the_badge_and_the_state(self):
        site = self.site()
        ann = site.user("ann")
        site.manage("send", "--to", "ann", "before")
        site.serve()
        source = self.stream(site, ann)
        self.assertEqual((source.status, source.headers["content-type"]), (200, "text/event-stream"))
        self.assertEqual((source.headers["cache-control"], source.headers["x-accel-buffering"]), ("no-store", "no"))
        hello = source.next()
        self.assertEqual((hello.name, hello.data["count"]), ("hello", 1))
        self.assertTrue(1000 <= source.retry <= 5000, source.retry)

        site.manage("send", "--to", "ann", "--level", "warning", "Version 7 is live\nread on")
        created = source.next()
        self.assertEqual((created.name, created.data["message"]["message"]), ("created", "Version 7 is live\nread on"))
        self.assertEqual((created.data["count"], created.data["max_level_tag"]), (2, "warning"))
        self.assertNotEqual(created.id, hello.id)

        client = site.client(ann)
        number = created.data["message"]["id"]
        client.get(f"/messages/{number}/")
        updated = source.next()
        self.assertEqual((updated.name, updated.data["message"]["id"], updated.data["count"]), ("updated", number, 1))
        self.assertIsNotNone(updated.data["message"]["read_at"])
        self.assertEqual(client.request("DELETE", f"/messages/{number}/")[0], 204)
        destroyed = source.next()
        self.assertEqual((destroyed.name, destroyed.data["ids"]), ("destroyed", [number]))

    def test_what_djangos_own_code_writes_arrives(self):
        site = self.site()
        ann = site.user("ann")
        site.serve()
        source = self.listener(site, ann)
        subprocess.run([sys.executable, "-c", "import sys, django_site; django_site.configure(sys.argv[1], 'auth.User', 'admin')\n"
                        "from drf_messages.models import Message\nfrom django.contrib.auth.models import User\n"
                        "Message.objects.create(user=User.objects.get(username='ann'), message='from Django', level=20)\n"
                        "Message.objects.all().delete()", str(site.folder / "db.sqlite3")], check=True, cwd=HERE)
        seen = [source.next().name]
        if seen == ["created"]:
            seen.append(source.next().name)
        self.assertIn(seen, (["created", "destroyed"], ["destroyed"]))

    def test_users_do_not_hear_of_each_other(self):
        site = self.site()
        tokens = {name: site.user(name) for name in ("ann", "bob")}
        site.serve()
        sources = {name: self.listener(site, token) for name, token in tokens.items()}
        for name in ("ann", "bob", "ann"):
            site.manage("send", "--to", name, "for " + name)
            self.assertEqual(sources[name].next().data["message"]["message"], "for " + name)

    def test_the_level_is_that_of_messages_that_are_told_when_they_come(self):
        site = self.site()
        ann = site.user("ann")
        site.serve()
        source = self.listener(site, ann, "/messages/stream/?level_tag=warning")
        site.manage("send", "--to", "ann", "--level", "info", "too low")
        badge = source.next()
        self.assertEqual((badge.name, badge.data), ("badge", {"count": 1, "max_level": 20, "max_level_tag": "info"}))
        site.manage("send", "--to", "ann", "--level", "error", "high")
        self.assertEqual(source.next().data["message"]["message"], "high")
        # who comes back from there has missed nothing
        again = self.listener(site, ann, "/messages/stream/?level_tag=warning", last_event_id=badge.id)
        self.assertEqual(again.next().data["message"]["message"], "high")
        self.assertEqual(self.stream(site, ann, "/messages/stream/?level_tag=nonsense").status, 400)

    def test_sessions_do_not_hear_of_each_other(self):
        routes = LOGIN_ROUTE + MESSAGES_ROUTE
        site = self.site(more="MESSAGES_USE_SESSIONS = true\n", base=SETTINGS + routes)
        site.user("ann")
        site.serve()
        cookies = [log_in(site, "ann"), log_in(site, "ann")]
        sources = [self.listener(site, fields=[f"Cookie: sessionid={cookie}"]) for cookie in cookies]
        write_message(site, "ann", "of the first", cookies[0])
        self.assertEqual(sources[0].next().data["message"]["message"], "of the first")
        write_message(site, "ann", "of all", None)
        for source in sources:
            event = source.next()
            self.assertEqual((event.name, event.data["message"]["message"]), ("created", "of all"))


class Answers(Streams):
    def test_who_may_not_hear_is_told_so(self):
        site = self.site(base=SETTINGS + 'DEFAULT_PERMISSION_CLASSES = ["rest_framework.permissions.IsAuthenticated"]\n')
        ann = site.user("ann")
        site.serve()
        client = site.client(ann)
        self.assertIn(self.stream(site).status, (401, 403))
        self.assertIn(self.stream(site, "0" * 40).status, (401, 403))
        self.assertEqual(client.request("GET", "/messages/stream/", headers={"Accept": "application/json"})[0], 406)
        self.assertEqual(client.request("POST", "/messages/stream/")[0], 405)
        client.connection.request("HEAD", "/messages/stream/", headers=client.headers)
        head = client.connection.getresponse()
        self.assertEqual((head.status, head.read(), head.headers["Content-Type"]), (200, b"", "text/event-stream"))
        status, body = client.request("OPTIONS", "/messages/stream/")
        self.assertEqual((status, json.loads(body)["name"]), (200, "Stream"))

    def test_an_anonymous_visitor_who_may_come_in_is_sent_away_for_good(self):
        site = self.site()
        site.serve()
        self.assertEqual(self.stream(site).status, 204)

    def test_without_the_extension_the_path_is_no_messages_id(self):
        with Site() as site:
            ann = site.user("ann")
            site.serve()
            self.assertEqual(site.client(ann).request("GET", "/messages/stream/")[0], 404)

    def test_there_are_only_so_many(self):
        site = self.site("MAX_STREAMS = 3\nMAX_STREAMS_PER_USER = 2\n")
        ann, bob = site.user("ann"), site.user("bob")
        site.serve()
        first = self.listener(site, ann)
        self.listener(site, ann)
        refused = self.stream(site, ann)
        self.assertEqual((refused.status, refused.headers["retry-after"]), (429, "5"))
        self.listener(site, bob)
        full = self.stream(site, bob)
        self.assertEqual(full.status, 200)
        self.assertIsNone(full.next())
        self.assertEqual(full.retry, 30000)
        first.close()
        self.assertTrue(site.lines("GET /messages/stream/", " 200 "))
        again = self.stream(site, ann)
        while again.status == 429:
            again.close()
            again = self.stream(site, ann)
        self.assertEqual(again.status, 200)

    def test_a_stream_is_one_line_of_the_log_when_it_has_ended(self):
        site = self.site()
        ann = site.user("ann")
        site.serve()
        self.listener(site, ann).close()
        self.assertEqual(len(site.lines('"GET /messages/stream/" 200')), 1)


class Clients(Streams):
    def test_curl_prints_what_happens(self):
        site = self.site()
        ann = site.user("ann")
        site.serve()
        curl = subprocess.Popen(["curl", "-sN", "-H", f"Authorization: Token {ann}", f"http://127.0.0.1:{site.port}/messages/stream/"],
                                stdout=subprocess.PIPE, text=True)
        self.addCleanup(curl.stdout.close)
        self.addCleanup(curl.wait)
        self.addCleanup(curl.kill)
        lines = iter(curl.stdout.readline, "")
        next(line for line in lines if line == "event: hello\n")
        site.manage("send", "--to", "ann", "by curl")
        self.assertIn("by curl", next(line for line in lines if "by curl" in line))

    def test_httpx_reads_it_line_by_line(self):
        import httpx
        site = self.site()
        ann = site.user("ann")
        site.serve()
        with httpx.stream("GET", f"http://127.0.0.1:{site.port}/messages/stream/", headers={"Authorization": f"Token {ann}"}, timeout=PATIENCE) as answer:
            lines = answer.iter_lines()
            next(line for line in lines if line.strip() == "event: hello")
            site.manage("send", "--to", "ann", "by httpx")
            self.assertIn("by httpx", next(line for line in lines if "by httpx" in line))

    def test_the_command_line_watches_too(self):
        site = self.site()
        site.user("ann")
        watch = subprocess.Popen([site.binary, "watch", "ann", "--settings", str(site.settings)], stdout=subprocess.PIPE, text=True, cwd=site.folder,
                                 env=site.environment)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.kill)
        hello = json.loads(watch.stdout.readline())
        self.assertEqual((hello["event"], hello["count"]), ("hello", 0))
        site.manage("send", "--to", "ann", "watched")
        created = json.loads(watch.stdout.readline())
        self.assertEqual((created["event"], created["message"]["message"], created["count"]), ("created", "watched", 1))
        self.assertNotEqual(created["state"], hello["state"])

    def silent_client(self, site, token):
        """Its stream is there and is not read; little of it fits on the way."""
        client = socket.socket()
        self.addCleanup(client.close)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.connect(("127.0.0.1", site.port))
        client.sendall(f"GET /messages/stream/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token {token}\r\n\r\n".encode())
        return client

    def pour_until_one_is_closed(self, site, token, between=lambda: None):
        """Messages to ann, of which no more are on their way than a stream is told one by one."""
        source = self.listener(site, token)
        texts = queue.Queue()

        def read():  # whatever else this process does: who stops reading is closed
            with contextlib.suppress(OSError):
                while (event := source.until("created")) is not None:
                    texts.put(event.data["message"]["message"])
            texts.put(None)

        def end():
            with contextlib.suppress(OSError):
                source.socket.shutdown(socket.SHUT_RDWR)
            reader.join()

        reader = threading.Thread(target=read)
        reader.start()
        self.addCleanup(end)
        total, end_of_patience = 0, time.monotonic() + PATIENCE
        while not [line for line in site.output if '"GET /messages/stream/"' in line]:
            insert_messages(site, "ann", 400)
            for _ in range(400):
                self.assertEqual(texts.get(timeout=PATIENCE), f"{'x' * 900} {total}")
                total += 1
            between()
            self.assertLess(time.monotonic(), end_of_patience)

    def test_who_does_not_read_holds_up_nobody_and_is_closed(self):
        site = self.site("MAX_STREAMS_PER_USER = 2000\n", "WRITE_TIMEOUT = 5\n")
        ann = site.user("ann")
        site.serve()
        for _ in range(1000):
            self.silent_client(site, ann)
        self.pour_until_one_is_closed(site, ann)

    def test_a_byte_a_minute_is_too_slow(self):
        site = self.site("", "WRITE_TIMEOUT = 5\n")
        ann = site.user("ann")
        site.serve()
        client = self.silent_client(site, ann)
        client.recv(1)

        def take_a_byte():
            with contextlib.suppress(OSError):  # it may have been closed
                client.recv(1)

        self.pour_until_one_is_closed(site, ann, take_a_byte)
        self.assertTrue(site.lines('"GET /messages/stream/" 200'))


class Resuming(Streams):
    def test_nothing_is_missed_when_the_server_is_killed(self):
        site = self.site()
        ann = site.user("ann")
        site.serve()
        source = self.listener(site, ann)
        site.manage("send", "--to", "ann", "first")
        last = source.next().id
        site.stop(signal.SIGKILL)
        site.manage("send", "--to", "ann", "second")
        site.serve()
        again = self.listener(site, ann, last_event_id=last)
        self.assertEqual(again.next().data["message"]["message"], "second")
        since = self.listener(site, ann, f"/messages/stream/?since={last}")
        self.assertEqual(since.next().data["message"]["message"], "second")
        newer = self.listener(site, ann, f"/messages/stream/?since={last}", last_event_id=again.last_id)
        site.manage("send", "--to", "ann", "third")
        self.assertEqual(newer.next().data["message"]["message"], "third")

    def test_a_state_that_is_not_known_begins_anew(self):
        site = self.site()
        ann, bob = site.user("ann"), site.user("bob")
        site.serve()
        hello = self.stream(site, ann).next()
        epoch, _, position = hello.id.rpartition("-")
        for state in (f"{epoch}-{int(position) + 1000}", "another-3", "nonsense", "7"):
            source = self.stream(site, ann, last_event_id=state)
            reset = source.next()
            self.assertEqual((reset.name, reset.id), ("reset", hello.id), state)
            source.close()
        # another user's state says nothing of that user
        site.manage("send", "--to", "bob", "for bob")
        of_bob = self.stream(site, bob).next().id
        source = self.listener(site, ann, last_event_id=of_bob)
        site.manage("send", "--to", "ann", "for ann")
        self.assertEqual(source.next().data["message"]["message"], "for ann")

    def test_who_is_too_far_behind_lists_again(self):
        site = self.site("REPLAY_LIMIT = 5\n")
        ann = site.user("ann")
        site.serve()
        start = self.stream(site, ann).next().id
        for number in range(6):
            site.manage("send", "--to", "ann", str(number))
        reset = self.stream(site, ann, last_event_id=start).next()
        self.assertEqual((reset.name, reset.data["count"]), ("reset", 6))


class Ends(Streams):
    def test_a_server_that_ends_says_when_to_come_back(self):
        site = self.site()
        ann = site.user("ann")
        site.serve()
        source = self.listener(site, ann)
        ending = threading.Thread(target=lambda: self.assertEqual(site.stop(), 0))
        ending.start()
        self.assertIsNone(source.next())
        ending.join()
        self.assertTrue(1000 <= source.retry <= 10000, source.retry)

    def test_logging_out_ends_the_streams_of_the_session_at_once(self):
        site = self.site("REAUTHENTICATE = 3600\n", base=SETTINGS + LOGIN_ROUTE + MESSAGES_ROUTE)
        site.user("ann")
        site.serve()
        leaving, staying = log_in(site, "ann"), log_in(site, "ann")
        source = self.listener(site, fields=[f"Cookie: sessionid={leaving}"])
        other = self.listener(site, fields=[f"Cookie: sessionid={staying}"])
        client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
        self.addCleanup(client.close)
        client.request("GET", "/api-auth/logout/", headers={"Cookie": f"sessionid={leaving}"})
        client.getresponse().read()
        self.assertIsNone(source.next())
        site.manage("send", "--to", "ann", "still here")
        self.assertEqual(other.next().name, "created")

    def test_a_token_that_is_gone_ends_its_streams(self):
        site = self.site("REAUTHENTICATE = 1\n")
        ann = site.user("ann")
        site.serve()
        source = self.listener(site, ann)
        execute(site, "DELETE FROM authtoken_token")
        self.assertIsNone(source.next())

    def test_a_stream_ends_with_its_age(self):
        site = self.site("MAX_AGE = 1\n")
        ann = site.user("ann")
        site.serve()
        self.assertIsNone(self.listener(site, ann).next())

    def test_heartbeats_say_that_it_lives(self):
        site = self.site("HEARTBEAT = 1\nMAX_AGE = 60\n")
        ann = site.user("ann")
        site.serve()
        source = self.listener(site, ann)
        comments = 0
        while comments < 5 and (line := source.line()) is not None:
            comments += line.startswith(":")
        self.assertEqual(comments, 5, "they come more seldom")

    def test_a_database_that_is_away_ends_no_stream(self):
        with PostgreSQL() as database:
            site = self.site("HEARTBEAT = 1\nREAUTHENTICATE = 1\n", base=settings_for(database.url))
            ann = site.user("ann")
            site.serve()
            source = self.listener(site, ann)
            database.stop()
            comments = source.comments
            while source.comments < comments + 3:
                self.assertIsNotNone(source.line())
                source.comments += 1
            database.start()
            site.manage("send", "--to", "ann", "afterwards")
            self.assertEqual(source.until("created").data["message"]["message"], "afterwards")


class SlowPasswords(Streams):
    BASIC = SETTINGS.replace("TokenAuthentication", 'TokenAuthentication",\n    "rest_framework.authentication.BasicAuthentication')
    #: checking a password against it takes some ten seconds
    SLOW = "bcrypt_sha256$$2b$18$" + 53 * "O"

    def test_while_they_are_checked_everybody_else_hears_what_happens(self):
        site = self.site("HEARTBEAT = 1\nREAUTHENTICATE = 1\n", more="PBKDF2_ITERATIONS = 1000\n", base=self.BASIC)
        bob, _ = site.user("bob"), site.user("ann")
        site.serve()
        credentials = base64.b64encode(b"ann:a-password-of-ann").decode()
        anns = [self.listener(site, fields=[f"Authorization: Basic {credentials}"]) for _ in range(8)]
        bobs = self.listener(site, bob)
        waiting = self.stream(site, bob, f"/messages/changes/?since={bobs.last_id}&wait=60", fields=["Accept: application/json"])
        execute(site, "UPDATE auth_user SET password = ? WHERE username = 'ann'", [self.SLOW])
        for source in [*anns, bobs]:  # each was due when it has said three times that it lives
            comments = source.comments
            while source.comments < comments + 3 and (line := source.line()) is not None:
                source.comments += line.startswith(":")
        for number in range(5):
            site.manage("send", "--to", "bob", str(number))
            self.assertEqual(bobs.until("created").data["message"]["message"], str(number))
        self.assertEqual(json.loads(b"".join(iter(waiting.piece, b"")))["created"][0]["message"], "0")
        self.listener(site, bob)
        # who is asked for the password hears it too, until it turns out to be another one
        site.manage("send", "--to", "ann", "hi")
        self.assertTrue(any([source.until("created") for source in anns]))
        self.assertEqual(threads_of_low_priority(site), 1)


def threads_of_low_priority(site):
    """Those that check passwords."""
    numbers = [int(path.name) for path in pathlib.Path(f"/proc/{site.process.pid}/task").iterdir()]
    usual = os.getpriority(os.PRIO_PROCESS, site.process.pid)
    return sum(os.getpriority(os.PRIO_PROCESS, number) > usual for number in numbers)


def execute(site, sql, parameters=()):
    connection = sqlite3.connect(site.folder / "db.sqlite3", timeout=60)
    with connection:
        rows = connection.execute(sql, parameters).fetchall()
    connection.close()
    return rows


def write_message(site, user, text, session_key):
    """As Django's code writes it."""
    execute(site, "INSERT INTO drf_messages_message (user_id, session_key, view, message, level, created) "
            "SELECT id, ?, '', ?, 20, '2026-01-01 00:00:00' FROM auth_user WHERE username = ?", (session_key, text, user))


def insert_messages(site, user, number):
    """Long ones, numbered, in one transaction."""
    connection = sqlite3.connect(site.folder / "db.sqlite3", timeout=60)
    with connection:
        (first,), = connection.execute("SELECT COUNT(*) FROM drf_messages_message")
        (key,), = connection.execute("SELECT id FROM auth_user WHERE username = ?", (user,))
        connection.executemany("INSERT INTO drf_messages_message (user_id, view, message, level, created) VALUES (?, '', ?, 20, '2026-01-01 00:00:00')",
                               [(key, f"{'x' * 900} {first + i}") for i in range(number)])
    connection.close()


def log_in(site, name):
    """A new session's key."""
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    try:
        client.request("GET", "/api-auth/login/")
        page = client.getresponse()
        page.read()
        token = page.headers["Set-Cookie"].split("csrftoken=")[1].split(";")[0]
        client.request("POST", "/api-auth/login/", f"csrfmiddlewaretoken={token}&username={name}&password=a-password-of-{name}&next=/",
                       {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"})
        answer = client.getresponse()
        answer.read()
        cookies = answer.headers.get_all("Set-Cookie")
        return next(cookie for cookie in cookies if cookie.startswith("sessionid=")).split("=")[1].split(";")[0]
    finally:
        client.close()


if __name__ == "__main__":
    unittest.main()
