"""API-8: limits counted over all workers through the port `counters`, per role and per extra scope.

A sliding window is estimated from two fixed ones: the hits of the running window plus those of the window
before, weighted by the share of it that the sliding window still covers. One statement counts every window
of a request. Refused requests count too. `settings.RATE_LIMITS` names role → limits, `RATE_LIMIT_SCOPES`
scope → limit; a view joins a scope by `throttle_scopes = {action: scope}`, a page outside of the API by
`require_room`, so that two doors to one thing share one count. `throttle_role` of a view stands for callers
without account, such as providers.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from common.api.exceptions import RateLimited
from common.client_address import client_address, network_of
from common.crypto.blind_index import ip_hash
from common.ports import counters

if TYPE_CHECKING:
    # REST framework loads its default throttles while its views are being defined.
    from rest_framework.views import APIView

PUBLIC_ROLE = "public"
TALLY = "tally"
"""Attribute of the request that keeps its tally for the response."""


@dataclass(frozen=True, slots=True)
class Policy:
    """At most `limit` requests in any `window` seconds."""

    name: str
    limit: int
    window: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where one policy stands after this request."""

    policy: Policy
    hits: int
    earlier: int
    elapsed: int

    @property
    def estimate(self) -> float:
        """Hits in the sliding window that ends now."""
        return self.hits + self.earlier * (1 - self.elapsed / self.policy.window)

    @property
    def is_exceeded(self) -> bool:
        return self.estimate > self.policy.limit

    @property
    def remaining(self) -> int:
        return max(0, math.floor(self.policy.limit - self.estimate))

    @property
    def resets_in(self) -> int:
        """Seconds to the end of the running fixed window."""
        return self.policy.window - self.elapsed

    @property
    def retry_after(self) -> int:
        """Seconds until one more request fits, provided that none comes before."""
        room, window = self.policy.limit - 1, self.policy.window
        if self.hits <= room and self.earlier:
            share = (room - self.hits) / self.earlier
            wait = window * (1 - share) - self.elapsed
        else:
            # Only the next window helps, where the hits of this one fade in turn.
            wait = self.resets_in + window * (1 - room / self.hits)
        return max(1, math.ceil(wait))


@dataclass(frozen=True, slots=True)
class Tally:
    """The verdicts of one request."""

    verdicts: Sequence[Verdict]

    @property
    def is_exceeded(self) -> bool:
        return any(verdict.is_exceeded for verdict in self.verdicts)

    @property
    def retry_after(self) -> int:
        return max((verdict.retry_after for verdict in self.verdicts if verdict.is_exceeded), default=1)

    def headers(self) -> dict[str, str]:
        """Return `RateLimit-Policy` (q per w seconds) and `RateLimit` (r left, reset in t seconds)."""
        return {
            "RateLimit-Policy": ", ".join(
                f'"{v.policy.name}";q={v.policy.limit};w={v.policy.window}' for v in self.verdicts
            ),
            "RateLimit": ", ".join(
                f'"{v.policy.name}";r={v.remaining};t={v.resets_in}' for v in self.verdicts
            ),
        }


class RoleThrottle(BaseThrottle):
    """Counts a request under its user, else its address, and under the scope of its action."""

    def __init__(self) -> None:
        self.tally: Tally | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        if not settings.RATE_LIMITS_ENABLED:
            return True
        self.tally = count(policies(request, view), at=timezone.now())
        setattr(request, TALLY, self.tally)
        return not self.tally.is_exceeded

    def wait(self) -> float | None:
        return self.tally.retry_after if self.tally else None


def policies(request: Request, view: "APIView") -> dict[str, Policy]:
    """Return what this request is counted under: counter key → policy."""
    role: str = getattr(view, "throttle_role", "") or getattr(request.user, "role", PUBLIC_ROLE)
    limits: Mapping[str, int] = settings.RATE_LIMITS.get(role, settings.RATE_LIMITS[PUBLIC_ROLE])
    owner = _user_key(request.user) or _address_key(request)
    found = {
        f"rate:{owner}:{window}": Policy(name, limits[name], window)
        for name, window in (("minute", 60), ("hour", 3600))
    }
    scope = getattr(view, "throttle_scopes", {}).get(getattr(view, "operation", None))
    if scope is not None:
        found |= _scope_policy(request, scope)
    return found


def require_room(request: HttpRequest, scope: str, *, at: datetime) -> None:
    """Count a request of a page under an extra scope of its address; raises RateLimited."""
    if not settings.RATE_LIMITS_ENABLED:
        return
    tally = count(_scope_policy(request, scope), at=at)
    if tally.is_exceeded:
        raise RateLimited(headers={"Retry-After": str(tally.retry_after)})


def count(wanted: Mapping[str, Policy], *, at: datetime) -> Tally:
    """Count one hit under every policy and return where each stands."""
    hits = counters.get().hit(keys={key: policy.window for key, policy in wanted.items()}, at=at)
    epoch = int(at.timestamp())
    return Tally([Verdict(policy, *hits[key], epoch % policy.window) for key, policy in wanted.items()])


def _scope_policy(request: HttpRequest | Request, scope: str) -> dict[str, Policy]:
    limit, window = settings.RATE_LIMIT_SCOPES[scope]
    return {f"rate:{_address_key(request)}:{scope}": Policy(scope, limit, window)}


def _user_key(user: Any) -> str | None:
    if user is None or user.pk is None:
        return None
    return "user:" + hashlib.sha256(str(user.pk).encode()).hexdigest()[:32]


def _address_key(request: HttpRequest | Request) -> str:
    digest = ip_hash(network_of(client_address(request))) or b""
    return "ip:" + digest.hex()[:32]
