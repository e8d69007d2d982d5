# SPDX-License-Identifier: MIT
import random
import signal
import subprocess
import threading
import time
import unittest

from site_process import BINARY, Site


class KillNine(unittest.TestCase):
    def test_every_message_whose_send_answered_is_there_after_kill_9(self):
        """Senders and the server are killed at random moments; what `send` had acknowledged must have survived."""
        with Site() as site:
            token = site.user("ann")
            acknowledged, rounds = set(), 4
            for round_number in range(rounds):
                site.serve()
                before = len(acknowledged)
                stop = threading.Event()
                processes, lock = set(), threading.Lock()

                def send(worker):
                    count = 0
                    while not stop.is_set():
                        text = f"round {round_number} worker {worker} number {count}"
                        count += 1
                        process = subprocess.Popen([BINARY, "send", "--settings", str(site.settings), "--to", "ann", "--level", "info", text],
                                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=site.environment)
                        with lock:
                            processes.add(process)
                        if process.wait() == 0:
                            acknowledged.add(text)
                        with lock:
                            processes.discard(process)

                def read():
                    client = site.client(token)
                    while not stop.is_set():
                        try:
                            client.get("/messages/?unread=true")
                        except Exception:
                            return

                threads = [threading.Thread(target=send, args=(n,)) for n in range(4)] + [threading.Thread(target=read)]
                for thread in threads:
                    thread.start()
                kills = 0
                while kills < 8 or len(acknowledged) < before + 3:
                    kills += 1
                    # slower and slower, since a busy machine needs long for a message that is sent
                    time.sleep(random.uniform(0.05, 0.15) * max(1, kills / 8))
                    with lock:
                        victims = random.sample(sorted(processes, key=lambda p: p.pid), k=min(2, len(processes)))
                    for victim in victims:
                        victim.kill()
                self.assertEqual(site.stop(signal.SIGKILL), -signal.SIGKILL)
                stop.set()
                for thread in threads:
                    thread.join()
            site.serve()
            self.assertGreater(len(acknowledged), 10)
            stored = {message["message"] for message in site.client(token).get("/messages/")}
            self.assertEqual(acknowledged - stored, set())
            self.assertEqual(site.stop(), 0)


if __name__ == "__main__":
    unittest.main()
