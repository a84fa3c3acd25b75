"""Refusals of the providers' floor; codes and statuses of behaviour section 18."""

from common.exceptions import DomainError


class InvalidSignature(DomainError):
    """PY-2: nobody who knows the secret has sent this, or not now."""

    code = "invalid_signature"
    status = 400
    title = "The signature is not valid"


class AlreadyMatched(DomainError):
    """Section 7: one live match per payment event."""

    code = "already_matched"
    status = 409
    title = "This money is matched already"


class OutOfOrder(Exception):
    """The provider tells of what follows before what it follows; worth another attempt."""
