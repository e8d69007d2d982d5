# SPDX-License-Identifier: MIT
"""A client of a database that stays connected, so that a transaction may end much later than it began, as Django's may."""
import sqlite3
import subprocess

from servers import DATABASE, MariaDB, PostgreSQL, program

END = "~ end of the answer ~"


class SQLiteClient:
    def __init__(self, path):
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=60)

    def sql(self, text):
        """The rows, each as text with "|" between its columns."""
        return ["|".join("" if value is None else str(value) for value in row) for row in self.connection.execute(text)]

    def close(self):
        self.connection.close()


class ServerClient:
    """What the database's own client program says to each statement."""

    def __init__(self, command, end, separator):
        self.end, self.separator = end, separator
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)

    def sql(self, text):
        self.process.stdin.write(f"{text};\n{self.end}\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.rstrip("\n") == END:
                break
            lines.append(line.rstrip("\n").replace(self.separator, "|"))
        else:
            raise RuntimeError(f"{text}: the client has ended: {lines}")
        if any("ERROR" in line for line in lines):
            raise RuntimeError(f"{text}: {lines}")
        return [line for line in lines if line]

    def close(self):
        self.process.kill()  # the database may be gone
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def sql_client(server, site):
    """server: None where the site is on SQLite."""
    if isinstance(server, PostgreSQL):
        return ServerClient([server.tool("psql"), "-X", "-q", "-A", "-t", server.url], f"\\echo '{END}'", "|")
    if isinstance(server, MariaDB):
        return ServerClient([program("mariadb"), "--no-defaults", f"--socket={server.folder}/socket", "-u", "root", "-N", "-B", "-n", "--force", DATABASE],
                            f"SELECT '{END}';", "\t")
    return SQLiteClient(site.folder / "db.sqlite3")
