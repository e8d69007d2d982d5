#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whole requests, put together by chance, to servers with settings put together by chance.

    play_requests.py --binary drf-messages                   half a minute
    play_requests.py --binary drf-messages --requests 1000000
    play_requests.py --binary drf-messages --seed 7 --sites 1
    play_requests.py --binary drf-messages --play FILE...    what was found, or kept in corpus/requests

Each site is told its own seed. Whatever is asked, the server lives, answers as HTTP has it and never with 500 or beyond; JSON is
JSON; an answer shows the messages of one user at most, whose secrets the request had; nobody's messages change but theirs; no
redirect leads to a host that only `next` names; no secret is in the log. What is found is written to --findings, for --play.
"""
import argparse
import collections
import gzip
import hashlib
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from random_requests import RandomRequests, User, mutated  # noqa: E402
from random_settings import LOCALES, random_settings, settings_file  # noqa: E402

KEY = "the key of sites that are made by chance"
NAMES = ("ann", "bob", "eve", "gone")
SECRETS = ("token", "session", "csrf")
OWN_MESSAGES = 8
REQUESTS_A_SITE = 1_000
TURN = 40
SECONDS = 60
SANITIZERS = re.compile("Sanitizer|runtime error:")
LEADS_AWAY = re.compile(r"[\s\0-\x1f]*(?:https?:)?[/\\]{2,}[^/\\?#]*evil", re.I)


class Finding(Exception):
    pass


def require(holds, what):
    if not holds:
        raise Finding(what)


def made_users():
    digest = lambda text: hashlib.sha1(text.encode()).hexdigest()
    return [User(name, number, digest(f"token of {name}"), f"password-of-{name}", "m" + digest(f"mark of {name}")[:14]) for number, name in enumerate(NAMES, 1)]


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def field(self, name):
        return next((value for known, value in self.fields if known.lower() == name), "")

    def __str__(self):
        return f"{self.status} {self.fields} {self.body[:500]!r}"


class Connection:
    """Sends bytes as they are, and reads answers to the letter."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb", 1 << 16)

    def close(self):
        """Says no more, and waits until the server does neither: then nothing of this connection is under way."""
        self.finish()
        try:
            self.file.read()
        except ConnectionResetError:
            pass
        self.file.close()
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered before it had read all

    def finish(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it is closed from the other side

    def line(self):
        line = self.file.readline(1 << 20)
        require(line.endswith(b"\r\n"), f"a line of an answer is {line!r}")
        return line[:-2].decode("latin-1")

    def answer(self, method):
        """The next one; None: the connection has ended before it."""
        try:
            if not self.file.peek(1):
                return None
        except ConnectionResetError:
            return None
        found = re.fullmatch(r"HTTP/1\.1 (\d{3}) [ -~]*", self.line())
        require(found, "a status line is none")
        fields = []
        while line := self.line():
            name, colon, value = line.partition(": ")
            require(colon and re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) and not re.search(r"[\0-\x1f\x7f]", value), f"a field is {line!r}")
            fields.append((name, value))
        answer = Answer(int(found[1]), fields, b"")
        if answer.status < 200:
            return self.answer(method)
        if method != "HEAD" and answer.status not in (204, 304):
            answer.body = self.body(answer)
        return answer

    def body(self, answer):
        if answer.field("transfer-encoding") == "chunked":
            pieces = []
            while size := int(self.line(), 16):
                pieces.append(self.file.read(size))
                require(len(pieces[-1]) == size and self.line() == "", "a chunk is cut off")
            require(self.line() == "", "the last chunk is none")
            return b"".join(pieces)
        length = answer.field("content-length")
        if not length:
            require(answer.field("connection") == "close", f"an answer has no end: {answer}")
            return self.file.read()
        body = self.file.read(int(length))
        require(len(body) == int(length), f"an answer is cut off: {answer}")
        return body


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


def messages_in(value):
    if isinstance(value, dict):
        if "message" in value and "id" in value:
            yield value
        else:
            for item in value.values():
                yield from messages_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from messages_in(item)


class RandomSite:
    """A site with settings, four users and their messages. The last of them is not active."""

    def __init__(self, site_class, template, settings):
        self.settings, self.users = settings, made_users()
        self.site = site_class(migrate=False)
        self.site.settings.write_text(settings_file(settings, KEY, self.site.folder), encoding="utf-8")
        (self.site.folder / "locale.json").write_text(json.dumps(LOCALES), encoding="utf-8")
        shutil.copy(template, self.site.folder / "db.sqlite3")
        self.database = sqlite3.connect(self.site.folder / "db.sqlite3", timeout=SECONDS, isolation_level=None)
        self.numbers = itertools.count(1)
        self.owners = {}
        for user in self.users:
            encoded = "md5$salt$" + hashlib.md5(f"salt{user.password}".encode()).hexdigest()
            self.database.execute("INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)"
                                  " VALUES (?, ?, 0, ?, '', '', '', 0, ?, '2024-01-01 00:00:00')", (user.number, encoded, user.name, user.name != "gone"))
            self.database.execute("INSERT INTO authtoken_token (key, created, user_id) VALUES (?, '2024-01-01 00:00:00', ?)", (user.token, user.number))
        self.leave_messages()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.database.close()
        self.site.__exit__()

    def leave_messages(self):
        """So many that each user has enough, whatever was deleted."""
        self.database.execute("BEGIN IMMEDIATE")
        for user in self.users:
            (count,) = self.database.execute("SELECT count(*) FROM drf_messages_message WHERE user_id = ?", (user.number,)).fetchone()
            for _ in range(count, OWN_MESSAGES):
                number = next(self.numbers)
                self.owners[number] = user
                read = "2024-01-03 10:00:00.5" if number % 3 == 0 else None
                session = "a" * 32 if number % 5 == 0 else None
                self.database.execute("INSERT INTO drf_messages_message (id, view, message, level, read_at, created, session_id, user_id, session_key)"
                                      " VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?)",
                                      (number, f"view:{user.mark}", f"secret of {user.mark} <b> \u00e9 {number}", 10 * (number % 6), read,
                                       f"2024-01-0{number % 4 + 1} 00:00:00", user.number, session))
                for tag in (f"tag-{user.mark}", "upload")[:number % 3]:
                    self.database.execute("INSERT INTO drf_messages_messagetag (text, message_id) VALUES (?, ?)", (tag, number))
        self.database.execute("COMMIT")

    def kept(self):
        """Whose each message is, by its id, as far as it is still there."""
        return {number: self.owners[number] for (number,) in self.database.execute("SELECT id FROM drf_messages_message")}

    def rows(self, user):
        return self.database.execute("SELECT m.*, t.text FROM drf_messages_message m LEFT JOIN drf_messages_messagetag t ON t.message_id = m.id"
                                     " WHERE m.user_id = ? ORDER BY m.id, t.id", (user.number,)).fetchall()

    def start(self):
        """Whether the server takes the settings; refusing them is not being killed by them."""
        try:
            self.site.serve()
        except AssertionError:
            status = self.site.process.wait(SECONDS)
            self.site.reader.join()
            require(status == 1 and not SANITIZERS.search("".join(self.site.output)), f"the start ended with {status}: {''.join(self.site.output)}")
            return False
        for user in self.users[:-1]:
            self.log_in(user)
        return True

    def ask(self, method, path, fields, body=b""):
        connection = Connection(self.site.port)
        head = f"{method} {path} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\nContent-Length: {len(body)}\r\n" + "".join(f"{field}\r\n" for field in fields)
        connection.send(head.encode() + b"\r\n" + body)
        answer = connection.answer(method)
        connection.close()
        return answer

    def log_in(self, user):
        """By the form, where the settings let anybody do so."""
        def cookie(answer, name):
            return next((value.split(";")[0].partition("=")[2] for known, value in answer.fields if known == "Set-Cookie" and value.startswith(name + "=")), "")

        session_name, csrf_name = self.settings.get("SESSION_COOKIE_NAME", "sessionid"), self.settings.get("CSRF_COOKIE_NAME", "csrftoken")
        secure = ["X-Forwarded-Proto: https", "Referer: https://testserver/"]
        page = self.ask("GET", "/api-auth/login/", secure)
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)
        if not token:
            return
        cookies = f"Cookie: {csrf_name}={cookie(page, csrf_name)}; {session_name}={cookie(page, session_name)}"
        form = f"csrfmiddlewaretoken={token[1].decode()}&username={user.name}&password={user.password}".encode()
        answer = self.ask("POST", "/api-auth/login/", [*secure, cookies, "Content-Type: application/x-www-form-urlencoded"], form)
        user.session, user.csrf = cookie(answer, session_name) or None, cookie(answer, csrf_name)

    # ------------------------------------------------------------ what must hold

    def check(self, answer, users, names_evil=False, is_broken=False):
        """Returns the body. `users`: names of whom the request may be; `names_evil`: it has its host from there; `is_broken`: it need not be HTTP."""
        require(answer.status < 500 or (is_broken and answer.status in (501, 505)), f"status {answer}")
        if not names_evil:
            require(not LEADS_AWAY.match(answer.field("location")), f"leads away: {answer}")
        body = answer.body
        if answer.field("content-encoding") == "gzip":
            body = gzip.decompress(body)
        shown = {user.name for user in self.users if user.mark.encode() in body}
        if body and answer.field("content-type").startswith("application/json"):
            try:
                document = json.loads(body.decode(), parse_constant=refuse_constant)
            except ValueError as error:
                raise Finding(f"no JSON, {error}: {answer}") from error
            for message in [] if isinstance(document, dict) and "openapi" in document else messages_in(document):
                number = int(message["id"])  # a text with COERCE_BIGINT_TO_STRING
                require(number in self.owners, f"shows a message that nobody left: {answer}")
                shown.add(self.owners[number].name)
            if isinstance(document, dict) and isinstance(document.get("count"), int):
                require(document["count"] <= (OWN_MESSAGES if users else 0), f"counts too many: {answer}")
        require(len(shown) <= 1 and shown <= users - {"gone"}, f"shows messages of {shown} to {set(users)}: {answer}")
        return body

    def stop(self):
        """The end, and what the log says."""
        require(self.site.process.poll() is None, f"the server ended: {''.join(self.site.output)[-3000:]}")
        status = self.site.stop()
        log = "".join(self.site.output)
        require(status == 0 and not SANITIZERS.search(log), f"the server ended with {status}: {log[-5000:]}")
        require(not re.search("[\ud800-\udfff]", log), f"the log is no text: {[line for line in log.splitlines() if not line.isprintable()][:3]!a}")
        for secret in itertools.chain([KEY], *(user.secrets() for user in self.users)):
            require(secret not in log, f"the log has {secret}: {[line for line in log.splitlines() if secret in line][:3]}")


class Player:
    """Plays sites, and counts what came of it."""

    def __init__(self, arguments):
        os.environ["DRF_MESSAGES_BINARY"] = os.path.abspath(arguments.binary)
        from site_process import Site  # pylint: disable=import-outside-toplevel
        self.site_class, self.findings = Site, arguments.findings
        self.statuses, self.sites, self.refused = collections.Counter(), 0, 0
        self.folder = tempfile.TemporaryDirectory(prefix="drf-messages-play-")
        self.template = pathlib.Path(self.folder.name) / "db.sqlite3"
        with Site() as site:
            shutil.copy(site.folder / "db.sqlite3", self.template)

    @property
    def requests(self):
        return sum(self.statuses.values())

    def play(self, seed, count, is_over):
        chance = random.Random(seed)
        settings = random_settings(chance)
        with RandomSite(self.site_class, self.template, settings) as site:
            self.sent = collections.deque(maxlen=2 * TURN)
            try:
                if not site.start():
                    self.refused += 1
                    return
                self.sites += 1
                source = RandomRequests(chance, settings, site.users)
                played = 0
                while played < count and not is_over():
                    played += TURN
                    self.turn(chance, site, source)
                site.stop()
            except (Finding, OSError) as error:
                self.keep(seed, site, error)

    def turn(self, chance, site, source):
        """Some requests, none of them from one of the users; their messages are as before."""
        site.leave_messages()
        source.owners = site.kept()
        absent = chance.choice(site.users)
        before = site.rows(absent)
        left = TURN
        while left > 0:
            batch = []
            for _ in range(min(left, chance.choice([1, 1, 2, 8, 20]))):
                batch.append(source.request(absent))
                if batch[-1].is_last():
                    break
            left -= len(batch)
            if source.often(0.1):
                self.send_broken(chance, site, batch)
            else:
                self.send(site, source, batch)
        require(site.rows(absent) == before, f"messages of {absent.name} were changed by others")

    def send(self, site, source, batch):
        """One behind the other on a connection, answers in the same order."""
        connection = Connection(site.site.port)
        self.sent.extend((request.wire(), sorted(request.users)) for request in batch)
        connection.send(b"".join(request.wire() for request in batch))
        for request in batch:
            answer = connection.answer(request.method)
            require(answer, f"no answer to {request}")
            self.statuses[answer.status] += 1
            names_evil = any("evil" in value for name, value in request.fields if name in ("Host", "X-Forwarded-Host")) or request.target.startswith("http://evil")
            body = site.check(answer, request.users, names_evil)
            source.saw(body)
            if answer.field("connection") == "close":
                break
        connection.close()

    def send_broken(self, chance, site, batch):
        """Bytes that may be no requests, from a client that then says no more: answers, until the end."""
        data = mutated(chance, b"".join(request.wire() for request in batch))
        users = frozenset().union(*(request.users for request in batch))
        self.sent.append((data, sorted(users)))
        for answer in self.answers_to(site, data):
            self.statuses[answer.status] += 1
            site.check(answer, users, True, True)

    @staticmethod
    def answers_to(site, data):
        """Those that can be told apart: whoever breaks the bytes of a request does not know whether it is a HEAD."""
        connection = Connection(site.site.port)
        connection.send(data)
        connection.finish()
        answers = []
        method = "HEAD" if b"HEAD " in data else "GET"
        while answer := connection.answer(method):
            answers.append(answer)
            if method == "HEAD":
                break
        connection.close()
        return answers

    def play_file(self, path):
        kept = json.loads(path.read_text(encoding="utf-8"))
        with RandomSite(self.site_class, self.template, kept["settings"]) as site:
            require(site.start(), f"the settings are refused: {''.join(site.site.output)}")
            for data, users in kept["requests"]:
                for answer in self.answers_to(site, revealed(data, site.users)):
                    self.statuses[answer.status] += 1
                    site.check(answer, frozenset(users), True, True)
            site.stop()
        self.sites += 1

    def keep(self, seed, site, error):
        """Writes down what led to it, and fails."""
        self.findings.mkdir(parents=True, exist_ok=True)
        path = self.findings / f"requests-{seed}.json"
        path.write_text(json.dumps({"settings": site.settings, "requests": [(hidden(data, site.users), who) for data, who in self.sent]}, indent=1), encoding="utf-8")
        raise Finding(f"--seed {seed}: {error}\n{''.join(site.site.output)[-3000:]}\nkept as {path}") from error


def hidden(data, users):
    """Bytes as text, in which secrets, which are others at the next site, are named."""
    text = data.decode("latin-1")
    for user in users:
        for name in SECRETS:
            if getattr(user, name):
                text = text.replace(getattr(user, name), f"<{name} of {user.name}>")
    return text


def revealed(text, users):
    for user in users:
        for name in SECRETS:
            text = text.replace(f"<{name} of {user.name}>", getattr(user, name) or "")
    return text.encode("latin-1")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--requests", type=int, help="so many, however long they take")
    parser.add_argument("--sites", type=int, help="so many, with the seeds that follow")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--findings", type=pathlib.Path, default=pathlib.Path("findings"))
    parser.add_argument("--play", type=pathlib.Path, nargs="*")
    arguments = parser.parse_args()
    player = Player(arguments)
    end = time.monotonic() + arguments.seconds

    def is_over():
        if arguments.requests is not None:
            return player.requests >= arguments.requests
        return arguments.sites is None and time.monotonic() > end

    try:
        for path in sorted((HERE / "corpus" / "requests").glob("*.json")) if arguments.play is None else arguments.play:
            try:
                player.play_file(path)
            except (Finding, OSError) as error:
                raise Finding(f"{path}: {error}") from error
        for seed in itertools.count(arguments.seed) if arguments.play is None else ():
            player.play(seed, REQUESTS_A_SITE, is_over)
            if is_over() or seed + 1 - arguments.seed == arguments.sites:
                break
    except Finding as finding:
        print(finding)
        return 1
    print(f"requests     {player.requests} answers of {player.sites} sites from seed {arguments.seed} on ({player.refused} were refused): "
          + ", ".join(f"{count} x {status}" for status, count in sorted(player.statuses.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
