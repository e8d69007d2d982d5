# SPDX-License-Identifier: MIT
"""schemathesis makes requests of the document, good ones and bad ones, and none of its checks finds anything in the answers.

    run.py --binary drf-messages requests [--examples N] [--seed N] [--only NAME]     at least N requests, a part to each site
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

from documents import HERE, RECORDING, Site, running

TOKEN = "456789abcdef0123456789abcdef012345678901"


def site(routes, lookups=False, extensions=(), **rest_framework):
    recorded = Site.recorded(RECORDING["documents"][0])
    settings = {**recorded.settings, "ALLOWED_HOSTS": ["127.0.0.1"], "MESSAGES_FILTER_LOOKUPS": lookups, "MESSAGES_EXTENSIONS": list(extensions),
                "REST_FRAMEWORK": {**recorded.settings["REST_FRAMEWORK"], **rest_framework}}
    return Site(settings, [*routes, {"route": "schema/", "include": "drf_messages.schema"}])


PAGED = "rest_framework.pagination."
AUTHENTICATION = [f"rest_framework.authentication.{name}Authentication" for name in ("Token", "Session", "Basic")]
MESSAGES = [{"route": "messages/", "include": "drf_messages.urls"}]
VIEWSET = {"prefix": "messages", "viewset": "drf_messages.views.MessagesViewSet", "basename": "messages"}
# Small pages, since a list has all that the user was left.
SITES = {
    "slices": site(MESSAGES, lookups=True, DEFAULT_PAGINATION_CLASS=PAGED + "LimitOffsetPagination", PAGE_SIZE=5),
    "pages": site(MESSAGES, DEFAULT_PAGINATION_CLASS=PAGED + "PageNumberPagination", PAGE_SIZE=5, DEFAULT_AUTHENTICATION_CLASSES=AUTHENTICATION[:2],
                  DEFAULT_PERMISSION_CLASSES=["rest_framework.permissions.IsAuthenticated"],
                  DEFAULT_VERSIONING_CLASS="rest_framework.versioning.QueryParameterVersioning", ALLOWED_VERSIONS=["1.0", "2.0"], DEFAULT_VERSION="1.0"),
    "cursors": site([{"route": "api/", "router": "DefaultRouter", "register": [VIEWSET]}],
                    DEFAULT_PAGINATION_CLASS=PAGED + "CursorPagination", PAGE_SIZE=5, DEFAULT_AUTHENTICATION_CLASSES=AUTHENTICATION[:1]),
    "marks": site(MESSAGES, extensions=["read_state"], DEFAULT_PAGINATION_CLASS=PAGED + "LimitOffsetPagination", PAGE_SIZE=5),
}


def fill(server):
    """More messages, read and unread, than the requests delete."""
    server.load("f3")
    connection = server.database.conn
    alice = connection.execute("SELECT user_id FROM authtoken_token WHERE key = ?", [TOKEN]).fetchone()[0]
    connection.execute("WITH RECURSIVE numbers(n) AS (SELECT 20 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2000)"
                       " INSERT INTO drf_messages_message (id, message, level, view, created, read_at, user_id)"
                       " SELECT n, 'Message ' || n, 10 + n % 5 * 10, 'demo:index', datetime('2024-01-01', n || ' seconds'),"
                       " CASE n % 2 WHEN 0 THEN datetime('2024-02-01', n || ' seconds') END, ? FROM numbers", [alice])


def run(url, examples, seed):
    """Its status, how many requests it made, and what it says."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml", "run", f"{url}/schema/?format=json", "--checks", "all",
               "--header", f"Authorization: Token {TOKEN}", "--max-examples", str(examples), "--seed", str(seed), "--generation-database", "none",
               "--continue-on-failure", "--no-color", "--suppress-health-check", "all", "--request-timeout", "300"]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}
    with tempfile.TemporaryDirectory(prefix="drf-messages-requests-") as folder:
        done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    generated = re.search(r"(\d+) generated", done.stdout)
    return done.returncode, int(generated.group(1)) if generated else 0, done.stdout + done.stderr


def play(name, requests, seed):
    """Rounds with one seed after the other until there were so many. False: something was found."""
    count = 0
    with running(SITES[name]) as server:
        while count < requests:
            fill(server)
            status, made, text = run(f"http://127.0.0.1:{server.server.port}", 1 + requests // 120, seed)  # a round has about 120 for each example of an operation
            count += made
            print(f"{name}: {made} requests with seed {seed}", flush=True)
            if status != 0 or made == 0:
                print(text[-15000:], flush=True)
                return False
            seed += 1
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--examples", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=SITES)
    arguments = parser.parse_args()
    names = [arguments.only] if arguments.only else list(SITES)
    passed = [play(name, arguments.examples // len(names), arguments.seed) for name in names]
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
