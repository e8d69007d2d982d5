#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Installs the Debian packages on a clean Debian 12, uses them as their reader does, and removes them.

    packages.py --packages FOLDER --cache FOLDER

FOLDER has libdrf-messages0, libdrf-messages-dev and drf-messages; the cache keeps what was downloaded. Ends with 77, and says why,
where this cannot be tried: without root, without network.
"""
import argparse
import gzip
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import clean_tree
import readme

SETTINGS = "/etc/drf-messages/settings.toml"
KEY = "/etc/drf-messages/secret_key"
DATA = "/var/lib/drf-messages"


class Tree:
    """The clean Debian, entered by chroot."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *command, **options):
        return clean_tree.run("chroot", self.folder, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
                              "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", *command, **options)

    def sh(self, line, **options):
        return self.run("sh", "-ec", line, **options)

    def as_server(self, *words, **options):
        return self.run("runuser", "-u", "drf-messages", "--", "drf-messages", *words, "--settings", SETTINGS, **options)

    def path(self, name):
        return pathlib.Path(f"{self.folder}{name}")

    def owner_and_mode(self, name):
        return self.run("stat", "-c", "%U:%G %a", name).strip()


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: expected {wanted!r}, found {found!r}")


def install_server(tree):
    tree.run("apt-get", "update", "-qq", "-o", "APT::Update::Error-Mode=any")
    tree.sh("apt-get install -y -qq /packages/drf-messages_*.deb")
    expect(tree.owner_and_mode(KEY), "root:drf-messages 640", KEY)
    expect(tree.owner_and_mode(SETTINGS), "root:drf-messages 640", SETTINGS)
    expect(tree.owner_and_mode(DATA), "drf-messages:drf-messages 750", DATA)
    if len(tree.path(KEY).read_text(encoding="ascii")) < 50:
        raise AssertionError("the secret key is short")
    for name in ("/lib/systemd/system/drf-messages.service", "/lib/systemd/system/drf-messages.socket",
                 "/usr/share/doc/drf-messages/settings.sample.toml",
                 "/usr/share/doc/drf-messages/copyright"):
        if not tree.path(name).is_file():
            raise AssertionError(f"{name} was not installed")


def manual_names_every_command(tree):
    manual = gzip.decompress(tree.path("/usr/share/man/man1/drf-messages.1.gz").read_bytes()).decode("utf-8")
    commands = re.findall(r"^  (\w+)  ", tree.run("drf-messages", "--help").split("Subcommands:")[1], re.M)
    expect([name for name in ["serve", *commands] if not re.search(rf"\b{name}\b", manual)], [], "commands that the manual page lacks")


def ask(address, path, token):
    host, port = address.rsplit(":", 1)
    connection = http.client.HTTPConnection(host, int(port), timeout=300)
    connection.request("GET", path, headers={"Authorization": f"Token {token}", "Host": "localhost"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def serve(tree):
    """Migrates, leaves a message, serves, and asks for it."""
    tree.as_server("migrate")
    tree.as_server("createuser", "ann", "--password-stdin", input="a long password 7\n")
    token = re.search(r"\b[0-9a-f]{40}\b", tree.as_server("drf_create_token", "ann")).group(0)
    tree.as_server("send", "--to", "ann", "--level", "success", "Installed")
    log = tree.path("/tmp/serve.log")
    with open(log, "w", encoding="utf-8") as output:
        server = subprocess.Popen(
            ["chroot", "--userspec=drf-messages:drf-messages", tree.folder, "/usr/bin/drf-messages", "serve", "--settings", SETTINGS,
             "--bind", "127.0.0.1:0"], stdout=output, stderr=subprocess.STDOUT, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    try:
        until = time.monotonic() + 300
        address = None
        while address is None and time.monotonic() < until and server.poll() is None:
            found = re.search(r"http://(127\.0\.0\.1:\d+)\D", log.read_text(encoding="utf-8"))
            address = found and found.group(1)
            time.sleep(0.05)
        if address is None:
            raise AssertionError(f"the server told no address:\n{log.read_text(encoding='utf-8')}")
        expect(ask(address, "/messages/peek/", token), (200, {"count": 1, "max_level": 25, "max_level_tag": "success"}), "peek")
    finally:
        server.terminate()
        expect(server.wait(300), 0, "the server's exit status")


def upgrade_keeps_settings(tree):
    settings, key = tree.path(SETTINGS), tree.path(KEY).read_bytes()
    settings.write_text(settings.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    edited = settings.read_bytes()
    tree.sh("dpkg -i /packages/drf-messages_*.deb")
    expect(settings.read_bytes(), edited, "settings after an upgrade")
    expect(tree.path(KEY).read_bytes(), key, "secret key after an upgrade")
    expect(tree.owner_and_mode(SETTINGS), "root:drf-messages 640", SETTINGS)


def library(tree):
    """The README's program by its own command, and by find_package."""
    tree.sh("apt-get install -y -qq /packages/libdrf-messages*.deb g++ pkg-config cmake make")
    name, source, command = readme.program()
    project = tree.path("/root/hello")
    project.mkdir()
    (project / name).write_text(source, encoding="utf-8")
    tree.sh(f"cd /root/hello && {command}")
    said = tree.sh(f"cd /root/hello && ./{readme.binary()}")
    print("the README's program says:", said.strip())
    if not said.strip():
        raise AssertionError("the README's program says nothing")

    other = tree.path("/root/found")
    other.mkdir()
    (other / name).write_text(source, encoding="utf-8")
    (other / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.22)\nproject(hello CXX)\nfind_package(drf_messages 0.1 CONFIG REQUIRED COMPONENTS core)\n"
        f"add_executable(hello {name})\ntarget_link_libraries(hello PRIVATE drf_messages::drf_messages)\n", encoding="utf-8")
    tree.sh("cd /root/found && cmake -S . -B build && cmake --build build && ./build/hello")


def remove(tree):
    tree.sh("apt-get remove -y -qq drf-messages libdrf-messages0 libdrf-messages-dev")
    expect(tree.path(SETTINGS).is_file() and tree.path(KEY).is_file() and tree.path(DATA + "/db.sqlite3").is_file(), True,
           "settings, key and data after removing")
    expect(tree.path("/usr/bin/drf-messages").exists(), False, "the binary after removing")
    tree.run("dpkg", "--purge", "drf-messages", "libdrf-messages0", "libdrf-messages-dev")
    left = tree.sh("find / -xdev -path /proc -prune -o -path /packages -prune -o -path /root -prune -o -path /tmp -prune "
                   "-o -path /var/cache -prune -o \\( -name '*drf-messages*' -o -name '*drf_messages*' \\) -print")
    expect(left.strip(), "", "files after purging")
    expect(tree.sh("getent passwd drf-messages || true").strip(), "", "the user after purging")


def inside(folder, packages, cache):
    """In a mount namespace: what is mounted here is gone when this process ends."""
    tree = Tree(folder)
    for source, target in ((packages, "/packages"), (cache / "archives", "/var/cache/apt/archives")):
        tree.path(target).mkdir(exist_ok=True)
        clean_tree.run("mount", "--bind", source, tree.path(target))
    clean_tree.run("mount", "-t", "proc", "proc", tree.path("/proc"))
    for step in (install_server, manual_names_every_command, serve, upgrade_keeps_settings, library, remove):
        started = time.monotonic()
        step(tree)
        print(f"{step.__name__}: {time.monotonic() - started:.0f} s", flush=True)


def lint(packages):
    if shutil.which("lintian"):
        print(clean_tree.run("lintian", "--allow-root", "--fail-on", "error", *sorted(packages.glob("*.deb"))))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--packages", required=True, type=pathlib.Path)
    parser.add_argument("--cache", required=True, type=pathlib.Path)
    parser.add_argument("--inside", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        inside(arguments.inside, arguments.packages, arguments.cache)
        return 0
    lint(arguments.packages)
    try:
        sources = clean_tree.check_machine()
    except clean_tree.CanNotRun as why:
        print(f"SKIPPED: {why}")
        return 77
    (arguments.cache / "archives/partial").mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    tree = clean_tree.unpack(arguments.cache, sources)
    print(f"a clean tree: {time.monotonic() - started:.0f} s", flush=True)
    try:
        return subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", sys.executable, *sys.argv, "--inside", tree],
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=False).returncode
    finally:
        shutil.rmtree(tree)


if __name__ == "__main__":
    sys.exit(main())
