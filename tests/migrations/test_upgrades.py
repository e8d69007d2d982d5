#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Servers of an earlier version go on while the schema is already that of this one: what they say to their database still works.

    test_upgrades.py --binary drf-messages --database sqlite|postgresql|mariadb

For each version in `statements` it makes the database as that version did, brings it up to date with this program, and runs what that
version does. Each statement has to return or change as many rows as on its own schema.
"""
import argparse
import contextlib
import json
import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "e2e")]
import servers  # noqa: E402
import statements  # noqa: E402

arguments = None
server = None
VERSIONS = sorted({path.name.split(".")[0] for path in statements.FOLDER.glob("*.jsonl")})
#: takes away a column that every version reads and writes
BREAK = "ALTER TABLE drf_messages_message RENAME COLUMN view TO page"


class Upgraded:
    """A site of an earlier version, after this program's `migrate`."""

    def __init__(self, test, version, name):
        import scenario  # pylint: disable=import-outside-toplevel
        self.version, migrate, self.work = statements.load(statements.FOLDER / f"{version}.{arguments.database}.jsonl")
        on_server = type("OnServer", (), {"server": server, "environment": {}})
        self.site = test.enterContext(scenario.site(on_server, ["admin", "feed"]))
        make, self.run = self.database(name)
        answers = make(migrate)
        test.assertEqual(answers, [statement["rows"] for statement in migrate])
        self.output = self.site.manage("migrate")

    def database(self, name):
        """What runs `migrate` of that version, and its work."""
        if arguments.database == "sqlite":
            path = self.site.folder / "db.sqlite3"
            return statements.on_sqlite(path, False), statements.on_sqlite(path, True)
        settings = self.site.settings.read_text(encoding="utf-8")
        self.site.settings.write_text(settings.replace(f'NAME = "{servers.DATABASE}"', f'NAME = "{name}"'), encoding="utf-8")
        if arguments.database == "postgresql":
            server.psql(f"CREATE DATABASE {name}")
            return (statements.on_postgresql(server, name),) * 2
        server.sql(f"CREATE DATABASE {name}")
        return (statements.on_mariadb(server, name),) * 2

    def differences(self):
        """What a statement says now, beside what it said to its own schema."""
        answers = self.run(self.work)
        return [(statement["sql"][:200], statement["rows"], answer) for statement, answer in zip(self.work, answers, strict=True)
                if statement["rows"] != answer]


class Upgrades(unittest.TestCase):
    maxDiff = None

    def test_what_each_version_says_works_on_the_schema_of_this_one(self):
        for version in VERSIONS:
            with self.subTest(version):
                upgraded = Upgraded(self, version, f"from_{version.lower()}")
                self.assertEqual(upgraded.differences(), [])
                # and this version reads what that one has written
                (count,) = upgraded.run([{"sql": "SELECT id FROM drf_messages_message WHERE user_id = 3"}])
                self.assertGreater(count, 0)
                self.assertEqual(len(json.loads(upgraded.site.manage("list", "bob", "--json"))), count)
                self.assertIn("No migrations to apply", upgraded.site.manage("migrate"))

    def test_a_migration_that_breaks_the_rule_is_noticed(self):
        upgraded = Upgraded(self, VERSIONS[0], "broken")
        self.assertIn(upgraded.run([{"sql": BREAK}]), ([0], [-1]))
        self.assertGreater(len(upgraded.differences()), 20)

    def test_who_goes_back_starts_on_a_newer_schema_that_keeps_what_he_uses(self):
        upgraded = Upgraded(self, VERSIONS[-1], "going_back")
        for name, status in (("0098_archive_keeps_0002", 0), ("0099_archive", 1)):
            values = f"'drf_messages_server', '{name}', '2030-01-01 00:00:00'"
            self.assertEqual(upgraded.run([{"sql": f"INSERT INTO django_migrations (app, name, applied) VALUES ({values})"}]), [1])
            checked = upgraded.site.run("check")
            self.assertEqual(checked.returncode, status, checked.stdout + checked.stderr)
            self.assertEqual(upgraded.site.run("migrate").returncode, status)
        self.assertIn("was migrated by a newer drf-messages", checked.stderr)

    def test_the_statements_of_this_version_are_recorded(self):
        upgraded = Upgraded(self, VERSIONS[-1], "newest")
        self.assertNotRegex(upgraded.output, r"Applying ", "record what this version says: tests/migrations/record_statements.py")


def main():
    global arguments, server
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql", "mariadb"])
    arguments, rest = parser.parse_known_args()
    os.environ["DRF_MESSAGES_BINARY"] = arguments.binary
    with contextlib.ExitStack() as stack:
        if arguments.database != "sqlite":
            server = stack.enter_context(servers.KINDS[arguments.database]())
        return 0 if unittest.main(argv=[sys.argv[0], "-v", *rest], exit=False).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
