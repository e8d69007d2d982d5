# SPDX-License-Identifier: MIT
"""Three Galera nodes, a server of ours on each, and clients of all three; one node dies and comes back."""
import time
import unittest

from databases import Load, settings_for, until
from servers import GaleraCluster
from site_process import Site


class Galera(unittest.TestCase):
    def test_a_node_that_is_killed_and_comes_back_costs_no_acknowledged_message(self):
        with GaleraCluster() as cluster:
            sites = []
            try:
                for node in cluster.nodes:
                    sites.append(Site(settings_for(node.url, "WORKERS = 4"), migrate=not sites))
                tokens = {name: sites[0].user(name) for name in ("ann", "bob", "cid", "dan")}
                for site in sites:
                    site.serve()
                load = Load()
                for number, site in enumerate(sites):
                    load.sends(site, "ann", f"n{number}")
                    load.sends(site, ("bob", "cid", "dan")[number], f"d{number}")
                    load.deletes(site, tokens[("bob", "cid", "dan")[number]])
                    # all three mark the same messages
                    load.requests(site, tokens["ann"], "/messages/?unread=true")
                    load.requests(site, tokens["ann"], "/messages/peek/")
                with load:
                    load.wait_for_more(self, 12)
                    self.assertTrue(until(lambda: self.conflicts(cluster) > 0), "nothing is put to the test")
                    self.kill_and_bring_back(cluster.nodes[1], sites[1])
                    load.wait_for_more(self, 12)
                self.assertTrue(until(lambda: [node.cluster_size() for node in cluster.nodes] == [3, 3, 3]))
                texts = [self.texts(node) for node in cluster.nodes]
                self.assertEqual(texts[0], texts[1])
                self.assertEqual(texts[0], texts[2])
                load.check(self, texts[0])
                self.assertGreater(len(load.acknowledged), 20)
            finally:
                for site in sites:
                    site.__exit__()

    def kill_and_bring_back(self, node, site):
        self.wait_for_readiness(site, 200)
        node.kill()
        self.wait_for_readiness(site, 503)
        time.sleep(1)
        node.start()
        self.wait_for_readiness(site, 200)

    def wait_for_readiness(self, site, status):
        # A client of its own: a node may take longer to start than a connection is kept.
        client = site.client()
        self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == status))
        client.close()

    @staticmethod
    def texts(node):
        return node.sql("SET SESSION wsrep_sync_wait = 1; SELECT message FROM drf_messages_message ORDER BY id").splitlines()

    @staticmethod
    def conflicts(cluster):
        names = "'wsrep_local_cert_failures', 'wsrep_local_bf_aborts'"
        return sum(int(line.split()[1]) for node in cluster.nodes
                   for line in node.sql(f"SHOW GLOBAL STATUS WHERE Variable_name IN ({names})").splitlines())


if __name__ == "__main__":
    unittest.main()
