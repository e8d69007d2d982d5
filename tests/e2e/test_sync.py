# SPDX-License-Identifier: MIT
"""`GET messages/changes/` of real servers: a client that lists once and then follows has what the database has, whoever writes."""
import json
import pathlib
import random
import re
import shutil
import subprocess
import threading
import unittest

from databases import until
from live_site import DATABASES, LiveClient, live_site
from sql_client import sql_client

STEPS = 150
DOCUMENTATION = pathlib.Path(__file__).resolve().parents[2] / "docs/live.md"


class Copy:
    """What a client has of a user's messages, by id."""

    def __init__(self, clients):
        self.clients, self.messages, self.expired = clients, {}, 0
        self.list()

    def list(self):
        answer = self.clients[0].ask("/messages/?mark=false")
        self.state = answer.headers["Messages-State"]
        self.messages = {message["id"]: message for message in answer.json}

    def follow(self, client, limit=100):
        """One answer; whether there is more."""
        answer = client.ask(f"/messages/changes/?since={self.state}&limit={limit}")
        if answer.status == 410:
            self.expired += 1
            self.list()
            return False
        changes = answer.json
        assert answer.status == 200 and changes["old_state"] == self.state, (answer.status, changes)
        created, updated = ([message["id"] for message in changes[name]] for name in ("created", "updated"))
        assert len(set(created + updated + changes["destroyed"])) == len(created + updated + changes["destroyed"]) <= limit, changes
        for message in changes["created"] + changes["updated"]:
            self.messages[message["id"]] = message
        for message in changes["destroyed"]:
            self.messages.pop(message, None)
        self.state = changes["new_state"]
        return changes["has_more"]


class Following(unittest.TestCase):
    def test_a_copy_that_follows_is_what_the_database_has(self):
        """Half of the writers commit late, a third of these roll back; each answer comes from another of two servers."""
        for database in DATABASES:
            with self.subTest(database), live_site(database) as site:
                dice = random.Random(7)
                copy = Copy(site.clients)
                for number in range(STEPS):
                    self.write(site, dice, number)
                    if dice.random() < 0.4:
                        copy.follow(dice.choice(site.clients), dice.choice((1, 2, 100)))
                self.end_late(site, dice)
                while copy.follow(dice.choice(site.clients), 3):
                    pass
                listed = {message["id"]: message for message in site.clients[1].ask("/messages/?mark=false").json}
                self.assertEqual(copy.messages, listed)
                self.assertEqual(copy.expired, 0)
                self.assertGreater(len(listed), 5)
                self.assertEqual(site.clients[0].ask(f"/messages/changes/?since={copy.state}").json["new_state"], copy.state)

    is_late = False

    def write(self, site, dice, number):
        ids = site.writer.sql("SELECT id FROM drf_messages_message ORDER BY id")
        some = dice.choice(ids) if ids else 0
        if site.server and not self.is_late and dice.random() < 0.3:
            site.late.sql("BEGIN")
            site.insert(f"late {number}", client=site.late)
            self.is_late = True
        elif self.is_late and dice.random() < 0.2:
            self.end_late(site, dice)
        elif len(ids) < 10 or dice.random() < 0.4:
            site.insert(f"number {number}", user=dice.choice(("ann", "ann", "bob")), level=dice.choice((20, 40)))
        elif dice.random() < 0.2:
            site.delete(some)
        elif dice.random() < 0.4:
            site.writer.sql(f"INSERT INTO drf_messages_messagetag (text, message_id) VALUES ('tag {number}', {some})")
        else:
            site.clients[0].ask(f"/messages/{some}/read/" if dice.random() < 0.5 else f"/messages/{some}/unread/", "POST")

    def end_late(self, site, dice):
        if self.is_late:
            site.late.sql("ROLLBACK" if dice.random() < 0.33 else "COMMIT")
        self.is_late = False

    def test_a_list_and_what_has_happened_since_have_no_gap_although_a_transaction_is_late(self):
        for database in ("postgresql", "mariadb"):
            with self.subTest(database), live_site(database) as site:
                site.late.sql("BEGIN")
                late = site.insert("begun before the list, committed after it", client=site.late)
                early = site.insert("committed before the list")
                copy = Copy(site.clients)
                self.assertEqual(set(copy.messages), {early})
                copy.follow(site.clients[1])
                site.late.sql("COMMIT")
                self.assertLess(late, early)
                copy.follow(site.clients[1])
                self.assertEqual(set(copy.messages), {late, early})


class States(unittest.TestCase):
    def test_what_the_feed_does_not_know_is_gone(self):
        with live_site("sqlite") as site:
            client, other = site.clients
            site.insert("before")
            state = client.ask("/messages/changes/").json["new_state"]
            epoch = state.partition("-")[0]
            for unknown in ("another-1", f"{epoch}-999999"):
                answer = client.ask(f"/messages/changes/?since={unknown}")
                self.assertEqual((answer.status, answer.json["code"], answer.json["state"]), (410, "state_expired", state))
            for nonsense in ("x", "-1", f"{epoch}-01", f"{epoch}-1%20", "%00", "k" * 300):
                self.assertEqual(client.ask(f"/messages/changes/?since={nonsense}").status, 400, nonsense)
            # bob's own state is a state of the same feed: it tells ann's client nothing of bob
            site.insert("of bob", user="bob")
            bobs = site.clients_of("bob")
            foreign = bobs[0].ask("/messages/changes/").json["new_state"]
            answer = client.ask(f"/messages/changes/?since={foreign}")
            self.assertNotIn(b"of bob", answer.body)
            for one in bobs:
                one.close()
            copy = Copy(site.clients)
            site.sites[0].manage("live", "reset")
            site.insert("after")
            copy.follow(other)
            self.assertEqual(copy.expired, 1)
            copy.follow(other)
            self.assertEqual(len(copy.messages), 2)
            self.assertFalse(copy.state.startswith(epoch + "-"))

    def test_the_command_says_the_same(self):
        with live_site("sqlite") as site:
            site.insert("before")
            state = json.loads(site.sites[0].manage("changes", "ann"))["new_state"]
            made = site.insert("after")
            changes = json.loads(site.sites[0].manage("changes", "ann", "--since", state))
            self.assertEqual([message["id"] for message in changes["created"]], [made])
            self.assertEqual(changes["count"], 2)
            done = site.sites[0].run("changes", "ann", "--since", "another-1")
            self.assertEqual(done.returncode, 1)
            self.assertIn("go on from " + changes["new_state"], done.stderr)
            self.assertEqual(site.sites[0].run("changes", "ann", "--since", "nonsense").returncode, 1)


class Waiting(threading.Thread):
    """A request that waits, in a thread of its own."""

    def __init__(self, site, number, state, seconds=60):
        super().__init__()
        self.client, self.path, self.answer = LiveClient(site.sites[number].port, site.tokens["ann"]), f"/messages/changes/?since={state}&wait={seconds}", None
        self.start()

    def run(self):
        self.answer = self.client.ask(self.path)
        self.client.close()

    def result(self):
        self.join(55)
        return self.answer


class Waits(unittest.TestCase):
    def state(self, site):
        return site.clients[0].ask("/messages/changes/").json["new_state"]

    def test_a_request_waits_until_something_is_committed_by_whomever(self):
        for database in DATABASES:
            with self.subTest(database), live_site(database) as site:
                state = self.state(site)
                waiting = [Waiting(site, number % 2, state) for number in range(6)]
                site.insert("of bob", user="bob")
                made = site.insert("at last")
                for one in waiting:
                    answer = one.result()
                    self.assertEqual(answer.status, 200)
                    self.assertEqual(answer.headers["Content-Type"], "application/json")
                    self.assertEqual([message["id"] for message in answer.json["created"]], [made])
                    self.assertFalse(answer.json["has_more"])

    def test_when_the_time_is_over_the_answer_is_that_nothing_has_happened(self):
        with live_site("sqlite") as site:
            state = self.state(site)
            answer = site.clients[0].ask(f"/messages/changes/?since={state}&wait=1")
            self.assertEqual(answer.json, {"old_state": state, "new_state": state, "has_more": False, "created": [], "updated": [], "destroyed": [],
                                           "count": 0, "max_level": None, "max_level_tag": ""})

    def test_a_server_that_ends_answers_at_once(self):
        with live_site("sqlite") as site:
            state = self.state(site)
            client = site.clients[0]
            client.connection.request("GET", f"/messages/changes/?since={state}&wait=60", headers=client.headers)
            answer = client.connection.getresponse()  # its head is here: it waits
            self.assertEqual(site.sites[0].stop(), 0)
            self.assertEqual(json.loads(answer.read())["new_state"], state)

    def test_who_finds_no_place_is_answered_at_once(self):
        with live_site("sqlite") as site:
            self.serve_with_places(site.sites[0], 2)
            state = self.state_of_second(site)
            waiting = [Waiting(site, 0, state) for _ in range(3)]
            self.assertTrue(until(lambda: sum(not one.is_alive() for one in waiting) == 1))
            site.insert("at last")
            created = [len(one.result().json["created"]) for one in waiting]
            self.assertEqual(sorted(created), [0, 1, 1])

    def serve_with_places(self, server, number):
        server.stop()
        text = server.settings.read_text(encoding="utf-8")
        server.settings.write_text(f"{text}\n[LIVE]\nMAX_STREAMS_PER_USER = {number}\n", encoding="utf-8")
        server.serve()

    def state_of_second(self, site):
        return site.clients[1].ask("/messages/changes/").json["new_state"]

    def test_a_client_that_goes_away_leaves_its_place(self):
        with live_site("sqlite") as site:
            self.serve_with_places(site.sites[0], 1)
            state = self.state_of_second(site)
            gone = LiveClient(site.sites[0].port, site.tokens["ann"])
            gone.connection.request("GET", f"/messages/changes/?since={state}&wait=60", headers=gone.headers)
            gone.connection.getresponse()  # its head is here: it waits
            gone.close()
            # a place is free again once a second one waits, which the first would not let it do
            def waits():
                client = LiveClient(site.sites[0].port, site.tokens["ann"])
                client.connection.request("GET", f"/messages/changes/?since={state}&wait=2", headers=client.headers)
                answer = client.connection.getresponse()
                chunked = answer.getheader("Transfer-Encoding") == "chunked"
                answer.read()
                client.close()
                return chunked
            self.assertTrue(until(waits))

    def test_a_database_that_goes_away_meanwhile_is_no_matter(self):
        with live_site("postgresql") as site:
            state = self.state(site)
            client = site.clients[0]
            client.connection.request("GET", f"/messages/changes/?since={state}&wait=60", headers=client.headers)
            response = client.connection.getresponse()  # its head is here: it waits
            site.server.kill()
            site.server.start()
            site.writer.close()
            site.writer = sql_client(site.server, site.sites[0])
            made = site.insert("afterwards")
            changes = json.loads(response.read())
            if not changes["created"]:  # it could not be told, or the start took longer than it may wait: ask again
                self.assertTrue(until(lambda: site.clients[1].ask(f"/messages/changes/?since={state}").status == 200))
                changes = site.clients[1].ask(f"/messages/changes/?since={state}").json
            self.assertEqual([message["id"] for message in changes["created"]], [made])


@unittest.skipUnless(shutil.which("node"), "without node")
class Documentation(unittest.TestCase):
    def test_the_javascript_of_the_documentation_follows(self):
        script = re.search(r"<!-- runs: tests/e2e/test_sync.py -->\n```js\n(.*?)^```$", DOCUMENTATION.read_text(encoding="utf-8"), re.S | re.M).group(1)
        with live_site("sqlite") as site:
            (site.sites[0].folder / "follow.mjs").write_text(script + """
                follow(process.argv[2], { headers: { Authorization: "Token " + process.argv[3] },
                  show: (messages, badge) => console.log(JSON.stringify([badge.count, messages.map((message) => message.message)])) });
                """, encoding="utf-8")
            first = site.insert("first")
            node = subprocess.Popen(["node", "follow.mjs", f"http://127.0.0.1:{site.sites[0].port}/messages/", site.tokens["ann"]],
                                    cwd=site.sites[0].folder, stdout=subprocess.PIPE, text=True)
            try:
                self.assertEqual(json.loads(node.stdout.readline()), [1, ["first"]])
                site.insert("second")
                self.assertEqual(json.loads(node.stdout.readline())[0], 2)
                site.clients[1].ask(f"/messages/{first}/read/", "POST")
                self.assertEqual(json.loads(node.stdout.readline())[0], 1)
                site.sites[0].manage("live", "reset")
                site.delete(first)
                while (shown := json.loads(node.stdout.readline()))[1] != ["second"]:
                    pass
                self.assertEqual(shown[0], 1)
            finally:
                node.kill()
                node.wait()
                node.stdout.close()
