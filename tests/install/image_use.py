# SPDX-License-Identifier: MIT
"""The image as whoever runs it meets it: what it holds, a first start in an empty volume, a user, a message, a restart, other users."""
import fcntl
import http.client
import json
import pathlib
import re
import shutil
import socket
import struct
import sys
import tempfile

import clean_tree
from container import PATIENCE, STATE, Container

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import servers  # noqa: E402

NOBODY_KNOWS = 54_321  # in nobody's /etc/passwd
ANOTHER = 54_322
PORT = 8000
COMPILERS = re.compile(r"(?:^|/)bin/(?:.*-)?(?:cc|c\+\+|gcc|g\+\+|clang|cpp|ld|as|make|cmake|ninja)(?:-[\d.]+)?$|\.hpp$|\.a$")


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: expected {wanted!r}, found {found!r}")


def start_loopback():
    """A new network namespace has its own, which is down."""
    with socket.socket() as control:
        name = b"lo"
        flags = struct.unpack("16sh", fcntl.ioctl(control, 0x8913, struct.pack("16sh", name, 0)))[1]  # SIOCGIFFLAGS
        fcntl.ioctl(control, 0x8914, struct.pack("16sh", name, flags | 1))  # SIOCSIFFLAGS, IFF_UP


def ask(path, token=None):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)
    connection.request("GET", path, headers={"Host": "localhost", **({"Authorization": f"Token {token}"} if token else {})})
    answer = connection.getresponse()
    return answer.status, answer.read().decode("utf-8")


def texts(token):
    status, body = ask("/messages/?format=json", token)
    expect(status, 200, f"the list: {body}")
    return [message["message"] for message in json.loads(body)["results"]]


class Image:
    def __init__(self, root, config):
        self.root, self.config = pathlib.Path(root), config

    def container(self, volume, user, command=None, **variables):
        return Container(str(self.root), self.config, str(volume) if volume else None, user, command, **variables)

    def volume(self, folder):
        """What Docker makes of an empty one: a folder with owner and mode of the image's."""
        like = (self.root / STATE[1:]).stat()
        made = pathlib.Path(tempfile.mkdtemp(dir=folder))
        shutil.chown(made, like.st_uid, like.st_gid)
        made.chmod(like.st_mode & 0o7777)
        return made


def holds_what_it_should(image):
    config = image.config
    if not re.fullmatch(r"[1-9]\d*(:\d+)?", config["User"]):
        raise AssertionError(f"user {config['User']!r} is no number, or root's")
    expect(list(config["Volumes"]), [STATE], "volumes")
    listed = [str(path.relative_to(image.root)) for path in image.root.rglob("*")]
    expect([name for name in listed if COMPILERS.search(name)], [], "what compiles")
    expect([name for name in listed if re.match(r"var/(cache|log|lib/apt/lists)/|tmp/", name)], [], "what differs from build to build")
    for name in ("usr/share/zoneinfo/Europe/Berlin", "etc/ssl/certs/ca-certificates.crt"):
        if not (image.root / name).exists():
            raise AssertionError(f"no {name}")
    clients = [name for name in listed if re.search(r"/(libpq\.so\.5|libmariadb\.so\.3)$", name)]
    expect(len(clients), 2, f"libraries of databases, {clients}")
    for name in ("usr/local/bin/drf-messages", *clients):
        loaded = clean_tree.run("chroot", image.root, "ldd", f"/{name}")
        if "not found" in loaded:
            raise AssertionError(f"{name} lacks a library:\n{loaded}")


def first_start(image, volume):
    """A user's token, and the key that the volume has now."""
    with image.container(volume, NOBODY_KNOWS) as server:
        server.says(rf"Serving messages on http://0\.0\.0\.0:{PORT}/messages/").says("createsuperuser")
        done = server.health()
        expect((done.returncode, done.stdout.strip()), (0, f"http://127.0.0.1:{PORT}/readyz: ok"), "health")
        server.manage("createuser", "ann", "--password-stdin", stdin="a long password 7\n")
        token = re.search(r"\b[0-9a-f]{40}\b", server.manage("drf_create_token", "ann")).group(0)
        server.manage("send", "--to", "ann", "--level", "success", "Kept in the volume")
        expect(texts(token), ["Kept in the volume"], "messages")
        expect(server.end(), 0, f"exit status after SIGTERM, {server.output}")
    kept = {path.name: path.stat() for path in volume.iterdir()}
    expect({status.st_uid for status in kept.values()}, {NOBODY_KNOWS}, "who owns what is in the volume")
    expect([name for name, status in kept.items() if status.st_mode & 0o077], [], "files that others may read")
    return token, (volume / "secret_key").read_bytes()


def restart(image, volume, token, key):
    with image.container(volume, NOBODY_KNOWS) as server:
        server.says("Serving messages on")
        expect(server.health().returncode, 0, "health after a restart")
        server.manage("send", "--to", "ann", "Sent later")
        expect(texts(token), ["Sent later", "Kept in the volume"], "messages after a restart")
        expect(server.end(), 0, "exit status")
    expect((volume / "secret_key").read_bytes(), key, "the key after a restart")


def health_without_server(image, volume):
    with image.container(volume, NOBODY_KNOWS, ["health"]) as command:
        expect(command.wait(), 1, "health of no server")
        if "no server answers" not in command.output:
            raise AssertionError(f"health says {command.output!r}")


def mistakes(image, volume):
    """Each ends at once, with one line that names it and what to do."""
    unwritable = image.volume(volume.parent)
    shutil.chown(unwritable, 0, 0)
    unwritable.chmod(0o755)
    for where, user, variables, word in (
            (volume, ANOTHER, {}, rf"{STATE}.* belongs to user {NOBODY_KNOWS}"),
            (unwritable, NOBODY_KNOWS, {}, rf"{STATE} may not be written by this user.* chown -R {NOBODY_KNOWS} {STATE}"),
            (None, NOBODY_KNOWS, {}, rf"{STATE} is on a file system that is read-only here; mount a volume"),
            (volume, NOBODY_KNOWS, {"DRF_MESSAGES_ALOWED_HOSTS": "localhost"}, "did you mean DRF_MESSAGES_ALLOWED_HOSTS")):
        with image.container(where, user, **variables) as server:
            status = server.wait()
            lines = [line for line in server.output.splitlines() if line]
            if status != 1 or len(lines) != 1 or not re.search(word, lines[0]):
                raise AssertionError(f"not {word}: status {status}, {server.output}")


def on_postgresql(image):
    """A server that keeps nothing itself needs no volume, and so no place where it could write."""
    with servers.PostgreSQL() as database:
        address = {"ENGINE": "django.db.backends.postgresql", "HOST": "127.0.0.1", "PORT": str(database.port), "USER": "drf",
                   "NAME": servers.DATABASE, "PASSWORD": "asked by nobody here"}
        variables = {f"DRF_MESSAGES_DATABASES__DEFAULT__{name}": value for name, value in address.items()}
        with image.container(None, ANOTHER, DRF_MESSAGES_SECRET_KEY="more than fifty characters, of which nobody knows any", **variables) as server:
            server.says("Serving messages on")
            expect(server.health().returncode, 0, "health on PostgreSQL")
            expect(server.end(), 0, "exit status on PostgreSQL")


def use(root, config):
    start_loopback()
    image = Image(root, config)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-image-"))
    folder.chmod(0o755)
    try:
        holds_what_it_should(image)
        volume = image.volume(folder)
        token, key = first_start(image, volume)
        restart(image, volume, token, key)
        health_without_server(image, volume)
        mistakes(image, volume)
        on_postgresql(image)
    finally:
        shutil.rmtree(folder)
    print("first start, health, user, message, restart, SIGTERM: as told")
