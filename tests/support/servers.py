# SPDX-License-Identifier: MIT
"""PostgreSQL, MariaDB, Redis and memcached from Debian's packages, each in a temporary folder on a port that nobody else has.

As a module: `with PostgreSQL() as server:` and then server.url, server.stop(), server.start(). As a command:

    servers.py postgresql redis -- command ...

runs the command with DRF_MESSAGES_TEST_POSTGRESQL and so on set to what is running (a URL, or HOST:PORT), and exits with its status.
Where an argument of the command has {postgresql} and so on, it takes the place of that variable (drf-messages itself reads
every DRF_MESSAGES_ variable as a setting). The servers end with the command.
"""
import glob
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from patience import PATIENCE

DATABASE = "drf_messages"


class Unavailable(RuntimeError):
    """A program is missing or does not start: tests fail by it, they do not skip."""


def free_port():
    """One that is this process's until it ends: the system gives it to nobody who asks for any, and this function to no test beside this one."""
    first_given = max(int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0]), 16_384)
    while True:
        port = random.randrange(first_given // 2, first_given)
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0drf-messages-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            mark.close()
            continue
        mark.detach()  # open until the process ends
        return port


def program(name, *patterns):
    """Where a program is: on the PATH, or in a folder of Debian's that is not."""
    found = shutil.which(name) or next(iter(sorted(sum((glob.glob(p) for p in patterns), []), reverse=True)), None)
    if found is None:
        raise Unavailable(f"{name} is not installed: tools/install-packages test")
    return found


def account(name):
    """The account a server must run as when root starts it; nobody's, when it is not root that does."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam(name)


class Server:
    """One process in a folder of its own. A port that somebody else took meanwhile is chosen anew."""
    # What is left of one that was killed may keep the next from starting for a moment.
    attempts = 20
    account_name = None
    stop_signal = signal.SIGTERM

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-server-"))
        self.account = account(self.account_name) if self.account_name else None
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self.port = None
        self.process = None

    def __enter__(self):
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def popen(self, command, **options):
        if self.account:
            options.update(user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=[])
        # a temporary folder of its own: MariaDB deletes others' tables there when it starts
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, **options)

    def run(self, command):
        process = self.popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        output = process.communicate(timeout=300)[0]
        if process.returncode != 0:
            raise Unavailable(f"{command[0]} exited with {process.returncode}: {output}")
        return output

    def start(self):
        """Starts the server, again on its old port where it had one."""
        for attempt in range(self.attempts):
            time.sleep(0.1 * attempt)
            port = self.port or free_port()
            log = open(self.folder / "log", "ab")
            self.process = self.popen(self.command(port), stdout=log, stderr=log, start_new_session=True)
            log.close()
            if self.wait_until_ready(port):
                self.port = port
                return self
            self.kill()
        raise Unavailable(f"{type(self).__name__} does not start: {self.log()}")

    def wait_until_ready(self, port):
        """False when it has ended or given up, as it does when another took its port. One that is only slow is not begun anew."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process.poll() is not None or self.has_given_up():
                return False
            if self.ready(port):
                return True
            time.sleep(0.05)
        raise Unavailable(f"{type(self).__name__} is not ready after {PATIENCE} seconds: {self.log()}")

    def has_given_up(self):
        """Whether it runs but will never be ready, so that it must be begun anew."""
        return False

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def stop(self):
        """Ends it as an operator would, and waits."""
        self.process.send_signal(self.stop_signal)
        self.process.wait(PATIENCE)

    def kill(self):
        """kill -9 of the server and of whatever it started."""
        if self.process is not None:
            started = []
            if self.process.poll() is None:
                self.send([self.process.pid], signal.SIGSTOP)  # it starts no more of them
                started = self.processes()[1:]
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.send(started, signal.SIGKILL)
            self.process.wait()

    def freeze(self):
        """Makes it hang, with all of its processes, until thaw()."""
        until = time.monotonic() + PATIENCE
        # The signal returns before the last thread has stopped, and that one may still answer, or start another process.
        while (running := [pid for pid in self.processes() if not self.is_stopped(pid)]) and time.monotonic() < until:
            self.send(running, signal.SIGSTOP)
            time.sleep(0.01)

    @staticmethod
    def send(pids, number):
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:  # it ended meanwhile
                pass

    @staticmethod
    def is_stopped(pid):
        try:
            threads = list(pathlib.Path(f"/proc/{pid}/task").glob("*/stat"))
            return all(thread.read_text().rpartition(")")[2].split()[0] in "TZX" for thread in threads)
        except OSError:  # it ended meanwhile
            return True

    def thaw(self):
        self.send(self.processes(), signal.SIGCONT)

    def processes(self):
        """The server and its children, the parent first: PostgreSQL gives each a group of its own."""
        found = [self.process.pid]
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            if parent == self.process.pid:
                found.append(int(status.parent.name))
        return found

    def prepare(self):
        pass

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def ready(self, port):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return True
        except OSError:
            return False


class PostgreSQL(Server):
    account_name = "postgres"
    stop_signal = signal.SIGINT  # "fast": rolls back what is under way

    def __init__(self, **settings):
        """settings: of postgresql.conf, such as max_connections=20."""
        super().__init__()
        self.settings = {"max_connections": 100, "fsync": "off", "listen_addresses": "127.0.0.1", "log_min_messages": "warning",
                         "unix_socket_directories": str(self.folder), "shared_buffers": "64MB", **settings}

    def tool(self, name):
        return program(name, f"/usr/lib/postgresql/*/bin/{name}")

    def prepare(self):
        self.run([self.tool("initdb"), "-D", "data", "-U", "drf", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])

    def command(self, port):
        settings = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        return [self.tool("postgres"), "-D", "data", "-p", str(port), *settings]

    def ready(self, port):
        answer = subprocess.run([self.tool("psql"), "-h", "127.0.0.1", "-p", str(port), "-U", "drf", "-d", "postgres", "-Atc",
                                 f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"], capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            return False
        if answer.stdout.strip() != "1":
            self.psql(f"CREATE DATABASE {DATABASE}", database="postgres", port=port)
        return True

    def psql(self, sql, database=DATABASE, port=None):
        """What a statement answers, as text."""
        return self.run([self.tool("psql"), "-h", "127.0.0.1", "-p", str(port or self.port), "-U", "drf", "-d", database,
                         "-v", "ON_ERROR_STOP=1", "-Atqc", sql])

    @property
    def url(self):
        return f"postgresql://drf@127.0.0.1:{self.port}/{DATABASE}"


class Standby(PostgreSQL):
    """A copy of a PostgreSQL that follows it until promote(); it may only be read."""

    def __init__(self, primary):
        super().__init__()
        self.primary = primary

    def prepare(self):
        self.run([self.tool("pg_basebackup"), "-h", "127.0.0.1", "-p", str(self.primary.port), "-U", "drf", "-D", "data", "-R", "-X", "stream", "-c", "fast"])

    def promote(self):
        self.psql(f"SELECT pg_promote(true, {PATIENCE})")


class PgBouncer(Server):
    """In transaction mode, with two connections for all clients of a database."""
    account_name = "postgres"

    def __init__(self, postgresql):
        super().__init__()
        self.postgresql = postgresql

    def command(self, port):
        (self.folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host=127.0.0.1 port={self.postgresql.port} user=drf\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            "pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 200\n", encoding="utf-8")
        return [program("pgbouncer", "/usr/sbin/pgbouncer"), "pgbouncer.ini"]

    @property
    def url(self):
        return f"postgresql://drf@127.0.0.1:{self.port}/{DATABASE}"


class MariaDB(Server):
    account_name = "mysql"

    def __init__(self, *options):
        """options: of mariadbd, such as --wsrep-on=ON."""
        super().__init__()
        self.options = options

    def prepare(self):
        self.run([program("mariadb-install-db"), "--no-defaults", f"--datadir={self.folder}/data", "--auth-root-authentication-method=normal",
                  "--skip-test-db"])

    def command(self, port):
        return [program("mariadbd", "/usr/sbin/mariadbd"), "--no-defaults", f"--datadir={self.folder}/data", f"--port={port}",
                "--bind-address=127.0.0.1", f"--socket={self.folder}/socket", f"--pid-file={self.folder}/pid",
                "--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=64M", "--character-set-server=utf8mb4",
                "--collation-server=utf8mb4_general_ci", "--max-connections=200", *self.options]

    def ready(self, _port):
        answer = self.try_sql(f"CREATE DATABASE IF NOT EXISTS {DATABASE}; CREATE USER IF NOT EXISTS drf@'127.0.0.1' IDENTIFIED BY 'drf'; "
                              "CREATE USER IF NOT EXISTS drf@localhost IDENTIFIED BY 'drf'; "
                              "GRANT ALL ON *.* TO drf@'127.0.0.1'; GRANT ALL ON *.* TO drf@localhost", database="")
        return answer.returncode == 0

    def try_sql(self, sql, database=DATABASE):
        return subprocess.run([program("mariadb"), "--no-defaults", f"--socket={self.folder}/socket", "-u", "root", "-N", "-B",
                               *([database] if database else []), "-e", sql], capture_output=True, text=True, check=False)

    def sql(self, sql, database=DATABASE):
        """What a statement answers, as text."""
        answer = self.try_sql(sql, database)
        if answer.returncode != 0:
            raise RuntimeError(answer.stderr)
        return answer.stdout

    @property
    def url(self):
        return f"mysql://drf:drf@127.0.0.1:{self.port}/{DATABASE}"


class GaleraNode(MariaDB):
    """One node; how it finds the others is the cluster's business."""

    def __init__(self, ports, number):
        super().__init__()
        self.ports, self.number, self.first = ports, number, False

    def command(self, port):
        others = ",".join(f"127.0.0.1:{ports[0]}" for ports in self.ports)
        group, incremental, snapshot = self.ports[self.number]
        provider = "; ".join([f"gmcast.listen_addr=tcp://127.0.0.1:{group}", f"ist.recv_addr=127.0.0.1:{incremental}", "gcache.size=32M",
                              # A node that was killed is missed soon, and one on a busy machine is not thrown out.
                              "evs.keepalive_period=PT0.3S", "evs.suspect_timeout=PT5S", "evs.inactive_timeout=PT15S", "evs.inactive_check_period=PT0.3S",
                              "evs.install_timeout=PT15S", "gmcast.time_wait=PT1S"])
        library = program("libgalera_smm.so", "/usr/lib/galera/libgalera_smm.so", "/usr/lib/*/galera*/libgalera_smm.so")
        return [*super().command(port), "--wsrep-on=ON", f"--wsrep-provider={library}", f"--wsrep-cluster-address=gcomm://{others}",
                "--wsrep-node-address=127.0.0.1", f"--wsrep-provider-options={provider}", "--wsrep-sst-method=rsync",
                f"--wsrep-sst-receive-address=127.0.0.1:{snapshot}", "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2", "--innodb-log-file-size=16M",
                *(["--wsrep-new-cluster"] if self.first else [])]

    def prepare(self):
        if self.first:
            super().prepare()
        else:  # the cluster sends everything
            (self.folder / "data").mkdir()
            if self.account:
                os.chown(self.folder / "data", self.account.pw_uid, self.account.pw_gid)

    def start(self):
        self.log_before = self.log_size()
        super().start()
        self.first = False
        return self

    def has_given_up(self):
        """Galera can fail over what it receives while it joins; the node leaves the cluster then and runs on without it."""
        with open(self.folder / "log", "rb") as log:
            log.seek(self.log_before)
            given_up = b"WSREP: RECV thread exiting" in log.read()
        self.log_before = self.log_size() if given_up else self.log_before
        return given_up

    def log_size(self):
        path = self.folder / "log"
        return path.stat().st_size if path.exists() else 0

    def ready(self, port):
        return self.in_cluster() and super().ready(port)

    def in_cluster(self):
        answer = self.try_sql("SHOW STATUS LIKE 'wsrep_ready'", database="")
        return answer.returncode == 0 and answer.stdout.split()[-1:] == ["ON"]

    def cluster_size(self):
        return int(self.sql("SHOW STATUS LIKE 'wsrep_cluster_size'").split()[-1])


class GaleraCluster:
    """Three nodes on loopback: cluster.nodes; each has kill() and start(), which brings it back."""

    def __init__(self, size=3):
        ports = [[free_port() for _ in range(3)] for _ in range(size)]
        self.nodes = [GaleraNode(ports, number) for number in range(size)]

    def __enter__(self):
        try:
            self.nodes[0].first = True
            for node in self.nodes:
                node.prepare()
                node.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for node in self.nodes:
            node.__exit__()


class Redis(Server):
    def __init__(self, *options):
        super().__init__()
        self.options = options

    def command(self, port):
        return [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir", str(self.folder), *self.options]

    def ready(self, port):
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(64)[:1] in (b"+", b"-")
        except OSError:
            return False

    @property
    def url(self):
        return self.address


class Memcached(Server):
    def __init__(self, *options):
        super().__init__()
        self.options = options

    def command(self, port):
        as_root = ["-u", "root"] if os.geteuid() == 0 else []
        return [program("memcached"), "-l", "127.0.0.1", "-p", str(port), "-U", "0", *as_root, *self.options]

    @property
    def url(self):
        return self.address


# OPTIONS of a cache with which a server on a busy machine may take its time, by BACKEND.
PATIENT = {
    "django_redis.cache.RedisCache": {"SOCKET_TIMEOUT": 60, "SOCKET_CONNECT_TIMEOUT": 60},
    "django.core.cache.backends.redis.RedisCache": {"socket_timeout": 60, "socket_connect_timeout": 60},
    "django.core.cache.backends.memcached.PyLibMCCache": {"behaviors": {"_poll_timeout": 60_000, "connect_timeout": 60_000}},
    "django.core.cache.backends.memcached.PyMemcacheCache": {"timeout": 60, "connect_timeout": 60},
}


def patient(cache):
    """The settings of a cache, with those by which it may take its time."""
    return {**cache, "OPTIONS": {**PATIENT.get(cache["BACKEND"], {}), **cache.get("OPTIONS", {})}}


KINDS = {"postgresql": PostgreSQL, "pgbouncer": PgBouncer, "mariadb": MariaDB, "redis": Redis, "memcached": Memcached}


def main(arguments):
    names, command = arguments[:arguments.index("--")], arguments[arguments.index("--") + 1:]
    running = {}
    process = None

    def end(_number, _frame):
        sys.exit(143)

    signal.signal(signal.SIGTERM, end)
    try:
        for name in names:
            running[name] = PgBouncer(running["postgresql"]) if name == "pgbouncer" else KINDS[name]()
            running[name].__enter__()
        environment = dict(os.environ)
        for name, server in running.items():
            mark = "{" + name + "}"
            if any(mark in word for word in command):
                command = [word.replace(mark, server.url) for word in command]
            else:
                environment["DRF_MESSAGES_TEST_" + name.upper()] = server.url
        process = subprocess.Popen(command, env=environment)
        return process.wait()
    finally:
        if process is not None and process.poll() is None:
            process.kill()
        for server in running.values():
            server.__exit__()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
