# SPDX-License-Identifier: MIT
"""A systemd of its own for a test: a user manager, in a mount namespace where the system looks booted with systemd, and in a cgroup below ours.

Needs root, and cgroups that root may divide; problem() says what is missing.
"""
import os
import pathlib
import signal
import subprocess
import tempfile

from databases import until
from site_process import PATIENCE

MANAGER = "/lib/systemd/systemd"
SCRIPT = 'echo $$ >"$1/cgroup.procs" && mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && exec "$2" --user --unit=basic.target'


def own_cgroup():
    """The folder of the cgroup that this process is in, as systemd sees it; None without one."""
    for line in pathlib.Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines():
        _, controllers, path = line.split(":", 2)
        for mount in {"name=systemd": ("systemd",), "": ("unified", "")}.get(controllers, ()):
            folder = pathlib.Path("/sys/fs/cgroup", mount, path.lstrip("/"))
            if (folder / "cgroup.procs").exists():
                return folder
    return None


class Systemd:
    """`with Systemd(units) as systemd:` where units are texts by the names of their files."""

    def __init__(self, units):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-systemd-"))
        for name in ("run", "units"):
            (self.folder / name).mkdir(mode=0o700)
        for name, text in units.items():
            (self.folder / "units" / name).write_text(text, encoding="utf-8")
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder / "run"),
                            "SYSTEMD_UNIT_PATH": f"{self.folder}/units:", "SYSTEMD_LOG_TARGET": "console"}
        self.cgroup = self.process = None

    def __enter__(self):
        problem = self.problem()
        if problem:
            self.__exit__()
            raise RuntimeError(problem)
        return self

    def problem(self):
        """Why there can be none here; empty when it runs."""
        if os.geteuid() != 0 or not os.access(MANAGER, os.X_OK):
            return "needs root and systemd"
        above = own_cgroup()
        try:
            self.cgroup = above and above / self.folder.name
            self.cgroup.mkdir()
        except (AttributeError, OSError) as error:
            return f"needs cgroups that root may divide: {error}"
        self.log = open(self.folder / "log", "w+", encoding="utf-8")  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(["unshare", "-m", "sh", "-c", SCRIPT, "sh", str(self.cgroup), MANAGER], env=self.environment,
                                        stdout=self.log, stderr=subprocess.STDOUT)
        runs = until(lambda: self.process.poll() is not None or self.run("show-environment").returncode == 0)
        if runs and self.process.poll() is None:
            return ""
        return "no user manager can be started here: " + (self.folder / "log").read_text(encoding="utf-8")

    def run(self, *words):
        return subprocess.run(["systemctl", "--user", *words], capture_output=True, text=True, env=self.environment, timeout=PATIENCE, check=False)

    def show(self, unit, name):
        return self.run("show", "--property", name, "--value", unit).stdout.strip()

    def processes(self):
        files = self.cgroup.rglob("cgroup.procs") if self.cgroup and self.cgroup.exists() else ()
        return [int(word) for file in files for word in file.read_text(encoding="ascii").split()]

    def __exit__(self, *_):
        for number in self.processes():
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.process:
            self.process.kill()
            self.process.wait()
            self.log.close()
        until(lambda: not self.processes())
        if self.cgroup and self.cgroup.exists():
            for folder, _, _ in os.walk(self.cgroup, topdown=False):
                os.rmdir(folder)
        subprocess.run(["rm", "-rf", str(self.folder)], check=True)
