#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the triggers of the feed cost whoever writes, and whether they bring about a deadlock.

    bench/feed/triggers.py --binary build/release/drf-messages [--database sqlite postgresql mariadb] [--rounds 7] [--creates 300]
        [--transactions 100000] [--django debian] [--cache FOLDER] [--output FILE] [--limit 1.3]

Messages are created by Django's ORM without and with triggers, in turns within one run; the figure is the median of the rounds' own ratios,
with the lowest and the highest. On SQLite the time is that of the processor, on servers that of the clock. Then writers in processes of
their own touch two users each in a transaction, half of them in the opposite order, while a server gives positions: each writes to messages
of its own, so that without triggers none could wait for another. --django is Debian's, a version that tests/live/run.py knows, or `newest`,
the last of them that a Python of this machine runs; they are kept in --cache, and have no drivers but SQLite's. Ends with 1 where a message
that is created costs more than the limit in each of the rounds, or a transaction failed.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENGINES = {"postgresql": "django.db.backends.postgresql", "mariadb": "django.db.backends.mysql"}
EXTENSIONS = 'MESSAGES_EXTENSIONS = ["sync"]\n'

CREATES = """
import time
clock = time.process_time if connection.vendor == 'sqlite' else time.perf_counter
ann = User.objects.get(username='ann')
def one():
    Message.objects.create(user=ann, message='The report is ready.', level=25)
def one_with_tag():
    MessageTag.objects.create(message=Message.objects.create(user=ann, message='The report is ready.', level=25), text='report')
def hundred():
    Message.objects.bulk_create([Message(user=ann, message='The report is ready.', level=25) for _ in range(100)])
def mark():
    Message.objects.filter(pk__in=marked).update(read_at=None)
hundred()
marked = list(Message.objects.order_by('-pk').values_list('pk', flat=True)[:100])
times = {{}}
for name, work, count in (('create', one, {creates}), ('create with a tag', one_with_tag, {creates}),
                          ('create 100 at once', hundred, {creates} // 20), ('update 100 at once', mark, {creates} // 20)):
    begin = clock()
    for _ in range(count):
        work()
    times[name] = (clock() - begin) / count
show(times)
"""

# What a writer does; its messages are of ann and bob, and no other writer's.
TOUCHES = """
users = list(User.objects.order_by('username'))[:2]
if {backwards}:
    users.reverse()
mine = [Message.objects.create(user=user, message='mine', level=20) for user in users]
failed = {{}}
with connection.cursor() as cursor:
    for number in range({transactions}):
        try:
            with transaction.atomic():
                tags = []
                for message in mine:
                    cursor.execute('UPDATE drf_messages_message SET level = %s WHERE id = %s', [number % 50, message.pk])
                    if number % 5 == 0:
                        tags.append(MessageTag.objects.create(message=message, text='a').pk)
                for pk in tags: # each by its own key: MariaDB reads a short table whole for any other condition, and locks what it reads
                    cursor.execute('DELETE FROM drf_messages_messagetag WHERE id = %s', [pk])
        except Exception as error:
            words = type(error).__name__ + ': ' + str(error)
            failed[words] = failed.get(words, 0) + 1
show(failed)
"""


class Bench:
    """A Django site's database, our server for it, and pieces of Django's code that are run."""

    def __init__(self, python, site, database):
        self.python, self.site, self.database = python, site, database

    def start_django(self, code):
        process = subprocess.Popen([self.python, ROOT / "tests/e2e/feed_django.py", json.dumps(self.database)], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True, cwd=ROOT / "tests/e2e")
        process.stdin.write(code)
        process.stdin.close()
        return process

    @staticmethod
    def end_of(process):
        """What the code has shown."""
        output = process.stdout.read()
        process.stdout.close()
        if process.wait() != 0:
            raise RuntimeError(f"Django failed: {output}")
        return json.loads(output) if output else None

    def django(self, code):
        return self.end_of(self.start_django(code))

    def costs(self, rounds, creates):
        self.django("migrate()\nfor name in ('ann', 'bob'): User.objects.create_user(name)")
        self.django(CREATES.format(creates=creates))
        pairs = {}
        for _ in range(rounds):
            self.site.manage("live", "off")
            without = self.django(CREATES.format(creates=creates))
            self.site.manage("live", "on")
            for name, seconds in self.django(CREATES.format(creates=creates)).items():
                pairs.setdefault(name, []).append((without[name], seconds))
        found = {}
        for name, times in pairs.items():
            ratios = [after / before for before, after in times]
            found[name] = {"ratio": statistics.median(ratios), "lowest": min(ratios), "highest": max(ratios),
                           "microseconds without": 1e6 * statistics.median(before for before, _ in times),
                           "microseconds with": 1e6 * statistics.median(after for _, after in times)}
        return found

    def touches(self, transactions, writers=4):
        self.site.manage("live", "on")
        self.site.serve()
        processes = [self.start_django(TOUCHES.format(backwards=bool(number % 2), transactions=transactions // writers)) for number in range(writers)]
        answers = [None] * writers

        def read(number):
            answers[number] = self.end_of(processes[number])

        readers = [threading.Thread(target=read, args=(number,)) for number in range(writers)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        self.site.stop()
        failed = {}
        for answer in answers:
            for error, count in ({"a writer ended": 1} if answer is None else answer).items():
                failed[error] = failed.get(error, 0) + count
        return {"transactions": transactions, "writers": writers, "failed": failed}


def interpreter(version, cache):
    """One with that Django."""
    import packages  # pylint: disable=import-outside-toplevel,import-error
    import run  # pylint: disable=import-outside-toplevel,import-error
    if version == "debian":
        return packages.DEBIAN
    reason = None
    for number in reversed(run.VERSIONS) if version == "newest" else [version]:
        try:
            return run.virtual_environment(number, cache.resolve())
        except packages.Skipped as skipped:
            reason = reason or skipped
    raise reason


def measure(kind, python, arguments):
    import servers  # pylint: disable=import-outside-toplevel,import-error
    from databases import settings_for  # pylint: disable=import-outside-toplevel,import-error
    from site_process import SETTINGS, Site  # pylint: disable=import-outside-toplevel,import-error

    def run(site, database):
        bench = Bench(python, site, database)
        return {"costs": bench.costs(arguments.rounds, arguments.creates), "opposite order": bench.touches(arguments.transactions)}

    if kind == "sqlite":
        with Site(EXTENSIONS + SETTINGS, migrate=False) as site:
            return run(site, {"ENGINE": "django.db.backends.sqlite3", "NAME": str(site.folder / "db.sqlite3"), "OPTIONS": {"timeout": 60}})
    with servers.KINDS[kind]() as server, Site(EXTENSIONS + settings_for(server.url), migrate=False) as site:
        return run(site, {"ENGINE": ENGINES[kind], "NAME": servers.DATABASE, "USER": "drf", "PASSWORD": "drf", "HOST": "127.0.0.1",
                          "PORT": str(server.port)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--database", nargs="*", default=["sqlite", "postgresql", "mariadb"], choices=["sqlite", "postgresql", "mariadb"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--creates", type=int, default=300, help="of each kind in a round")
    parser.add_argument("--transactions", type=int, default=100_000)
    parser.add_argument("--django", default="debian")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "drf-messages-djangos")
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--limit", type=float, default=1.3, help="of the ratio of one message that is created")
    arguments = parser.parse_args()
    os.environ["DRF_MESSAGES_BINARY"] = str(pathlib.Path(arguments.binary).resolve())
    sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("e2e", "support", "live")]
    import packages  # pylint: disable=import-outside-toplevel,import-error
    try:
        python = interpreter(arguments.django, arguments.cache)
    except packages.Skipped as reason:
        print(f"SKIPPED: {reason}")
        return 0
    version = subprocess.run([python, "-c", "import django; print(django.__version__)"], capture_output=True, text=True, check=True).stdout
    results, bad = {"django": version.strip(), "databases": {}}, False
    for kind in arguments.database:
        found = results["databases"][kind] = measure(kind, python, arguments)
        for name, cost in found["costs"].items():
            print(f"{kind:10}  {name:20} {cost['microseconds without']:7.0f} us without, {cost['microseconds with']:7.0f} us with triggers: "
                  f"{cost['ratio']:.2f} x ({cost['lowest']:.2f} to {cost['highest']:.2f})", flush=True)
        touched = found["opposite order"]
        print(f"{kind:10}  {touched['transactions']} transactions of {touched['writers']} writers in opposite order, failed: {touched['failed'] or 'none'}",
              flush=True)
        bad = bad or touched["failed"] or found["costs"]["create"]["lowest"] > arguments.limit
    if arguments.output:
        arguments.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
