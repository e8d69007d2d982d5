# SPDX-License-Identifier: MIT
"""Writers whose transactions commit late or roll back, servers that are killed meanwhile, and a client that follows the feed: it misses nothing.

LATE_COMMITS names the program that writes and follows; late_commits/main.cpp says what it does.
"""
import json
import os
import signal
import subprocess
import threading
import unittest

from databases import settings_for
from servers import MariaDB, PostgreSQL
from site_process import SETTINGS, Site

# A sanitizer makes the same take many times as long.
CHANGES = 4_000 if os.environ.get("SANITIZERS") else 20_000

EXTENSIONS = 'MESSAGES_EXTENSIONS = ["sync"]\n'


class Killer(threading.Thread):
    """Kills one server after the other, and starts it again, until it is told that it is enough."""

    def __init__(self, sites, every):
        super().__init__()
        self.sites, self.every = sites, every
        self.enough, self.kills, self.failed_starts = threading.Event(), 0, 0

    def run(self):
        while not self.enough.wait(self.every):
            site = self.sites[self.kills % len(self.sites)]
            site.stop(signal.SIGKILL)
            self.kills += 1
            self.serve(site)

    def serve(self, site):
        """Again and again while the database is not there."""
        while not self.enough.is_set():
            try:
                return site.serve()
            except AssertionError:
                self.failed_starts += 1


def follow(sites, every=1, **numbers):
    """What came of it, by late_commits, and how often a server was killed."""
    for site in sites:
        site.serve()
    arguments = [os.environ["LATE_COMMITS"], "--settings", str(sites[0].settings)]
    for name, value in numbers.items():
        arguments += [f"--{name.replace('_', '-')}"] + ([] if value is True else [str(value)])
    killer = Killer(sites, every)
    killer.start()
    try:
        done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=sites[0].environment, check=False)
    finally:
        killer.enough.set()
        killer.join()
    if done.returncode == 2 or not done.stdout:
        raise AssertionError(f"late_commits ended with {done.returncode}: {done.stderr}")
    return {**json.loads(done.stdout), "kills": killer.kills, "failed_starts": killer.failed_starts}


class LateCommits(unittest.TestCase):
    def check(self, result):
        print(json.dumps(result))
        self.assertGreaterEqual(result["changes"], CHANGES)
        self.assertGreater(result["rolled_back"], 0)
        self.assertGreater(result["kills"], 0)
        for name in ("lost", "wrong", "ghosts", "resets", "failed_starts"):
            self.assertEqual(result[name], 0, name)
        self.assertTrue(result["drained"])
        # What has changed or is gone no id tells.
        self.assertGreater(result["by_id"]["wrong"] + result["by_id"]["ghosts"], 0)

    def on_server(self, server, **numbers):
        settings = EXTENSIONS + settings_for(server.url, "WORKERS = 2")
        with Site(settings) as first, Site(settings, migrate=False) as second:
            result = follow([first, second], changes=CHANGES, writers=8, **numbers)
        self.check(result)
        self.assertGreater(result["by_id"]["lost"], 0, "ids and commits were never in another order")

    def test_postgresql_while_only_servers_number(self):
        with PostgreSQL() as server:
            self.on_server(server)

    def test_mariadb_while_the_client_numbers_too(self):
        with MariaDB() as server:
            self.on_server(server, on_change=True)

    def test_sqlite(self):
        settings = EXTENSIONS + SETTINGS
        with Site(settings) as first:
            database = f'NAME = "{first.folder / "db.sqlite3"}"'
            with Site(settings.replace('NAME = "db.sqlite3"', database), migrate=False) as second:
                self.check(follow([first, second], changes=CHANGES, writers=4, latest=10))


if __name__ == "__main__":
    unittest.main()
