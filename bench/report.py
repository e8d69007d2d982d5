# SPDX-License-Identifier: MIT
"""Writes a measurement as a table (Markdown) and as plots (SVG) beside it: report.py RESULTS.json"""
import html
import json
import pathlib
import sys

COLOURS = {"drf-messages": "#1f6f8b", "limit": "#99a8b2", "pgbench": "#99a8b2", "django": "#c1666b", "django, kept connections": "#d98e92", "package": "#d4a373",
           "commit each": "#99a8b2", "group commit": "#6d7f8b"}
TITLES = {"drf-messages": "this server", "django": "Django, gunicorn", "django, kept connections": "the same, kept database connections",
          "package": "drf-messages of Python", "limit": "the limit", "pgbench": "the limit (pgbench)",
          "commit each": "bare SQLite, a commit each", "group commit": "bare SQLite, group commit"}
TRANSPORTS = {"tcp": "TCP", "unix": "Unix socket", "none": "library"}
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}
BEGIN, END = "<!-- measured: written by bench/report.py -->", "<!-- /measured -->"
# What was asked for: request, database, transport (None: both), connections, against, at least. pgbench is fastest with the eight clients
# that it has at most, this server with more.
GOALS = [("peek, token", "sqlite", None, 8, "django", 45), ("list of 10, session", "sqlite", None, 8, "django", 100),
         ("peek, token", "sqlite", "tcp", 8, "limit", 0.75), ("peek, session", "sqlite", "tcp", 8, "limit", 0.75),
         ("list of 10, token", "sqlite", "tcp", 8, "limit", 0.75), ("list of 10, session", "sqlite", "tcp", 8, "limit", 0.75),
         ("peek, token", "postgresql", "tcp", 64, "pgbench", 0.6), ("peek, session", "postgresql", "tcp", 64, "pgbench", 0.6),
         ("peek, token", "postgresql", "tcp", 8, "pgbench", 0.6), ("peek, session", "postgresql", "tcp", 8, "pgbench", 0.6),
         ("list of 10, token", "postgresql", "tcp", 8, "pgbench", 0.8), ("list of 10, session", "postgresql", "tcp", 8, "pgbench", 0.8),
         *((measure, "mariadb", "tcp", 8, "limit", 0.75) for measure in ("peek, token", "peek, session", "list of 10, token", "list of 10, session"))]
LABEL, BAR, WIDTH, LINE = 190, 480, 760, 18


def times(figures):
    ratio = figures["ratio"]
    digits = 2 if ratio["median"] < 10 else 0
    return f"{ratio['median']:.{digits}f} × ({ratio['low']:.{digits}f} to {ratio['high']:.{digits}f})"


def place(row):
    return DATABASES[row["database"]], row["measure"], TRANSPORTS[row["transport"]], str(row["connections"])


def table(rows):
    names = [name for name in TITLES if any(name in row["servers"] for row in rows)]
    lines = ["| database | request | over | connections | this server | " + " | ".join(f"against {TITLES[name]}" for name in names[1:]) + " |",
             "|---|---|---|---|---|" + "---|" * (len(names) - 1)]
    for row in rows:
        own = row["servers"]["drf-messages"]
        cells = [*place(row), f"{own['rate']['median']:,.0f}/s, {own['p50']['median']:,.0f} µs"]
        cells += [times(row["servers"][name]) if name in row["servers"] else "" for name in names[1:]]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def goals(results, others):
    """What was asked for, and what was measured."""
    lines = ["| measure | at least | measured | |", "|---|---|---|---|"]

    def line(what, limit, value, fine):
        lines.append(f"| {what} | {limit} | {value} | {'reached' if fine else 'not reached'} |")

    for measure, database, transport, connections, against, least in GOALS:
        for over in [transport] if transport else ["tcp", "unix"]:
            found = [row["servers"][against] for row in results["measures"] if row["measure"] == measure and row["database"] == database
                     and row["transport"] == over and row["connections"] == connections and against in row["servers"]]
            if found:
                what = f"{measure}, {DATABASES[database]}, {TRANSPORTS[over]}, {connections} connections, against {TITLES[against]}"
                line(what, f"{least} ×", times(found[0]), found[0]["ratio"]["median"] >= least)
    for row in results["measures"]:
        eight = next((other for other in results["measures"] if row["connections"] in (64, 512) and other["connections"] == 8
                      and all(other[key] == row[key] for key in ("measure", "database", "transport"))), None)
        if eight:
            own, of_eight = row["servers"]["drf-messages"], eight["servers"]["drf-messages"]
            what = f"{row['measure']}, {DATABASES[row['database']]}, {row['connections']} connections against 8"
            ratio = own["rate"]["median"] / of_eight["rate"]["median"]
            line(f"{what}: answers a second", "0.97 ×", f"{ratio:.2f} ×", ratio >= 0.97)
            if row["connections"] == 64:
                most = 8 * of_eight["p99"]["median"] + 1000
                line(f"{what}: 99th percentile", f"at most {most:,.0f} µs", f"{own['p99']['median']:,.0f} µs", own["p99"]["median"] <= most)
    for kind, found in results["process"].items():
        if "resident MiB" in found:
            line(f"resident after the load, {DATABASES[kind]}", "at most 30 MiB", f"{found['resident MiB']:.1f} MiB", found["resident MiB"] <= 30)
        took = found["start"]["median"] * 1000
        line(f"start to first answer, {DATABASES[kind]}", "at most 50 ms", f"{took:.0f} ms", took <= 50)
    for path in sorted(others):
        sizes = json.loads(path.read_text())
        for name in ("peek", "list of ten"):
            ratio = sizes[name]["ratio"]
            line(f"{name}, ten million against ten thousand messages, {path.stem.split('_')[-1]}", "at most 1.2 ×", f"{ratio:.2f} ×", ratio <= 1.2)
    return "\n".join(lines)


def plot(title, rows):
    """Bars on a scale of powers of ten, since the servers are that far apart."""
    import math
    bars, top = [], 46
    most = max(row["servers"][name]["rate"]["median"] for row in rows for name in TITLES if name in row["servers"])
    for row in rows:
        bars.append(f'<text x="0" y="{top + 12}" font-weight="bold">{html.escape(row["measure"])}</text>')
        for name, figures in [(name, figures) for name, figures in row["servers"].items() if name in TITLES]:
            rate = figures["rate"]["median"]
            length = BAR * math.log10(max(rate, 1)) / math.log10(most)
            bars.append(f'<rect x="{LABEL}" y="{top}" width="{length:.0f}" height="{LINE - 4}" fill="{COLOURS[name]}"/>'
                        f'<text x="{LABEL + length + 6:.0f}" y="{top + 11}">{rate:,.0f}/s {html.escape(TITLES[name])}</text>')
            top += LINE
        top += LINE // 2
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH + 180}" height="{top}" font-family="sans-serif" font-size="12">'
            f'<rect width="100%" height="100%" fill="white"/><text x="0" y="18" font-size="15">{html.escape(title)}</text>'
            f'{"".join(bars)}</svg>\n')


def write_readme(text):
    """Between its markers, where the README has them."""
    path = pathlib.Path(__file__).resolve().parent.parent / "README.md"
    readme = path.read_text()
    if BEGIN in readme and END in readme:
        before, rest = readme.split(BEGIN, 1)
        path.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.split(END, 1)[1])


def headline(results):
    """The rows that the README shows."""
    names = ("peek, token", "peek, session", "list of 10, token", "list of 10, session", "send, by the library")
    return [row for row in results["measures"] if row["measure"] in names and row["connections"] in (1, 8)
            and (row["connections"] == 8 or row["transport"] == "none")]


def main(path):
    path = pathlib.Path(path)
    results = json.loads(path.read_text())
    versions = "\n".join(f"- {name}: {value}" for name, value in results["versions"].items())
    reached = goals(results, (pathlib.Path(__file__).parent / "results").glob("table_size_*.json"))
    text = ["# Measured", "", "Written by `bench/run`; [how to read it](../README.md).", "", "## What was asked for", "", reached, "",
            "## Every measure", "", table(results["measures"]), "", "## Machine and versions", "", versions, "", "## Plots", ""]
    plots = []
    for kind in dict.fromkeys(row["database"] for row in results["measures"]):
        for transport in ("unix", "tcp"):
            for connections in sorted({row["connections"] for row in results["measures"]}):
                rows = [row for row in results["measures"] if (row["database"], row["transport"], row["connections"]) == (kind, transport, connections)]
                if rows:
                    name = f"{kind}-{transport}-{connections}.svg"
                    title = f"{DATABASES[kind]}, {TRANSPORTS[transport]}, {connections} connections"
                    (path.parent / name).write_text(plot(f"{title} (logarithmic)", rows))
                    plots.append((title, name))
    text += [f"![{title}]({name})" for title, name in plots]
    (path.parent / "README.md").write_text("\n".join(text) + "\n")
    if path.resolve().parent != pathlib.Path(__file__).resolve().parent / "results":
        return  # a quick look; the README shows what was measured at length
    shown = [(title, name) for title, name in plots if name == "sqlite-tcp-8.svg"]
    about = f"{results['versions']['cores']} cores ({results['versions']['cpu']}), shared by server and load; commit {results['versions']['commit']}."
    write_readme("\n".join(["", table(headline(results)), "", about + " [All of it](bench/results/README.md), [how it is measured](bench/README.md).", "",
                            *[f"![{title}](bench/results/{name})" for title, name in shown], ""]))


if __name__ == "__main__":
    main(sys.argv[1])
