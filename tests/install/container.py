# SPDX-License-Identifier: MIT
"""An image's container in namespaces of its own, as strict as Docker and Kubernetes make it: the root read-only, one volume, no capabilities
and none to be had, a user whom nobody knows. What it starts is process 1.

As a command, which is process 1 until it becomes the container's: container.py ROOT VOLUME USER COMMAND...
"""
import ctypes
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading

PATIENCE = 300  # seconds, after which nobody is slow any more: it hangs
STATE = "/var/lib/drf-messages"
END_WITH_PARENT, NO_NEW_PRIVILEGES, DROP_FROM_BOUNDING_SET, LAST_CAPABILITY = 1, 38, 24, 63  # of prctl(2)


class Container:
    """`with Container(root, config, volume, user) as it:` starts the image's command, or another; it.first_line() is where it serves."""

    def __init__(self, root, config, volume, user, command=None, **variables):
        self.user = user
        self.environment = {**dict(entry.split("=", 1) for entry in config["Env"]), **variables}
        self.command = [*config["Entrypoint"], *(command or config["Cmd"])]
        self.health_command = config["Healthcheck"]["Test"]
        words = [sys.executable, __file__, root, volume or "none", str(user), *self.command]
        self.outer = subprocess.Popen(["unshare", "--mount", "--pid", "--fork", "--kill-child", *words], env=self.environment,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []
        self.heard = threading.Condition()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.outer.kill()
        self.wait()

    def read(self):
        for line in self.outer.stdout:
            with self.heard:
                self.lines.append(line)
                self.heard.notify_all()
        with self.heard:
            self.lines.append(None)
            self.heard.notify_all()

    @property
    def output(self):
        return "".join(line for line in self.lines if line)

    def says(self, pattern):
        """Waits for a line with the pattern."""
        def found():
            return re.search(pattern, self.output) or None in self.lines

        with self.heard:
            if not self.heard.wait_for(found, PATIENCE) or not re.search(pattern, self.output):
                raise AssertionError(f"{' '.join(self.command)} did not say {pattern!r}:\n{self.output}")
        return self

    def wait(self):
        """Its exit status; a signal's number is negative."""
        status = self.outer.wait(PATIENCE)
        self.reader.join()
        self.outer.stdout.close()
        return status

    @property
    def process(self):
        """The number that the container's process 1 has outside."""
        return int(pathlib.Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children").read_text(encoding="ascii").split()[0])

    def end(self):
        """SIGTERM, as an orchestrator sends it to process 1."""
        os.kill(self.process, signal.SIGTERM)
        return self.wait()

    def run(self, *command, stdin=""):
        """Another command inside, as `docker exec` runs it."""
        inside = ["nsenter", f"--target={self.process}", "--mount", "--pid", "--root", "--wd", f"--setuid={self.user}", f"--setgid={self.user}"]
        return subprocess.run([*inside, *command], env=self.environment, input=stdin, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, timeout=PATIENCE)

    def manage(self, *arguments, stdin=""):
        """A command of the server that must succeed; its output."""
        done = self.run("drf-messages", *arguments, stdin=stdin)
        if done.returncode != 0:
            raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stdout}")
        return done.stdout

    def health(self):
        if self.health_command[0] != "CMD":
            raise AssertionError(f"the health check needs a shell: {self.health_command}")
        return self.run(*self.health_command[1:])


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def become(root, volume, user, command):
    mount("--make-rprivate", "/")
    mount("--bind", root, root)
    mount("--bind", "/dev", root + "/dev")
    mount("-o", "remount,bind,ro", root)
    mount("-t", "proc", "proc", root + "/proc")
    if volume != "none":
        mount("--bind", volume, root + STATE)
    os.chroot(root)
    os.chdir(STATE)
    kernel = ctypes.CDLL(None, use_errno=True)
    for capability in range(LAST_CAPABILITY + 1):
        kernel.prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)  # fails for those that this kernel does not have
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    kernel.prctl(END_WITH_PARENT, signal.SIGKILL, 0, 0, 0)  # which another user forgets
    if kernel.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no new privileges")
    os.execvp(command[0], command)


if __name__ == "__main__":
    become(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:])
