# SPDX-License-Identifier: MIT
"""`drf-messages backup` of a database on SQLite that is in use."""
import os
import pathlib
import pty
import signal
import sqlite3
import stat
import subprocess
import unittest

from backup_writers import Writers, check_copy
from databases import until
from site_process import PATIENCE, SETTINGS, Site
from test_full_disk import fill
from users import PROXY, UsersSite, as_user, needs_root

WRITERS, COPIES = 8, 5


class Backup(unittest.TestCase):
    def given_site(self, settings=SETTINGS, migrate=True):
        site = Site(settings, migrate)
        self.addCleanup(site.__exit__)
        return site

    def refuse(self, site, words, *arguments, left=()):
        """The command fails and says so in one line; nothing is left but what was there."""
        before = sorted(os.listdir(site.folder))
        done = site.run("backup", *arguments)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertRegex(done.stderr, r"\Adrf-messages: [^\n]*\n\Z")
        self.assertIn(words.replace("db.sqlite3", str(site.folder / "db.sqlite3")), done.stderr)
        self.assertEqual([name for name in sorted(os.listdir(site.folder)) if not name.endswith(("-wal", "-shm"))],
                         [name for name in before if not name.endswith(("-wal", "-shm"))])

    def test_holds_what_was_acknowledged_before_and_nothing_in_half_while_others_write(self):
        site = self.given_site()
        token = site.user("ann")
        site.serve()
        with Writers(site, token, WRITERS) as writers:
            until(lambda: writers.read or writers.problems)
            last = 0
            for number in range(COPIES):
                acknowledged = writers.acknowledged()
                self.assertTrue(all(acknowledged), writers.problems)
                said = site.manage("backup", f"copy-{number}")
                holds = check_copy(self, site.folder / f"copy-{number}", acknowledged)
                self.assertRegex(said, rf"\ACopied database \S+/db\.sqlite3 to copy-{number}: 1 user, {holds} messages?[^\n]*; [0-9.]+ MB, checked\.\n\Z")
                self.assertGreaterEqual(holds, last)
                last = holds
        self.assertEqual(writers.problems, [])
        self.assertEqual(site.stop(), 0)

    def test_is_one_file_of_its_owners_alone_and_takes_no_other_ones_place(self):
        site = self.given_site()
        site.manage("backup", "copy")
        self.assertEqual(stat.S_IMODE(os.stat(site.folder / "copy").st_mode), 0o600)
        self.assertEqual(sorted(path.name for path in site.folder.glob("copy*")), ["copy"])
        content = (site.folder / "copy").read_bytes()
        site.user("ann")
        self.refuse(site, "copy exists already; a backup takes no other file's place", "copy")
        self.assertEqual((site.folder / "copy").read_bytes(), content)
        os.symlink("nowhere", site.folder / "link")
        self.refuse(site, "link exists already", "link")
        self.refuse(site, "is a folder", site.folder)
        self.refuse(site, "No such file or directory", "nowhere/copy")
        self.refuse(site, "--print is for PostgreSQL and MariaDB", "--print", "another")
        for part in ("-wal", "-journal", "-shm"):  # the next command would delete it, or read it
            self.refuse(site, f"what ends in {part} is to SQLite a part of the database beside it", "db.sqlite3" + part)
            self.assertFalse((site.folder / f"db.sqlite3{part}").exists())

    def test_to_standard_output_is_the_copy_alone(self):
        site = self.given_site()
        site.user("ann")
        command = [site.binary, "backup", "-", "--settings", site.settings]
        done = subprocess.run(command, capture_output=True, cwd=site.folder, env=site.environment, check=True)
        self.assertEqual(done.stderr, b"")
        (site.folder / "copy").write_bytes(done.stdout)
        check_copy(self, site.folder / "copy", ({}.keys(), {}.keys()))
        self.assertEqual([path.name for path in site.folder.glob("*backup*")], [])
        terminal, other_end = pty.openpty()
        done = subprocess.run(command, stdout=other_end, stderr=subprocess.PIPE, text=True, cwd=site.folder, env=site.environment, check=False)
        os.close(other_end)
        os.close(terminal)
        self.assertEqual((done.returncode, "standard output is a terminal" in done.stderr), (1, True), done.stderr)
        with open("/dev/full", "wb") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=site.folder, env=site.environment, check=False)
        self.assertEqual((done.returncode, done.stderr), (1, "drf-messages: standard output cannot be written\n"))
        self.assertEqual([path.name for path in site.folder.glob("*backup*")], [])

    def test_of_what_is_no_database_of_ours_fails_and_says_why(self):
        site = self.given_site(migrate=False)
        self.refuse(site, "database db.sqlite3 does not exist; create it with: drf-messages migrate", "copy")
        other = sqlite3.connect(site.folder / "db.sqlite3")
        other.execute("CREATE TABLE another (id integer)")
        other.close()
        self.refuse(site, "database db.sqlite3 belongs to another application", "copy")
        (site.folder / "db.sqlite3").write_bytes(b"no database" * 1000)
        self.refuse(site, "file is not a database", "copy")

    def test_of_a_database_that_is_locked_or_damaged_fails_and_says_why(self):
        site = self.given_site(SETTINGS.replace('NAME = "db.sqlite3"', 'NAME = "db.sqlite3"\nOPTIONS = { timeout = 0.1 }'))
        token = site.user("ann")
        other = sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None)
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        self.refuse(site, "database is locked", "copy")
        other.execute("ROLLBACK")
        page = other.execute("SELECT rootpage FROM sqlite_master WHERE name = 'drf_messages_messagetag'").fetchone()[0]
        other.close()
        with open(site.folder / "db.sqlite3", "r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(token.encode() * 100)
        self.refuse(site, "database db.sqlite3 is damaged: ", "copy")
        self.refuse(site, "; no backup was made", "-")

    def test_of_a_schema_of_another_version_is_made(self):
        """Before an upgrade, and for whoever goes back."""
        for change in ("INSERT INTO django_migrations (app, name, applied) VALUES ('drf_messages', '0099_newer', '2026-01-01')",
                       "DELETE FROM django_migrations WHERE app = 'drf_messages' AND name LIKE '0002%'"):
            site = self.given_site()
            other = sqlite3.connect(site.folder / "db.sqlite3")
            with other:
                other.execute(change)
            other.close()
            self.assertIn("Copied database ", site.manage("backup", "copy"))

    @needs_root
    def test_by_a_user_who_may_not_write_fails_and_says_what(self):
        site = UsersSite()
        self.addCleanup(site.__exit__)
        closed, open_to_all = site.folder / "closed", site.folder / "open"
        closed.mkdir()
        open_to_all.mkdir()
        open_to_all.chmod(0o777)
        done = site.run("backup", "closed/copy")
        self.assertEqual((done.returncode, done.stderr), (1, "drf-messages: closed/copy: Permission denied\n"))
        site.prefix = as_user(PROXY)
        done = site.run("backup", "open/copy")
        self.assertEqual((done.returncode, "this user may not write it, and so cannot read it beside those who do" in done.stderr), (1, True), done.stderr)
        done = site.run("restore", "open/copy", "--yes")
        self.assertEqual((done.returncode, "open/copy: No such file or directory" in done.stderr), (1, True), done.stderr)
        (open_to_all / "copy").write_bytes((site.folder / "db.sqlite3").read_bytes())
        done = site.run("restore", "open/copy", "--yes")
        self.assertEqual((done.returncode, f"may not be written by this user ({PROXY})" in done.stderr), (1, True), done.stderr)
        self.assertEqual(os.listdir(open_to_all), ["copy"])

    @needs_root
    def test_on_a_full_disk_leaves_nothing(self):
        site = self.given_site()
        for number in range(10):
            site.manage("send", "--to", *([site.user("ann") and "ann"] if number == 0 else ["ann"]), "x" * 1000)
        small = site.folder / "small"
        small.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", small], capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"SKIPPED, not tested: a small disk may not be mounted here: {mounted.stderr}")
        self.addCleanup(subprocess.run, ["umount", "-l", small], check=True)
        with open(fill(small), "r+b") as filler:
            filler.truncate(900_000)  # room for some pages
        done = site.run("backup", "small/copy")
        self.assertEqual((done.returncode, done.stderr), (1, "drf-messages: small/copy: No space left on device\n"))
        self.assertEqual(os.listdir(small), ["filler"])

    def given_large_site(self):
        """One of which a copy takes a moment, and a folder for copies."""
        site = self.given_site()
        other = sqlite3.connect(site.folder / "db.sqlite3")
        with other:
            other.execute("CREATE TABLE more AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT randomblob(1000) FROM n")
        other.close()
        target = site.folder / "folder"
        target.mkdir()
        return site, target

    @staticmethod
    def end_by(number, site, target, name):
        """The status of a backup that gets a signal once it has begun to write."""
        process = subprocess.Popen([site.binary, "backup", f"folder/{name}", "--settings", site.settings], cwd=site.folder, env=site.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while not os.listdir(target) and process.poll() is None:
            pass
        process.send_signal(number)
        process.communicate(timeout=PATIENCE)
        return process.returncode

    def test_that_a_signal_ends_leaves_nothing(self):
        site, target = self.given_large_site()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            for attempt in range(20):
                status = self.end_by(number, site, target, attempt)
                left = os.listdir(target)
                if status == -number:
                    break
                self.assertEqual((status, left), (0, [str(attempt)]))  # it was quicker
                pathlib.Path(target, str(attempt)).unlink()
            self.assertEqual((status, left), (-number, []))

    def test_that_is_killed_leaves_no_file_of_that_name_and_the_next_one_is_made(self):
        site, target = self.given_large_site()
        for attempt in range(20):
            if self.end_by(signal.SIGKILL, site, target, attempt) == -signal.SIGKILL and not (target / str(attempt)).exists():
                break
            pathlib.Path(target, str(attempt)).unlink()
        left, = os.listdir(target)
        self.assertRegex(left, rf"\A{attempt}\.\w{{6}}\Z")
        self.assertEqual(stat.S_IMODE(os.stat(target / left).st_mode), 0o600)
        self.assertIn(", checked.", site.manage("backup", f"folder/{attempt}"))
        self.assertEqual(site.manage("check").splitlines()[-1], "Settings and database are in order.")


if __name__ == "__main__":
    unittest.main()
