# SPDX-License-Identifier: MIT
"""What an orchestrator makes of the image, as a process of this machine: the command and the variables of the files, where only places
that a container has are replaced, its paths by a folder's and names of other containers by addresses."""
import json
import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
for place in ("support", "live"):
    sys.path.insert(0, str(SOURCE / "tests" / place))
import servers  # noqa: E402 pylint: disable=wrong-import-position
from beside import BINARY, Process  # noqa: E402 pylint: disable=wrong-import-position

IMAGE = SOURCE / "packaging/container"
PORT = 8000


def image():
    """(variables, command) of the Containerfile's last stage."""
    text = (IMAGE / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    last = text[text.rindex("\nFROM "):]
    variables = dict(word.split("=", 1) for line in re.findall(r"^ENV (.*)", last, re.M) for word in line.split())
    entry, command = (json.loads(re.search(rf"^{word} (.*)", last, re.M).group(1)) for word in ("ENTRYPOINT", "CMD"))
    if entry != ["drf-messages"] or variables["DRF_MESSAGES_SERVER__BIND"] != f"0.0.0.0:{PORT}":
        raise AssertionError(f"the image is another one than these tests know: {entry}, {variables}")
    return variables, command


def drain_timeout():
    """Seconds, of the image."""
    return int(re.search(r"^DRAIN_TIMEOUT = (\d+)", (IMAGE / "settings.toml").read_text(encoding="utf-8"), re.M).group(1))


def database(server):
    """Makes the account and the database of the files; what the server's address is instead of the files'."""
    server.psql("CREATE ROLE messages LOGIN", database="postgres")
    server.psql("CREATE DATABASE messages OWNER messages", database="postgres")
    return {"postgresql": "127.0.0.1"}, {"DRF_MESSAGES_DATABASES__DEFAULT__PORT": str(server.port)}


class Container:
    """`places`: what stands in a container's paths and names, by what stands there on this machine."""

    def __init__(self, folder, variables, command=None, places=(), added=()):
        image_variables, image_command = image()
        self.folder = pathlib.Path(folder)
        self.port = servers.free_port()
        # longest first: one path may begin with another
        moved = sorted({"/etc/drf-messages/settings.toml": str(IMAGE / "settings.toml"), **dict(places)}.items(), key=lambda pair: -len(pair[0]))

        def here(value):
            for there, place in moved:
                if value == there or value.startswith(there + "/"):
                    return place + value[len(there):]
            return value

        wanted = {**image_variables, **variables}
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("DRF_MESSAGES_")}
        self.environment.update({name: here(value) for name, value in wanted.items()})
        self.environment.update({"DRF_MESSAGES_SERVER__BIND": f"127.0.0.1:{self.port}", **dict(added)})
        self.command = [BINARY, *(command or image_command)]
        self.process = None

    def start(self):
        self.process = Process(self.command, rf"Serving messages on http://127\.0\.0\.1:({self.port})", self.environment, self.folder)
        return self

    def manage(self, *arguments, stdin=""):
        done = subprocess.run([BINARY, *arguments], env=self.environment, cwd=self.folder, input=stdin, text=True, capture_output=True,
                              timeout=300, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def user(self, name):
        """A new user's token."""
        self.manage("createuser", name, "--password-stdin", stdin="a long password 7\n")
        return re.search(r"\b[0-9a-f]{40}\b", self.manage("drf_create_token", name)).group(0)

    def end(self):
        """SIGTERM, and what became of it."""
        self.process.process.terminate()
        status = self.process.process.wait(300)
        self.process.reader.join()
        return status

    def kill(self):
        if self.process:
            self.process.stop()
