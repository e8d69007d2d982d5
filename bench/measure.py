# SPDX-License-Identifier: MIT
"""Measures this server beside Django and beside the limit: the same requests on the same rows, in turns within one run.

Each figure is the median of the rounds, with the lowest and the highest; each ratio is the median of the rounds' own ratios, since
what else the machine does differs from round to round more than within one. Run by bench/run.
"""
import argparse
import json
import math
import os
import pathlib
import platform
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import sites


def token_requests(method, path, users):
    return [f"{method} {path} Authorization Token {sites.token(user)}" for user in users]


def session_requests(method, path, users):
    return [f"{method} {path} Cookie sessionid={sites.session_key(user)}" for user in users]


class Measure:
    """One row of the table: requests, how many connections, and how the rows must be before each turn."""

    def __init__(self, name, requests, unread="1 = 0", once=False, changes=False):
        """changes: a turn begins with the rows as they were. once: and each request counts only the first time."""
        self.name, self.requests, self.unread, self.once, self.changes = name, requests, unread, once, changes or once

    def file(self, folder):
        path = folder / (self.name.replace(" ", "-").replace(",", "") + ".txt")
        path.write_text("\n".join(self.requests) + "\n")
        return path


def measures(database):
    users = list(range(1, database.users + 1))
    random.Random(1).shuffle(users)

    def pages(requests):
        return [line for offset in range(0, database.messages, sites.PAGE)
                for line in requests("GET", f"/messages/?limit=10&offset={offset}", users)]

    ids = [(message, message % database.users + 1) for message in range(database.users * database.messages)]
    random.Random(2).shuffle(ids)
    own = [f"{{}} /messages/{message + 1}/ Authorization Token {sites.token(user)}" for message, user in ids]
    return {
        "peek": [Measure("peek, token", token_requests("GET", "/messages/peek/", users), "id % 7 = 0"),
                 Measure("peek, session", session_requests("GET", "/messages/peek/", users), "id % 7 = 0"),
                 Measure("list of 10, token", token_requests("GET", "/messages/", users)),
                 Measure("list of 10, session", session_requests("GET", "/messages/", users)),
                 Measure("retrieve, token", [line.format("GET") for line in own])],
        "writes": [Measure("list of 10 unread, token", pages(token_requests), "1 = 1", once=True),
                   Measure("list of 10 unread, session", pages(session_requests), "1 = 1", once=True),
                   Measure("delete, token", [line.format("DELETE") for line in own], once=True),
                   Measure("list of 10 newest, token", token_requests("GET", "/messages/", users), "id % 8 = 0", changes=True)],
    }


def rate_of_load(said):
    """Answers per second that are a success."""
    answer = json.loads(said)
    return (answer["requests"] - answer["status"]) / (answer["microseconds"] / 1e6)


def load(program, process, file, connections, seconds, once=False):
    """What the load generator says of one turn."""
    command = [program, process.address, str(file), str(connections), str(seconds), *(["once"] if once else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{process.address}: {done.stderr}{done.stdout}")
    answer = json.loads(done.stdout)
    return {"requests": answer["requests"], "refused": answer["status"], "rate": rate_of_load(done.stdout), "p50": answer["p50"], "p99": answer["p99"]}


def same_answers(running, measure):
    """The servers must answer the same before their speed is compared; the limit needs to be alike only in length."""
    method, path, header, value = measure.requests[0].split(" ", 3)
    bodies = {}
    for name, process in running.items():
        status, body = process.ask(method, path, {header: value})
        # Who retrieves a message that is read already changes read_at in the original, and nothing here.
        bodies[name] = re.sub(rb'"read_at":"[^"]*"', b"", body) if measure.name.startswith("retrieve") else body
        if status != 200:
            raise RuntimeError(f"{measure.name}: {name} answers {status}: {body[:600]}")
    ours = bodies.pop("drf-messages")
    for name, body in bodies.items():
        if name == "limit" and abs(len(body) - len(ours)) > 0.2 * len(ours) or name != "limit" and body != ours:
            raise RuntimeError(f"{measure.name}: {name} answers otherwise:\n{body[:600]}\n{ours[:600]}")


USER_COLUMNS = "u.id, u.username, u.password, u.email, u.is_active, u.is_staff, u.is_superuser"
WHO = {
    "token": [f"SELECT {USER_COLUMNS}, t.key FROM authtoken_token t JOIN auth_user u ON u.id = t.user_id WHERE t.key = :token{{user}}"],
    "session": ["SELECT s.session_key, s.session_data FROM django_session s WHERE s.session_key = :session{user} AND s.expire_date > :now",
                f"SELECT {USER_COLUMNS} FROM auth_user u WHERE u.id = :user{{user}}"],
}
OWN_COLUMNS = "m.id, m.session_id, m.session_key, m.view, m.message, m.level, m.read_at, m.created"
PEEK = ["SELECT COUNT(*), MAX(m.level) FROM drf_messages_message m WHERE m.user_id = :user{user} AND m.read_at IS NULL"]
LIST = ["SELECT COUNT(*) FROM drf_messages_message m WHERE m.user_id = :user{user}",
        f"SELECT {OWN_COLUMNS}, t.text FROM (SELECT {OWN_COLUMNS}, m.user_id FROM drf_messages_message m WHERE m.user_id = :user{{user}} "
        "ORDER BY m.created DESC, m.id LIMIT :limit OFFSET :offset) m LEFT JOIN LATERAL (SELECT x.id, x.text FROM drf_messages_messagetag x "
        "WHERE x.message_id = m.id OFFSET 0) t ON TRUE ORDER BY m.created DESC, m.id, t.id"]
# What a request asked PostgreSQL at commit 9e394c4, word for word: a limit that stays where it is, whatever the server asks later.
STATEMENTS = {f"{what}, {who}": WHO[who] + then for what, then in (("peek", PEEK), ("list of 10", LIST)) for who in WHO}


def rate_of_pgbench(said):
    return float(re.search(r"tps = ([\d.]+)", said).group(1))


class Pgbench:
    """The limit on PostgreSQL: the statements of a request in one pipeline, from a client that does nothing else.

    No server can send them so: who the user is, which the first statement tells, is a parameter of the next.
    """
    users = range(1, 5)

    def __init__(self, database, measure, folder):
        self.command = [sites.servers.program("pgbench", "/usr/lib/postgresql/*/bin/pgbench"), "-n", "-M", "prepared", "-h", "127.0.0.1",
                        "-p", str(database.server.port), "-U", "drf", "-D", "now=2024-01-01 00:00:00+00", "-D", f"limit={sites.PAGE}", "-D", "offset=0"]
        for user in self.users:
            script = folder / f"pgbench-{measure.name.replace(' ', '-')}-{user}.sql"
            statements = [statement.format(user=user) + ";" for statement in STATEMENTS[measure.name]]
            script.write_text("\n".join(["\\startpipeline", *statements, "\\endpipeline", ""]))
            self.command += ["-f", str(script), "-D", f"user{user}={user}", "-D", f"token{user}={sites.token(user)}",
                             "-D", f"session{user}={sites.session_key(user)}"]

    def for_turn(self, connections, seconds):
        # More clients are more processes of PostgreSQL, with which two cores get slower; the statements are prepared in the first moments.
        return [*self.command, "-c", str(min(connections, 8)), "-T", str(max(2, math.ceil(seconds))), sites.servers.DATABASE]

    def turn(self, connections, seconds):
        done = subprocess.run(self.for_turn(connections, seconds), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr + done.stdout)
        latency = float(re.search(r"latency average = ([\d.]+)", done.stdout).group(1)) * 1000
        return {"requests": 0, "refused": 0, "rate": rate_of_pgbench(done.stdout), "p50": latency, "p99": latency}


def summary(values):
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def turns(running, measure, connections, options, database, folder, transport):
    """Every server in turn, as many rounds as asked; rates, latencies and the ratios to the first server."""
    file = measure.file(folder)
    figures = {name: [] for name in running}
    order = list(running)
    for _ in range(options.rounds):
        order = order[1:] + order[:1]
        for name in order:
            if measure.changes:
                database.restore()
                database.mark(measure.unread)
            if name == "pgbench":
                turn = running[name].turn(connections, options.seconds)
            else:
                turn = load(options.load, running[name], file, connections, options.seconds, measure.once)
            # Only successes count. Django fails with 500 where SQLite is locked.
            some = turn["requests"] if name != "drf-messages" else turn["requests"] // 100
            if turn["refused"] > (some if measure.changes else 0):
                raise RuntimeError(f"{measure.name}: {turn['refused']} answers of {name} are no success, of {turn['requests']}")
            figures[name].append(turn)
    ours = [turn["rate"] for turn in figures["drf-messages"]]
    result = {"measure": measure.name, "connections": connections, "transport": transport, "database": database.kind, "servers": {}}
    for name, all_turns in figures.items():
        rates = [turn["rate"] for turn in all_turns]
        result["servers"][name] = {"rate": summary(rates), "p50": summary([turn["p50"] for turn in all_turns]),
                                   "p99": summary([turn["p99"] for turn in all_turns]),
                                   "ratio": summary([own / other for own, other in zip(ours, rates)])}
    return result


def senders(options, database, threads):
    """Programs that send messages, each in a transaction: the C++ library and, from one thread, Django's ORM; on SQLite also the limit, with
    one commit for each message and with one for all that wait."""
    found = {"drf-messages": lambda: sites.send([options.send, str(database.settings), str(database.users), str(options.seconds), str(threads)])}
    if threads == 1:
        found["django"] = lambda: sites.django_send(database, "notices", "/usr/bin/python3", options.seconds)
        if options.package:
            found["package"] = lambda: sites.django_send(database, "drf_messages", options.package, options.seconds)
    if database.kind == "sqlite":
        found["commit each"] = lambda: sites.limit_writes(options.limit_writes, database, "each", threads, options.seconds)
        found["group commit"] = lambda: sites.limit_writes(options.limit_writes, database, "together", threads, options.seconds)
    return found


def sends(options, database, threads):
    """Messages a second that so many threads send."""
    programs = senders(options, database, threads)
    rates = {name: [] for name in programs}
    for _ in range(options.rounds):
        for name, sender in programs.items():
            done = sender()
            rates[name].append(done["requests"] / (done["microseconds"] / 1e6))
    ours = rates["drf-messages"]
    each = {name: [1e6 / rate for rate in some] for name, some in rates.items()}
    return {"measure": "send, by the library", "connections": threads, "transport": "none", "database": database.kind, "servers": {
        name: {"rate": summary(some), "p50": summary(each[name]), "p99": summary(each[name]),
               "ratio": summary([own / other for own, other in zip(ours, some)])} for name, some in rates.items()}}


def row(result):
    cells = [f"{name} {figures['rate']['median']:.0f}/s" + ("" if name == "drf-messages" else f" ({figures['ratio']['median']:.2f} ×,"
             f" {figures['ratio']['low']:.2f} to {figures['ratio']['high']:.2f})") for name, figures in result["servers"].items()]
    return f"{result['database']:10} {result['measure']:26} {result['transport']:4} {result['connections']:3} connections: " + ", ".join(cells)


def start_to_answer(binary, database, times):
    """Seconds from the start of the process to its first answer; the median."""
    found = []
    for _ in range(times):
        process = sites.drf_messages(binary, database)
        status, body = process.ask("GET", "/readyz")
        if status != 200:
            raise RuntimeError(f"/readyz answers {status}: {body}")
        found.append(time.monotonic() - process.started)
        process.stop()
    return summary(found)


def versions():
    def said(*command):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            return (done.stdout + done.stderr).strip().splitlines()[0]
        except (OSError, IndexError):
            return "absent"

    import django
    import rest_framework
    model = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return {"commit": said("git", "-C", str(sites.ROOT), "rev-parse", "--short=12", "HEAD"), "cpu": model, "cores": os.cpu_count(),
            "kernel": platform.release(), "sqlite": sqlite3.sqlite_version, "django": django.__version__,
            "rest framework": rest_framework.VERSION, "gunicorn": said("/usr/bin/python3", "-m", "gunicorn", "--version"),
            "python": platform.python_version(), "postgresql": said(sites.servers.program("postgres", "/usr/lib/postgresql/*/bin/postgres"), "--version"),
            "mariadb": said("mariadbd", "--version"), "compiler": said("c++", "--version")}


def keep(results, measured):
    """Keeps and prints a result. What fails is told at the end, and costs no other measure."""
    try:
        results["measures"].append(measured())
        print(row(results["measures"][-1]), flush=True)
    except RuntimeError as error:
        print(f"FAILED: {error}", flush=True)
        results["failed"].append(str(error)[:200])


def peeks(measure_list, running, options, database, folder, transport, connections, results):
    for measure in measure_list:
        database.mark(measure.unread)
        among = {name: process for name, process in running.items() if name != "limit" or not measure.name.startswith("retrieve")}
        try:
            same_answers(among, measure)
        except RuntimeError as error:
            print(f"FAILED: {error}", flush=True)
            results["failed"].append(str(error)[:200])
            continue
        if database.kind == "postgresql" and measure.name in STATEMENTS:
            among["pgbench"] = Pgbench(database, measure, folder)
        for count in connections:
            keep(results, lambda: turns(with_so_many(among, count), measure, count, options, database, folder, transport))


def with_so_many(running, connections):
    """Gunicorn's processes answer one request at a time: with more than 64 connections, its figures would be those of its queue."""
    return running if connections <= 64 else {name: one for name, one in running.items() if name not in ("django", "django, kept connections", "package")}


def start(options, database, transport):
    running = {"drf-messages": sites.drf_messages(options.binary, database, transport), "django": sites.gunicorn(database, transport),
               "django, kept connections": sites.gunicorn(database, transport, kept=True)}
    if options.before:
        running["before"] = sites.drf_messages(options.before, database, transport, "before")
    if options.package:
        running["package"] = sites.gunicorn(database, transport, "drf_messages", options.package)
    if database.kind == "sqlite":
        running["limit"] = sites.limit(options.limit, database, transport)
    if database.kind == "mariadb":
        # As many threads as this server has there: each waits for its answers.
        running["limit"] = sites.limit(options.limit_mariadb, database, transport, threads=16)
    return running


def stop(running):
    for process in running.values():
        process.stop()


def measure_database(kind, options, results):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-bench-"))
    folder.chmod(0o755)
    database = sites.Database(kind, folder, options.users, options.messages)
    running = {}
    try:
        database.seed(options.binary)
        found = results["process"][kind] = {"start": start_to_answer(options.binary, database, 10)}
        groups = {group: [m for m in some if m.name.startswith(options.only)] for group, some in measures(database).items()}
        if kind == "sqlite":
            running = start(options, database, "unix")
            peeks(groups["peek"], running, options, database, folder, "unix", [8], results)
            stop(running)
        running = start(options, database, "tcp")
        peeks(groups["peek"], running, options, database, folder, "tcp", options.connections, results)
        found["resident MiB"] = running["drf-messages"].resident_mib()
        database.keep()
        among = {name: process for name, process in running.items() if name != "limit"}
        for measure in groups["writes"]:
            for count in [count for count in options.connections if count > 1]:
                keep(results, lambda: turns(with_so_many(among, count), measure, count, options, database, folder, "tcp"))
        if not options.only or "send".startswith(options.only):
            for threads in (1, 8):
                keep(results, lambda: sends(options, database, threads))
        print(f"{kind}: {found}", flush=True)
    finally:
        stop(running)
        database.close()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, help="drf-messages, built for release")
    parser.add_argument("--before", help="an older one, to compare with it too")
    parser.add_argument("--limit", required=True, help="the limit server on SQLite")
    parser.add_argument("--limit-mariadb", required=True, help="the one on MariaDB")
    parser.add_argument("--limit-writes", required=True, help="the program that writes to SQLite and does nothing else")
    parser.add_argument("--load", required=True, help="the load generator")
    parser.add_argument("--send", required=True, help="the program that sends messages by the library")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql", "mariadb"])
    parser.add_argument("--connections", nargs="+", type=int, default=[1, 8, 64, 512])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1, help="of a turn")
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=100, help="of each user")
    parser.add_argument("--only", default="", help="measures whose name begins so")
    parser.add_argument("--package", help="python of a virtual environment that has drf-messages itself, to compare with it too")
    parser.add_argument("--output", help="file for the results as JSON")
    options = parser.parse_args()
    results = {"versions": versions(), "options": {"rounds": options.rounds, "seconds": options.seconds, "users": options.users,
                                                   "messages": options.messages}, "measures": [], "failed": [], "process": {}}
    for kind in options.databases:
        measure_database(kind, options, results)
    if options.output:
        pathlib.Path(options.output).write_text(json.dumps(results, indent=1) + "\n")
    return 1 if results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
