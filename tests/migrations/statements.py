# SPDX-License-Identifier: MIT
"""Statements of an earlier version of the program, as record_statements.py wrote them, and what a database says to them.

A file has a line of JSON each: first the version, then a statement with its values (PostgreSQL; elsewhere they are in its text) and
how many rows it returned or changed on the schema of its version. Those of `migrate` come first.
"""
import contextlib
import json
import pathlib
import re
import sqlite3
import subprocess
import tempfile

import servers

FOLDER = pathlib.Path(__file__).resolve().parent / "statements"
MARK = "~ end of a statement ~"


def load(path):
    """The version; the statements of its `migrate`; those of its work."""
    version, *statements = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return version, statements[:version["migrate"]], statements[version["migrate"]:]


def save(path, version, migrate, work):
    lines = [{**version, "migrate": len(migrate)}, *migrate, *work]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


# What runs statements on a database, and returns what became of each: a number of rows, or the error.

def on_sqlite(path, checks_references):
    def answers(statements):
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA foreign_keys = {'ON' if checks_references else 'OFF'}")
            return [sqlite_answer(connection, statement["sql"]) for statement in statements]
    return answers


def sqlite_answer(connection, text):
    try:
        cursor = connection.execute(text)
        rows = cursor.fetchall()
        return len(rows) if cursor.description else max(cursor.rowcount, 0)
    except sqlite3.Error as error:
        # A function that the program brings along: any answer does, it looks at no table.
        if missing := re.match(r"no such function: (\w+)$", str(error)):
            connection.create_function(missing.group(1), -1, lambda *_: 1)
            return sqlite_answer(connection, text)
        return str(error)


def on_postgresql(server, name):
    def answers(statements):
        script = ["\\o /dev/null"]
        for number, statement in enumerate(statements):
            text = statement["sql"].rstrip("; \n")
            if values := statement.get("values"):
                script.append(f"PREPARE s{number} AS {text};\nEXECUTE s{number} ({', '.join(values)});")
            else:
                script.append(text + ";")
            script.append(f"\\echo '{MARK}' :SQLSTATE :ROW_COUNT")
        output = piped([server.tool("psql"), "-X", "-h", "127.0.0.1", "-p", str(server.port), "-U", "drf", "-d", name], script)
        return [said if "ERROR:  " in said else int(rows.split()[1]) for said, rows in output]
    return answers


def on_mariadb(server, name):
    def answers(statements):
        script = ["DELIMITER ~~~", "SET sql_mode = 'STRICT_TRANS_TABLES,ANSI_QUOTES,ALLOW_INVALID_DATES', time_zone = '+00:00'~~~"]
        for statement in statements:
            script += [statement["sql"].rstrip("; \n") + "~~~", f"SELECT '{MARK}', ROW_COUNT()~~~"]
        output = piped([servers.program("mariadb"), "--no-defaults", f"--socket={server.folder}/socket", "-u", "root", "-N", "-B", "-n", "--force",
                        "--default-character-set=utf8mb4", name], script)
        return [said if re.search("(?m)^ERROR [0-9]+ ", said) else max(int(rows), len(said.splitlines()), 0) for said, rows in output]
    return answers


def piped(command, script):
    """What the database's own client said to each statement, and behind its mark."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        file.write("\n".join(script) + "\n")
        file.seek(0)
        done = subprocess.run(command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=3000, check=False)
    said, answers = [], []
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            answers.append(("\n".join(said), line[len(MARK):].strip()))
            said = []
        else:
            said.append(line)
    return answers
