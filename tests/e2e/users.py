# SPDX-License-Identifier: MIT
"""Sites whose server runs as another user, as root lets it. Debian has these users from the start."""
import os
import shutil
import unittest

from site_process import SETTINGS, Site

SERVER, PROXY = "daemon", "www-data"

needs_root = unittest.skipUnless(os.geteuid() == 0, "only root can be several users")


def as_user(user, *groups):
    """The words before a command that is run as that user, in these groups besides his own."""
    return ["setpriv", "--reuid", user, "--regid", user, *(["--groups", ",".join(groups)] if groups else ["--clear-groups"])]


class UsersSite(Site):
    """A site in a folder of the user SERVER, which everybody may enter; all of its commands run as him."""

    def __init__(self, settings=SETTINGS):
        self.prefix = as_user(SERVER)
        super().__init__(settings, migrate=False)
        self.folder.chmod(0o755)
        self.give_to(SERVER)
        self.manage("migrate")

    def give_to(self, user, *names):
        """The files of these names; none: the folder and all that is in it."""
        for path in [self.folder / name for name in names] or [self.folder, *self.folder.iterdir()]:
            shutil.chown(path, user, user)
