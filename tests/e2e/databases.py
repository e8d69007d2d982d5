# SPDX-License-Identifier: MIT
"""Settings for sites on database servers, and clients that keep account of what was acknowledged."""
import json
import threading
import time
import urllib.parse

from site_process import SETTINGS  # first, since it knows where the next is
from patience import until  # noqa: F401  for the tests

ENGINES = {"mysql": "django.db.backends.mysql", "postgresql": "django.db.backends.postgresql"}


def settings_for(url, server=""):
    """The settings of a site on the database server at `url`; `server`: more of [SERVER]."""
    parts = urllib.parse.urlsplit(url)
    lines = [f'ENGINE = "{ENGINES[parts.scheme]}"', f'NAME = "{parts.path[1:]}"', f'USER = "{parts.username}"', f'PASSWORD = "{parts.password or ""}"',
             f'HOST = "{parts.hostname}"', f"PORT = {parts.port}"]
    return SETTINGS.replace('ENGINE = "django.db.backends.sqlite3"\nNAME = "db.sqlite3"', "\n".join(lines)) + f"\n[SERVER]\nACCESS_LOG = false\n{server}\n"


class Load:
    """Threads that work until it is left, and what has become of their work."""

    def __init__(self):
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.threads, self.clients = [], []
        self.tried, self.acknowledged, self.failures = set(), set(), []
        self.statuses, self.deleted, self.problems = {}, set(), []

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        for client in self.clients:
            client.close()

    def client(self, site, token):
        self.clients.append(site.client(token))
        return self.clients[-1]

    def add(self, work, *arguments):
        def run():
            try:
                while not self.stopped.is_set():
                    work(*arguments)
            except Exception as error:  # pylint: disable=broad-except
                with self.lock:
                    self.problems.append(f"{work.__name__}: {error!r}")

        self.threads.append(threading.Thread(target=run))

    def sends(self, site, user, name):
        """Sends messages to `user`, whose texts are all different."""
        numbers = iter(range(1_000_000))

        def send():
            text = f"{name} {next(numbers)}"
            with self.lock:
                self.tried.add(text)
            done = site.run("send", "--to", user, text)
            with self.lock:
                if done.returncode == 0:
                    self.acknowledged.add(text)
                else:
                    self.failures.append(done.stderr)
            if done.returncode != 0:
                time.sleep(0.1)

        self.add(send)

    def requests(self, site, token, path, method="GET"):
        client = self.client(site, token)

        def request():
            self.count(client.request(method, path)[0])

        self.add(request)

    def deletes(self, site, token):
        """Reads a page and deletes what was on it, message by message."""
        client = self.client(site, token)

        def read_and_delete():
            status, body = client.request("GET", "/messages/")
            self.count(status)
            if status != 200:
                time.sleep(0.05)
                return
            for message in json.loads(body):
                tries = 0
                while not self.stopped.is_set():
                    status = client.request("DELETE", f"/messages/{message['id']}/")[0]
                    # the first try may have been done though its answer was 503
                    self.count(204 if status == 404 and tries > 0 else status)
                    tries += 1
                    if status != 503:
                        with self.lock:
                            self.deleted.add(message["message"])
                        break
                    time.sleep(0.05)

        self.add(read_and_delete)

    def count(self, status):
        with self.lock:
            self.statuses[status] = self.statuses.get(status, 0) + 1

    def wait_for_more(self, test, messages):
        """Until so many more were acknowledged: a sender is a process, which busy machines and sanitizers make slow to start."""
        enough = len(self.acknowledged) + messages
        test.assertTrue(until(lambda: len(self.acknowledged) >= enough), f"{len(self.acknowledged)} acknowledged, not {enough}")

    def check(self, test, texts):
        """`texts`: of the messages that the database holds in the end."""
        test.assertEqual(self.problems, [])
        test.assertEqual({status for status in self.statuses if status // 100 != 2} - {503}, set(), self.statuses)
        test.assertEqual(len(texts), len(set(texts)), "a message was stored twice")
        test.assertEqual(self.acknowledged - set(texts) - self.deleted, set(), "acknowledged and not there")
        test.assertEqual(self.deleted & set(texts), set(), "deleted and there")
        test.assertEqual(set(texts) - self.tried, set())
        for text in self.failures:
            # libpq itself prints what a server says that ends while it is connected to.
            test.assertRegex(text, r"\A(FATAL: [^\n]+\n)?drf-messages: database [^\n]+\n\Z")
