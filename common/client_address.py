"""Where a request comes from, seen through the proxies we trust."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPV6_SITE = 64


def client_address(request: HttpRequest) -> str | None:
    """Return the client's address: the entry that the outermost of TRUSTED_PROXIES proxies has written.

    Without trusted proxies `X-Forwarded-For` is a claim of the client and counts for nothing.
    """
    peer: str | None = request.META.get("REMOTE_ADDR")
    proxies: int = settings.TRUSTED_PROXIES
    if proxies:
        chain = [
            part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
        ]
        if chain:
            peer = chain[-min(proxies, len(chain))]
    return _normal(peer)


def network_of(address: str | None) -> str:
    """Return what counts as one client: an IPv4 address, or the first of its IPv6 /64 site."""
    if address is None:
        return "0.0.0.0"  # noqa: S104 -- stands for "no address"; nothing is bound
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(ipaddress.IPv6Network((parsed, IPV6_SITE), strict=False).network_address)


def _normal(raw: str | None) -> str | None:
    try:
        parsed = ipaddress.ip_address((raw or "").partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)
