# SPDX-License-Identifier: MIT
"""Read state over HTTP on real servers, with Django beside it: either side sees what the other marks, and nobody marks what was not seen.

READ_STATE_STEPS says how many random steps there are on each database."""
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import unittest

from databases import until
from live_site import DATABASES, LiveClient, live_site
from site_process import SETTINGS, Site
from test_login import HAVE_DJANGO

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENTATION = HERE.parents[1] / "docs/rest.md"
STEPS = int(os.environ.get("READ_STATE_STEPS") or (200 if os.environ.get("SANITIZERS") else 1500))
UNREAD = "SELECT id FROM drf_messages_message WHERE read_at IS NULL AND user_id = {} ORDER BY id"


def unread(site, user="ann"):
    return {int(row) for row in site.writer.sql(UNREAD.format(site.ids[user]))}


class Random:
    """Somebody who lists, marks and undoes on two servers, while others write; what must hold is looked up in the database after each step."""

    def __init__(self, test, site, dice):
        self.test, self.site, self.dice = test, site, dice
        self.shown, self.state, self.kept, self.is_late, self.number = set(), None, {}, False, 0
        self.unchanged = 0
        self.list(self.any_client())

    def any_client(self):
        return self.dice.choice(self.site.clients)

    def step(self):
        self.number += 1
        steps = [self.insert, self.insert, self.erase, self.mark_beside, self.begin_late, self.end_late, self.list_somewhere, self.list_somewhere,
                 self.list_somewhere, self.list_again, self.mark_seen, self.mark_some, self.count]
        self.dice.choice(steps)()

    def insert(self):
        self.site.insert(f"number {self.number}", user=self.dice.choice(("ann", "ann", "bob")), level=self.dice.choice((20, 30, 40)))

    def ids(self):
        return [int(row) for row in self.site.writer.sql("SELECT id FROM drf_messages_message ORDER BY id")]

    def erase(self):
        ids = self.ids()
        if len(ids) > 12:
            self.site.delete(self.dice.choice(ids))

    def mark_beside(self):
        """As Django does it."""
        if ids := self.ids():
            value = self.dice.choice(("NULL", "'2024-01-01 11:00:00'"))
            self.site.writer.sql(f"UPDATE drf_messages_message SET read_at = {value} WHERE id = {self.dice.choice(ids)}")

    def begin_late(self):
        if self.site.server and not self.is_late:
            self.site.late.sql("BEGIN")
            self.site.insert(f"late {self.number}", client=self.site.late)
            self.is_late = True

    def end_late(self):
        if self.is_late:
            self.site.late.sql(self.dice.choice(("COMMIT", "COMMIT", "ROLLBACK")))
        self.is_late = False

    def list_somewhere(self):
        self.list(self.any_client())

    def list_again(self):
        """Once all that is committed has its position, which may take its time, nobody is sent what he has."""
        client, before = self.any_client(), self.unchanged
        client.ask("/messages/changes/")
        self.list(client)
        self.list(client)
        self.test.assertGreater(self.unchanged, before)

    def list(self, client):
        """304 only where the answer is what the client has."""
        etag, body = self.kept.get(client, (None, None))
        answer = client.ask("/messages/?mark=false", If_None_Match=etag)
        if answer.status == 304:
            self.unchanged += 1
            self.test.assertEqual(client.ask("/messages/?mark=false").body, body)
        else:
            body = answer.body
            self.kept[client] = (answer.headers.get("ETag"), body)
        self.shown, self.state = {message["id"] for message in json.loads(body)}, answer.headers["Messages-State"]

    def mark_seen(self):
        before = unread(self.site)
        answer = self.any_client().ask("/messages/read/", "POST", {"up_to": self.state})
        self.test.assertEqual(answer.status, 200, answer.body)
        marked = before - unread(self.site)
        self.test.assertEqual(set(answer.json["ids"]), marked)
        self.test.assertLessEqual(marked, self.shown)
        if not self.site.server:  # where a message has its position at once, what was seen is marked too
            self.test.assertEqual(marked, before & self.shown)

    def mark_some(self):
        ids = self.ids() + [999_999]
        some = self.dice.sample(ids, min(len(ids), self.dice.choice((1, 2, 9))))
        before = unread(self.site)
        way, back = self.dice.choice((("read", "unread"), ("unread", "read")))
        client = self.any_client()
        answer = client.ask(f"/messages/{way}/", "POST", {"ids": some})
        after = unread(self.site)
        self.test.assertEqual(set(answer.json["ids"]), before ^ after)
        self.test.assertLessEqual(before ^ after, set(some))
        self.test.assertEqual((answer.json["changed"], answer.json["count"]), (len(before ^ after), len(after)))
        if answer.json["ids"] and self.dice.random() < 0.7:
            self.test.assertEqual(self.any_client().ask(f"/messages/{back}/", "POST", {"ids": answer.json["ids"]}).json["ids"], answer.json["ids"])
            self.test.assertEqual(unread(self.site), before)

    def count(self):
        counts = self.any_client().ask("/messages/counts/").json
        self.test.assertEqual(counts["count"], len(unread(self.site)))
        self.test.assertEqual(sum(level["count"] for level in counts["levels"]), counts["count"])


class Marking(unittest.TestCase):
    def test_what_was_not_seen_stays_unread_whoever_writes(self):
        for database in DATABASES:
            with self.subTest(database), live_site(database) as site:
                somebody = Random(self, site, random.Random(5))
                for _ in range(STEPS):
                    somebody.step()
                somebody.end_late()
                self.assertGreater(somebody.unchanged, 0)
                site.clients[0].ask("/messages/changes/")  # gives everything its position
                somebody.kept.clear()
                somebody.list(site.clients[1])
                somebody.mark_seen()
                self.assertEqual(unread(site), set())

    def test_of_those_who_mark_at_once_each_message_is_marked_by_one(self):
        for database in DATABASES:
            with self.subTest(database), live_site(database) as site:
                for number in range(200):
                    site.insert(f"number {number}")
                clients = [client for _ in range(3) for client in site.clients_of("ann")]
                answers, start = [], threading.Barrier(len(clients))

                def mark(client, answers=answers, start=start):
                    start.wait()
                    answers.append(client.ask("/messages/read/", "POST", {"all": True}))

                threads = [threading.Thread(target=mark, args=(client,)) for client in clients]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                self.assertEqual({answer.status for answer in answers}, {200})
                marked = [message for answer in answers for message in answer.json["ids"]]
                self.assertEqual((len(marked), len(set(marked)), unread(site)), (200, 200, set()))
                for client in clients:
                    client.close()

    def test_a_server_that_is_killed_has_marked_all_or_nothing(self):
        many = 6000
        for database in DATABASES:
            with self.subTest(database), live_site(database) as site:
                values = ", ".join(f"('', 'one of many', 20, '2024-01-01 10:00:00', {site.ids['ann']})" for _ in range(many))
                site.writer.sql(f"INSERT INTO drf_messages_message (view, message, level, created, user_id) VALUES {values}")
                seen = set()
                for number, pause in enumerate([0, 0.005, 0.02, 0.05, 0.1] + 50 * [0]):
                    if number >= 5 and many in seen:
                        break  # else this process was so slow each time that it was over before
                    way = "read" if len(unread(site)) == many else "unread"
                    client = LiveClient(site.sites[1].port, site.tokens["ann"])
                    client.connection.request("POST", f"/messages/{way}/", body='{"all": true}',
                                              headers={**client.headers, "Content-Type": "application/json"})
                    threading.Event().wait(pause)  # wherever that finds it
                    site.sites[1].stop(signal.SIGKILL)
                    client.close()
                    site.sites[1].serve()
                    # what it has begun is over once somebody else can mark the same
                    answers = []
                    self.assertTrue(until(lambda: answers.append(site.clients[0].ask(f"/messages/{way}/", "POST", {"all": True}))
                                          or answers[-1].status == 200))
                    after = answers[-1].json["changed"]
                    self.assertIn(after, (0, many))
                    seen.add(after)
                self.assertIn(many, seen)


class Beside(unittest.TestCase):
    @unittest.skipUnless(HAVE_DJANGO, "SKIPPED, not tested: python3-django and python3-djangorestframework are not installed")
    def test_either_side_sees_what_the_other_marks(self):
        with live_site("sqlite") as site:
            database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(site.sites[0].folder / "db.sqlite3"), "OPTIONS": {"timeout": 30}}

            def django(code):
                done = subprocess.run([sys.executable, HERE / "feed_django.py", json.dumps(database), "auth.User"], input=code, text=True,
                                      capture_output=True, cwd=HERE, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                return json.loads(done.stdout) if done.stdout else None

            django("for level in (20, 30, 40): Message.objects.create(user=User.objects.get(username='ann'), message=f'of {level}', level=level)")
            client = site.clients[0]
            self.assertEqual(client.ask("/messages/counts/").json["count"], 3)
            marked = client.ask("/messages/read/?level=30", "POST", {"all": True}).json["ids"]
            shown = "show(list(Message.objects.filter(read_at=None).order_by('id').values_list('level', flat=True)))"
            self.assertEqual(django(shown), [20, 40])
            django("from django.utils import timezone\nMessage.objects.filter(level=40).update(read_at=timezone.now())")
            self.assertEqual(client.ask("/messages/counts/").json["max_level"], 20)
            client.ask("/messages/unread/", "POST", {"ids": marked})
            self.assertEqual(django(shown), [20, 30])
            self.assertEqual(client.ask(f"/messages/{marked[0]}/read/", "POST").json["changed"], 1)
            self.assertEqual(django(shown), [20])

    def test_the_command_marks_too(self):
        with Site('MESSAGES_EXTENSIONS = ["read_state"]\n' + SETTINGS) as site:
            token = site.user("ann")
            for number in range(3):
                site.manage("send", "--to", "ann", f"number {number}")
            self.assertEqual(site.manage("mark", "ann", "--read", "1", "3", "99"), "2 messages marked as read.\n")
            self.assertEqual(site.manage("mark", "ann", "--unread", "3"), "1 message marked as unread.\n")
            client = site.serve().client(token)
            self.assertEqual(client.get("/messages/counts/")["count"], 2)
            self.assertEqual(site.manage("mark", "ann", "--all"), "2 messages marked as read.\n")
            self.assertEqual(client.get("/messages/counts/")["count"], 0)
            client.close()
            self.assertEqual(site.run("mark", "ann").returncode, 1)
            self.assertEqual(site.run("mark", "ann", "--all", "--read", "1").returncode, 1)
            self.assertEqual(site.run("mark", "nobody", "--all").returncode, 1)
            self.assertEqual(site.run("mark", "ann", "--read", "x").returncode, 2)


@unittest.skipUnless(shutil.which("curl"), "SKIPPED, not tested: curl is not installed")
class Documentation(unittest.TestCase):
    def test_its_command_lines_work(self):
        section = DOCUMENTATION.read_text(encoding="utf-8").split("\n## Read state\n")[1].split("\n## ")[0]
        lines = re.findall(r"^curl .*$", section, re.M)
        self.assertGreater(len(lines), 4)
        with live_site("sqlite") as site:
            for number in range(9):
                site.insert(f"number {number}")
            for line in lines:
                done = subprocess.run(["bash", "-c", line.replace("curl ", "curl -sS --fail-with-body ", 1)], text=True, capture_output=True, check=False,
                                      env={**os.environ, "A": f"http://127.0.0.1:{site.sites[0].port}", "T": site.tokens["ann"]})
                self.assertEqual(done.returncode, 0, line + done.stdout + done.stderr)
                json.loads(done.stdout)


if __name__ == "__main__":
    unittest.main()
