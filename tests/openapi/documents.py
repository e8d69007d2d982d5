# SPDX-License-Identifier: MIT
"""The documents of this binary for settings as the recordings have them, and its servers."""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "contract"))
import replay  # noqa: E402 pylint: disable=wrong-import-position
from judge import Document  # noqa: E402 pylint: disable=wrong-import-position

BINARY = os.environ.get("OPENAPI_BINARY", "")  # by no name that the binary takes for a setting
RECORDING = json.loads((HERE / "recording.json").read_text(encoding="utf-8"))


class Site:
    """Settings, routes and classes of one site."""

    def __init__(self, settings, routes, classes=None):
        self.settings, self.routes, self.classes = settings, routes, classes or {}

    @classmethod
    def recorded(cls, entry, routes=None):
        """That of an entry of the recording."""
        return cls(RECORDING["settings"][entry["settings"]], routes or RECORDING["routes"][entry["routes"]], classes_of(entry))

    def key(self):
        return json.dumps([self.settings, self.routes, self.classes])

    def toml(self, folder):
        stores = replay.Stores(str(folder), "127.0.0.1:6379", "127.0.0.1:11211")  # nobody asks these for anything
        settings, routes, classes = stores.substitute([self.settings, self.routes, self.classes])
        return replay.settings_toml(settings, routes, classes, replay.Database(None, str(folder)).settings)

    @contextlib.contextmanager
    def file(self):
        with tempfile.TemporaryDirectory(prefix="drf-messages-openapi-") as folder:
            (pathlib.Path(folder) / "sessions").mkdir()
            path = pathlib.Path(folder) / "settings.toml"
            path.write_text(self.toml(folder), encoding="utf-8")
            yield path


def classes_of(entry):
    """Of an entry of the recording; those of `evidence` have the classes of their document."""
    if "custom_classes" in entry:
        return entry["custom_classes"]
    return next((each.get("custom_classes", {}) for each in RECORDING["documents"] if each["config"] == entry.get("config")), {})


def command(path, *arguments):
    return subprocess.run([BINARY, "schema", "--settings", str(path), *arguments], capture_output=True, text=True, timeout=300, check=False)


class Refused(Exception):
    """The settings are none that this server starts with."""


# Sites that this server does not start, by the number of docs/differences.md; their documents are the original's `base`.
REFUSED = {"renderers-admin": 27}


def recorded_documents():
    return [entry for entry in RECORDING["documents"] if entry["config"] not in REFUSED]


def served():
    """The entry in which drf-spectacular's view is asked, and its site, without the pages that load scripts of others. Routes have no names here."""
    entry = next(entry for entry in RECORDING["served"] if entry["id"] == "spectacular-served")
    routes = [{key: value for key, value in route.items() if key != "name"} for route in RECORDING["routes"][entry["routes"]][:2]]
    return entry, Site.recorded(entry, routes)


class Documents:
    """What the command prints, once for each site; `None` stands for settings that it refuses."""

    def __init__(self):
        self.texts, self.documents = {}, {}

    def make(self, sites):
        """As many at a time as there are processors."""
        new = {site.key(): site for site in sites if site.key() not in self.texts}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            self.texts.update(zip(new, pool.map(self.printed, new.values())))

    @staticmethod
    def printed(site):
        with site.file() as path:
            done = command(path, "--format", "json")
        if done.returncode == 0:
            return done.stdout
        return Refused(done.stderr)

    def of(self, site):
        self.make([site])
        text = self.texts[site.key()]
        if isinstance(text, Refused):
            raise text
        if text not in self.documents:
            self.documents[text] = Document(json.loads(text))
        return self.documents[text]

    def base(self):
        return self.of(Site.recorded(RECORDING["documents"][0]))


class Running:
    """A server of a site on a database with a fixture."""

    def __init__(self, site, folder):
        self.database = replay.Database(None, str(folder))
        self.path = pathlib.Path(folder) / "settings.toml"
        self.path.write_text(site.toml(folder), encoding="utf-8")
        done = subprocess.run([BINARY, "migrate", "--settings", str(self.path)], capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        self.database.connect()
        self.server = replay.Server([BINARY], str(self.path))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stop()
        self.server.proc.stdout.close()
        self.database.conn.close()

    def load(self, fixture):
        self.database.load(RECORDING["fixtures"][fixture])

    def answer(self, request):
        """In the form of the recordings."""
        status, headers, data = self.server.send(request)
        found = {}
        for name, value in headers:
            if name.lower() == "set-cookie":
                found.setdefault(name, []).append(value)
            else:
                found[name] = value
        return {"status": status, "headers": found, "body": data.decode("utf-8", "replace")}


@contextlib.contextmanager
def running(site):
    with tempfile.TemporaryDirectory(prefix="drf-messages-openapi-") as folder, Running(site, folder) as server:
        yield server
