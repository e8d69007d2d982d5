# SPDX-License-Identifier: MIT
"""What is beyond the original: requests to a server with MESSAGES_EXTENSIONS and its answers are as the document says."""
import json
import unittest

from documents import RECORDING, Documents, Site, running

TOKEN = {"Authorization": "Token 456789abcdef0123456789abcdef012345678901"}


class Extensions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        site = Site.recorded(RECORDING["documents"][0])
        cls.site = Site({**site.settings, "MESSAGES_EXTENSIONS": ["read_state", "sync", "conditional"]}, site.routes)
        cls.document = Documents().of(cls.site)
        cls.plain = Documents().of(site)
        cls.running = running(cls.site)
        cls.server = cls.running.__enter__()
        cls.server.load("f3")

    @classmethod
    def tearDownClass(cls):
        cls.running.__exit__(None, None, None)

    def answer(self, path, status, method="GET", is_valid=True, body=None, **headers):
        """Both sides of it are valid."""
        kind = {} if body is None else {"Content-Type": "application/json"}
        request = {"method": method, "path": path, "headers": {"Host": "testserver", "Accept": "application/json", **TOKEN, **kind, **headers}}
        if body is not None:
            request["body"] = json.dumps(body)
        answer = self.server.answer(request)
        self.assertEqual(answer["status"], status, answer)
        self.assertEqual(self.document.answer_problems(request, answer), [], f"{method} {path}")
        if is_valid:
            self.assertEqual(self.document.request_problems(request), [], f"{method} {path}")
        return answer

    def test_changes(self):
        state = json.loads(self.answer("/messages/changes/", 200)["body"])["new_state"]
        self.answer("/messages/changes/", 200, "HEAD")
        self.answer("/messages/changes/", 200, "OPTIONS")
        self.answer("/messages/", 200)  # marks some
        self.answer(f"/messages/changes/?since={state}&limit=1", 200)
        self.answer(f"/messages/changes/?since={state}&limit=100000", 200)
        self.answer("/messages/changes/?since=another-1", 410)
        self.answer("/messages/changes/?since=nonsense", 400, is_valid=False)
        self.answer("/messages/changes/?limit=0", 400, is_valid=False)
        self.answer("/messages/changes/?wait=x", 400, is_valid=False)
        self.answer("/messages/changes/", 403, is_valid=False, Authorization="")
        self.answer("/messages/changes/?format=xml", 404, is_valid=False)

    def test_read_state(self):
        state = json.loads(self.answer("/messages/counts/", 200)["body"])["state"]
        for name in ("read", "unread"):
            self.answer(f"/messages/1/{name}/", 200, "POST")
            self.answer(f"/messages/99999/{name}/", 404, "POST")
            self.answer(f"/messages/{name}/", 200, "OPTIONS")
            for body in ({"ids": [1, 2, 99999]}, {"all": True}, {"up_to": state}):
                self.answer(f"/messages/{name}/?level_tag=info", 200, "POST", body=body)
            self.answer(f"/messages/{name}/", 410, "POST", body={"up_to": "another-1"})
            for body in ({}, {"ids": []}, {"ids": [1, 1]}, {"ids": ["x", None]}, {"all": False}, {"up_to": "?"}, {"all": True, "ids": [1]}, [1],
                         {"ids": list(range(1, 502))}, {"ids": [0]}, {"ids": [2 ** 63]}):
                self.answer(f"/messages/{name}/", 400, "POST", is_valid=False, body=body)
            self.answer(f"/messages/{name}/", 415, "POST", is_valid=False, body=[], **{"Content-Type": "text/plain"})
            self.answer(f"/messages/{name}/?level=x", 400, "POST", is_valid=False, body={"all": True})
            self.answer(f"/messages/{name}/", 200, "POST", body={"all": True}, Authorization="")
        self.answer("/messages/counts/?level_tag=warning", 200)
        self.answer("/messages/counts/?level=x", 400, is_valid=False)
        self.answer("/messages/?mark=false", 200)
        self.answer("/messages/?mark=perhaps", 400, is_valid=False)

    def test_conditional(self):
        for path in ("/messages/", "/messages/peek/", "/messages/counts/", "/messages/1/"):
            for method in ("GET", "HEAD"):
                with self.subTest(path, method=method):
                    self.answer(path, 200, method)
                    self.answer("/messages/changes/", 200)  # what was marked has its position: until then there is no ETag
                    answer = self.answer(path, 200, method)
                    self.assertIn("ETag", answer["headers"])
                    self.answer(path, 304, method, **{"If-None-Match": answer["headers"]["ETag"]})

    def test_without_extensions_there_is_nothing_of_it(self):
        text = json.dumps(self.plain.data)
        for word in ("changes", "counts", "unread/", '"mark"', "Messages-State", "304", "ETag", "state_expired"):
            self.assertNotIn(word, text)


if __name__ == "__main__":
    unittest.main()
