"""The worst transaction-mode pooler: after each transaction a client gets another server connection."""

import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READY, TERMINATE, IDLE = b"Z", b"X", b"I"


def receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def receive_message(connection: socket.socket) -> tuple[bytes, bytes]:
    """Return the type of the next message, and all of its bytes."""
    head = receive(connection, 5)
    (length,) = struct.unpack("!I", head[1:])
    return head[:1], head + receive(connection, length - 4)


class Pooler:
    """Accepts clients on a socket of its own and spreads the transactions of each over two connections."""

    def __init__(self, server: str, directory: Path) -> None:
        self.server = server
        self.transactions = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(directory / ".s.PGSQL.5432"))
        self.listener.listen()
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self.serve, args=[client])
            self.threads.append(thread)
            thread.start()

    def log_in(self, startup: bytes) -> tuple[socket.socket, bytes]:
        backend = socket.socket(socket.AF_UNIX)
        backend.connect(self.server)
        backend.sendall(startup)
        greeting = b""
        kind = b""
        while kind != READY:
            kind, message = receive_message(backend)
            greeting += message
        return backend, greeting

    def serve(self, client: socket.socket) -> None:
        with client:
            length = receive(client, 4)
            startup = length + receive(client, struct.unpack("!I", length)[0] - 4)
            logged_in = [self.log_in(startup) for _ in range(2)]
            backends = [backend for backend, _ in logged_in]
            client.sendall(logged_in[0][1])
            try:
                while True:
                    self.transaction(client, backends[self.transactions % 2])
                    self.transactions += 1
            except EOFError:
                for backend in backends:
                    backend.close()

    def transaction(self, client: socket.socket, backend: socket.socket) -> None:
        """Pass messages to and fro until the server is idle again."""
        while True:
            for ready in select.select([client, backend], [], [])[0]:
                kind, message = receive_message(ready)
                if ready is backend:
                    client.sendall(message)
                    if kind == READY and message[-1:] == IDLE:
                        return
                elif kind == TERMINATE:
                    raise EOFError
                else:
                    backend.sendall(message)

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(10)


@contextmanager
def running(server: str, directory: Path) -> Iterator[Pooler]:
    pooler = Pooler(server, directory)
    try:
        yield pooler
    finally:
        pooler.close()
