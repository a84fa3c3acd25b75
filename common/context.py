"""What every floor may know of the running request without being handed it: its id and where it came from.

Set by `common.middleware.RequestContextMiddleware`; empty in commands and jobs unless they open one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Id (API-3), client address and user agent of one request; the last two are personal data."""

    request_id: str
    client_ip: str | None = None
    user_agent: str = ""


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


def current() -> RequestContext | None:
    """Return the running request's context, None outside of one."""
    return _current.get()


def request_id() -> str | None:
    """Return the running request's id, None outside of one."""
    context = _current.get()
    return context.request_id if context else None


def client_ip() -> str | None:
    """Return the client's address, to be hashed before it is stored anywhere; None outside of a request."""
    context = _current.get()
    return context.client_ip if context else None


def user_agent() -> str:
    """Return what the client says it is, empty outside of a request."""
    context = _current.get()
    return context.user_agent if context else ""


@contextmanager
def request_context(context: RequestContext) -> Iterator[RequestContext]:
    """Run the block inside of this context."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
