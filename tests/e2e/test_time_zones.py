# SPDX-License-Identifier: MIT
import datetime
import subprocess
import unittest
import zoneinfo

from site_process import SETTINGS, Site

# A name space in which the machine has no time zone database.
WITHOUT_TZDATA = ("unshare", "--mount", "--map-root-user", "sh", "-c", 'mount -t tmpfs none /usr/share/zoneinfo && exec "$@"', "sh")


def may_hide_tzdata():
    return subprocess.run([*WITHOUT_TZDATA, "true"], capture_output=True, check=False).returncode == 0


def zone(name):
    return f'TIME_ZONE = "{name}"\n' + SETTINGS


class WithoutATimeZoneDatabase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not may_hide_tzdata():
            raise unittest.SkipTest("this machine gives no name space with other files")

    def test_a_zone_is_refused_with_the_package_that_brings_it(self):
        for settings in (zone("Europe/Berlin"), SETTINGS.replace("[REST", 'TIME_ZONE = "Europe/Berlin"\n[REST')):
            with self.subTest(settings=settings), Site(settings, migrate=False) as site:
                site.prefix = WITHOUT_TZDATA
                done = site.run("check")
                self.assertEqual(done.returncode, 1)
                self.assertIn("TIME_ZONE: the time zone Europe/Berlin cannot be looked up: this machine has no /usr/share/zoneinfo"
                              " (Debian's package tzdata brings it)", done.stderr)

    def test_names_of_utc_are_known(self):
        for name in ("UTC", "GMT", "Etc/UTC"):
            with self.subTest(name), Site(zone(name), migrate=False) as site:
                site.prefix = WITHOUT_TZDATA
                site.manage("migrate")
                token = site.user("ann")
                site.manage("send", "--to", "ann", "hello")
                site.serve()
                self.assertRegex(site.client(token).get("/messages/")[0]["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$")


class WithoutUseTz(unittest.TestCase):
    def test_times_are_those_of_the_clock_on_the_wall_everywhere(self):
        name = "America/New_York"
        with Site("USE_TZ = false\n" + zone(name)) as site:
            token = site.user("ann")
            site.manage("send", "--to", "ann", "hello")
            site.serve()
            client = site.client(token)
            created = client.get("/messages/")[0]["created"]
            now = datetime.datetime.now(zoneinfo.ZoneInfo(name)).replace(tzinfo=None)
            self.assertLess(abs(now - datetime.datetime.fromisoformat(created)), datetime.timedelta(minutes=15))
            hour = datetime.timedelta(hours=1)
            for after, count in ((now - hour, 1), (now + hour, 0)):
                self.assertEqual(len(client.get(f"/messages/?created_after={after.isoformat()}")), count)
            self.assertIn(created[:10] + " " + created[11:16], site.manage("list", "ann"))
            self.assertIn("0 messages would be deleted", site.manage("prune", "--older-than", "1h", "--dry-run"))
