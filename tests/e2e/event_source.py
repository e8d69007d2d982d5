# SPDX-License-Identifier: MIT
"""A client for streams that knows nothing but the wire, as browsers' EventSource does."""
import json
import socket

from site_process import PATIENCE


class Event:
    def __init__(self, fields):
        self.id, self.name = fields.get("id"), fields.get("event")
        self.text = fields.get("data", "")

    @property
    def data(self):
        return json.loads(self.text)

    def __repr__(self):
        return f"{self.name} {self.id} {self.text}"


class EventSource:
    """One request for a stream: its status, headers, and events as they come; None at the end."""

    def __init__(self, port, token=None, path="/messages/stream/", last_event_id=None, fields=(), timeout=PATIENCE, version="HTTP/1.1",
                 connect=socket.create_connection, host="127.0.0.1"):
        """connect: where the way to the server is another one, as by TLS."""
        self.socket = connect(("127.0.0.1", port), timeout=timeout)
        lines = [f"GET {path} {version}", f"Host: {host}", "Accept: text/event-stream", *fields]
        lines += [f"Authorization: Token {token}"] if token else []
        lines += [f"Last-Event-ID: {last_event_id}"] if last_event_id else []
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(":")
            self.headers[name.lower()] = value.strip()
        self.retry, self.comments, self.last_id, self.rest, self.ended = None, 0, None, b"", False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def piece(self):
        """The next bytes of the body; none at its end."""
        if self.headers.get("transfer-encoding") != "chunked":
            return self.file.readline()
        size = self.file.readline()
        piece = self.file.read(int(size, 16)) if size else b""
        self.file.readline()
        return piece

    def line(self):
        """The next line of the body; None at its end."""
        while b"\n" not in self.rest:
            piece = self.piece()
            if not piece:
                self.ended = True
                return None
            self.rest += piece
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode()

    def next(self):
        """The next event, whatever else comes before it."""
        fields = {}
        while (line := self.line()) is not None:
            name, _, value = line.partition(":")
            if line.startswith(":"):
                self.comments += 1
            elif line:
                fields[name] = value.removeprefix(" ")
            elif "event" in fields:
                self.last_id = fields.get("id", self.last_id)
                return Event(fields)
            else:
                self.retry = int(fields["retry"]) if "retry" in fields else self.retry
                fields = {}
        return None

    def until(self, name):
        """The next event of that name."""
        while (event := self.next()) is not None and event.name != name:
            pass
        return event

    def body(self):
        """What an answer that is no stream says."""
        return self.file.read(int(self.headers.get("content-length", "0")))
