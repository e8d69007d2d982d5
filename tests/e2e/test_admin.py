# SPDX-License-Identifier: MIT
"""The admin: who gets in, what stays secret, and two who work on one message."""
import pathlib
import re
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from admin_site import ADD, BLANK, INDEX, LIST, LOGIN, LOGOUT, PASSWORDS, AdminSite, Person, change_of
from html_page import Page

RATE = 'LOGIN_THROTTLE_RATE = "10/hour"\n'


class Doors(unittest.TestCase):
    def test_guesses_at_all_logins_are_counted_together(self):
        with AdminSite(before=RATE) as site:
            person = site.serve().person()
            for number in range(6):
                self.assertEqual(person.log_in("root", f"wrong {number}")[0], 200)
            person.get("/api-auth/login/")
            for number in range(4):
                self.assertEqual(person.send("/api-auth/login/", {"username": "root", "password": f"wrong {number}"})[0], 200)
            status, headers, text = person.log_in("root")
            self.assertEqual((status, "Too many attempts" in text), (429, True))
            self.assertGreater(int(headers["Retry-After"]), 0)
            self.assertNotIn("sessionid", person.cookies)
            self.assertEqual(site.person("staff").get(INDEX)[0], 200)

    def test_who_is_no_staff_hears_the_same_as_who_does_not_exist(self):
        with AdminSite() as site:
            site.manage("createuser", "gone", "--staff", "--password-stdin", stdin="gone-password\n")
            site.rows("UPDATE auth_user SET is_active = 0 WHERE username = 'gone'")
            site.serve()
            heard = set()
            for name, password in (("ann", PASSWORDS["ann"]), ("gone", "gone-password"), ("nobody", "x"), ("root", "wrong")):
                person = site.person()
                status, _, text = person.log_in(name, password)
                page = Page(text)
                self.assertEqual(page.problems, [])
                self.assertIn("for a staff account", text)
                self.assertNotIn("sessionid", person.cookies, name)
                heard.add((status, re.sub(r'value="[^"]*"', "", text)))
            self.assertEqual(len(heard), 1)

    def test_nobody_gets_further_than_the_log_in_without_a_session_of_staff(self):
        with AdminSite() as site:
            site.fill(3)
            site.serve()
            ann = site.person()
            ann.get("/api-auth/login/")
            ann.send("/api-auth/login/", {"username": "ann", "password": PASSWORDS["ann"]})
            self.assertIn("sessionid", ann.cookies)
            stranger = site.person()
            stranger.get(LOGIN)
            before = site.written()
            for person in (ann, stranger):
                for path in (INDEX, LIST, ADD, change_of(1), LIST + "1/delete/", LIST + "1/history/", LIST + "999/change/", "/admin/nowhere/"):
                    status, headers, text = person.get(path)
                    self.assertEqual((status, headers["Location"]), (302, f"{LOGIN}?next={path}"), path)
                    self.assertNotIn("Message 1", text)
                for path, form in ((ADD, BLANK), (change_of(1), BLANK), (LIST + "1/delete/", {"post": "yes"}),
                                   (LIST, {"action": "delete_selected", "_selected_action": "1", "post": "yes", "index": "0"})):
                    self.assertEqual(person.send(path, form)[0], 302, path)
            self.assertEqual(site.written(), before)

    def test_who_is_staff_no_longer_is_out_at_once_and_who_logs_out_leaves_no_session(self):
        with AdminSite() as site:
            site.serve()
            root = site.person("root")
            thief = Person(site.port)
            thief.cookies = dict(root.cookies)
            self.assertEqual(thief.get(INDEX)[0], 200)
            root.send(LOGOUT, {})
            self.assertEqual((root.get(INDEX)[0], thief.get(INDEX)[0]), (302, 302))
            staff = site.person("staff")
            for change in ("is_staff = 0", "is_staff = 1, is_active = 0"):
                self.assertEqual(staff.get(INDEX)[0], 200)
                site.rows(f"UPDATE auth_user SET {change} WHERE username = 'staff'")
                self.assertEqual(staff.get(INDEX)[0], 302, change)
                site.rows("UPDATE auth_user SET is_staff = 1, is_active = 1 WHERE username = 'staff'")
            site.manage("changepassword", "staff", "--password-stdin", stdin="another-password-5\n")
            self.assertEqual(staff.get(INDEX)[0], 302)

    def test_logging_in_as_somebody_else_begins_a_new_session(self):
        with AdminSite() as site:
            site.serve()
            person = site.person("staff")
            old = Person(site.port)
            old.cookies = dict(person.cookies)
            person.log_in("root")
            self.assertNotEqual(person.cookies["sessionid"], old.cookies["sessionid"])
            self.assertEqual((person.get(LIST)[0], old.get(INDEX)[0]), (200, 302))

    def test_a_log_in_leads_nowhere_else(self):
        with AdminSite() as site:
            site.serve()
            for path in ("//evil.example/", "http://evil.example/", "javascript:alert(1)", "/\\evil.example", "///evil.example"):
                status, headers, _ = site.person().log_in("root", path=path)
                self.assertEqual((status, headers["Location"].startswith("/") and "evil" not in headers["Location"]), (302, True), path)

    def test_every_form_needs_its_csrf_token(self):
        with AdminSite() as site:
            site.fill(3)
            site.serve()
            root = site.person("root")
            root.get(LIST)
            before = site.written()
            forms = [(LOGIN, {"username": "root", "password": PASSWORDS["root"]}), (LOGOUT, {}), (ADD, BLANK), (change_of(1), BLANK),
                     (LIST + "1/delete/", {"post": "yes"}), (LIST, {"action": "delete_selected", "_selected_action": "1", "post": "yes", "index": "0"}),
                     (LIST, {"action": "mark_read", "_selected_action": "1", "index": "0"}), (LIST + "1/history/", {}), ("/admin/nowhere/", {})]
            for path, form in forms:
                for token in ({}, {"csrfmiddlewaretoken": ""}, {"csrfmiddlewaretoken": "x" * 64}):
                    self.assertEqual(root.send(path, {**token, **form}, csrf=False)[0], 403, path)
                stranger = Person(site.port)
                stranger.cookies = {"sessionid": root.cookies["sessionid"]}
                self.assertEqual(stranger.send(path, form, csrf=False)[0], 403, path)
            self.assertEqual(site.written(), before)
            self.assertEqual(root.get(INDEX)[0], 200)


class Secrets(unittest.TestCase):
    def test_no_page_and_no_line_of_the_log_has_a_session_key_a_password_or_a_hash(self):
        with AdminSite() as site:
            site.serve()
            ann = site.person()
            ann.get("/api-auth/login/")
            ann.send("/api-auth/login/", {"username": "ann", "password": PASSWORDS["ann"]})
            root = site.person("root")
            keys = [ann.cookies["sessionid"], root.cookies["sessionid"]]
            with site.sql() as connection:
                for number, key in enumerate(keys, 1):
                    connection.execute("INSERT INTO drf_messages_message (message, level, view, created, user_id, session_key, session_id)"
                                       " VALUES (?, 20, '', '2024-01-01', 3, ?, ?)", (f"Message {number}", key, key))
            hashes = [row[0] for row in site.rows("SELECT password FROM auth_user")]
            secrets = [*keys, *(key[:12] for key in keys), *PASSWORDS.values(), *hashes, "md5$", "a key for tests only"]
            seen = []

            def look(answer):
                seen.append(answer[2])
                seen.append(answer[1].get("Location", ""))

            for path in (INDEX, "/admin/drf_messages/", LIST, LIST + "?o=1", LIST + "?session__isnull=False", LIST + "?q=Message", ADD,
                         change_of(1), change_of(2), LIST + "1/delete/", LIST + "1/history/", LIST + "999/change/",
                         LIST + "?session_key__startswith=" + keys[0][:5]):
                look(root.get(path))
            for prefix in ("session__session_key__startswith", "session_key__startswith", "session_key__gt", "session_key__contains", "session_key__regex"):
                status, headers, _ = root.get(f"{LIST}?{prefix}={keys[0][:3]}")
                self.assertIn((status, headers.get("Location")), [(302, LIST + "?e=1"), (400, None)], prefix)
            look(root.send(change_of(1), {**BLANK, "level": "999", "session_key": "unchanged"}))
            look(root.send(LIST, {"action": "delete_selected", "_selected_action": "1", "index": "0"}))
            look(root.send(LIST + "1/delete/", {"post": "yes"}))
            look(root.get(LIST + "1/history/"))
            look(root.log_in("root", "wrong " + PASSWORDS["ann"]))
            look(root.get("/admin/nowhere/"))
            self.assertGreater(len(seen), 30)
            for secret in secrets:
                self.assertEqual([text for text in seen if secret in text], [], secret)
            site.stop()
            log = "".join(site.output)
            for secret in secrets:
                self.assertNotIn(secret, log)

    def test_a_session_key_that_was_shown_masked_and_is_posted_back_stays(self):
        with AdminSite() as site:
            root = site.serve().person("root")
            key = root.cookies["sessionid"]
            with site.sql() as connection:
                connection.execute("INSERT INTO drf_messages_message (message, level, view, created, user_id, session_key)"
                                   " VALUES ('m', 20, '', '2024-01-01', 1, ?)", (key,))
            number, = site.rows("SELECT id FROM drf_messages_message WHERE message = 'm'")[0]
            page = Page(root.get(change_of(number))[2])
            shown = next(element.get("value") for element in page.root.all("input") if element.get("name") == "session_key")
            self.assertNotEqual(shown, key)
            self.assertEqual(root.send(change_of(number), {**BLANK, "session_key": shown, "message": "n"})[0], 302)
            self.assertEqual(site.rows("SELECT message, session_key FROM drf_messages_message WHERE id = ?", number), [("n", key)])


class TwoAtOnce(unittest.TestCase):
    def at_once(self, *works):
        answers, gate = [None] * len(works), threading.Barrier(len(works))

        def run(number, work):
            gate.wait()
            answers[number] = work()

        threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def test_two_changes_of_one_message_are_one_after_the_other_and_none_is_half(self):
        with AdminSite() as site:
            site.fill(1)
            site.serve()
            people = [site.person("root"), site.person("root")]
            for round_number in range(15):
                forms = [{**BLANK, "message": f"by {who} in {round_number}", "view": f"by {who} in {round_number}", "extra_tags-TOTAL_FORMS": "1",
                          "extra_tags-0-text": f"by {who} in {round_number}", "extra_tags-0-id": "", "extra_tags-0-message": "1"} for who in "xy"]
                answers = self.at_once(*(lambda person=person, form=form: person.send(change_of(1), form) for person, form in zip(people, forms)))
                self.assertEqual([answer[0] for answer in answers], [302, 302])
                (message, view), = site.rows("SELECT message, view FROM drf_messages_message WHERE id = 1")
                self.assertEqual(message, view)
            tags = [text for text, in site.rows("SELECT text FROM drf_messages_messagetag WHERE message_id = 1")]
            self.assertEqual(sorted(tags[2:]), sorted(f"by {who} in {number}" for who in "xy" for number in range(15)))
            self.assertEqual(site.rows("SELECT COUNT(*) FROM django_admin_log WHERE action_flag = 2"), [(30,)])

    def test_a_change_beside_a_deletion_is_whole_or_of_a_message_that_is_gone(self):
        with AdminSite() as site:
            site.fill(15)
            site.serve()
            people = [site.person("root"), site.person("root")]
            for number in range(1, 16):
                form = {**BLANK, "extra_tags-TOTAL_FORMS": "1", "extra_tags-0-text": "new", "extra_tags-0-id": "", "extra_tags-0-message": str(number)}
                answers = self.at_once(lambda: people[0].send(change_of(number), form), lambda: people[1].send(f"{LIST}{number}/delete/", {"post": "yes"}))
                self.assertEqual([answer[0] for answer in answers], [302, 302])
            self.assertEqual(site.rows("SELECT id FROM drf_messages_message WHERE id <= 15"), [])
            self.assertEqual(site.rows("SELECT id FROM drf_messages_messagetag WHERE message_id <= 15"), [])
            self.assertEqual(site.rows("SELECT COUNT(*) FROM django_admin_log WHERE action_flag = 3"), [(15,)])

    def test_two_deletions_of_the_same_messages_log_each_once(self):
        with AdminSite() as site:
            site.fill(300)
            site.serve()
            people = [site.person("root"), site.person("root")]
            form = [("action", "delete_selected"), ("index", "0"), ("select_across", "0"), ("post", "yes"),
                    *(("_selected_action", str(number)) for number in range(1, 301))]
            answers = self.at_once(*(lambda person=person: person.send(LIST, form) for person in people))
            self.assertEqual({answer[0] for answer in answers} - {200, 302}, set())
            self.assertEqual(site.rows("SELECT id FROM drf_messages_message WHERE id <= 300"), [])
            self.assertEqual(site.rows("SELECT COUNT(*), COUNT(DISTINCT object_id) FROM django_admin_log WHERE action_flag = 3"), [(300, 300)])


if __name__ == "__main__":
    unittest.main()
