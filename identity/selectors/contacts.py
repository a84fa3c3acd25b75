"""Accounts by their e-mail address."""

from uuid import UUID

from identity.enums import UserRole
from identity.models import User


def find_customer_accounts(email: str, *, verified: bool) -> frozenset[UUID]:
    """Return the keys of customer accounts with this address; `verified`: only whose owner proved it."""
    accounts = User.objects.filter(email=email, role=UserRole.CUSTOMER)
    if verified:
        accounts = accounts.filter(email_verified_at__isnull=False)
    return frozenset(accounts.values_list("pk", flat=True))
