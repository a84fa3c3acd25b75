"""Where webhooks may go (E-9): by https to public addresses; by either scheme to those a setting lists.

An address counts as it is connected to: IPv4 in IPv6 clothes is taken out of them, and whatever of IPv6 is
no plain global address (tunnels and translators, which lead to an IPv4 address) is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias
from urllib.parse import urlsplit

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

PORTS = {"https": 443, "http": 80}
GLOBAL_UNICAST = IPv6Network("2000::/3")
FIRST_PRINTABLE, LAST_PRINTABLE = "!", "~"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A web address taken apart; `target` is path and query as they are sent."""

    scheme: str
    host: str
    port: int
    target: str


def parse_url(url: str) -> Receiver:
    """Take a web address apart; raises ValueError with words for what no receiver can have."""
    if not all(FIRST_PRINTABLE <= sign <= LAST_PRINTABLE for sign in url):
        raise ValueError("An address holds no blanks and nothing but ASCII.")
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise ValueError("An address begins with https://.")
    if not parts.hostname:
        raise ValueError("An address names a host.")
    if parts.username is not None or parts.password is not None:
        raise ValueError("An address holds no user and no password; the signature proves who sends.")
    if parts.fragment:
        raise ValueError("An address for programs has no fragment.")
    try:
        port = PORTS[parts.scheme] if parts.port is None else parts.port
        parts.hostname.encode("idna")
    except ValueError:
        raise ValueError("This is no host, or no port of one.") from None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Receiver(scheme=parts.scheme, host=parts.hostname, port=port, target=target)


def literal_address(host: str) -> Address | None:
    """Return the address that a host spells out, None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_listed(address: Address, listed: Sequence[Network]) -> bool:
    """Tell whether the setting names the address, in either of its clothes."""
    return any(plain in network for network in listed for plain in {address, _unmapped(address)})


def is_allowed(address: Address, *, scheme: str, listed: Sequence[Network]) -> bool:
    """Tell whether a webhook may be sent to an address."""
    return is_listed(address, listed) or (scheme == "https" and _is_public(address))


def _is_public(address: Address) -> bool:
    plain = _unmapped(address)
    if not plain.is_global or plain.is_multicast or plain.is_reserved:
        return False
    if isinstance(plain, IPv6Address):
        return plain in GLOBAL_UNICAST and plain.sixtofour is None and plain.teredo is None
    return True


def _unmapped(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
