# SPDX-License-Identifier: MIT
"""Who may connect to the Unix socket, with the packaged unit and the block for nginx."""
import grp
import multiprocessing
import os
import pathlib
import pwd
import re
import socket
import subprocess
import unittest

from databases import until
from site_process import SETTINGS
from users import PROXY, SERVER, UsersSite, needs_root

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def ask_as(user, group, path):
    """In a process of its own, which becomes that user."""
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(60)
        try:
            client.connect(path)
        except PermissionError:
            return "denied"
        client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        return client.recv(65536).split()[1].decode()


def settings(**server):
    return SETTINGS + "\n[SERVER]\n" + "".join(f'{name} = "{value}"\n' for name, value in server.items())


@needs_root
class UnixSocket(unittest.TestCase):
    def serve(self, umask=0o027, groups=(), **server):
        """The socket of a server of the user SERVER; and the server, when it does not start."""
        site = UsersSite(settings(**server), groups)
        self.addCleanup(site.__exit__)
        path = site.folder / "http.sock"
        process = subprocess.Popen([*site.prefix, site.binary, "serve", "--settings", str(site.settings), "--bind", f"unix:{path}"],
                                   cwd=site.folder, env=site.environment, umask=umask, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.site, self.path = site, path
        return process, process.stdout.readline()

    def ask(self, user, *groups):
        """What the user is told: a status, or that he may not connect."""
        account = pwd.getpwnam(user)
        with multiprocessing.get_context("fork").Pool(1, os.setgroups, ([grp.getgrnam(group).gr_gid for group in groups],)) as process:
            return process.apply(ask_as, (account.pw_uid, account.pw_gid, str(self.path)))

    def permissions(self):
        status = self.path.stat()
        return oct(status.st_mode & 0o7777), self.path.group()

    def test_every_user_may_connect_at_first_whatever_the_umask(self):
        for umask in (0o027, 0o077, 0):
            with self.subTest(umask=umask):
                process, line = self.serve(umask)
                self.assertIn("Serving", line)
                self.assertEqual(self.permissions(), ("0o666", SERVER))
                self.assertEqual(self.ask(PROXY), "200")
                # only the socket is for everybody
                self.assertTrue(until(lambda: (self.site.folder / "db.sqlite3-wal").exists()))
                self.assertEqual((self.site.folder / "db.sqlite3-wal").stat().st_mode & 0o777,
                                 (self.site.folder / "db.sqlite3").stat().st_mode & 0o777)
                process.terminate()
                self.assertEqual(process.wait(60), 0)
                self.assertFalse(self.path.exists())

    def test_a_mode_and_a_group_let_in_whom_they_name(self):
        self.serve(groups=(PROXY,), SOCKET_MODE="0660", SOCKET_GROUP=PROXY)
        self.assertEqual(self.permissions(), ("0o660", PROXY))
        self.assertEqual((self.ask(PROXY), self.ask("games"), self.ask("games", PROXY)), ("200", "denied", "200"))

    def test_a_group_may_be_a_number_and_the_servers_own(self):
        self.serve(SOCKET_MODE="660", SOCKET_GROUP="1")  # daemon's
        self.assertEqual(self.permissions(), ("0o660", SERVER))
        self.assertEqual((self.ask(PROXY), self.ask(PROXY, SERVER)), ("denied", "200"))

    def test_a_group_that_cannot_be_given_is_said_by_the_start_and_by_check(self):
        for group, why in (("nobodies", 'there is no group "nobodies"'), (PROXY, f"this user is not in the group {PROXY}")):
            with self.subTest(group=group):
                process, line = self.serve(SOCKET_GROUP=group)
                self.assertIn(why, line)
                self.assertEqual(process.wait(60), 1)
                self.assertFalse(self.path.exists(), "nobody is left with a socket that nobody serves")
                with open(self.site.settings, "a", encoding="utf-8") as file:
                    file.write(f'BIND = ["unix:{self.path}"]\n')
                done = self.site.run("check")
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, "SERVER.SOCKET_GROUP: " + re.escape(why))

    def test_a_mode_that_is_none_is_a_problem(self):
        site = UsersSite()
        self.addCleanup(site.__exit__)
        for mode in ("rw-rw----", "0o660", "1777", "888", "66"):
            site.settings.write_text(settings(SOCKET_MODE=mode), encoding="utf-8")
            done = site.run("check")
            self.assertEqual(done.returncode, 1)
            self.assertIn("SERVER.SOCKET_MODE: expected text (three octal digits, or four with a 0)", done.stderr)

    def test_the_unit_and_the_block_for_nginx_name_one_path(self):
        unit = (ROOT / "packaging/drf-messages.service").read_text(encoding="utf-8")
        folder = re.search(r"(?m)^RuntimeDirectory=(.*)$", unit)[1]
        block = (ROOT / "contrib/django/nginx.conf").read_text(encoding="utf-8")
        address = re.search(r"proxy_pass http://unix:(\S+);", block)[1]
        self.assertEqual(pathlib.Path(address).parent, pathlib.Path("/run") / folder)
        for text in (block, (ROOT / "packaging/settings.toml").read_text(encoding="utf-8")):
            self.assertIn(f'BIND = ["unix:{address}"]', text)
        # systemd counts chown among what is privileged
        self.assertRegex(unit, r"(?m)^SystemCallFilter=~@privileged.*\n(#.*\n)*SystemCallFilter=@chown$")


if __name__ == "__main__":
    unittest.main()
