#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The recorded scenarios as newer releases of Django answer them: those of Django 3.2, and what releases.json says of each release.

    releases.py replay [--changed] 5.2 ARGUMENTS    plays them: replay.py with ARGUMENTS, differences.txt and the release's settings
    releases.py write 5.2 FOLDER                    writes those that 3.2 answers otherwise, for replay.py --overlay FOLDER
    releases.py record FOLDER                       makes releases.json of recordings: FOLDER/django-5.2/http_GROUP.json and the others

A scenario of a newer release is that of 3.2 with the header Cross-Origin-Opener-Policy, which every answer has that passes SecurityMiddleware,
and with the changes of releases.json, if it has any. releases.json also has the SHA-256 of all that was recorded of a release, so that what is made
here is known to be that to the last character.
"""
import argparse
import collections
import contextlib
import glob
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FILE = HERE / "releases.json"
DIFFERENCES = HERE / "differences.txt"
SECURITY = "django.middleware.security.SecurityMiddleware"
OPENER_POLICY = {"Cross-Origin-Opener-Policy": "same-origin"}
# What replay.py does not look at, or holds for other databases than SQLite: no part of these recordings.
LEFT_OUT = ("sql_queries", "variants")
# REST framework's release that goes with each: the newest that supports its Django.
REST_FRAMEWORK = {"4.2": "3.17", "5.2": "3.18", "6.0": "3.18"}
NESTED = ("response", "headers", "state")


def files_of(folder):
    for path in sorted(pathlib.Path(folder).glob("http_*.json")):
        yield path.name, json.loads(path.read_text(encoding="utf-8"))


def scenarios_of(folder):
    """id: (the file's content, the scenario)"""
    return {scenario["id"]: (data, scenario) for _, data in files_of(folder) for scenario in data["scenarios"]}


def bare(scenario):
    steps = [{key: value for key, value in step.items() if key not in LEFT_OUT} for step in scenario["steps"]]
    return {**{key: value for key, value in scenario.items() if key != "differs"}, "steps": steps}


def merged(old, patch):
    """The mapping with a patch: null removes a key."""
    new = {**old, **{key: merged(old.get(key, {}), value) if key in NESTED and value is not None else value for key, value in patch.items()}}
    return {key: value for key, value in new.items() if patch.get(key, "kept") is not None}


def patch_between(old, new):
    """What merged() makes the second of the first with."""
    patch = {}
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            both = key in NESTED and key in old and key in new
            patch[key] = patch_between(old[key], new[key]) if both else new.get(key)
    return patch


def with_opener_policy(data, scenario):
    """The header is on every answer that passes SecurityMiddleware. What is not modified has few headers, and of a page of HTML none is recorded but one."""
    if SECURITY not in data["settings"][scenario["settings"]]["MIDDLEWARE"]:
        return scenario
    has = [step["response"]["status"] != 304 and "body_ignored" not in step["response"] for step in scenario["steps"]]
    steps = [merged(step, {"response": {"headers": OPENER_POLICY}}) if one else step for step, one in zip(scenario["steps"], has)]
    return {**scenario, "steps": steps}


def digest(scenarios):
    """Of scenarios with all that they refer to."""
    found = hashlib.sha256()
    for _, (data, scenario) in sorted(scenarios.items()):
        whole = bare(scenario)
        whole.update((table, data[table + plural][whole[table]]) for table, plural in (("settings", ""), ("routes", ""), ("fixture", "s")))
        found.update(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    return found.hexdigest()


def made(release, table):
    """The scenarios that 3.2 answers otherwise than this release: id: (the file's content, the scenario), and those of which more differs than the
    header or how long a password is hashed."""
    changes = {row["id"]: row for row in table["changes"] if release in row["releases"]}
    scenarios, changed = {}, set()
    for name, (data, recorded) in scenarios_of(HERE).items():
        old = bare(recorded)
        new = with_opener_policy(data, old)
        if name in changes:
            new = {**new, "steps": [merged(step, changes[name]["steps"].get(str(number), {})) for number, step in enumerate(new["steps"])]}
            if "password-iterations" not in changes[name]["differs"]:
                changed.add(name)
        if new != old:
            scenarios[name] = data, new
    if digest(scenarios) != table["releases"][release]["sha256"]:
        raise SystemExit(f"{FILE.name} and the scenarios of 3.2 do not make what was recorded of {release}")
    return scenarios, changed


def write(release, folder, only_changed=False):
    scenarios, changed = made(release, json.loads(FILE.read_text(encoding="utf-8")))
    for name, data in files_of(HERE):
        mine = [scenarios[one["id"]][1] for one in data["scenarios"] if one["id"] in (changed if only_changed else scenarios)]
        if mine:
            (folder / name).write_text(json.dumps({**data, "scenarios": mine}, ensure_ascii=False), encoding="utf-8")


def replay(release, only_changed, arguments):
    settings = json.loads(FILE.read_text(encoding="utf-8"))["releases"][release]["settings"]
    with tempfile.TemporaryDirectory(prefix="drf-messages-releases-") as folder:
        write(release, pathlib.Path(folder), only_changed)
        files = sorted(glob.glob(f"{folder if only_changed else HERE}/http_*.json"))
        overlay = [] if only_changed else ["--overlay", folder]
        pairs = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        listed = pathlib.Path(folder) / DIFFERENCES.name
        lines = DIFFERENCES.read_text(encoding="utf-8").splitlines(keepends=True)
        listed.write_text("".join(line for line in lines if not line.endswith(" 3.2\n")), encoding="utf-8")
        return subprocess.run([sys.executable, HERE / "replay.py", "--differences", listed, *overlay, *pairs, *arguments, *files],
                              check=False).returncode


def record(folder):
    old = scenarios_of(HERE)
    releases, rows = {}, collections.OrderedDict()
    for release, rest_framework in REST_FRAMEWORK.items():
        recorded = scenarios_of(folder / f"django-{release}")
        by = next(data["recorded_with"] for data, _ in recorded.values())
        releases[release] = {"recorded_with": by, "settings": {"DJANGO_VERSION": release, "REST_FRAMEWORK_VERSION": rest_framework},
                             "sha256": digest(recorded)}
        for name, (data, scenario) in old.items():
            before = with_opener_policy(data, bare(scenario))["steps"]
            after = bare(recorded.get(name, (data, scenario))[1])["steps"]
            steps = {str(number): patch_between(*pair) for number, pair in enumerate(zip(before, after)) if pair[0] != pair[1]}
            if steps:
                row = {"id": name, "differs": recorded[name][1]["differs"], "steps": steps}
                rows.setdefault(json.dumps(row, sort_keys=True), {**row, "releases": []})["releases"].append(release)
    order = ("id", "releases", "differs", "steps")
    lines = [json.dumps({key: row[key] for key in order}, ensure_ascii=False) for row in sorted(rows.values(), key=lambda row: (row["id"], row["releases"]))]
    heads = [f"{json.dumps(release)}: {json.dumps(entry)}" for release, entry in releases.items()]
    FILE.write_text('{"releases": {\n' + ",\n".join(heads) + '\n},\n"changes": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")
    for release in releases:
        made(release, json.loads(FILE.read_text(encoding="utf-8")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("replay")
    command.add_argument("--changed", action="store_true", help="only those scenarios of which more differs than the header or how long a password is hashed")
    command.add_argument("release", choices=REST_FRAMEWORK)
    command.add_argument("arguments", nargs=argparse.REMAINDER)
    command = commands.add_parser("write")
    command.add_argument("release", choices=REST_FRAMEWORK)
    command.add_argument("folder", type=pathlib.Path)
    command = commands.add_parser("record")
    command.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.command == "replay":
        return replay(arguments.release, arguments.changed, arguments.arguments)
    if arguments.command == "write":
        arguments.folder.mkdir(parents=True, exist_ok=True)
        write(arguments.release, arguments.folder)
    else:
        record(arguments.folder)
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
