#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether a client that follows the feed misses anything: writers whose transactions commit late or roll back, servers that are killed
and a database that is restarted meanwhile; beside it a client that asks for `id > last`.

    bench/feed/late_commits.py --binary build/release/drf-messages --program build/release/tests/e2e/late_commits \\
        [--database sqlite postgresql mariadb galera] [--changes 1000000] [--writers 32] [--most 1000] [--latest 5000] \\
        [--kill-every 10] [--restarts 10] [--restart-every 10] [--on-change] [--output FILE]

--latest: how many milliseconds a transaction waits at most before it commits; of SQLite, whose writers come one after another, a
hundredth of it. --restarts: of the database's server, one each RESTART_EVERY seconds; SQLite has none, and of a Galera cluster the
second node is killed and comes back. Ends with 1 when a client missed anything.
"""
import argparse
import contextlib
import json
import os
import pathlib
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent


class Restarter(threading.Thread):
    """Restarts a server so many times, each after so many seconds."""

    def __init__(self, server, times, every, end):
        super().__init__()
        self.server, self.times, self.every, self.end = server, times, every, end
        self.enough, self.restarts = threading.Event(), 0

    def run(self):
        while self.restarts < self.times and not self.enough.wait(self.every):
            self.end(self.server)
            self.server.start()
            self.restarts += 1


def measure(name, arguments):
    from databases import settings_for
    from servers import GaleraCluster, MariaDB, PostgreSQL
    from site_process import SETTINGS, Site
    from test_late_commits import EXTENSIONS, follow

    numbers = {"changes": arguments.changes, "writers": arguments.writers, "most": arguments.most, "latest": arguments.latest}
    if arguments.on_change:
        numbers["on_change"] = True
    with contextlib.ExitStack() as stack:
        restarted, end = None, lambda server: server.stop()
        if name == "sqlite":
            numbers["latest"] = arguments.latest // 100
            first = stack.enter_context(Site(EXTENSIONS + SETTINGS))
            database = f'NAME = "{first.folder / "db.sqlite3"}"'
            settings = [EXTENSIONS + SETTINGS.replace('NAME = "db.sqlite3"', database)]
        else:
            if name == "galera":
                cluster = stack.enter_context(GaleraCluster())
                restarted, end = cluster.nodes[1], lambda server: server.kill()
                urls = [node.url for node in cluster.nodes]
            else:
                restarted = stack.enter_context(PostgreSQL() if name == "postgresql" else MariaDB())
                urls = [restarted.url] * 2
            first, *settings = [EXTENSIONS + settings_for(url, "WORKERS = 2") for url in urls]
            first = stack.enter_context(Site(first))
        sites = [first, *(stack.enter_context(Site(text, migrate=False)) for text in settings)]
        restarter = Restarter(restarted, arguments.restarts if restarted else 0, arguments.restart_every, end)
        restarter.start()
        try:
            result = follow(sites, arguments.kill_every, **numbers)
        finally:
            restarter.enough.set()
            restarter.join()
    return {"database": name, **numbers, **result, "restarts": restarter.restarts}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgresql", "mariadb", "galera"),
                        default=["sqlite", "postgresql", "mariadb", "galera"])
    for name, default in (("changes", 1_000_000), ("writers", 32), ("most", 1000), ("latest", 5000), ("restarts", 10)):
        parser.add_argument("--" + name, type=int, default=default)
    for name, default in (("kill-every", 10), ("restart-every", 10)):
        parser.add_argument("--" + name, type=float, default=default)
    parser.add_argument("--on-change", action="store_true")
    parser.add_argument("--output", type=pathlib.Path)
    arguments = parser.parse_args()
    os.environ["DRF_MESSAGES_BINARY"] = str(arguments.binary.resolve())
    os.environ["LATE_COMMITS"] = str(arguments.program.resolve())
    sys.path[:0] = [str(HERE.parents[1] / "tests" / folder) for folder in ("e2e", "support")]
    results = []
    for name in arguments.database:
        results.append(measure(name, arguments))
        print(json.dumps(results[-1]), flush=True)
    if arguments.output:
        arguments.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 1 if any(result[name] for result in results for name in ("lost", "wrong", "ghosts")) else 0


if __name__ == "__main__":
    sys.exit(main())
