"""A small closed-loop HTTP load: n clients, each a thread with one keep-alive connection and raw requests."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count


@dataclass(slots=True)
class Outcome:
    """What a run saw: seconds per answer, statuses, wall time; how many answers warmed it up before."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wall: float = 0.0
    before: int = 0

    @property
    def all(self) -> int:
        """Answers, those of the warm-up included: processor time is counted over both."""
        return self.before + len(self.seconds)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.seconds) / self.wall if self.wall else 0.0

    def percentile(self, share: float) -> float:
        """Return the answer time in milliseconds that this share of the answers did not exceed."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


Request = bytes
RequestMaker = Callable[[int], Request]


def build_request(
    method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b""
) -> Request:
    """Return the bytes of an HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + body


class Connection:
    """One keep-alive connection that reads answers with a Content-Length."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: Request) -> tuple[int, bytes]:
        """Send one request and return status and body."""
        self._socket.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._receive()
        head = data[:end].lower()
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        while len(data) < end + 4 + length:
            data += self._receive()
        return int(head[9:12]), data[end + 4 :]

    def _receive(self) -> bytes:
        chunk = self._socket.recv(65536)
        if not chunk:
            raise ConnectionError("The server closed the connection.")
        return chunk

    def close(self) -> None:
        self._socket.close()


def run_load(
    port: int,
    make_request: RequestMaker,
    *,
    clients: int = 8,
    seconds: float = 4.0,
    requests: int | None = None,
) -> Outcome:
    """Drive the server until the time is over or `requests` are sent; all clients start together."""
    outcome, lock, ticket = Outcome(), threading.Lock(), count()
    barrier = threading.Barrier(clients + 1)
    deadline = [0.0]

    def client() -> None:
        connection = Connection(port)
        times: list[float] = []
        statuses: Counter[int] = Counter()
        barrier.wait()
        while True:
            number = next(ticket)
            if (requests is not None and number >= requests) or time.perf_counter() > deadline[0]:
                break
            request = make_request(number)
            started = time.perf_counter()
            status, _body = connection.send(request)
            times.append(time.perf_counter() - started)
            statuses[status] += 1
        connection.close()
        with lock:
            outcome.seconds += times
            outcome.statuses += statuses

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    deadline[0] = time.perf_counter() + seconds
    started = time.perf_counter()
    barrier.wait()
    for thread in threads:
        thread.join()
    outcome.wall = time.perf_counter() - started
    return outcome
