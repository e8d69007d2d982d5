# SPDX-License-Identifier: MIT
"""`drf-messages restore` of a database on SQLite."""
import json
import os
import pty
import random
import re
import signal
import sqlite3
import stat
import subprocess
import time
import unittest

from site_process import PATIENCE, SETTINGS, Site
from users import SERVER, UsersSite, needs_root

EXTENSIONS = 'MESSAGES_EXTENSIONS = ["sync"]\n'
PLAIN, REPLACED = "db.sqlite3", "db.sqlite3.replaced"


def texts(path):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [text for text, in database.execute("SELECT message FROM drf_messages_message ORDER BY id")]
    finally:
        database.close()


def sql(path, *statements):
    database = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        database.execute(statement)
    database.close()


class Restore(unittest.TestCase):
    def given_site(self, settings=SETTINGS):
        """One whose backup `copy` has the message "old", and whose database has "new" too."""
        site = Site(settings)
        self.addCleanup(site.__exit__)
        site.user("ann")
        site.manage("send", "--to", "ann", "old")
        site.manage("backup", "copy")
        site.manage("send", "--to", "ann", "new")
        return site

    @staticmethod
    def files(site):
        return sorted(name for name in os.listdir(site.folder) if name.startswith("db.") and not name.endswith(("-wal", "-shm")))

    def refuse(self, site, words, *arguments, stdin=""):
        """The command fails and says so in one line; the database is as before, and nothing is left beside it."""
        before = self.files(site)
        done = site.run("restore", *arguments, stdin=stdin)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, r"\Adrf-messages: [^\n]*\n\Z")
        self.assertIn(words.replace("database db.sqlite3", f"database {site.folder}/db.sqlite3"), done.stderr)
        self.assertEqual(self.files(site), before)
        self.assertEqual(texts(site.folder / PLAIN), ["old", "new"])

    def test_puts_the_backup_in_the_databases_place_and_keeps_that(self):
        site = self.given_site()
        os.chmod(site.folder / PLAIN, 0o640)
        self.refuse(site, r"restore would replace database db.sqlite3 (1 user, 2 messages, the newest of ", "copy")
        said = site.manage("restore", "copy", "--yes")
        kept = re.escape(f"{site.folder.resolve()}/{REPLACED}")
        self.assertRegex(said, r"\Adatabase \S+/db\.sqlite3: 1 user, 2 messages, the newest of [-0-9]+ [:0-9]+\.\ncopy: 1 user, 1 message, [^\n]*\.\n"
                               rf"Restored database \S+/db\.sqlite3 from copy\. What was there is kept as {kept}\.\n\Z")
        self.assertEqual(sorted(path.name for path in site.folder.glob("db.*")), [PLAIN, REPLACED])
        self.assertEqual(texts(site.folder / PLAIN), ["old"])
        self.assertEqual(texts(site.folder / REPLACED), ["old", "new"])
        self.assertEqual(stat.S_IMODE(os.stat(site.folder / PLAIN).st_mode), 0o640)
        self.assertEqual(os.stat(site.folder / PLAIN).st_nlink, 1)
        site.manage("restore", REPLACED, "--noinput")
        self.assertEqual(texts(site.folder / PLAIN), ["old", "new"])
        self.assertEqual(self.files(site), [PLAIN, REPLACED, REPLACED + "-2"])
        site.serve()
        self.assertEqual(site.stop(), 0)

    def test_of_standard_input_and_where_there_is_no_database_yet(self):
        site = self.given_site()
        command = [site.binary, "restore", "-", "--yes", "--settings", site.settings]
        with open(site.folder / "copy", "rb") as copy:
            subprocess.run(command, stdin=copy, cwd=site.folder, env=site.environment, check=True, capture_output=True)
        self.assertEqual(texts(site.folder / PLAIN), ["old"])
        os.unlink(site.folder / PLAIN)
        (site.folder / (PLAIN + "-wal")).write_bytes(b"of another database")
        said = site.manage("restore", "copy")
        self.assertRegex(said, r"\ARestored database \S+/db\.sqlite3 from copy: 1 user, 1 message, [^\n]*\.\n\Z")
        self.assertEqual(texts(site.folder / PLAIN), ["old"])
        self.assertEqual([path.read_bytes() for path in site.folder.glob("*replaced*-wal")], [b"of another database"])

    def test_takes_the_newest_changes_of_a_backup_from_the_log_beside_it(self):
        site = self.given_site()
        other = sqlite3.connect(site.folder / "copy", isolation_level=None)
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("UPDATE drf_messages_message SET message = 'newest'")
        site.manage("restore", "copy", "--yes")
        other.close()
        self.assertEqual(texts(site.folder / PLAIN), ["newest"])

    def test_leaves_nothing_beside_a_backup_that_was_made_by_hand(self):
        site = self.given_site()
        sql(site.folder / "copy", "PRAGMA journal_mode = WAL")
        site.manage("restore", "copy", "--yes")
        self.assertEqual([path.name for path in site.folder.glob("copy*")], ["copy"])

    def test_refuses_while_anybody_uses_the_database(self):
        site = self.given_site()
        site.serve()
        self.refuse(site, f"database db.sqlite3 is in use by drf-messages (process {site.process.pid}); stop it first", "copy", "--yes")
        self.assertEqual(site.stop(), 0)
        other = sqlite3.connect(site.folder / PLAIN)
        other.execute("SELECT 1 FROM auth_user").fetchall()
        self.refuse(site, f"(process {os.getpid()}); stop it first", "copy", "--yes")
        other.close()
        site.manage("restore", "copy", "--yes")

    @needs_root
    def test_sees_who_uses_the_database_in_another_container(self):
        """Where processes have numbers of their own, only the lock tells."""
        site = self.given_site()
        alone = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
        if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("SKIPPED, not tested: no namespace of processes may be made here")
        site.serve()
        site.prefix = alone
        self.refuse(site, "is in use by another process, perhaps in another container; stop it first", "copy", "--yes")
        self.assertEqual(site.stop(), 0)
        site.manage("restore", "copy", "--yes")  # as the first process of its container

    def test_goes_back_from_a_schema_that_is_newer(self):
        site = self.given_site()
        sql(site.folder / PLAIN, "INSERT INTO django_migrations (app, name, applied) VALUES ('drf_messages', '0099_newer', '2026-01-01')")
        self.assertIn("was migrated by a newer drf-messages", site.run("list", "ann").stderr)
        site.manage("restore", "copy", "--yes")
        self.assertIn("old", site.manage("list", "ann"))

    def test_refuses_what_is_no_backup_of_ours(self):
        site = self.given_site()
        (site.folder / "text").write_bytes(b"no database" * 1000)
        content = (site.folder / "copy").read_bytes()
        (site.folder / "short").write_bytes(content[:len(content) // 2])
        page = sqlite3.connect(site.folder / "copy").execute("SELECT rootpage FROM sqlite_master WHERE name = 'auth_user'").fetchone()[0]
        (site.folder / "torn").write_bytes(content[:(page - 1) * 4096] + b"x" * 4096 + content[page * 4096:])
        sql(site.folder / "another", "CREATE TABLE another (id integer)")
        (site.folder / "empty").write_bytes(b"")
        (site.folder / "newer").write_bytes(content)
        sql(site.folder / "newer", "INSERT INTO django_migrations (app, name, applied) VALUES ('drf_messages', '0099_newer', '2026-01-01')")
        os.symlink(PLAIN, site.folder / "itself")
        for name, words in (("text", "text is no SQLite database, or only a part of one: "), ("short", "short is no SQLite database, or only a part of one: "),
                            ("torn", "torn is damaged: "), ("another", "another belongs to another application"), ("empty", "empty is an empty database"),
                            ("newer", "newer was migrated by a newer drf-messages; this is "), ("nowhere", "nowhere: No such file or directory"),
                            ("itself", "itself is the database itself"), (".", ". is no file")):
            with self.subTest(name):
                self.refuse(site, words, name, "--yes")
        self.refuse(site, "standard input is damaged: ", "-", "--yes", stdin="no database")
        self.refuse(site, "--print is for PostgreSQL and MariaDB", "copy", "--print")

    def test_of_an_older_schema_says_how_it_gets_up_to_date(self):
        site = self.given_site()
        sql(site.folder / "copy", "DELETE FROM django_migrations WHERE app = 'drf_messages' AND name LIKE '0002%'")
        self.assertIn(f"\nBring it up to date with: drf-messages migrate --settings {site.settings}\n", site.manage("restore", "copy", "--yes"))

    def test_of_a_database_that_cannot_be_read_any_more(self):
        site = self.given_site()
        (site.folder / PLAIN).write_bytes(b"x" * 10_000)
        said = site.manage("restore", "copy", "--yes")
        self.assertRegex(said, r"\Adatabase \S+/db\.sqlite3: cannot be read \([^\n]*not a database[^\n]*\)\.\n")
        self.assertEqual(texts(site.folder / PLAIN), ["old"])
        self.assertEqual((site.folder / REPLACED).read_bytes(), b"x" * 10_000)

    def test_asks_on_a_terminal(self):
        site = self.given_site()
        for answer, status, then in (("n", 1, ["old", "new"]), ("", 1, ["old", "new"]), ("yes", 0, ["old"])):
            with self.subTest(answer):
                terminal, other_end = pty.openpty()
                process = subprocess.Popen([site.binary, "restore", "copy", "--settings", site.settings], stdin=other_end, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, text=True, cwd=site.folder, env=site.environment)
                os.close(other_end)
                os.write(terminal, answer.encode() + b"\n")
                out, err = process.communicate(timeout=PATIENCE)
                os.close(terminal)
                self.assertEqual(process.returncode, status, err)
                self.assertIn("copy: 1 user, 1 message", out)
                self.assertIn("Replace the database? What is there is kept beside it. [y/N] ", err)
                self.assertEqual(texts(site.folder / PLAIN), then)

    def test_lets_no_client_go_on_from_a_state_of_the_future(self):
        site = self.given_site(EXTENSIONS + SETTINGS)
        state = json.loads(site.manage("changes", "ann"))["new_state"]
        site.manage("restore", "copy", "--yes")
        site.manage("send", "--to", "ann", "another")  # at the position that "new" had
        done = site.run("changes", "ann", "--since", state)
        self.assertEqual((done.returncode, "is not known any more" in done.stderr), (1, True), done.stderr)
        self.assertIn("The feed is on.", site.manage("live", "status"))

    def test_is_the_old_one_or_the_new_one_after_kill_9(self):
        site = self.given_site()
        dice = random.Random(19)
        seen = set()
        for _ in range(8):
            process = subprocess.Popen([site.binary, "restore", "copy", "--yes", "--settings", site.settings], cwd=site.folder, env=site.environment,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            began = time.monotonic()
            if dice.random() < 0.7:  # the moment of the change is near the end
                while process.poll() is None and not list(site.folder.glob(REPLACED + "*")) and time.monotonic() < began + PATIENCE:
                    pass
            else:
                time.sleep(dice.uniform(0, 0.2))
            process.kill()
            process.communicate()
            now = texts(site.folder / PLAIN)
            seen.add(tuple(now))
            self.assertIn(now, (["old"], ["old", "new"]))
            kept = [texts(path) for path in site.folder.glob(REPLACED + "*") if not path.name.endswith(("-wal", "-shm"))]
            self.assertIn(["old", "new"], [now, *kept])  # nothing is lost
            for path in site.folder.glob("db.sqlite3.re*"):
                path.unlink()
            if now == ["old"]:
                site.manage("send", "--to", "ann", "new")
        self.assertTrue(seen)

    def test_that_a_signal_ends_leaves_nothing(self):
        site = self.given_site()
        for number in (signal.SIGTERM, signal.SIGINT):
            process = subprocess.Popen([site.binary, "restore", "-", "--yes", "--settings", site.settings], cwd=site.folder, env=site.environment,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            while not list(site.folder.glob("db.sqlite3.restoring*")):
                time.sleep(0.01)
            process.send_signal(number)
            process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, -number)
            self.assertEqual(self.files(site), [PLAIN])

    @needs_root
    def test_leaves_the_database_to_its_owner(self):
        """root restores; the server runs as somebody else."""
        site = UsersSite()
        self.addCleanup(site.__exit__)
        site.manage("backup", "copy")
        site.prefix = ()
        site.manage("restore", "copy", "--yes")
        self.assertEqual((site.folder / PLAIN).owner(), SERVER)
        os.unlink(site.folder / PLAIN)
        site.manage("restore", "copy")
        self.assertEqual((site.folder / PLAIN).owner(), SERVER)


if __name__ == "__main__":
    unittest.main()
