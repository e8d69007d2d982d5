# SPDX-License-Identifier: MIT
"""Packages from the Python package index and from npm, in folders that are made once and kept."""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SKIPPED = 77  # what ctest shows as skipped
DEBIAN = "/usr/bin/python3"
UNREACHABLE = re.compile("NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Connection refused|Temporary failure in name resolution"
                         "|Network is unreachable|from versions: none|HTTP error (429|50\\d)|Connection (aborted|broken|reset)|IncompleteRead"
                         "|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ENETUNREACH|ETIMEDOUT|EIDLETIMEOUT|ERR_SOCKET_TIMEOUT"
                         "|PREMATURE_CLOSE|Premature close|socket hang up|network aborted|npm (ERR!|error) code E(429|50\\d)")
ATTEMPTS = 3  # of what a hiccup of the network may end


class Skipped(Exception):
    """An index cannot be reached."""


def kept(folder, name, commands):
    """The folder, which the commands that commands(folder) lists make when it is not there yet. They run in it."""
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = pathlib.Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
    try:
        for command in commands(made):
            for _ in range(ATTEMPTS):
                done = subprocess.run(command, cwd=made, capture_output=True, text=True, check=False, timeout=600)
                if done.returncode == 0 or not UNREACHABLE.search(done.stderr):
                    break
            if done.returncode != 0:
                reason = f"{name} cannot be installed: {done.stderr.strip() or done.stdout.strip()}"
                raise (Skipped if UNREACHABLE.search(done.stderr) else RuntimeError)(reason)
        try:
            os.rename(made, folder)
        except OSError:
            if not folder.exists():  # else a test beside this one was quicker
                raise
    except subprocess.TimeoutExpired as error:
        raise Skipped(f"the package index does not answer: {error}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def virtual_environment(name, python, packages, cache):
    """The interpreter of an environment that has the packages, which pip is given as they are; below `cache` it is kept for all that want the same."""
    def commands(folder):
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "15"]
        return [[python, "-m", "venv", folder], [*pip, *packages]]

    wanted = " ".join([python, *packages])
    return kept(cache / f"{name}-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}", name, commands) / "bin" / "python"


def node_modules(name, lock_folder, cache):
    """The folder node_modules with what the package-lock.json of a folder says. No script of a package runs."""
    files = [pathlib.Path(lock_folder).resolve() / name for name in ("package.json", "package-lock.json")]

    def commands(folder):
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=15000"]
        return [["cp", *files, folder], ["npm", "ci", *options]]

    wanted = b"".join(file.read_bytes() for file in files)
    return kept(cache / f"{name}-{hashlib.sha256(wanted).hexdigest()[:12]}", name, commands) / "node_modules"
