# SPDX-License-Identifier: MIT
"""All that the program does with its database, once: commands, endpoints, log-ins, the admin, the feed."""
import contextlib
import json

from admin_site import ADD, ADMIN_ROUTE, BLANK, LIST, LOGOUT, QUICK, Person, change_of
from databases import settings_for
from event_source import EventSource
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, SETTINGS, TOKEN_ROUTE, Client, Site

EXTENSIONS = 'MESSAGES_EXTENSIONS = ["read_state", "sync", "stream", "conditional"]\n'
OPTIONS = 'MESSAGES_FILTER_LOOKUPS = true\nMESSAGES_ALLOW_DELETE_UNREAD = true\n'
SEARCHING = 'DEFAULT_FILTER_BACKENDS = ["django_filters.rest_framework.DjangoFilterBackend", "rest_framework.filters.SearchFilter", ' \
            '"rest_framework.filters.OrderingFilter"]\nDEFAULT_PAGINATION_CLASS = "rest_framework.pagination.LimitOffsetPagination"\n'
SESSIONS = "MESSAGES_USE_SESSIONS = true\nMESSAGES_DELETE_READ = true\n"
PASSWORD = "root-password-7f3"
QUERIES = ["", "?limit=2&offset=1", "?unread=true", "?unread=false", "?level=20", "?level_tag=warning", "?level__gte=30", "?level__in=20,30",
           "?extra_tags=report", "?extra_tags__contains=rep", "?view=", "?created_after=2020-01-01", "?read_after=2020-01-01", "?search=report",
           "?search=two%20words", "?ordering=level,-created", "?ordering=read_at"]


class Recorded(Site):
    def __init__(self, settings, variables):
        self.variables = variables
        super().__init__(settings, migrate=False)

    @property
    def environment(self):
        return {**super().environment, **self.variables}


def settings_of(recorder, has):
    settings = settings_for(recorder.server.url, "WORKERS = 1") if recorder.server else SETTINGS + "\n[SERVER]\nACCESS_LOG = false\nWORKERS = 1\n"
    before, _, after = settings.partition('DEFAULT_FILTER_BACKENDS = ["django_filters.rest_framework.DjangoFilterBackend"]\n')
    routes = MESSAGES_ROUTE + LOGIN_ROUTE + TOKEN_ROUTE + (ADMIN_ROUTE if "admin" in has else "")
    return (EXTENSIONS if "feed" in has else "") + QUICK + OPTIONS + before + SEARCHING + after + routes


@contextlib.contextmanager
def site(recorder, has):
    with Recorded(settings_of(recorder, has), recorder.environment) as made:
        yield made


def migrate(made, _has):
    made.manage("migrate")


def work(made, has):
    made.manage("createsuperuser", "root", "--password-stdin", stdin=PASSWORD + "\n")
    token = made.user("ann")
    made.user("bob")
    made.manage("changepassword", "bob", "--password-stdin", stdin="another-password-1\n")
    made.manage("drf_create_token", "-r", "bob")
    for number in range(4):
        made.manage("send", "--to", "ann", "bob", "--level", "warning", "--tag", "report", "--tag", f"t{number}", f"report, two words {number}")
    made.manage("send", "--to", "ann", "root", "plain")
    made.manage("list", "ann", "--unread", "--json")
    made.serve()
    endpoints(made.client(token))
    if "feed" in has:
        follow(made, token)
    people(made, has)
    made.stop()
    sessions(made)
    made.manage("prune", "--read", "--older-than", "1h")
    made.manage("prune", "--read")
    made.manage("clearsessions")
    made.manage("check")


def endpoints(client):
    client.get("/messages/peek/")
    first = client.get("/messages/1/")
    expect(client, 204, "DELETE", f"/messages/{first['id']}/")
    for query in QUERIES:
        client.get("/messages/" + query)
    expect(client, 404, "GET", "/messages/999/")
    client.close()


def follow(made, token):
    client = made.client(token)
    state = json.loads(made.manage("changes", "ann"))["new_state"]
    source = EventSource(made.port, token)
    if source.next().name != "hello":
        raise AssertionError("a stream begins with hello")
    made.manage("send", "--to", "ann", "--tag", "live", "while somebody listens")
    if source.next().name != "created":
        raise AssertionError("a stream says what is created")
    source.close()
    client.get(f"/messages/changes/?since_state={state}")
    client.get("/messages/?mark=false")
    client.get("/messages/counts/")
    for path in ("/messages/3/read/", "/messages/3/unread/", "/messages/read/?level_tag=info", "/messages/unread/"):
        expect(client, 200, "POST", path, *([] if "3" in path else ['{"all": true}' if "unread" not in path else '{"ids": [3, 5]}']))
    client.close()
    made.manage("mark", "ann", "--all")
    made.manage("mark", "ann", "--unread", "3")
    made.manage("changes", "ann", "--since", state)
    made.manage("live", "status")


def people(made, has):
    """What browsers do: log in, read, and what staff does in the admin."""
    person = Person(made.port)
    person.get("/api-auth/login/")
    must(person.send("/api-auth/login/", {"username": "root", "password": PASSWORD, "next": "/messages/"}), 302)
    must(person.get("/messages/"), 200)
    expect(Client(made.port, None), 200, "POST", "/api-token-auth/", json.dumps({"username": "root", "password": PASSWORD}))
    if "admin" in has:
        for path in ("/admin/", LIST, LIST + "?q=report", LIST + "?level=30", LIST + "?o=-2", LIST + "?created__year=2024", ADD, change_of(4)):
            must(person.get(path), 200)
        tags = {"extra_tags-TOTAL_FORMS": "1", "extra_tags-0-text": "new", "extra_tags-0-id": "", "extra_tags-0-message": ""}
        must(person.send(ADD, {**BLANK, **tags, "message": "by the admin"}), 302)
        must(person.send(change_of(4), {**BLANK, "user": "2", "message": "changed", "level": "30"}), 302)
        for action in ("mark_read", "mark_unread"):
            person.send(LIST, {"action": action, "_selected_action": "4", "index": "0"})
        must(person.get(LIST + "4/history/"), 200)
        must(person.get(LIST + "5/delete/"), 200)
        must(person.send(LIST + "5/delete/", {"post": "yes"}), 302)
        must(person.send(LIST, {"action": "delete_selected", "_selected_action": "6", "post": "yes", "index": "0"}), 302)
        must(person.send(LOGOUT, {}), 200)
    else:
        must(person.send("/api-auth/logout/", {}), 200)


def sessions(made):
    """With the settings that make the list delete, and keep messages apart by session."""
    made.settings.write_text(SESSIONS + made.settings.read_text(encoding="utf-8"), encoding="utf-8")
    made.manage("send", "--to", "root", "a last one")
    made.serve()
    person = Person(made.port)
    person.get("/api-auth/login/")
    must(person.send("/api-auth/login/", {"username": "root", "password": PASSWORD, "next": "/messages/"}), 302)
    for path in ("/messages/peek/", "/messages/", "/messages/"):
        must(person.get(path), 200)
    made.stop()


def expect(client, status, method, path, body=None):
    answer = client.request(method, path, body, {"Content-Type": "application/json"} if body else {})
    if answer[0] != status:
        raise AssertionError(f"{method} {path}: {answer}")


def must(answer, status):
    if answer[0] != status:
        raise AssertionError(answer)
