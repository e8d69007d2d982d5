# SPDX-License-Identifier: MIT
"""A Django project and our server beside it: the same database, caches, session folder and key. Our settings.toml is what
contrib/django/print_settings.py makes of the project's."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
SITE = HERE / "site"
PRINT_SETTINGS = HERE.parent.parent / "contrib" / "django" / "print_settings.py"
BINARY = os.environ["DRF_MESSAGES_BINARY"]


class Process:
    """A server that says its port once it listens."""

    def __init__(self, command, pattern, environment, folder):
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, errors="replace")
        self.output, self.port, ready = [], None, threading.Event()

        def read():
            for line in self.process.stdout:
                self.output.append(line)
                found = re.search(pattern, line)
                if found and self.port is None:
                    self.port = int(found.group(1))
                    ready.set()
            ready.set()

        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()
        ready.wait(300)
        if self.port is None:
            self.stop()
            raise AssertionError(f"{command} did not start: " + "".join(self.output))

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()


class Beside:
    """One project of site/. `varied` are Django settings over those of its settings.py."""

    def __init__(self, python, has_drf_messages, varied, project="livesite"):
        self.python = str(python)
        self.project = project
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-live-"))
        self.varied = {"HAS_DRF_MESSAGES": has_drf_messages, **varied}
        self.settings = self.folder / "settings.toml"
        self.processes = []
        self.django_port = None
        self.port = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- Django's side
    def django_environment(self, **varied):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DRF_MESSAGES_", "DJANGO_", "PYTHON"))}
        return {**kept, "LIVE_SETTINGS": json.dumps({**self.varied, **varied}), "DJANGO_SETTINGS_MODULE": self.project + ".settings",
                "PYTHONPATH": str(SITE), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}

    def python_run(self, *arguments):
        done = subprocess.run([self.python, *map(str, arguments)], cwd=self.folder, env=self.django_environment(), text=True,
                              capture_output=True, timeout=300, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{arguments} exited with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def manage(self, *arguments):
        return self.python_run("-m", "django", *arguments)

    def start_django(self, **varied):
        process = Process([self.python, SITE / "serve.py"], r"^port (\d+)", self.django_environment(**varied), self.folder)
        self.processes.append(process)
        self.django_port = self.django_port or process.port
        return process

    def start_gunicorn(self):
        """Django as sites run it. It looks often whether it is to end."""
        command = [self.python, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--timeout", "0", "django.core.wsgi:get_wsgi_application()"]
        process = Process(command, r"Listening at: http://127\.0\.0\.1:(\d+)", self.django_environment(), self.folder)
        self.processes.append(process)
        self.django_port = process.port
        return process

    # ---- ours
    def print_settings(self):
        self.python_run(PRINT_SETTINGS, "--output", self.settings)

    def environment(self, **changed):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DRF_MESSAGES_")}
        return {**kept, **{"DRF_MESSAGES_" + name: value for name, value in changed.items()}}

    def run(self, *arguments, stdin="", **changed):
        return subprocess.run([BINARY, *arguments, "--settings", str(self.settings)], cwd=self.folder, env=self.environment(**changed),
                              input=stdin, text=True, capture_output=True, timeout=300, check=False)

    def ours(self, *arguments):
        done = self.run(*arguments)
        if done.returncode != 0:
            raise AssertionError(f"{arguments} exited with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def start_ours(self, **changed):
        """Our server; with environment variables over settings.toml, as TOML."""
        process = Process([BINARY, "serve", "--settings", str(self.settings), "--bind", "127.0.0.1:0"], r"http://127\.0\.0\.1:(\d+)",
                          self.environment(**changed), self.folder)
        self.processes.append(process)
        self.port = self.port or process.port
        return process

    @contextlib.contextmanager
    def another_of_ours(self, **changed):
        """A second server of ours with other settings, for the length of a block: its port."""
        process = self.start_ours(**changed)
        try:
            yield process.port
        finally:
            self.processes.remove(process)
            process.stop()

    @contextlib.contextmanager
    def another_django(self, **varied):
        process = self.start_django(**varied)
        try:
            yield process.port
        finally:
            self.processes.remove(process)
            process.stop()
