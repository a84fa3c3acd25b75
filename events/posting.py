"""Posting to an address that somebody named, without being led astray (E-9).

The name is resolved once and what it resolves to is checked; the connection goes to that very address, so
that a name which changes its mind in between leads nowhere else. The host's name still stands in the request
and in the TLS handshake. Redirects are answers like any other. All steps together share one deadline.
"""

import io
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.conf import settings

from common.gateways import ReceiverForbidden, WebhookPost
from events.receivers import PORTS, Address, Receiver, is_allowed, parse_url

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_ANSWER = 64 * 1024
"""Bytes of an answer's body that are read, so that the receiver sees its answer taken; they mean nothing."""

Resolver = Callable[[str, int], Sequence[Address]]


def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of a host in the order of the system's preference; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(info[4][0]) for info in found))


class HttpWebhookGateway:
    """Posts over HTTP; `resolver` and `tls` stand in for the system's in tests."""

    def __init__(self, *, resolver: Resolver = resolve, tls: ssl.SSLContext | None = None) -> None:
        self._resolve, self._tls = resolver, tls

    def post(self, post: WebhookPost) -> int:
        """Return the status of the answer; raises ReceiverForbidden, OSError or HTTPException."""
        ends = monotonic() + settings.WEBHOOK_TIMEOUT_SECONDS
        receiver = parse_url(post.url)
        addresses = self._allowed(receiver)
        connection = _PinnedConnection(receiver, addresses, ends=ends, tls=self._context(receiver))
        try:
            connection.request("POST", receiver.target, body=post.body, headers=dict(post.headers))
            answer = connection.getresponse()
            with suppress(OSError, HTTPException):
                answer.read(MAX_ANSWER)
            return answer.status
        finally:
            connection.close()

    def _allowed(self, receiver: Receiver) -> Sequence[Address]:
        """Return the addresses of the receiver; one that is forbidden forbids them all."""
        listed = settings.WEBHOOK_PRIVATE_NETWORKS
        addresses = self._resolve(receiver.host, receiver.port)
        for address in addresses:
            if not is_allowed(address, scheme=receiver.scheme, listed=listed):
                raise ReceiverForbidden(
                    f"{receiver.scheme} to {address} is forbidden: it is neither public and https"
                    " nor listed in WEBHOOK_PRIVATE_NETWORKS"
                )
        return addresses

    def _context(self, receiver: Receiver) -> ssl.SSLContext | None:
        return (self._tls or _trust()) if receiver.scheme == "https" else None


@cache
def _trust() -> ssl.SSLContext:
    """Return the system's trust; reading its certificates takes longer than a delivery."""
    return ssl.create_default_context()


class _PinnedConnection(HTTPConnection):
    """Connects to given addresses instead of asking for those of the host again."""

    def __init__(
        self, receiver: Receiver, addresses: Sequence[Address], *, ends: float, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(receiver.host, receiver.port)
        self.default_port = PORTS[receiver.scheme]
        self._addresses, self._ends, self._tls = addresses, ends, tls

    def connect(self) -> None:
        """Connect to the first address that answers; each gets its share of the time left."""
        failure: OSError = OSError("The host has no address.")
        for number, address in enumerate(self._addresses):
            share = _left(self._ends) / (len(self._addresses) - number)
            try:
                wire = socket.create_connection((str(address), self.port), timeout=share)
            except OSError as error:
                failure = error
                continue
            self.sock = _TimedSocket(self._secured(wire), self._ends)
            return
        raise failure

    def _secured(self, wire: socket.socket) -> socket.socket:
        if self._tls is None:
            return wire
        try:
            wire.settimeout(_left(self._ends))
            return self._tls.wrap_socket(wire, server_hostname=self.host)
        except OSError:
            wire.close()
            raise


class _TimedSocket:
    """What an HTTPConnection needs of a socket, every step against one deadline."""

    def __init__(self, wire: socket.socket, ends: float) -> None:
        self._wire, self._ends = wire, ends

    def sendall(self, data: Any) -> None:
        self._wire.settimeout(_left(self._ends))
        self._wire.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode  # an answer is read as bytes
        return io.BufferedReader(_TimedReader(self._wire, self._ends))

    def close(self) -> None:
        self._wire.close()


class _TimedReader(io.RawIOBase):
    """Reads a socket; a receiver that drips its answer byte by byte wins no time by it."""

    def __init__(self, wire: socket.socket, ends: float) -> None:
        self._wire, self._ends = wire, ends
        self._file = wire.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        self._wire.settimeout(_left(self._ends))
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


def _left(ends: float) -> float:
    """Return the seconds that are left; raises TimeoutError when none are."""
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError("The receiver took too long.")
    return left
