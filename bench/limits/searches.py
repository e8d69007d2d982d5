#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What hostile searches cost, and what they leave behind: memory of the database's processes and of the server, before and after.

    bench/limits/searches.py --binary build/release/drf-messages [--database sqlite|postgresql|mariadb] [--searches 10000]

Each search has another number of words and of values, another choice of filters and another ordering; every tenth has more words than are
allowed. 64 MB are allowed for both together. The dearest are for 300 words that are in each of a user's 1,000 messages of 900 characters, and
for a word like "aaab" in messages of nothing but the letter a, as long as one that is still left to the database: the processor's time of the
server and of the database is shown, for a page of ten with its count.
"""
import argparse
import collections
import contextlib
import os
import pathlib
import random
import sqlite3
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "tests" / "e2e")]
from processor import processor_seconds  # noqa: E402
ALLOWED_MB = 64
CLIENTS = 8
WORDS = [a + b + c for a in "abcdefghij" for b in "abcdefghijklmnopqrstuvwxyz" for c in "abcdefghijklmnopqrstuvwxyz"]
FILTERS = ["unread=true", "level=20", "level_tag=info", "level__gt=5", "level__lte=90", "level__range=1,90", "extra_tags=t", "extra_tags__contains=t",
           "extra_tags__icontains=t", "extra_tags__iexact=t", "extra_tags__startswith=t", "extra_tags__iendswith=t", "view=v", "read_after=2024-01-01",
           "created_before=2034-01-01", "created_after=2014-01-01"]
FIELDS = ["level", "read_at", "created", "-level", "-read_at", "-created"]


def hostile(random_numbers, number):
    count = 6000 if number % 10 == 0 else random_numbers.randrange(1, 301)
    parts = ["search=" + "+".join(random_numbers.sample(WORDS, count))]
    if random_numbers.random() < 0.5:
        parts.append("level__in=" + ",".join(map(str, random_numbers.sample(range(1000), random_numbers.randrange(1, 301)))))
    if random_numbers.random() < 0.5:
        parts.append("extra_tags__in=" + ",".join(random_numbers.sample(WORDS, random_numbers.randrange(1, 301))))
    parts += random_numbers.sample(FILTERS, random_numbers.randrange(0, 5))
    parts.append("ordering=" + ",".join(random_numbers.sample(FIELDS, random_numbers.randrange(1, 4))))
    return "/messages/?" + "&".join(parts)


#: 300 words in 900 characters
MESSAGE = " ".join(a + b for a in "abcdefghijkl" for b in "abcdefghijklmnopqrstuvwxy")
#: how a thousand rows are made
NUMBERS = {"sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n)",
           "postgresql": "generate_series(1, 1000)", "mariadb": "seq_1_to_1000"}


def fill(site, server, database, message):
    """Gives the last user 1,000 messages."""
    sql = ("INSERT INTO drf_messages_message (view, message, level, created, user_id) "
           f"SELECT 'v', '{message}', 20, '2024-01-01 00:00:00', (SELECT MAX(id) FROM auth_user) FROM {NUMBERS[database]} AS n")
    if database == "sqlite":
        with contextlib.closing(sqlite3.connect(site.folder / "db.sqlite3")) as connection, connection:
            connection.execute(sql)
    elif database == "postgresql":
        server.psql(sql)
        server.psql("VACUUM ANALYZE")
    else:
        server.sql(sql)


#: words as they are stored, and where the database ignores case or accents
MANY_WORDS = {"300 words as stored": MESSAGE, "300 words in capitals": MESSAGE.upper(), "300 words with accents": MESSAGE.replace("a", "%C3%A1"),
              "300 words, 300 levels and an ordering": MESSAGE + "&ordering=level,read_at,created&level__in=" + ",".join(map(str, range(300)))}
#: what PostgreSQL and MariaDB look for themselves at most (src/store/message_search.cpp), a letter more, and as much as a header holds
LONG_WORDS = {f"a word of {length} letters": "a" * (length - 1) + "b" for length in (6, 7, 16, 17, 256, 30_000)}
SHORT_WORDS = {"six words of a letter": "b c d e f g", "a short word": "kl"}


def print_cost(site, server, database, client, searches):
    for name, words in searches.items():
        path = "/messages/?limit=10&search=" + words.replace(" ", "+")
        for _ in range(3):
            count = client.get(path)["count"]
        pids = [[site.process.pid], server.processes() if server else []]
        before = [processor_seconds(of) for of in pids]
        turns = 20
        for _ in range(turns):
            client.get(path)
        own, other = ((processor_seconds(of) - spent) * 1000 / turns for of, spent in zip(pids, before))
        print(f"{database:10} {name}, {count} messages: server {own:.1f} ms, database {other:.1f} ms")


def resident_mb(pids):
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="build/release/drf-messages")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "mariadb"), action="append")
    parser.add_argument("--searches", type=int, default=10_000)
    options = parser.parse_args()
    os.environ["DRF_MESSAGES_BINARY"] = str(pathlib.Path(options.binary).resolve())
    import databases  # pylint: disable=import-outside-toplevel
    import servers  # pylint: disable=import-outside-toplevel
    import site_process  # pylint: disable=import-outside-toplevel

    over = 0
    for database in options.database or ("sqlite", "postgresql", "mariadb"):
        kinds = {"postgresql": servers.PostgreSQL, "mariadb": servers.MariaDB}
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(kinds[database]()) if database in kinds else None
            settings = databases.settings_for(server.url) if server else site_process.SETTINGS
            settings = "MESSAGES_FILTER_LOOKUPS = true\n" + settings.replace(
                'DjangoFilterBackend"]', 'DjangoFilterBackend", "rest_framework.filters.SearchFilter", "rest_framework.filters.OrderingFilter"]\n'
                'DEFAULT_PAGINATION_CLASS = "rest_framework.pagination.LimitOffsetPagination"')
            site = stack.enter_context(site_process.Site(settings))
            token = site.user("ann")
            for number in range(5):
                site.manage("send", "--to", "ann", "--tag", "t", " ".join(WORDS[number:number + 200]))
            searchers = []
            for name, message, searches in (("bob", MESSAGE, MANY_WORDS | SHORT_WORDS), ("carl", "a" * 900, LONG_WORDS)):
                searchers.append((site.user(name), searches))
                fill(site, server, database, message)
            site.serve()
            for searcher, searches in searchers:
                print_cost(site, server, database, site.client(searcher), searches)
            asked = []

            def ask(seed, count):
                statuses = collections.Counter()
                random_numbers = random.Random(seed)
                client = site.client(token)
                for number in range(count):
                    status = client.request("GET", hostile(random_numbers, number))[0]
                    statuses[status] += 1
                client.close()
                asked.append(statuses)

            def ask_all(count, first_seed):
                threads = [threading.Thread(target=ask, args=(first_seed + i, count)) for i in range(CLIENTS)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()

            def memory():
                return resident_mb([site.process.pid]), resident_mb(server.processes()) if server else 0.0

            for _ in range(50):
                site.client(token).get("/messages/?ordering=level")
            before = memory()
            ask_all(options.searches // CLIENTS, 1)
            after = memory()
            statuses = sum(asked, collections.Counter())
            grown = sum(after) - sum(before)
            over += grown > ALLOWED_MB or set(statuses) - {200, 400} != set()
            print(f"{database:10} {options.searches} searches, {dict(statuses)}: server {before[0]:.0f} to {after[0]:.0f} MB, "
                  f"database {before[1]:.0f} to {after[1]:.0f} MB: {grown:.0f} of {ALLOWED_MB} MB")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
