# SPDX-License-Identifier: MIT
"""Writers of a site on SQLite who keep account of what was acknowledged, and what a copy of its database must hold of that."""
import queue
import sqlite3
import threading
import time

TAGS = ("one", "two")


class Writers:
    """Half of them leave messages with two tags each, on connections of their own as Django's processes have them; the others read
    messages through the server, which marks them as read."""

    def __init__(self, site, token, count):
        self.site, self.token = site, token
        self.stopped, self.lock = threading.Event(), threading.Lock()
        self.left, self.read, self.problems = set(), set(), []
        self.commits, self.unavailable = [], []  #: when each was done, and each answer 503
        self.unread = queue.SimpleQueue()
        creators = max(1, count // 2)
        self.threads = [threading.Thread(target=self.run, args=(self.leave if n < creators else self.mark,)) for n in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def run(self, work):
        try:
            work()
        except Exception as error:  # pylint: disable=broad-except
            with self.lock:
                self.problems.append(f"{work.__name__}: {error!r}")

    def leave(self):
        database = sqlite3.connect(self.site.folder / "db.sqlite3", timeout=300, isolation_level=None)
        database.execute("PRAGMA synchronous = FULL")
        while not self.stopped.is_set():
            database.execute("BEGIN IMMEDIATE")
            number = database.execute("INSERT INTO drf_messages_message (user_id, message, level, view, created) "
                                      "VALUES (1, ?, 20, '', strftime('%Y-%m-%d %H:%M:%f', 'now'))", ("x" * 200,)).lastrowid
            for tag in TAGS:
                database.execute("INSERT INTO drf_messages_messagetag (text, message_id) VALUES (?, ?)", (tag, number))
            database.execute("COMMIT")
            with self.lock:
                self.left.add(number)
                self.commits.append(time.monotonic())
            self.unread.put(number)
        database.close()

    def mark(self):
        client = self.site.client(self.token)
        while not self.stopped.is_set():
            try:
                number = self.unread.get(timeout=0.1)
            except queue.Empty:
                continue
            status = client.request("GET", f"/messages/{number}/")[0]
            with self.lock:
                if status == 200:
                    self.read.add(number)
                    self.commits.append(time.monotonic())
                else:  # so many others write that the server's turn does not come
                    self.unavailable.append(time.monotonic())
                    self.unread.put(number)
            if status == 503:
                time.sleep(0.05)
            elif status != 200:
                raise AssertionError(f"GET /messages/{number}/: {status}")
        client.close()

    def acknowledged(self):
        """What a copy that begins now must hold."""
        with self.lock:
            return set(self.left), set(self.read)


def check_copy(test, path, acknowledged):
    """Returns how many messages it holds."""
    left, read = acknowledged
    copy = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    test.assertEqual(copy.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
    test.assertEqual(copy.execute("PRAGMA foreign_key_check").fetchall(), [])
    rows = copy.execute("SELECT id, read_at FROM drf_messages_message").fetchall()
    tags = copy.execute("SELECT message_id, COUNT(*) FROM drf_messages_messagetag GROUP BY 1").fetchall()
    copy.close()
    test.assertEqual(left - {number for number, _ in rows}, set(), "acknowledged and not in the copy")
    test.assertEqual(read - {number for number, read_at in rows if read_at}, set(), "marked and not so in the copy")
    test.assertEqual(dict(tags), {number: len(TAGS) for number, _ in rows}, "a message in half")
    return len(rows)
