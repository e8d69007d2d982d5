# SPDX-License-Identifier: MIT
"""Two servers on one database with the feed of changes, a user, and somebody who writes messages beside them as Django does."""
import contextlib
import json

from databases import settings_for
from servers import MariaDB, PostgreSQL
from site_process import SETTINGS, Client, Site
from sql_client import sql_client

DATABASES = {"sqlite": None, "postgresql": PostgreSQL, "mariadb": MariaDB}
EXTENSIONS = 'MESSAGES_EXTENSIONS = ["read_state", "sync", "stream", "conditional"]\n'
NOW = "'2024-01-01 10:00:00'"


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, dict(response.getheaders()), response.read()

    @property
    def json(self):
        return json.loads(self.body)


class LiveClient(Client):
    def ask(self, path, method="GET", body=None, **headers):
        """headers: If_None_Match="*"."""
        fields = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items() if value is not None}}
        if body is not None:
            body, fields["Content-Type"] = json.dumps(body), "application/json"
        self.renew()
        self.connection.request(method, path, body=body, headers=fields)
        return Answer(self.connection.getresponse())


class LiveSite:
    """`with live_site("sqlite") as site:`; site.clients are ann's, one of each server."""

    def __init__(self, server, rest=""):
        """rest: more of [REST_FRAMEWORK]."""
        self.server = server
        settings = settings_for(server.url, "WORKERS = 4") if server else SETTINGS + "\n[SERVER]\nACCESS_LOG = false\nWORKERS = 4\n"
        settings = EXTENSIONS + settings.replace("[REST_FRAMEWORK]\n", "[REST_FRAMEWORK]\n" + rest)
        self.sites = [Site(settings)]
        second = Site(settings, migrate=False)
        if not server:
            second.settings.write_text(second.settings.read_text(encoding="utf-8").replace('"db.sqlite3"', f'"{self.sites[0].folder}/db.sqlite3"'),
                                       encoding="utf-8")
        self.sites.append(second)
        self.tokens = {name: self.sites[0].user(name) for name in ("ann", "bob")}
        self.writer, self.late = sql_client(server, self.sites[0]), sql_client(server, self.sites[0])
        self.ids = {name: int(self.writer.sql(f"SELECT id FROM auth_user WHERE username = '{name}'")[0]) for name in self.tokens}
        for site in self.sites:
            site.serve()
        self.clients = self.clients_of("ann")

    def clients_of(self, name):
        return [LiveClient(site.port, self.tokens[name]) for site in self.sites]

    def insert(self, text, user="ann", level=20, client=None):
        """As Django's ORM does it, but for the text, which must be unlike all others: its id."""
        client = client or self.writer
        client.sql(f"INSERT INTO drf_messages_message (view, message, level, created, user_id) VALUES ('', '{text}', {level}, {NOW}, {self.ids[user]})")
        return int(client.sql(f"SELECT id FROM drf_messages_message WHERE message = '{text}'")[0])

    def delete(self, message, client=None):
        client = client or self.writer
        client.sql(f"DELETE FROM drf_messages_messagetag WHERE message_id = {message}")
        client.sql(f"DELETE FROM drf_messages_message WHERE id = {message}")

    def close(self):
        for client in self.clients:
            client.close()
        self.writer.close()
        self.late.close()
        for site in self.sites:
            site.__exit__()


@contextlib.contextmanager
def live_site(database, rest=""):
    with contextlib.ExitStack() as stack:
        server = DATABASES[database] and stack.enter_context(DATABASES[database]())
        site = LiveSite(server, rest)
        stack.callback(site.close)
        yield site
