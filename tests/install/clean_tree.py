# SPDX-License-Identifier: MIT
"""A Debian 12 with nothing but its essential packages, in a folder: made by debootstrap once, then kept as an archive.

As a command, before tests that share the archive: clean_tree.py --cache FOLDER. Ends with 77 where it cannot be made.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import urllib.request


class CanNotRun(Exception):
    """Why this machine cannot make such a tree."""


def run(*command, **options):
    """Runs a command; what it said is the error's text when it fails."""
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def debian_sources():
    """(address, release, components) of Debian itself, from the sources of this machine's apt."""
    listed = run("apt-get", "indextargets", "--format", "$(ORIGIN) $(CODENAME) $(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages")
    found = {}
    for line in listed.splitlines():
        words = line.split()
        if len(words) == 5 and words[0] == "Debian" and words[1].split("-")[0] == "bookworm" and words[4] == "main":
            found[words[3]] = words[2]
    return found


def check_machine():
    if os.geteuid() != 0:
        raise CanNotRun("needs root")
    for program in ("debootstrap", "unshare", "dpkg-shlibdeps"):
        if not shutil.which(program):
            raise CanNotRun(f"needs {program}: tools/install-packages test")
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        raise CanNotRun("this machine gives root no namespaces of its own")
    sources = debian_sources()
    if "bookworm" not in sources:
        raise CanNotRun("apt on this machine has no Debian 12 in its sources")
    try:
        with urllib.request.urlopen(sources["bookworm"] + "dists/bookworm/InRelease", timeout=20):
            pass
    except OSError as error:
        raise CanNotRun(f"no network: {sources['bookworm']}: {error}") from error
    return sources


def archive_of_tree(cache, sources):
    archive = cache / "bookworm.tar"
    if not archive.exists():
        making = cache / "bookworm"
        shutil.rmtree(making, ignore_errors=True)
        run("debootstrap", "--variant=minbase", "bookworm", making, sources["bookworm"])
        (making / "etc/apt/sources.list").write_text(
            "".join(f"deb {address} {release} main\n" for release, address in sources.items()), encoding="utf-8")
        (making / "etc/dpkg/dpkg.cfg.d/test").write_text("force-unsafe-io\n", encoding="utf-8")
        proxy = [line for line in run("apt-config", "dump").splitlines() if line.startswith("Acquire::http::Proxy")]
        (making / "etc/apt/apt.conf.d/test").write_text(
            "\n".join(['APT::Sandbox::User "root";', 'APT::Install-Recommends "false";', 'Acquire::Retries "10";', *proxy, ""]), encoding="utf-8")
        run("chroot", making, "apt-get", "clean")
        run("tar", "-C", making, "--numeric-owner", "-cf", cache / "part.tar", ".")
        (cache / "part.tar").rename(archive)
        shutil.rmtree(making)
    return archive


def unpack(cache, sources):
    """A fresh tree; the caller deletes it."""
    archive = archive_of_tree(cache, sources)
    tree = pathlib.Path(cache) / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir()
    run("tar", "-C", tree, "--numeric-owner", "-xpf", archive)
    shutil.copyfile("/etc/resolv.conf", tree / "etc/resolv.conf")
    return tree


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", required=True, type=pathlib.Path)
    cache = parser.parse_args().cache
    try:
        sources = check_machine()
    except CanNotRun as why:
        print(f"SKIPPED: {why}")
        return 77
    cache.mkdir(parents=True, exist_ok=True)
    archive_of_tree(cache, sources)
    return 0


if __name__ == "__main__":
    sys.exit(main())
