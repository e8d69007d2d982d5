# SPDX-License-Identifier: MIT
"""Clients that follow the links of a list to its end, over rows that an import has left alike."""
import contextlib
import sqlite3
import unittest
import urllib.parse

from databases import settings_for
from servers import MariaDB, PostgreSQL
from site_process import SETTINGS, Site

PAGED = ["rest_framework.filters.OrderingFilter", 'DEFAULT_PAGINATION_CLASS = "rest_framework.pagination.CursorPagination"\nPAGE_SIZE = 100\n']
SECONDS = {"sqlite": "datetime('2024-01-01', n || ' seconds')", "postgresql": "timestamptz '2024-01-01' + n * interval '1 second'",
           "mariadb": "TIMESTAMP '2024-01-01 00:00:00' + INTERVAL n SECOND"}
NUMBERS = {"sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {0})",
           "postgresql": "WITH numbers AS (SELECT generate_series(1, {0}) AS n)", "mariadb": "WITH numbers AS (SELECT seq AS n FROM seq_1_to_{0})"}


def paged(settings):
    backend, pages = PAGED
    settings = settings.replace("DEFAULT_FILTER_BACKENDS = [", f'DEFAULT_FILTER_BACKENDS = ["{backend}", ')
    return settings.replace("[REST_FRAMEWORK]\n", "[REST_FRAMEWORK]\n" + pages)


class Database:
    """A site on SQLite, PostgreSQL or MariaDB, and SQL beside it."""

    def __init__(self, name, server):
        self.name, self.server = name, server

    @contextlib.contextmanager
    def site(self, settings=lambda text: text):
        with Site(settings(settings_for(self.server.url) if self.server else SETTINGS)) as self.running:
            yield self.running

    def sql(self, text):
        if self.name == "postgresql":
            self.server.psql(text)
        elif self.name == "mariadb":
            self.server.sql(text)
        else:
            with contextlib.closing(sqlite3.connect(self.running.folder / "db.sqlite3")) as database:
                database.executescript(text)

    def insert(self, user, count, created="", read_at="NULL"):
        """Messages of one level; one a second, unless `created` says otherwise."""
        numbers = NUMBERS[self.name].format(count)
        insert = "INSERT INTO drf_messages_message (message, level, view, created, read_at, user_id)"
        rows = (f"SELECT 'Message', 20, '', {created or SECONDS[self.name]}, {read_at}, (SELECT id FROM auth_user WHERE username = '{user}')"
                " FROM numbers")
        self.sql(f"{insert} {numbers} {rows}" if self.name == "mariadb" else f"{numbers} {insert} {rows}")


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            # No statistics: as before the first ANALYZE, however slow the machine is.
            postgresql = stack.enter_context(PostgreSQL(autovacuum="off"))
            mariadb = stack.enter_context(MariaDB())
            cls.databases = [Database("sqlite", None), Database("postgresql", postgresql), Database("mariadb", mariadb)]
            cls.addClassCleanup(stack.pop_all().close)

    def follow(self, client, path, link, most=40):
        """The pages' ids, from `path` on by `next` or `previous`, and the last answer."""
        pages, answer = [], {link: path}
        while answer[link] and len(pages) < most:
            target = urllib.parse.urlsplit(answer[link])
            answer = client.get(f"{target.path}?{target.query}")
            pages.append([message["id"] for message in answer["results"]])
        return pages, answer

    def test_more_than_a_thousand_equal_values_are_shown_once_in_full_pages_both_ways(self):
        for database in self.databases:
            with self.subTest(database.name), database.site(paged) as site:
                token = site.user("ann")
                database.insert("ann", 1500)
                client = site.serve().client(token)
                for order in ("level", "-level", "level,created", "-level,read_at"):
                    pages, last = self.follow(client, f"/messages/?ordering={order}", "next")
                    self.assertEqual([len(page) for page in pages], [100] * 15, order)
                    self.assertEqual(len({id for page in pages for id in page}), 1500, order)
                    back, _ = self.follow(client, last["previous"], "previous")
                    self.assertEqual(back[::-1], pages[:-1], order)
                client.close()

    def test_previous_among_equal_values_is_the_page_before(self):
        for database in self.databases:
            with self.subTest(database.name), database.site(paged) as site:
                token = site.user("bob")
                database.insert("bob", 400, created="'2024-05-01 10:00:00'", read_at="'2024-05-02 10:00:00'")
                client = site.serve().client(token)
                forward, third = self.follow(client, "/messages/?ordering=-created", "next", most=3)
                back, first = self.follow(client, third["previous"], "previous")
                self.assertEqual(back[::-1], forward[:2])
                self.assertIsNone(first["previous"])
                client.close()

    def test_a_list_of_thousands_is_marked_as_it_was_shown_and_deleted_with_its_tags(self):
        for database in self.databases:
            with self.subTest(database.name), database.site(lambda text: "MESSAGES_DELETE_READ = true\n" + text) as site:
                token = site.user("carl")
                database.insert("carl", 4500)
                database.sql("INSERT INTO drf_messages_messagetag (message_id, text) SELECT m.id, 'tag' FROM drf_messages_message m"
                             " JOIN auth_user u ON u.id = m.user_id WHERE u.username = 'carl'")
                client = site.serve().client(token)
                shown = client.get("/messages/")
                self.assertEqual(len({message["id"] for message in shown}), 4500)
                self.assertTrue(all(message["extra_tags"] == ["tag"] for message in shown))
                self.assertEqual(client.get("/messages/peek/")["count"], 0)
                self.assertEqual(client.get("/messages/"), [])
                client.close()


if __name__ == "__main__":
    unittest.main()
