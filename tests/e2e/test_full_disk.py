# SPDX-License-Identifier: MIT
"""A disk that is full while the server runs."""
import errno
import sqlite3
import subprocess
import unittest

from site_process import SETTINGS, Site
from users import needs_root

COUNT = 20


def fill(folder):
    """A file that takes what is left."""
    path = folder / "filler"
    with open(path, "wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
    return path


def site_on_small_disk(test, size, settings):
    """A migrated site in a file system of its own, for a test that ends with it."""
    site = Site(migrate=False)
    test.addCleanup(site.__exit__)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", site.folder], capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        test.skipTest(f"SKIPPED, not tested: a small disk may not be mounted here: {mounted.stderr}")
    test.addCleanup(subprocess.run, ["umount", "-l", site.folder], check=True)
    site.settings.write_text(settings, encoding="utf-8")
    site.manage("migrate")
    return site


@needs_root
class FullDisk(unittest.TestCase):
    def setUp(self):
        self.site = site_on_small_disk(self, "4m", SETTINGS)

    def test_is_503_for_what_must_be_written_and_costs_nothing_once_there_is_room(self):
        site, token = self.site, self.site.user("ann")
        for number in range(COUNT):
            site.manage("send", "--to", "ann", f"{number} " + "x" * 1000)
        site.serve()
        client = site.client(token)
        self.assertEqual(client.get("/messages/peek/")["count"], COUNT)
        filler = fill(site.folder)
        for _ in range(3):
            status, body = client.request("GET", "/messages/")
            self.assertEqual((status, b"xxx" in body), (503, False), body)
            self.assertEqual(client.request("DELETE", "/messages/1/")[0], 403)
            self.assertEqual(client.get("/messages/peek/")["count"], COUNT)
            self.assertEqual(client.request("GET", "/healthz")[0], 200)
        filler.unlink()
        self.assertEqual([message["read_at"] for message in client.get("/messages/")], [None] * COUNT)
        self.assertEqual(client.get("/messages/peek/")["count"], 0)
        client.close()
        self.assertEqual(site.stop(), 0)
        database = sqlite3.connect(site.folder / "db.sqlite3")
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        database.close()


if __name__ == "__main__":
    unittest.main()
