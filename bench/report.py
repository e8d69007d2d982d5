# SPDX-License-Identifier: MIT
"""Writes a measurement as a table (Markdown) and as plots (SVG) beside it: report.py RESULTS.json"""
import html
import json
import pathlib
import sys

COLOURS = {"drf-messages": "#1f6f8b", "limit": "#99a8b2", "django": "#c1666b", "package": "#d4a373"}
TITLES = {"drf-messages": "this server", "limit": "the limit", "django": "Django, gunicorn", "package": "drf-messages of Python"}
LABEL, BAR, WIDTH, LINE = 190, 480, 760, 18


def times(figures):
    ratio = figures["ratio"]
    return f"{ratio['median']:.2f} × ({ratio['low']:.2f} to {ratio['high']:.2f})"


def table(results):
    names = [name for name in TITLES if any(name in row["servers"] for row in results["measures"])]
    lines = ["| database | request | connections | this server | " + " | ".join(f"against {TITLES[name]}" for name in names[1:]) + " |",
             "|---|---|---|---|" + "---|" * (len(names) - 1)]
    for row in results["measures"]:
        own = row["servers"]["drf-messages"]
        cells = [row["database"], row["measure"], str(row["connections"]), f"{own['rate']['median']:,.0f}/s, {own['p50']['median']:,.0f} µs"]
        cells += [times(row["servers"][name]) if name in row["servers"] else "" for name in names[1:]]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(title, rows):
    """Bars on a scale of powers of ten, since the servers are that far apart."""
    import math
    bars, top = [], 46
    most = max(figures["rate"]["median"] for row in rows for figures in row["servers"].values())
    for row in rows:
        bars.append(f'<text x="0" y="{top + 12}" font-weight="bold">{html.escape(row["measure"])}</text>')
        for name, figures in row["servers"].items():
            rate = figures["rate"]["median"]
            length = BAR * math.log10(max(rate, 1)) / math.log10(most)
            bars.append(f'<rect x="{LABEL}" y="{top}" width="{length:.0f}" height="{LINE - 4}" fill="{COLOURS[name]}"/>'
                        f'<text x="{LABEL + length + 6:.0f}" y="{top + 11}">{rate:,.0f}/s {html.escape(TITLES[name])}</text>')
            top += LINE
        top += LINE // 2
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH + 180}" height="{top}" font-family="sans-serif" font-size="12">'
            f'<rect width="100%" height="100%" fill="white"/><text x="0" y="18" font-size="15">{html.escape(title)}</text>'
            f'{"".join(bars)}</svg>\n')


def main(path):
    path = pathlib.Path(path)
    results = json.loads(path.read_text())
    versions = "\n".join(f"- {name}: {value}" for name, value in results["versions"].items())
    process = "\n".join(f"- {kind}: {found.get('resident MiB', 0):.1f} MiB resident after the load, first answer {found['start']['median'] * 1000:.0f} ms after the start"
                        for kind, found in results["process"].items())
    text = ["# Measured", "", "Requests a second and median latency; ratios are medians of the rounds' own ratios, with the lowest and highest.",
            "Server and load share the machine.", "", table(results), "", process, "", versions, ""]
    for kind in dict.fromkeys(row["database"] for row in results["measures"]):
        for connections in sorted({row["connections"] for row in results["measures"]}):
            rows = [row for row in results["measures"] if row["database"] == kind and row["connections"] == connections]
            if rows:
                name = f"{kind}-{connections}.svg"
                (path.parent / name).write_text(plot(f"{kind}, {connections} connections (logarithmic)", rows))
                text.append(f"![{kind}, {connections} connections]({name})")
    (path.parent / "README.md").write_text("\n".join(text) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
