# SPDX-License-Identifier: MIT
"""A server to which nobody has given settings: DRF_MESSAGES_STATE_DIR, as in a container with a volume."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from site_process import BINARY, PATIENCE, Client
from users import SERVER, as_user, binary, needs_root


class StateFolder(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.volume = self.home / "volume"

    def environment(self, **variables):
        outside = {name: value for name, value in os.environ.items() if not name.startswith("DRF_MESSAGES_")}
        inside = {"STATE_DIR": self.volume, "ALLOWED_HOSTS": "localhost,127.0.0.1", "SERVER__BIND": "127.0.0.1:0",
                  "REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES": "rest_framework.authentication.TokenAuthentication"}
        return {**outside, **{f"DRF_MESSAGES_{name}": str(value) for name, value in {**inside, **variables}.items()}}

    def run_command(self, *words, prefix=(), **variables):
        return subprocess.run([*prefix, binary() if prefix else BINARY, *words], cwd="/", env=self.environment(**variables), text=True,
                              capture_output=True, timeout=PATIENCE, check=False)

    def manage(self, *words):
        done = self.run_command(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def started(self, *words, prefix=()):
        server = subprocess.Popen([*prefix, BINARY, *(words or ("serve", "--migrate"))], cwd="/", env=self.environment(), text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        return server

    def served(self, *words, prefix=()):
        """A server, and its port."""
        server = self.started(*words, prefix=prefix)
        port = int(re.search(r"Serving messages on http://127\.0\.0\.1:(\d+)/", server.stdout.readline())[1])
        return server, port

    def ends(self, server, number=signal.SIGTERM):
        server.send_signal(number)
        said = server.stdout.read()
        self.assertEqual(server.wait(PATIENCE), 0)
        return said

    def test_a_first_start_makes_what_it_needs_and_says_what_to_type(self):
        server, port = self.served()
        key = (self.volume / "secret_key").read_text(encoding="ascii")
        self.assertRegex(key, r"\A[0-9a-f]{64}\n\Z")
        self.assertEqual({path.name: path.stat().st_mode & 0o777 for path in self.volume.iterdir() if "-" not in path.name},
                         {"secret_key": 0o600, "db.sqlite3": 0o600})
        self.assertEqual(self.volume.stat().st_mode & 0o777, 0o700)
        # What was said is what is typed.
        self.ends(server)
        server, port = self.served()
        said = []
        while not said or not said[-1].startswith("For other machines: set DRF_MESSAGES_ALLOWED_HOSTS="):
            said.append(server.stdout.readline())
            self.assertTrue(said[-1], said)
        commands = [line.strip().split("#")[0] for line in said if line.startswith("  ")]
        self.assertEqual([line.split()[:2] for line in commands[:3]],
                         [["drf-messages", "createsuperuser"], ["drf-messages", "drf_create_token"], ["drf-messages", "send"]], said)
        create = self.run_command(*commands[0].split()[1:], "--noinput", SUPERUSER_PASSWORD_FILE=self.secret("a-password"))
        self.assertEqual(create.returncode, 0, create.stderr)
        token = re.search(r"[0-9a-f]{40}", self.manage(*commands[1].split()[1:]))[0]
        self.manage(*commands[2].replace('"Hello world!"', "Hello").split()[1:])
        self.assertEqual(commands[3].split()[-1], f"http://127.0.0.1:{port}/messages/peek/")
        asked = subprocess.run(["sh", "-c", "exec " + commands[3].replace("TOKEN", token) + " -s"], capture_output=True, text=True, check=False)
        self.assertIn('"count":1', asked.stdout, asked.stderr)
        self.ends(server)
        # The next start has the same key and database, and nothing more to say.
        server, port = self.served()
        client = Client(port, token)
        self.addCleanup(client.close)
        self.assertEqual(len(client.get("/messages/")), 1)
        self.assertEqual(self.ends(server), "")
        self.assertEqual((self.volume / "secret_key").read_text(encoding="ascii"), key)

    def test_a_first_start_that_is_killed_is_gone_on_with(self):
        for name in ("", "secret_key", "db.sqlite3", "db.sqlite3-wal"):
            with self.subTest(killed_at=name):
                server = self.started()
                while not (self.volume / name).exists():
                    self.assertIsNone(server.poll())
                server.kill()
                server.wait()
                key = self.volume / "secret_key"
                said = key.read_text(encoding="ascii") if key.exists() else None
                server, _ = self.served()
                self.assertRegex(key.read_text(encoding="ascii"), r"\A[0-9a-f]{64}\n\Z")
                self.assertIn(said, (None, key.read_text(encoding="ascii")))
                self.ends(server)
                # perhaps with a key that was not finished, by another name, which nobody uses
                names = {path.name for path in self.volume.iterdir() if not re.fullmatch(r"secret_key\.\w{6}", path.name)}
                self.assertEqual(names, {"secret_key", "db.sqlite3"})
                shutil.rmtree(self.volume)

    def secret(self, text):
        path = self.home / "secret"
        path.write_text(text + "\n", encoding="utf-8")
        return path

    def test_servers_that_start_together_have_one_key(self):
        keys = set()
        servers = [self.started() for _ in range(4)]
        for server in servers:
            self.assertIn("Serving messages on", server.stdout.readline())
            keys.add((self.volume / "secret_key").read_text(encoding="ascii"))
        self.assertEqual(len(keys), 1)
        for server in servers:
            self.ends(server)
        self.assertEqual({path.name for path in self.volume.iterdir()}, {"secret_key", "db.sqlite3"})

    def test_beside_another_database_a_key_has_to_be_named(self):
        done = self.run_command("serve", DATABASES__DEFAULT__NAME=self.home / "other.sqlite3")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"\Adrf-messages: SECRET_KEY is not set, .*DRF_MESSAGES_SECRET_KEY_FILE [^\n]*\n\Z")
        self.assertFalse(self.volume.exists())

    def refused(self, pattern, *words, **options):
        for command in (words or ("serve", "--migrate"), ("migrate",)):
            done = self.run_command(*command, **options)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, rf"\Adrf-messages: DRF_MESSAGES_STATE_DIR: {pattern}\n\Z")

    def test_a_folder_that_cannot_be_one_is_refused(self):
        self.refused(r"/proc/none is not there and cannot be made: No such file or directory; mount a volume there \(docker run -v messages:/proc/none\)",
                     STATE_DIR="/proc/none")
        self.volume.touch()
        self.refused(rf"{self.volume} is no folder")

    @needs_root
    def test_a_folder_of_another_user_is_told_whose_it_is(self):
        self.home.chmod(0o755)
        user = int(subprocess.run(["id", "-u", SERVER], capture_output=True, text=True, check=True).stdout)
        self.volume.mkdir(mode=0o755)
        mending = rf"give it to this one: chown -R {user} {self.volume}"
        self.refused(rf"{self.volume} may not be written by this user \({user}\): it belongs to user 0; {mending}", prefix=as_user(SERVER))
        self.volume.chmod(0o777)
        (self.volume / "secret_key").write_text("x" * 64, encoding="ascii")
        (self.volume / "secret_key").chmod(0o600)
        os.chown(self.volume / "secret_key", 54_321, 54_321)
        of_another = rf"it belongs to user 54321; run as that one \(docker run --user 54321\), or {mending}"
        self.refused(rf"{self.volume}/secret_key may not be read by this user \({user}\): {of_another}", prefix=as_user(SERVER))
        os.chown(self.volume / "secret_key", user, user)
        (self.volume / "db.sqlite3").touch(mode=0o600)
        os.chown(self.volume / "db.sqlite3", 54_321, 54_321)
        self.refused(rf"{self.volume}/db\.sqlite3 may not be written by this user \({user}\): {of_another}", prefix=as_user(SERVER))

    @needs_root
    def test_a_folder_that_is_read_only_is_told_so(self):
        self.volume.mkdir()
        mount = ("unshare", "-m", "sh", "-c", f'mount -t tmpfs -o ro tmpfs {self.volume} && exec "$@"', "sh")
        done = subprocess.run([*mount, BINARY, "serve", "--migrate"], cwd="/", env=self.environment(), text=True, capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, rf"\Adrf-messages: DRF_MESSAGES_STATE_DIR: {self.volume} is on a file system that is read-only here; "
                                      rf"mount a volume there \(docker run -v messages:{self.volume}\)\n\Z")

    @needs_root
    def test_process_1_of_a_container_hears_signals(self):
        alone = ("unshare", "--pid", "--fork", "--mount-proc")
        for number in (signal.SIGTERM, signal.SIGINT):
            server, _ = self.served("serve", "--migrate", prefix=alone)
            first = self.only_child(server.pid)
            self.assertIn("docker exec -it ", "".join(server.stdout.readline() for _ in range(4)))
            os.kill(first, number)
            self.assertEqual(server.wait(PATIENCE), 0)
        # A command that is no server: it reads what never comes.
        self.manage("createuser", "ann", "--noinput")
        command = subprocess.Popen([*alone, BINARY, "send", "--to", "ann", "-"], env=self.environment(), stdin=subprocess.PIPE)
        try:
            first = self.only_child(command.pid)
            # from the moment that it has its handler; before that the signal is as good as not sent
            while command.poll() is None:
                try:
                    os.kill(first, signal.SIGTERM)
                except ProcessLookupError:
                    break
            self.assertEqual(command.wait(PATIENCE), 128 + signal.SIGTERM)
        finally:
            command.stdin.close()
            command.kill()
            command.wait()

    @staticmethod
    def only_child(pid):
        while True:
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
            if children:
                return int(children[0])


if __name__ == "__main__":
    unittest.main()
