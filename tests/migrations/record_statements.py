#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records what a version of the program says to its database, for test_upgrades.py.

    record_statements.py --binary drf-messages --commit COMMIT --name 4_archive [--has admin feed] [--database sqlite ...]

It lets that program make a database and do everything it does there, takes what the database heard, and runs that again on a database of
the same schema, for the number of rows of each statement. --has says what this version has beyond the endpoints of messages.
"""
import argparse
import collections
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "e2e")]
import servers  # noqa: E402
import statements  # noqa: E402

OURS = re.compile(r"(django|auth|authtoken|drf_messages)_\w+")
#: what every migration may change
CATALOGS = re.compile(r"django_migrations|information_schema|\bpg_\w+|sqlite_\w+|has_\w+_privilege", re.I)
BEGIN, END = re.compile(r"(BEGIN|START TRANSACTION)\b", re.I), re.compile(r"(COMMIT|ROLLBACK|END)\b(?! TO)", re.I)
INSIDE = re.compile(r"(SAVEPOINT|RELEASE|ROLLBACK TO)\b", re.I)
LITERALS = re.compile(r"'(?:[^']|'')*'|\b\d+\b|\?|\$\d+")
PARAMETER = re.compile(r"\$\d+ = ('(?:[^']|'')*'|NULL)")
READS = re.compile(r"\(?\s*(SELECT|WITH)\b", re.I)
#: how often the same statement is kept when only its values differ
KEPT_READS, KEPT_WRITES = 1, 4


class SQLite:
    """Hears by a library that is loaded before the program."""
    server = None

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-record-"))
        self.heard = self.folder / "heard"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", self.folder / "trace.so", HERE / "trace_statements.c", "-ldl", "-lsqlite3"], check=True)
        self.environment = {"LD_PRELOAD": str(self.folder / "trace.so"), "TRACED_STATEMENTS": str(self.heard)}

    def take(self):
        for record in self.heard.read_text(encoding="utf-8").split("\0")[:-1]:
            connection, text = record.split("\n", 1)
            yield connection, text, None

    def replay(self):
        path = self.folder / "replay.sqlite3"
        return statements.on_sqlite(path, False), statements.on_sqlite(path, True)


class PostgreSQL:
    environment = {}

    def __init__(self, stack):
        self.server = stack.enter_context(servers.PostgreSQL(logging_collector="on", log_destination="jsonlog", log_directory="heard",
                                                             log_filename="heard.log", log_statement="all"))

    def take(self):
        for line in (self.server.folder / "data/heard/heard.json").read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if found := re.match(r"(?:statement|execute [^:]*): (.*)", entry["message"], re.S):
                if entry.get("dbname") == servers.DATABASE and entry.get("application_name") != "psql":
                    yield entry["session_id"], found.group(1), PARAMETER.findall(entry.get("detail", "")) or None

    def replay(self):
        self.server.psql("CREATE DATABASE replay")
        return (statements.on_postgresql(self.server, "replay"),) * 2


class MariaDB:
    environment = {}

    def __init__(self, stack):
        self.server = stack.enter_context(servers.MariaDB("--log-output=TABLE", "--general-log=ON"))

    def take(self):
        rows = self.server.sql("SELECT thread_id, argument FROM mysql.general_log WHERE command_type IN ('Query', 'Execute') AND user_host LIKE 'drf[%'")
        for row in rows.splitlines():
            connection, text = row.split("\t", 1)
            if not re.match(r"(INSERT|UPDATE|DELETE)\b.*\b(NEW|OLD)\.`", text):  # what a trigger does
                yield connection, re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "0": "\0"}.get(found.group(1), found.group(1)), text), None

    def replay(self):
        self.server.sql("CREATE DATABASE replay")
        return (statements.on_mariadb(self.server, "replay"),) * 2


def is_ours(text):
    return OURS.search(text) and not text.startswith("PRAGMA") and not (READS.match(text) and CATALOGS.search(text))


def units(heard):
    """Transactions that write, whole, and all other statements one by one, without what is not about our tables."""
    open_ones = {}
    for connection, text, values in heard:
        statement = {"sql": text, **({"values": values} if values else {})}
        if BEGIN.match(text):
            open_ones[connection] = [statement]
        elif connection in open_ones:
            if is_ours(text) or INSIDE.match(text) or END.match(text):
                open_ones[connection].append(statement)
            if END.match(text):
                unit = open_ones.pop(connection)
                asked = [one for one in unit if is_ours(one["sql"])]
                if all(READS.match(one["sql"]) for one in asked):
                    yield from ([one] for one in asked)
                else:
                    yield unit
        elif is_ours(text):
            yield [statement]


def shape(unit):
    return re.sub(r"\?(, \?)+", "?", "; ".join(LITERALS.sub("?", statement["sql"]) for statement in unit))


def reduced(all_units):
    seen = collections.Counter()
    for unit in all_units:
        seen[shape(unit)] += 1
        if seen[shape(unit)] <= (KEPT_READS if all(READS.match(one["sql"]) for one in unit) else KEPT_WRITES):
            yield from unit


def record(recorder, version, has):
    import scenario  # pylint: disable=import-outside-toplevel
    with scenario.site(recorder, has) as site:
        scenario.migrate(site, has)
        made = len(list(recorder.take()))
        scenario.work(site, has)
    heard = list(recorder.take())
    # On SQLite a migration may ask for a table again; all of its statements are kept.
    migrate = [statement for unit in units(heard[:made]) for statement in unit]
    work = list(reduced(units(heard[made:])))
    for run, part in zip(recorder.replay(), (migrate, work)):
        for statement, answer in zip(part, run(part), strict=True):
            if not isinstance(answer, int):
                raise SystemExit(f"{statement}: {answer}")
            statement["rows"] = answer
    path = statements.FOLDER / f"{version['name']}.{type(recorder).__name__.lower()}.jsonl"
    statements.save(path, version, migrate, work)
    none = sum(statement["rows"] == 0 for statement in work)
    print(f"{path.name}: {len(migrate)} statements of migrate, {len(work)} of its work, of which {none} met no row; {path.stat().st_size} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    parser.add_argument("--commit", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--has", nargs="*", default=[], choices=["admin", "feed"])
    parser.add_argument("--database", nargs="*", default=["sqlite", "postgresql", "mariadb"])
    arguments = parser.parse_args()
    os.environ["DRF_MESSAGES_BINARY"] = arguments.binary
    version = {"name": arguments.name, "commit": arguments.commit, "has": arguments.has}
    with contextlib.ExitStack() as stack:
        recorders = {"sqlite": SQLite, "postgresql": lambda: PostgreSQL(stack), "mariadb": lambda: MariaDB(stack)}
        for database in arguments.database:
            record(recorders[database](), version, arguments.has)


if __name__ == "__main__":
    sys.exit(main())
