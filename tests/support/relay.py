# SPDX-License-Identifier: MIT
"""A balancer that leaves old connections where they are."""
import contextlib
import socket
import threading


class Relay:
    """TCP from a port of its own to that of `target`; who is connected already stays where he is."""

    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sockets = []

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        for one in (self.listener, *self.sockets):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            self.sockets += [client, server]
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self.pump, args=(one, other), daemon=True).start()

    @staticmethod
    def pump(one, other):
        try:
            while received := one.recv(65536):
                other.sendall(received)
            other.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Questions:
    """Counts in what a client sends how many prepared statements it has executed."""

    def __init__(self, protocol):
        self.count, self.buffer = 0, b""
        self.next = {"postgresql": self.startup_of_postgresql, "mariadb": self.packet_of_mariadb}[protocol]

    def feed(self, received):
        self.buffer += received
        while self.next():
            pass

    def take(self, size):
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def startup_of_postgresql(self):
        """Messages without a type, which ask for encryption, and the one that begins."""
        if len(self.buffer) < 8 or len(self.buffer) < (size := int.from_bytes(self.buffer[:4], "big")):
            return False
        if self.take(size)[4:6] != b"\x04\xd2":  # what it is asked for has a code of its own
            self.next = self.message_of_postgresql
        return True

    def message_of_postgresql(self):
        if len(self.buffer) < 5 or len(self.buffer) < (size := 1 + int.from_bytes(self.buffer[1:5], "big")):
            return False
        self.count += self.take(size)[:1] == b"E"
        return True

    def packet_of_mariadb(self):
        if len(self.buffer) < 5 or len(self.buffer) < (size := 4 + int.from_bytes(self.buffer[:3], "little")):
            return False
        packet = self.take(size)
        self.count += packet[3] == 0 and packet[4] == 0x17  # the first of a command: COM_STMT_EXECUTE
        return True


class HoldingRelay(Relay):
    """A relay before a database server, without encryption, that can hold the server's answers back until enough was asked."""

    def __init__(self, target, protocol):
        super().__init__(target)
        self.protocol = protocol
        self.heard = threading.Condition()
        self.questions, self.wanted = {}, None

    @contextlib.contextmanager
    def held(self, questions):
        """Until let_go(), or so many questions were asked on one connection."""
        with self.heard:
            self.before = {one: asked.count for one, asked in self.questions.items()}
            self.wanted = questions
        try:
            yield
        finally:
            self.let_go()

    def asked(self):
        return max((asked.count - self.before.get(one, 0) for one, asked in self.questions.items()), default=0)

    def wait(self, seconds):
        """Whether so many were asked in time."""
        with self.heard:
            return self.heard.wait_for(lambda: self.asked() >= self.wanted, seconds)

    def let_go(self):
        """What tells how many were asked since held(), on the connection with most."""
        with self.heard:
            self.wanted = None
            self.heard.notify_all()
        return self.asked

    def pump(self, one, other):
        asks = self.sockets.index(one) % 2 == 0
        if asks:
            with self.heard:
                self.questions[one] = Questions(self.protocol)
        try:
            while received := one.recv(65536):
                with self.heard:
                    if asks:
                        self.questions[one].feed(received)
                        self.heard.notify_all()
                    else:
                        self.heard.wait_for(lambda: self.wanted is None)
                other.sendall(received)
            other.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
