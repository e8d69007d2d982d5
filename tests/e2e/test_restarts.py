# SPDX-License-Identifier: MIT
"""A database server that is restarted again and again while clients read, mark, delete and send."""
import os
import pathlib
import time
import unittest

from databases import Load, settings_for, until
from servers import MariaDB, PostgreSQL
from site_process import Site


def memory_kib(process):
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def connections_and_others(process, port):
    """How many of its open files are connections to `port` of this machine, also to what has ended there; and how many are not."""
    lines = pathlib.Path(f"/proc/{process.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    ends = [line.split() for line in lines]
    connected = {f"socket:[{end[9]}]" for end in ends if int(end[2].split(":")[1], 16) == port}
    files = [file.resolve().name for file in pathlib.Path(f"/proc/{process.pid}/fd").iterdir()]
    connections = sum(file in connected for file in files)
    return connections, len(files) - connections


class Restarts:
    """For one kind of server, made by make(), to which the site has at most `most_connections`."""

    def test_cost_no_acknowledged_write_and_leave_nothing_behind(self):
        with self.make() as database, Site(settings_for(database.url, "WORKERS = 4")) as site:
            tokens = {name: site.user(name) for name in ("ann", "bob")}
            site.serve()
            # until everything that it opens for such a load is open
            self.under_load("first", site, tokens, lambda load: (time.sleep(3), load.wait_for_more(self, 10)))
            before = self.rest(database, site)

            def restart_often(load):
                for _ in range(self.restarts):
                    time.sleep(0.5)
                    load.wait_for_more(self, 2)
                    database.stop()
                    database.start()
                self.assertTrue(until(lambda: self.status(site, "/readyz") == 200))
                load.wait_for_more(self, 3)

            load = self.under_load("second", site, tokens, restart_often)
            # one for each restart would be more
            self.assertTrue(until(lambda: self.rest(database, site)["files"] <= before["files"] + self.restarts // 3), "files stay open")
            after = self.rest(database, site)
            load.check(self, [text for text in self.texts(database) if text.startswith("second ")])
            self.assertGreater(len(load.acknowledged), 10)
            self.assertGreater(load.statuses.get(503, 0), 0, "nothing was put to the test")
            # How many of them are needed depends on how the load falls, and on the machine.
            self.assertLessEqual(before["connections"], self.most_connections)
            self.assertLessEqual(after["connections"], self.most_connections)
            if not os.environ.get("SANITIZERS"):  # they keep what was freed
                self.assertLess(after["memory"], before["memory"] + 16 * 1024)

    @staticmethod
    def under_load(name, site, tokens, meanwhile):
        load = Load()
        load.sends(site, "ann", f"{name} a")
        load.sends(site, "bob", f"{name} b")
        load.deletes(site, tokens["bob"])
        for _ in range(3):
            load.requests(site, tokens["ann"], "/messages/?unread=true")
            load.requests(site, tokens["ann"], "/messages/peek/")
        with load:
            meanwhile(load)
        return load

    def rest(self, database, site):
        """What the server holds when nobody asks for anything."""
        self.assertTrue(until(lambda: self.status(site, "/readyz") == 200))
        time.sleep(1)
        connections, files = connections_and_others(site.process, database.port)
        return {"connections": connections, "files": files, "memory": memory_kib(site.process)}

    @staticmethod
    def status(site, path):
        client = site.client()
        status = client.request("GET", path)[0]
        client.close()
        return status

    def texts(self, database):
        return self.ask(database, "SELECT message FROM drf_messages_message ORDER BY id").splitlines()


class PostgreSQLRestarts(Restarts, unittest.TestCase):
    make, restarts, ask = PostgreSQL, 10, staticmethod(PostgreSQL.psql)
    most_connections = 2 + 8 + 1  # shared, own, of /readyz


class MariaDBRestarts(Restarts, unittest.TestCase):
    make, restarts, ask = MariaDB, 4, staticmethod(MariaDB.sql)
    most_connections = 4 + 1  # a worker's each, of /readyz


if __name__ == "__main__":
    unittest.main()
