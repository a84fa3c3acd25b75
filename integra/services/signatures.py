"""Whether a message really comes from its provider: HMAC over `timestamp.body` under one of its secrets."""

from collections.abc import Sequence
from datetime import datetime

from stripe import SignatureVerificationError, WebhookSignature

from integra.exceptions import InvalidSignature

TOLERANCE_SECONDS = 300


def check_signature(*, body: bytes, header: str, secrets: Sequence[str], at: datetime) -> None:
    """Accept `t=<unix time>,v1=<hex>[,v1=…]` under any live secret within 300 s (PY-2), else refuse.

    Stripe's own scheme, checked by its own code; providers of ours sign the same way.
    """
    try:
        payload = body.decode()
        # Stripe's check knows one side of the tolerance, and its own clock.
        signed_at = int(dict(part.split("=", 1) for part in reversed(header.split(",")))["t"])
    except (UnicodeDecodeError, ValueError, KeyError):
        raise InvalidSignature from None
    if abs(at.timestamp() - signed_at) > TOLERANCE_SECONDS or not any(
        _is_signed(payload, header, secret) for secret in secrets
    ):
        raise InvalidSignature


def _is_signed(payload: str, header: str, secret: str) -> bool:
    try:
        return bool(WebhookSignature.verify_header(payload, header, secret))
    except SignatureVerificationError:
        return False
