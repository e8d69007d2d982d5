#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the image of packaging/container/Containerfile and uses it as its reader does.

    image.py --binary FILE --cache FOLDER [--whole]

No registry of images is asked: the base is a Debian 12 of debootstrap without what debian:12-slim leaves out. The cache keeps it.
--binary, a release build, stands in for what the Containerfile's first stage compiles, in the same way; with --whole that stage does it,
with this user's ccache. Ends with 77, and says why, where this cannot be tried: without root, without network.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import clean_tree
import image_use

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CONTAINERFILE = SOURCE / "packaging/container/Containerfile"
COMMITTED = 1_700_000_000  # the time of all files
MOST_COMPRESSED = 50_000_000
# as in debian:12-slim
LEFT_OUT = ["./usr/share/doc/*", "./usr/share/man/*", "./usr/share/locale/*", "./usr/share/info/*", "./usr/share/lintian/*", "./var/cache/*",
            "./var/lib/apt/lists/*", "./var/log/*", "./dev/*"]


class Builder:
    """buildah with a storage of its own; what it makes is gone with the folder."""

    def __init__(self, folder):
        self.folder = folder
        self.options = ["--root", folder / "root", "--runroot", folder / "run", "--storage-driver", "vfs"]

    def run(self, *words):
        return clean_tree.run("buildah", *self.options, *words)

    def bud(self, tag, file, context, *words):
        return self.run("bud", "--isolation", "chroot", "--format", "docker", "--no-cache", "--timestamp", str(COMMITTED),
                        "-t", tag, "-f", file, *words, context)

    def image(self, tag):
        return json.loads(self.run("inspect", "--type", "image", tag))["Docker"]

    def root(self, tag):
        """The folder of a new container's files."""
        return self.run("mount", self.run("from", "--pull-never", tag).split()[-1]).split()[-1]

    def compressed(self, tag):
        """Bytes that a registry would send."""
        place = self.folder / "pushed"
        self.run("push", "--quiet", tag, f"oci:{place}:{tag}")
        return sum(blob.stat().st_size for blob in (place / "blobs/sha256").iterdir())


def make_base(builder, cache, sources):
    made = builder.run("from", "scratch").strip()
    clean_tree.run("tar", "-C", builder.run("mount", made).strip(), "--numeric-owner", *[f"--exclude={name}" for name in LEFT_OUT], "-xpf",
                   clean_tree.archive_of_tree(cache, sources))
    builder.run("commit", "--quiet", "--rm", "--format", "docker", "--timestamp", str(COMMITTED), made, "base")


def check_copied():
    """What the first stage copies has all that it links to; only --whole would see it otherwise."""
    copied = [SOURCE / name for words in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE.read_text(encoding="utf-8"), re.M) for name in words.split()]
    for link in (path for place in copied for path in place.rglob("*") if path.is_symlink()):
        if not any(link.resolve().is_relative_to(place) for place in copied):
            raise AssertionError(f"the Containerfile copies {link.relative_to(SOURCE)}, but not {link.resolve().relative_to(SOURCE)}")


def build(builder, binary, whole):
    """Twice, the second time from nothing; the second takes the first's program, or both that of --binary."""
    def bud(tag, *words):
        return builder.bud(tag, CONTAINERFILE, SOURCE, "--build-arg", "BASE=localhost/base", *words)

    stage = builder.folder / "stage"
    stage.mkdir()
    shared = []
    if whole:
        kept = pathlib.Path.home() / ".cache/ccache"
        kept.mkdir(parents=True, exist_ok=True)
        shared = ["--volume", f"{kept}:/root/.cache/ccache"] # which leaves its place in the image
        bud("one", *shared)
        shutil.copy2(pathlib.Path(builder.root("one")) / "usr/local/bin/drf-messages", stage)
    else:
        clean_tree.run("strip", "-o", stage / "drf-messages", binary)
    given = ["--build-context", f"build={stage}"]
    if not whole:
        bud("one", *given)
    bud("two", *shared, *given)
    layers = [builder.image(tag)["rootfs"]["diff_ids"] for tag in ("one", "two")]
    if layers[0] != layers[1]:
        raise AssertionError(f"the same commit gave another content: {layers}")
    size = builder.compressed("one")
    print(f"{size / 1e6:.1f} MB compressed, the same twice")
    if size > MOST_COMPRESSED:
        raise AssertionError(f"more than {MOST_COMPRESSED / 1e6:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    parser.add_argument("--cache", required=True, type=pathlib.Path)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        image_use.use(arguments.inside[0], json.loads(arguments.inside[1]))
        return 0
    try:
        sources = clean_tree.check_machine()
        if not shutil.which("buildah"):
            raise clean_tree.CanNotRun("needs buildah: tools/install-packages test")
    except clean_tree.CanNotRun as why:
        print(f"SKIPPED: {why}")
        return 77
    arguments.cache.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="image-", dir=arguments.cache))
    try:
        check_copied()
        builder = Builder(folder)
        for step in (lambda: make_base(builder, arguments.cache, sources), lambda: build(builder, arguments.binary, arguments.whole)):
            started = time.monotonic()
            step()
            print(f"{time.monotonic() - started:.0f} s", flush=True)
        root, config = builder.root("one"), json.dumps(builder.image("one")["config"])
        # in a network of its own, where the image's port is nobody else's
        return subprocess.run(["unshare", "--net", "--mount", sys.executable, *sys.argv, "--inside", root, config],
                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=False).returncode
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
