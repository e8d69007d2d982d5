# SPDX-License-Identifier: MIT
"""A connection on which many requests are under way at a time."""
import socket

from site_process import PATIENCE


class Pipeline:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def ask(self, requests):
        """Status and body for each of the requests, which are method, path and fields (with their ends of lines), none of them HEAD."""
        self.socket.sendall(b"".join(f"{method} {path} HTTP/1.1\r\nHost: x\r\n{fields}\r\n".encode() for method, path, fields in requests))
        return [self.answer() for _ in requests]

    def answer(self):
        status, length = int(self.file.readline().split()[1]), 0
        while (line := self.file.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return status, self.file.read(length)
