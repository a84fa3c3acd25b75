"""Accounts of the exchange: sign-up of consumers and owners, and what staff accounts share with it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from common.actors import SystemActor
from common.crypto.normalize import normalize_email
from common.exceptions import Duplicate
from identity.enums import UserRole
from identity.models import User
from identity.selectors.users import find_user
from identity.services.accounts import create_user
from identity.services.sessions import TokenPair, start_session
from supply.exceptions import EmailTaken
from supply.models import Consumer, Supplier
from supply.validators import require_password_policy

EXCHANGE = SystemActor("supply")
"""Who makes and ends accounts on the word of the exchange's own rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedUp:
    """A new account with its profile and the tokens of its first log-in."""

    user: User
    profile: Consumer | Supplier
    tokens: TokenPair


def sign_up(*, email: str, password: str, role: str, organization_name: str | None, at: datetime) -> SignedUp:
    """Return a new active consumer or supplier owner, profile and tokens, or nothing of it all.

    Raises EmailTaken, PasswordPolicy, ValidationFailed for a wrong e-mail.
    """
    password_hash = checked_password_hash(email=email, password=password)
    with transaction.atomic():
        user = open_account(email=email, password_hash=password_hash, role=role, at=at)
        profile = _open_profile(user, organization_name, at)
        return SignedUp(user=user, profile=profile, tokens=start_session(user=user, at=at))


def checked_password_hash(*, email: str, password: str) -> str:
    """Return the hash of a first password; hashing is slow, so this stands before any transaction.

    Raises EmailTaken, then PasswordPolicy.
    """
    if find_user(normalize_email(email)) is not None:
        raise EmailTaken
    require_password_policy(password)
    return make_password(password)


def open_account(*, email: str, password_hash: str, role: str, at: datetime) -> User:
    """Return a new active account whose e-mail nobody has verified; raises EmailTaken, ValidationFailed."""
    try:
        return create_user(
            email=email, role=role, password_hash=password_hash, is_verified=False, by=EXCHANGE, at=at
        )
    except Duplicate as taken:
        raise EmailTaken from taken


def _open_profile(user: User, organization_name: str | None, at: datetime) -> Consumer | Supplier:
    # A name that tells nothing of the person, until they give one.
    number = str(user.pk)[-8:]
    if user.role == UserRole.CONSUMER:
        name = organization_name or f"Consumer {number}"
        return Consumer.objects.create(user=user, organization_name=name, created_at=at, updated_at=at)
    name = organization_name or f"Supplier {number}"
    return Supplier.objects.create(user=user, company_name=name, created_at=at, updated_at=at)
