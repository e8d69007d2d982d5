# SPDX-License-Identifier: MIT
"""Sites whose server runs as another user, as root lets it. Debian has these users from the start."""
import atexit
import functools
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from site_process import BINARY, SETTINGS, Site

SERVER, PROXY = "daemon", "www-data"

needs_root = unittest.skipUnless(os.geteuid() == 0, "only root can be several users")


def as_user(user, *groups):
    """The words before a command that is run as that user, in these groups besides his own."""
    return ["setpriv", "--reuid", user, "--regid", user, *(["--groups", ",".join(groups)] if groups else ["--clear-groups"])]


@functools.cache
def binary():
    """One that the user SERVER may run: a copy, where the folder of the build is closed to him."""
    if subprocess.run([*as_user(SERVER), "test", "-x", BINARY], check=False).returncode == 0:
        return BINARY
    folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-binary-"))
    atexit.register(shutil.rmtree, folder)
    folder.chmod(0o755)
    return shutil.copy(BINARY, folder)


class UsersSite(Site):
    """A site in a folder of the user SERVER, which everybody may enter; all of its commands run as him."""

    def __init__(self, settings=SETTINGS, groups=()):
        self.prefix, self.binary = as_user(SERVER, *groups), binary()
        super().__init__(settings, migrate=False)
        self.folder.chmod(0o755)
        for path in (self.folder, self.settings):
            shutil.chown(path, SERVER, SERVER)
        self.manage("migrate")
