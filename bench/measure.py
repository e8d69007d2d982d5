# SPDX-License-Identifier: MIT
"""Measures this server beside Django and beside the limit: the same requests on the same rows, in turns within one run.

Each figure is the median of the rounds, with the lowest and the highest; each ratio is the median of the rounds' own ratios, since
what else the machine does differs from round to round more than within one. Run by bench/run.
"""
import argparse
import json
import os
import pathlib
import platform
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import sites

LOAD = sites.HERE / "load.lua"


def token_requests(method, path, users):
    return [f"{method} {path} Authorization Token {sites.token(user)}" for user in users]


def session_requests(method, path, users):
    return [f"{method} {path} Cookie sessionid={sites.session_key(user)}" for user in users]


class Measure:
    """One row of the table: requests, how many connections, and how the rows must be before each turn."""

    def __init__(self, name, requests, unread="1 = 0", once=False):
        """once: each request changes rows, so it counts only the first time; a turn begins with the rows as they were."""
        self.name, self.requests, self.unread, self.once = name, requests, unread, once

    def file(self, folder):
        path = folder / (self.name.replace(" ", "-").replace(",", "") + ".txt")
        path.write_text("\n".join(self.requests) + "\n")
        return path


def measures(database):
    users = list(range(1, database.users + 1))
    random.Random(1).shuffle(users)
    pages = [f"GET /messages/?limit=10&offset={offset} Authorization Token {sites.token(user)}"
             for offset in range(0, database.messages, sites.PAGE) for user in users]
    ids = [(message, message % database.users + 1) for message in range(database.users * database.messages)]
    random.Random(2).shuffle(ids)
    own = [f"{{}} /messages/{message + 1}/ Authorization Token {sites.token(user)}" for message, user in ids]
    return {
        "peek": [Measure("peek, token", token_requests("GET", "/messages/peek/", users), "id % 7 = 0"),
                 Measure("peek, session", session_requests("GET", "/messages/peek/", users), "id % 7 = 0"),
                 Measure("list of 10, token", token_requests("GET", "/messages/", users)),
                 Measure("list of 10, session", session_requests("GET", "/messages/", users)),
                 Measure("retrieve, token", [line.format("GET") for line in own])],
        "writes": [Measure("list of 10 unread, token", pages, "1 = 1", once=True),
                   Measure("delete, token", [line.format("DELETE") for line in own], once=True)],
    }


def load(url, file, connections, seconds):
    """What wrk says of one turn."""
    threads = 1 if connections == 1 else 2
    command = ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "-s", str(LOAD), url, "--", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    line = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    if done.returncode != 0 or not line.startswith("{"):
        raise RuntimeError(f"wrk: {done.stderr}{done.stdout}")
    answer = json.loads(line)
    succeeded = answer["requests"] - answer["status"]
    return {"requests": answer["requests"], "refused": answer["status"], "rate": succeeded / (answer["microseconds"] / 1e6), "p50": answer["p50"], "p99": answer["p99"]}


def same_answers(running, measure):
    """The servers must answer the same before their speed is compared; the limit needs to be alike only in length."""
    method, path, header, value = measure.requests[0].split(" ", 3)
    bodies = {}
    for name, process in running.items():
        request = urllib.request.Request(process.url + path, method=method, headers={header: value, "Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            bodies[name] = answer.read().replace(process.url.encode(), b"")
    ours = bodies.pop("drf-messages")
    for name, body in bodies.items():
        if name == "limit" and abs(len(body) - len(ours)) > 0.2 * len(ours) or name != "limit" and body != ours:
            raise RuntimeError(f"{measure.name}: {name} answers otherwise:\n{body[:600]}\n{ours[:600]}")


def summary(values):
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def turns(running, measure, connections, options, database, folder):
    """Every server in turn, as many rounds as asked; rates, latencies and the ratios to the first server."""
    file = measure.file(folder)
    figures = {name: [] for name in running}
    order = list(running)
    for _ in range(options.rounds):
        order = order[1:] + order[:1]
        for name in order:
            if measure.once:
                database.restore()
                database.mark(measure.unread)
            turn = load(running[name].url, file, connections, 1 if measure.once else options.seconds)
            if measure.once and turn["requests"] > len(measure.requests):
                raise RuntimeError(f"{measure.name}: more answers than requests; give each user more --messages")
            # Only successes count. Django fails with 500 where SQLite is locked, and wrk sends a few requests twice.
            some = turn["requests"] if name != "drf-messages" else turn["requests"] // 100
            if turn["refused"] > (some if measure.once else 0):
                raise RuntimeError(f"{measure.name}: {turn['refused']} answers of {name} are no success, of {turn['requests']}")
            figures[name].append(turn)
    ours = [turn["rate"] for turn in figures["drf-messages"]]
    result = {"measure": measure.name, "connections": connections, "database": database.kind, "servers": {}}
    for name, all_turns in figures.items():
        rates = [turn["rate"] for turn in all_turns]
        result["servers"][name] = {"rate": summary(rates), "p50": summary([turn["p50"] for turn in all_turns]),
                                   "p99": summary([turn["p99"] for turn in all_turns]),
                                   "ratio": summary([own / other for own, other in zip(ours, rates)])}
    return result


def row(result):
    cells = [f"{name} {figures['rate']['median']:.0f}/s" + ("" if name == "drf-messages" else f" ({figures['ratio']['median']:.2f} ×,"
             f" {figures['ratio']['low']:.2f} to {figures['ratio']['high']:.2f})") for name, figures in result["servers"].items()]
    return f"{result['database']:10} {result['measure']:26} {result['connections']:3} connections: " + ", ".join(cells)


def start_to_answer(binary, database, times):
    """Seconds from the start of the process to its first answer; the median."""
    found = []
    for _ in range(times):
        process = sites.drf_messages(binary, database)
        with urllib.request.urlopen(process.url + "/readyz", timeout=10) as answer:
            answer.read()
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, help="drf-messages, built for release")
    parser.add_argument("--limit", required=True, help="the limit server")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql", "mariadb"])
    parser.add_argument("--connections", nargs="+", type=int, default=[1, 8, 64])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of a turn")
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=100, help="of each user")
    parser.add_argument("--only", default="", help="measures whose name begins so")
    parser.add_argument("--package", help="python of a virtual environment that has drf-messages itself, to compare with it too")
    parser.add_argument("--output", help="file for the results as JSON")
    options = parser.parse_args()
    results = {"versions": versions(), "options": vars(options), "measures": [], "process": {}}
    for kind in options.databases:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-bench-"))
        database = sites.Database(kind, folder, options.users, options.messages)
        running = {}
        try:
            database.seed(options.binary)
            results["process"][kind] = {"start": start_to_answer(options.binary, database, 10)}
            running["drf-messages"] = sites.drf_messages(options.binary, database)
            running["django"] = sites.gunicorn(database)
            if options.package:
                running["package"] = sites.gunicorn(database, "drf_messages", options.package)
            if kind == "sqlite":
                running["limit"] = sites.limit(options.limit, database)
            groups = measures(database)
            for measure in groups["peek"]:
                if not measure.name.startswith(options.only):
                    continue
                database.mark(measure.unread)
                among = {name: process for name, process in running.items() if name != "limit" or not measure.name.startswith("retrieve")}
                same_answers(among, measure)
                for connections in options.connections:
                    result = turns(among, measure, connections, options, database, folder)
                    results["measures"].append(result)
                    print(row(result), flush=True)
            results["process"][kind]["resident MiB"] = running["drf-messages"].resident_mib()
            database.keep()
            for measure in groups["writes"]:
                if not measure.name.startswith(options.only):
                    continue
                among = {name: process for name, process in running.items() if name != "limit"}
                result = turns(among, measure, 8, options, database, folder)
                results["measures"].append(result)
                print(row(result), flush=True)
            print(f"{kind}: {results['process'][kind]}", flush=True)
        finally:
            for process in running.values():
                process.stop()
            database.close()
            shutil.rmtree(folder, ignore_errors=True)
    if options.output:
        pathlib.Path(options.output).write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
