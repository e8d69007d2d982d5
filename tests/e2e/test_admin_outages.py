# SPDX-License-Identifier: MIT
"""The admin in the middle of something when the server is killed, others write, or the database goes away."""
import contextlib
import http.client
import pathlib
import signal
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from admin_site import ADD, BLANK, INDEX, LIST, AdminSite, change_of
from databases import settings_for, until
from html_page import Page
from servers import PostgreSQL
USERS = """\
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
SELECT '', 0, 'user' || n, '', '', '', 0, 1, '2024-01-01' FROM numbers;
"""


class Outages(unittest.TestCase):
    MANY = 40_000

    def form_to_go_on(self, path, answer):
        """Where the page that says how far it has come sends its button's form, and what is in it; None where all is done."""
        status, _, text = answer
        if status == 302:
            return None
        page = Page(text)
        going_on = next((element for element in page.root.all("form") if element.get("data-continue") is not None), None)
        self.assertIsNotNone(going_on, text)
        return going_on.get("action") or path, [(element.get("name"), element.get("value") or "") for element in going_on.all("input")
                                                if element.get("name") not in (None, "csrfmiddlewaretoken")]

    def to_the_end(self, person, path, form):
        """As a browser does it: presses the button for as long as there is one."""
        answer = person.send(path, form)
        while (going_on := self.form_to_go_on(path, answer)) is not None:
            answer = person.send(*going_on)
        return answer

    def delete_all(self, person):
        """Deletes all of ann's messages."""
        form = {"action": "delete_selected", "index": "0", "select_across": "1", "post": "yes", "_selected_action": "1"}
        return self.to_the_end(person, LIST + "?user__id__exact=3", form)

    def test_a_server_that_is_killed_in_a_bulk_deletion_leaves_whole_batches_and_nothing_half(self):
        with AdminSite() as site:
            site.fill(self.MANY)
            root = site.serve().person("root")

            def delete():
                with contextlib.suppress(OSError, http.client.HTTPException):
                    self.delete_all(root)

            deleting = threading.Thread(target=delete)
            deleting.start()
            with site.sql() as connection:
                while connection.execute("SELECT COUNT(*) FROM drf_messages_message WHERE user_id = 3").fetchone()[0] == self.MANY:
                    self.assertTrue(deleting.is_alive())
                site.process.kill()
            deleting.join()
            site.stop(signal.SIGKILL)

            left = site.rows("SELECT COUNT(*) FROM drf_messages_message WHERE user_id = 3")[0][0]
            self.assertGreater(left, 0, "it was too quick to be killed in the middle")
            self.assertEqual(site.rows("PRAGMA integrity_check"), [("ok",)])
            self.assertEqual(site.rows("SELECT COUNT(*) FROM drf_messages_messagetag"), [(2 * left,)])
            self.assertEqual(site.rows("SELECT COUNT(*) FROM drf_messages_messagetag WHERE message_id NOT IN (SELECT id FROM drf_messages_message)"), [(0,)])
            self.assertEqual(site.rows("SELECT COUNT(*) FROM django_admin_log WHERE action_flag = 3"), [(self.MANY - left,)])

            root.port = site.serve().port
            self.assertEqual(self.delete_all(root)[0], 302)
            self.assertEqual(site.rows("SELECT COUNT(*) FROM drf_messages_message WHERE user_id = 3"), [(0,)])
            self.assertEqual(site.rows("SELECT COUNT(*), COUNT(DISTINCT object_id) FROM django_admin_log WHERE action_flag = 3"), [(self.MANY, self.MANY)])

    def test_a_message_for_all_reaches_each_once_though_the_server_is_killed_and_the_button_pressed_again(self):
        with AdminSite() as site:
            with site.sql() as connection:
                connection.executescript(USERS.format(count=self.MANY))
            root = site.serve().person("root")
            shown = Page(root.get(ADD)[2]).root
            mark = next(field.get("value") for field in shown.all("input") if field.get("name") == "_form")
            form = {**BLANK, "user": "", "view": "to:all", "all_users": "on", "_form": mark}
            count = "SELECT COUNT(*) FROM drf_messages_message WHERE view = 'to:all'"

            def add():
                with contextlib.suppress(OSError, http.client.HTTPException):
                    root.send(ADD, form)

            adding = threading.Thread(target=add)
            adding.start()
            with site.sql() as connection:
                while connection.execute(count).fetchone()[0] == 0:
                    self.assertTrue(adding.is_alive())
                site.process.kill()
            adding.join()
            site.stop(signal.SIGKILL)
            self.assertLess(site.rows(count)[0][0], self.MANY, "it was too quick to be killed in the middle")

            root.port = site.serve().port
            root.send(ADD, form)
            self.assertEqual(self.to_the_end(root, ADD, form)[0], 302)
            root.send(ADD, form)
            users = site.rows("SELECT COUNT(*) FROM auth_user")[0][0]
            self.assertEqual(site.rows("SELECT COUNT(*), COUNT(DISTINCT user_id) FROM drf_messages_message WHERE view = 'to:all'"), [(users, users)])
            self.assertEqual(site.rows("SELECT COUNT(*), COUNT(DISTINCT object_id) FROM django_admin_log WHERE action_flag = 1"), [(users, users)])

    def test_others_write_while_thousands_are_deleted(self):
        with AdminSite(after="\n[SERVER]\nWORKERS = 4\n") as site:
            site.fill(self.MANY)
            root = site.serve().person("root")
            other = site.person("root")
            result = []
            deleting = threading.Thread(target=lambda: result.append(self.delete_all(root)))
            deleting.start()
            statuses, number = [], 0
            while deleting.is_alive():
                statuses.append(other.send(ADD, {**BLANK, "message": f"meanwhile {number}"})[0])
                number += 1
            deleting.join()
            self.assertEqual(result[0][0], 302)
            self.assertEqual(set(statuses), {302})
            self.assertEqual(site.rows("SELECT COUNT(*) FROM drf_messages_message WHERE message LIKE 'meanwhile%'"), [(number,)])

    def pages_and_forms(self, person):
        """The statuses of every page and every form."""
        forms = [(ADD, BLANK), (change_of(1), BLANK), (LIST + "1/delete/", {"post": "yes"}),
                 (LIST, {"action": "mark_read", "_selected_action": "1", "index": "0"}),
                 (LIST, {"action": "delete_selected", "_selected_action": "1", "index": "0", "post": "yes"})]
        answers = [person.get(path) for path in (INDEX, LIST, ADD, change_of(1), LIST + "1/delete/", LIST + "1/history/")]
        return [*answers, *(person.send(path, form) for path, form in forms)]

    def test_a_table_that_is_missing_is_503_and_nothing_is_half_written(self):
        with AdminSite() as site:
            site.fill(2)
            root = site.serve().person("root")
            root.get(LIST)
            site.rows("ALTER TABLE django_admin_log RENAME TO away")
            before = [site.rows(f"SELECT * FROM {table}") for table in ("drf_messages_message", "drf_messages_messagetag")]
            for status, _, text in self.pages_and_forms(root):
                self.assertIn(status, (200, 503))
                self.assertNotIn("django_admin_log", text)
            self.assertEqual(root.send(ADD, BLANK)[0], 503)
            self.assertEqual([site.rows(f"SELECT * FROM {table}") for table in ("drf_messages_message", "drf_messages_messagetag")], before)
            site.rows("ALTER TABLE away RENAME TO django_admin_log")
            self.assertTrue(until(lambda: root.get(INDEX)[0] == 200))
            self.assertEqual(root.send(ADD, BLANK)[0], 302)

    def test_a_server_of_the_database_that_stops_is_503_and_the_session_goes_on_afterwards(self):
        with PostgreSQL() as database, AdminSite(settings_for(database.url)) as site:
            root = site.serve().person("root")
            self.assertEqual(root.send(ADD, BLANK)[0], 302)
            database.stop()
            for status, _, text in self.pages_and_forms(root):
                self.assertEqual(status, 503)
                self.assertNotRegex(text, "(?i)postgres|libpq|connection")
            database.start()
            self.assertTrue(until(lambda: root.get(LIST)[0] == 200))
            self.assertEqual(root.send(ADD, {**BLANK, "message": "afterwards"})[0], 302)
            self.assertIn("afterwards", root.get(LIST)[2])


if __name__ == "__main__":
    unittest.main()
