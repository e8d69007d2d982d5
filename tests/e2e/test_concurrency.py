# SPDX-License-Identifier: MIT
import json
import os
import random
import threading
import time
import unittest

from site_process import Site

SECONDS = float(os.environ.get("CONCURRENCY_SECONDS", "30"))
CLIENTS = 32


class ThirtyTwoClients(unittest.TestCase):
    def test_adding_listing_and_deleting_at_once_loses_nothing_and_never_meets_a_lock(self):
        """Each of 32 clients adds, lists or deletes for 30 s on one SQLite file, over REST and from other processes.

        A message is accounted for when it was shown to its user exactly once as unread, or is unread still.
        """
        with Site() as site:
            tokens = {name: site.user(name) for name in ("ann", "bob", "cid", "dot")}
            names = sorted(tokens)
            site.serve("--workers", "8")
            end = time.monotonic() + SECONDS
            lock = threading.Lock()
            added = {name: set() for name in names}
            shown = {name: [] for name in names}
            trouble = []

            def add(number):
                count = 0
                while time.monotonic() < end:
                    name, text = names[count % len(names)], f"from {number}, number {count}"
                    count += 1
                    done = site.run("send", "--to", name, "--level", "info", "--tag", "load", text)
                    if done.returncode != 0:
                        trouble.append(f"send: {done.stderr}")
                        return
                    with lock:
                        added[name].add(text)

            def browse(number):
                name = names[number % len(names)]
                client, dice = site.client(tokens[name]), random.Random(number)
                known_read = []
                try:
                    while time.monotonic() < end:
                        if known_read and dice.random() < 0.5:
                            pk = known_read.pop(dice.randrange(len(known_read)))
                            status, body = client.request("DELETE", f"/messages/{pk}/")
                            expected = (204, 404)
                        else:
                            status, body = client.request("GET", "/messages/")
                            expected = (200,)
                        if status not in expected:
                            trouble.append(f"{status} {body[:200]!r}")
                            return
                        if status == 200:
                            messages = json.loads(body)
                            with lock:
                                shown[name] += [m["message"] for m in messages if m["read_at"] is None]
                            known_read = [m["id"] for m in messages]
                except Exception as error:  # a lost connection is trouble too
                    trouble.append(repr(error))
                finally:
                    client.close()

            threads = [threading.Thread(target=add if n % 8 == 0 else browse, args=(n,)) for n in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(trouble, [])
            for name in names:
                rest = [m["message"] for m in site.client(tokens[name]).get("/messages/?unread=true")]
                self.assertGreater(len(added[name]), 0)
                self.assertEqual(added[name] - set(shown[name]) - set(rest), set(), f"lost messages of {name}")
            self.assertEqual(site.stop(), 0)
            self.assertNotIn("locked", "".join(site.output))
            self.assertNotIn('" 500 ', "".join(site.output))


if __name__ == "__main__":
    unittest.main()
