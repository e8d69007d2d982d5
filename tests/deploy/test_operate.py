# SPDX-License-Identifier: MIT
"""What docs/operate.md has to type about containers, typed as it stands there; the first section is read by who reads nothing else.

`docker` is this file too: it does with processes of this machine what Docker would do with containers, by the same compose.yaml."""
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import yaml

import container
import servers

sys.path.insert(0, str(container.SOURCE / "tests/e2e"))
import test_proxies  # noqa: E402 pylint: disable=wrong-import-position

SERVICE = "messages-on-postgresql"
SECTION = re.search(r"\n## From nothing.*?(?=\n## )", test_proxies.PAGE, re.S).group(0)
BLOCKS = re.findall(r"```sh\n(.*?)```", test_proxies.PAGE, re.S)
PASSWORD = "a long password 7"


# ---- docker

def here():
    """The service as a process: what compose.yaml, compose.override.yaml and .env of this folder say of it."""
    folder = pathlib.Path.cwd()
    variables = dict(line.split("=", 1) for line in (folder / ".env").read_text(encoding="utf-8").splitlines())
    text = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: variables.get(*found.groups()), (folder / "compose.yaml").read_text(encoding="utf-8"))
    service = yaml.safe_load(text)["services"][SERVICE]
    if service["profiles"] != [variables["COMPOSE_PROFILES"]] or service["ports"] != ["127.0.0.1:8000:8000"]:
        raise SystemExit(f"{SERVICE} is not what is started: {service}")
    more = yaml.safe_load((folder / "compose.override.yaml").read_text(encoding="utf-8"))["services"][SERVICE]["environment"]
    return container.Container(folder, {**service["environment"], **more}, places={"/run/secrets": str(folder / "secrets"), "postgresql": "127.0.0.1"},
                               added={"DRF_MESSAGES_DATABASES__DEFAULT__PORT": os.environ["PGPORT"],
                                      "DRF_MESSAGES_SERVER__BIND": f"127.0.0.1:{os.environ['SERVER_PORT']}"})


def is_running(mark):
    """Whether the process whose number is in that file is there."""
    try:
        return "drf-messages" in pathlib.Path(f"/proc/{mark.read_text()}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return False


def ask(server, *words, **options):
    return subprocess.run([container.BINARY, *words], env=server.environment, check=False, **options).returncode


def start(server, mark):
    """Until it is healthy."""
    if not is_running(mark):
        with open("log", "ab") as log:
            mark.write_text(str(subprocess.Popen(server.command, env=server.environment, stdout=log, stderr=log).pid), encoding="ascii")
    while ask(server, "health", capture_output=True):
        if not is_running(mark):
            raise SystemExit("it does not start: " + pathlib.Path("log").read_text(encoding="utf-8"))
        time.sleep(0.1)
    return 0


def stop(mark):
    os.kill(int(mark.read_text()), signal.SIGTERM)
    while is_running(mark):
        time.sleep(0.1)
    return 0


def docker(words):
    """The exit status of a command."""
    mark = pathlib.Path("pid")
    if words[0] == "build":
        return 0 if pathlib.Path(words[words.index("-f") + 1]).is_file() else 1
    return compose(words, mark) if words[0] == "compose" else alone(words, mark)


def alone(words, mark):
    """A container called `messages`, with a volume of that name."""
    pathlib.Path("volume").mkdir(exist_ok=True)
    action, rest = words[0], words[words.index("drf-messages") + 1:] if "drf-messages" in words else []
    server = container.Container(pathlib.Path.cwd(), {}, places={"/var/lib/drf-messages": str(pathlib.Path("volume").absolute())},
                                 added={"DRF_MESSAGES_SERVER__BIND": f"127.0.0.1:{os.environ['SERVER_PORT']}"})
    if action == "logs":
        print(pathlib.Path("log").read_text(encoding="utf-8"))
        return 0
    if action == "stop":
        return stop(mark)
    if action == "start" or (action == "run" and "-d" in words and "messages:/var/lib/drf-messages" in words):
        return start(server, mark)
    if action == "exec" and not is_running(mark):
        raise SystemExit("it does not run")
    return ask(server, *rest)


def compose(words, mark):
    action, server = words[1], here()
    rest = [word for word in words[2:] if word not in ("-T", "-d", "--wait", "--rm")]
    if action == "up":
        return start(server, mark)
    if action == "stop":
        return stop(mark)
    service, *command = rest
    if action == "run" and service == SERVICE:
        return ask(server, *command)
    if action != "exec" or not (service == "postgresql" or is_running(mark)):
        raise SystemExit(f"{service} cannot {action}")
    if service == "postgresql":
        return subprocess.run([servers.program(command[0], f"/usr/lib/postgresql/*/bin/{command[0]}"), *command[1:]], check=False).returncode
    if command[0] != "drf-messages":
        raise SystemExit(f"the image has no {command[0]}")
    if "-T" in words:
        return ask(server, *command[1:])
    return ask(server, *command[1:], "--password-stdin", input=PASSWORD + "\n", text=True)  # who asked has a terminal


# ---- the reader

class Reader(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="drf-messages-operate-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        clone = self.folder / "clone"
        clone.mkdir()
        (clone / "packaging").symlink_to(container.SOURCE / "packaging")
        shutil.copy(container.SOURCE / "compose.yaml", clone)
        self.port = servers.free_port()
        programs = self.folder / "programs"
        programs.mkdir()
        for name, text in (("docker", f"exec {shlex.quote(sys.executable)} {shlex.quote(__file__)} docker \"$@\""), ("nginx", "exit 0")):
            (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            (programs / name).chmod(0o755)
        self.variables = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}",
                          "SERVER_PORT": str(self.port), "CURL_HOME": str(self.folder)}
        self.clone = clone
        self.addCleanup(lambda: is_running(clone / "pid") and os.kill(int((clone / "pid").read_text()), signal.SIGKILL))

    def type(self, text):
        """What the commands say."""
        done = subprocess.run(["bash", "-euc", text], cwd=self.clone, env=self.variables, capture_output=True, text=True, timeout=1500, check=False)
        self.assertEqual(done.returncode, 0, text + done.stdout + done.stderr)
        return done.stdout

    def start_nginx(self):
        """With the block of the page; curl finds it under the site's name."""
        proxies = test_proxies.Proxies()
        proxies.setUp()
        self.addCleanup(proxies.doCleanups)
        proxy = test_proxies.Nginx(proxies, proxies.folder, self.port)
        (self.folder / ".curlrc").write_text(f"silent\nshow-error\nfail\ncacert = {proxy.certificate}\n"
                                             f"connect-to = {test_proxies.NAME}:443:127.0.0.1:{proxy.port}\n", encoding="utf-8")

    def start_postgresql(self):
        server = servers.PostgreSQL()
        self.addCleanup(server.__exit__)
        server.__enter__()
        container.database(server)
        self.variables.update({"PGHOST": "127.0.0.1", "PGPORT": str(server.port)})

    def test_copies_a_database_of_sqlite_out_of_its_container_and_back(self):
        run, = [block for block in BLOCKS if block.startswith("docker run -d")]
        copying, = [block for block in BLOCKS if "backup - >" in block]
        backup, restore = copying.split("\n", 1)
        self.assertIn("createsuperuser", self.type(run))
        for line in ("createuser ann --noinput", "send --to ann before"):
            self.type("docker exec messages drf-messages " + line)
        self.type(backup)
        self.type("docker exec messages drf-messages send --to ann after")
        self.type(restore)
        said = self.type("docker exec messages drf-messages list ann")
        self.assertIn("before", said)
        self.assertNotIn("after", said)
        self.type("docker stop messages")

    def test_gets_a_server_on_postgresql_behind_nginx_a_backup_and_a_restore(self):
        blocks = re.findall(r"```(\w+)\n(.*?)```", SECTION, re.S)
        self.assertEqual([language for language, _ in blocks], ["sh", "sh", "yaml", "sh", "sh", "sh", "sh", "sh", "sh"])
        image, env, override, start, people, _certificate, curl, backup, restore = (text for _, text in blocks)
        self.start_postgresql()
        self.type(image)
        (self.clone / ".env").write_text(env, encoding="utf-8")
        (self.clone / "compose.override.yaml").write_text(override, encoding="utf-8")
        self.assertIn("/readyz: ok", self.type(start))
        said = self.type(people)
        self.assertIn("Your report is ready", said)
        self.variables["T"] = re.search(r"\b[0-9a-f]{40}\b", said).group(0)
        self.start_nginx()
        self.assertIn('"message":"Your report is ready"', self.type(curl))
        self.type(backup)
        self.type(f'docker compose exec -T {SERVICE} drf-messages send --to ann "after the backup"')
        self.assertIn("after the backup", self.type(curl))
        self.type(restore)
        again = self.type(curl)
        self.assertIn('"message":"Your report is ready"', again)
        self.assertNotIn("after the backup", again)
        self.assertIn("Your report is ready", self.type(f"docker compose exec -T {SERVICE} drf-messages list ann"))
        self.type(f"docker compose exec -T {SERVICE} drf-messages check && docker compose exec -T {SERVICE} drf-messages live status")
        self.type("docker compose stop")


if __name__ == "__main__":
    if sys.argv[1:2] == ["docker"]:
        sys.exit(docker(sys.argv[2:]))
    unittest.main(verbosity=2)
