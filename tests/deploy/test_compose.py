# SPDX-License-Identifier: MIT
"""compose.yaml: valid under the Compose specification, and each of its profiles answers."""
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.request

import compose_spec
import yaml

import container
import servers
from beside import Beside
from nginx_command import nginx_command
from patience import until
from browser import Browser

TEXT = (container.SOURCE / "compose.yaml").read_text(encoding="utf-8")
PROFILES = {"sqlite": ["messages"], "postgresql": ["messages-on-postgresql", "postgresql"],
            "django": ["messages-beside-site", "nginx", "postgresql", "site", "site-migrate"]}
KEY = "the site's own key, which is for tests and longer than fifty characters"


def read(text=TEXT, **variables):
    """What the file says, with the variables of whoever starts it."""
    options = compose_spec.PyOptions(apply_merge=True)
    return options.from_yaml(re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: variables.get(*found.groups()), text))


def ask(port, path, token):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Token {token}", "Host": "localhost"})
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.load(answer)


def seconds(text):
    return compose_spec.parse_duration(text)


class File(unittest.TestCase):
    def test_it_is_valid(self):
        read().validate()
        for wrong in (("read_only: true", "read_only: often"), ("  secret_key: {", "  secret: {")):
            with self.subTest(wrong), self.assertRaises(ValueError):
                read(TEXT.replace(*wrong)).validate()

    def test_each_profile_has_its_services(self):
        services = read().to_dict()["services"]
        found = {profile: sorted(name for name, service in services.items() if profile in service["profiles"]) for profile in PROFILES}
        self.assertEqual(found, PROFILES)

    def test_our_servers_may_do_nothing_that_they_need_not(self):
        ours = [service for service in read().to_dict()["services"].values() if service["image"] == "drf-messages"]
        self.assertEqual(len(ours), len(PROFILES))
        for service in ours:
            self.assertEqual((service["read_only"], service["cap_drop"], service["security_opt"]), (True, ["ALL"], ["no-new-privileges:true"]))
            self.assertGreater(seconds(service["stop_grace_period"]), container.drain_timeout() + 1)

    def test_listen_says_who_may_connect(self):
        for variables, ports in (({}, ["8000:8000"]), ({"LISTEN": "127.0.0.1:8001"}, ["127.0.0.1:8001:8000"])):
            self.assertEqual(read(**variables).to_dict()["services"]["messages"]["ports"], ports)

    def test_paths_of_the_file_exist(self):
        services = yaml.safe_load(TEXT)["services"]
        for name in (services["messages"]["build"]["dockerfile"], services["nginx"]["volumes"][0].split(":")[0]):
            self.assertTrue((container.SOURCE / name).is_file(), name)


class Profiles(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="drf-messages-compose-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def secrets(self, **texts):
        """What stands in /run/secrets."""
        folder = self.folder / "secrets"
        folder.mkdir()
        for name in read().to_dict()["secrets"]:
            (folder / name).write_text(texts.get(name, f"{name} of a test, with more than fifty characters in it"), encoding="ascii")
        return {"/run/secrets": str(folder)}

    def database(self):
        server = servers.PostgreSQL()
        self.addCleanup(server.__exit__)
        server.__enter__()
        return server, *container.database(server)

    def start(self, name, places, added=(), **variables):
        service = read(**variables).to_dict()["services"][name]
        started = container.Container(self.folder, service["environment"], service.get("command"), places, added)
        self.addCleanup(started.kill)
        return started.start()

    def works(self, server):
        token = server.user("ann")
        server.manage("send", "--to", "ann", "--level", "success", "By compose")
        self.assertEqual(ask(server.port, "/messages/peek/", token), {"count": 1, "max_level": 25, "max_level_tag": "success"})
        server.manage("health")
        self.assertEqual(server.end(), 0)

    def test_sqlite(self):
        volume = self.folder / "volume"
        volume.mkdir()
        server = self.start("messages", {"/var/lib/drf-messages": str(volume)})
        self.works(server)
        self.assertTrue({"db.sqlite3", "secret_key"} <= {path.name for path in volume.iterdir()})

    def test_postgresql(self):
        _, places, added = self.database()
        volume = self.folder / "volume"
        volume.mkdir()
        self.works(self.start("messages-on-postgresql", {**places, **self.secrets(), "/var/lib/drf-messages": str(volume)}, added))
        self.assertEqual(list(volume.iterdir()), [], "a server on PostgreSQL keeps nothing itself")

    def site(self, port, services):
        """The Django site, with what its containers are told, after its migrations."""
        told = services["site"]["environment"]
        self.assertEqual(told, services["site-migrate"]["environment"])
        self.assertEqual(services["site-migrate"]["command"][1:3], ["manage.py", "migrate"])
        database = {"ENGINE": "django.db.backends.postgresql", "HOST": "127.0.0.1", "PORT": str(port), "NAME": told["DATABASE_NAME"],
                    "USER": told["DATABASE_USER"]}
        site = Beside(sys.executable, True, {"SECRET_KEY": KEY, "DATABASES": {"default": database}})
        self.addCleanup(site.__exit__)
        site.manage(*services["site-migrate"]["command"][2:])
        site.start_django()
        return site

    def nginx(self, messages, site):
        """The port of an nginx with the file of compose.yaml."""
        port = servers.free_port()
        text = (container.IMAGE / "nginx.conf").read_text(encoding="utf-8")
        for there, here in (("messages-beside-site:8000", f"127.0.0.1:{messages}"), ("//site:8000", f"//127.0.0.1:{site}"),
                            ("listen 80", f"listen 127.0.0.1:{port}")):
            self.assertIn(there, text)
            text = text.replace(there, here)
        process = subprocess.Popen(nginx_command(self.folder, text), stdin=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)

        def listens():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        self.assertTrue(until(listens))
        return port

    def test_django(self):
        """Who logs in to the site is known to the server beside it, and reads there what the site has left."""
        database, places, added = self.database()
        variables = {"DJANGO_VERSION": "5.2", "REST_FRAMEWORK_VERSION": "3.16"}
        site = self.site(database.port, read(**variables).to_dict()["services"])
        server = self.start("messages-beside-site", {**places, **self.secrets(secret_key=KEY)}, added, **variables)
        port = self.nginx(server.port, site.django_port)
        browser = Browser("localhost")
        made = browser.request(port, "POST", "/control/user/", json.dumps({"username": "ann", "password": "a long enough password"}),
                               {"Content-Type": "application/json"})
        self.assertEqual(made.status, 200, made.body)
        self.assertEqual(browser.fill_in(port, "/accounts/login/", username="ann", password="a long enough password").status, 302)
        self.assertEqual(browser.get(port, "/leave/?text=By+the+site").status, 200)
        answer = browser.get(port, "/messages/?format=json")
        self.assertEqual(answer.status, 200, answer.body[:500])
        self.assertIn("By the site", answer.body.decode("utf-8"))
        self.assertEqual(browser.get(port, "/static/drf_messages/drf-messages.js").status, 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
