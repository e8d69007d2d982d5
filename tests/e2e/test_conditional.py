# SPDX-License-Identifier: MIT
"""Conditional requests by chance on two servers: a 304 says only what is true, and `up_to` marks only what was listed.

SYNC_STEPS says how many steps all databases have together.
"""
import os
import random
import unittest

from live_site import DATABASES, live_site

STEPS = int(os.environ.get("SYNC_STEPS") or (3_000 if os.environ.get("SANITIZERS") else 20_000))
MOST_MESSAGES = 25
MARKING = ("/messages/", "/messages/?unread=true")
LISTS = ("/messages/?mark=false", "/messages/?unread=true&mark=false", "/messages/?level=40&mark=false", "/messages/peek/", "/messages/counts/",
         "/messages/counts/?level=40")
READERS = [{}, {}, {"Accept": "application/json; indent=4"}, {"Sec_Purpose": "prefetch"}]


class Steps:
    """What a step does; each has its name in `counts`."""

    def __init__(self, test, site, seed):
        self.test, self.site, self.dice = test, site, random.Random(seed)
        self.clients = {name: site.clients_of(name) for name in site.tokens}
        self.known, self.asked, self.listed, self.counts = {}, None, [], {}
        self.number, self.late = 0, False

    def close(self):
        for clients in self.clients.values():
            for client in clients:
                client.close()

    def count(self, name):
        self.counts[name] = self.counts.get(name, 0) + 1

    def step(self):
        self.number += 1
        chance = self.dice.random()
        if chance < 0.65:
            self.read()
        elif chance < 0.77:
            self.write()
        elif chance < 0.84:
            self.post()
        elif chance < 0.93:
            self.see()
        else:
            self.mark_up_to()

    def ids(self):
        return [int(line) for line in self.site.writer.sql("SELECT id FROM drf_messages_message ORDER BY id")]

    def some(self):
        return self.dice.choice(self.ids() or [999_999])

    def read(self):
        """One of few requests, most of which were asked a moment before; whoever has an answer says so."""
        user, path, headers = self.asked if self.asked and self.dice.random() < 0.6 else self.question()
        self.asked = (user, path, headers)
        key = (user, path, str(headers))
        method = "HEAD" if self.dice.random() < 0.1 else "GET"
        etag, body = self.known.get(key, (None, None))
        answer = self.dice.choice(self.clients[user]).ask(path, method, If_None_Match=etag, **headers)
        if answer.status == 304:
            self.count("304")
            again = self.dice.choice(self.clients[user]).ask(path, **headers)
            self.test.assertEqual(again.body, body, f"step {self.number}: {key} was not the same any more as {etag}")
            self.test.assertEqual(answer.body, b"")
            self.test.assertEqual(answer.headers["ETag"], etag)
        elif method == "GET":
            self.count(str(answer.status))
            self.test.assertIn(answer.status, (200, 404))
            self.known[key] = (answer.headers.get("ETag"), answer.body)

    def question(self):
        path = self.dice.choice(MARKING if self.dice.random() < 0.1 else LISTS)
        if self.dice.random() < 0.15:
            path = f"/messages/{self.some()}/" + self.dice.choice(("", "?mark=false"))
        return self.dice.choice(("ann", "bob")), path, self.dice.choice(READERS)

    def write(self):
        """As Django does it, in part with transactions that end later."""
        writer, ids = self.site.writer, self.ids()
        choice = self.dice.random()
        self.count("writes")
        if self.late and choice < 0.3:
            self.end_late()
        elif self.site.server and not self.late and choice < 0.2:
            self.site.late.sql("BEGIN")
            self.site.insert(f"late {self.number}", user=self.dice.choice(("ann", "bob")), client=self.site.late)
            self.late = True
        elif len(ids) > MOST_MESSAGES or (ids and choice < 0.4):
            self.site.delete(self.dice.choice(ids))
        elif not ids or choice < 0.8:
            self.site.insert(f"number {self.number}", user=self.dice.choice(("ann", "bob")), level=self.dice.choice((20, 40)))
        elif choice < 0.9:
            writer.sql(f"UPDATE drf_messages_message SET message = 'edited {self.number}' WHERE id = {self.dice.choice(ids)}")
        else:
            writer.sql(f"INSERT INTO drf_messages_messagetag (text, message_id) VALUES ('tag {self.number}', {self.dice.choice(ids)})")

    def end_late(self):
        if self.late:
            self.site.late.sql("ROLLBACK" if self.dice.random() < 0.33 else "COMMIT")
        self.late = False

    def post(self):
        user, client = self.chosen()
        some = self.some()
        self.count("posts")
        if self.dice.random() < 0.2:
            self.test.assertIn(client.ask(f"/messages/{some}/", "DELETE").status, (204, 403, 404))
        elif self.dice.random() < 0.5:
            self.test.assertIn(client.ask(f"/messages/{some}/{self.dice.choice(('read', 'unread'))}/", "POST").status, (200, 404), user)
        else:
            answer = client.ask(f"/messages/{self.dice.choice(('read', 'unread'))}/", "POST", {"ids": [some]})
            self.test.assertEqual(answer.status, 200, answer.body)

    def chosen(self):
        user = self.dice.choice(("ann", "bob"))
        return user, self.dice.choice(self.clients[user])

    def see(self):
        """Lists all that there is, and keeps in mind what that was."""
        user, client = self.chosen()
        answer = client.ask("/messages/?mark=false")
        self.listed.append((user, answer.headers["Messages-State"], {message["id"] for message in answer.json}))
        del self.listed[:-20]

    def mark_up_to(self):
        if not self.listed:
            return
        user, state, seen = self.dice.choice(self.listed)
        answer = self.dice.choice(self.clients[user]).ask("/messages/read/", "POST", {"up_to": state})
        self.test.assertEqual(answer.status, 200, answer.body)
        marked = set(answer.json["ids"])
        self.test.assertLessEqual(marked, seen, f"step {self.number}: marked though not listed at {state}")
        self.count("up_to")
        self.counts["marked by up_to"] = self.counts.get("marked by up_to", 0) + len(marked)


class Conditional(unittest.TestCase):
    def test_a_304_is_never_wrong_and_up_to_marks_only_what_was_listed(self):
        shares = {"sqlite": 0.6, "postgresql": 0.2, "mariadb": 0.2}
        for database in DATABASES:
            with self.subTest(database), live_site(database) as site:
                steps = Steps(self, site, 11)
                try:
                    for _ in range(int(STEPS * shares[database])):
                        steps.step()
                    steps.end_late()
                finally:
                    steps.close()
                print(database, steps.counts)
                for name in ("304", "200", "404", "marked by up_to"):
                    self.assertGreater(steps.counts.get(name, 0), 0, name)
