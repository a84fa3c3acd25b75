"""AU-11, AU-12, AU-14: the account behind a person whom Google vouches for."""

from datetime import datetime

from django.db import transaction

from common.actors import GuestActor
from common.db.locks import advisory_xact_locks, lock_key
from common.exceptions import Duplicate, PermissionDenied
from events.services.publish import publish
from identity.enums import AuditAction, AuthProvider, UserRole, UserStatus
from identity.exceptions import AccountLocked, AccountNotActive
from identity.models import OAuthAccount, User
from identity.openid import ProviderIdentity
from identity.services.accounts import checked_email, insert_account, record_account
from identity.services.approvals import APPLICANT
from identity.services.exchange_codes import take_exchange_code
from identity.services.log_in import LogIn, open_session
from identity.services.refused_log_ins import note_refusal
from identity.services.registration import activate_verified, awaits_confirmation
from identity.services.sessions import cut_off, lock_user

CUSTOMER, STAFF = "customer", "staff"
INTENTS = (CUSTOMER, STAFF)
NAME_LENGTH = 255
URL_LENGTH = 500


@transaction.atomic
def account_of(*, identity: ProviderIdentity, intent: str, at: datetime) -> User:
    """Return the account of a person, known by their id at the provider, else by the verified e-mail.

    Nobody there: a customer is active at once, since Google's word counts; who wants to be staff waits for
    approval, without any right. Raises PermissionDenied when Google has not verified the e-mail,
    AccountNotActive for that of a closed account.
    """
    advisory_xact_locks([lock_key("identity", "google", identity.subject)])
    known = OAuthAccount.objects.filter(
        provider=AuthProvider.GOOGLE, provider_account_id=identity.subject
    ).first()
    if known is not None:
        return lock_user(known.user_id) or known.user
    if not identity.is_email_verified:
        raise PermissionDenied("Google has not verified this e-mail.")
    user = _opened(identity, intent=intent, at=at) or _existing(identity, at=at)
    link = OAuthAccount(user=user, provider=AuthProvider.GOOGLE, provider_account_id=identity.subject)
    link.profile_data = {"email": identity.email, "name": identity.name, "picture": identity.picture}
    link.save()
    record_account(AuditAction.UPDATE, user, by=GuestActor(), details={"linked": AuthProvider.GOOGLE.value})
    return user


def exchange(*, code: str, at: datetime) -> LogIn:
    """Turn the one-time code of a sign-in into a log-in; with MFA on a one-time code is due as ever.

    Raises LinkExpired, AccountNotActive (an applicant too), AccountLocked (AU-5).
    """
    user = take_exchange_code(code, at=at)
    if user.locked_until is not None and at < user.locked_until:
        note_refusal(outcome=AccountLocked.code, user=user)
        raise AccountLocked(locked_until=user.locked_until, at=at)
    if not user.is_active:
        note_refusal(outcome=AccountNotActive.code, user=user)
        raise AccountNotActive
    return open_session(user=user, at=at)


def _opened(identity: ProviderIdentity, *, intent: str, at: datetime) -> User | None:
    """Return a new account for the e-mail, None when it is taken."""
    is_staff = intent == STAFF
    user = User(
        email=checked_email(identity.email),
        full_name=identity.name[:NAME_LENGTH],
        avatar_url=identity.picture if len(identity.picture or "") <= URL_LENGTH else None,
        auth_provider=AuthProvider.GOOGLE,
        email_verified_at=at,
        role=UserRole.CUSTOMER_SUPPORT if is_staff else UserRole.CUSTOMER,
        status=UserStatus.PENDING if is_staff else UserStatus.ACTIVE,
        is_active=not is_staff,
        activated_at=None if is_staff else at,
        metadata=dict(APPLICANT) if is_staff else {},
    )
    user.set_unusable_password()
    try:
        insert_account(user, by=GuestActor())
    except Duplicate:
        return None
    event, payload = (
        ("user.registered", dict(APPLICANT)) if is_staff else ("user.activated", {"role": user.role})
    )
    publish(event, subject=user, by=GuestActor(), at=at, payload=payload)
    return user


def _existing(identity: ProviderIdentity, *, at: datetime) -> User:
    """Return the account with this e-mail, which Google's word verifies.

    A password set before anybody had shown whose address it is may be a stranger's: it goes, log-ins too.
    """
    user = User.objects.select_for_update(no_key=True).get(email=checked_email(identity.email))
    if user.deleted_at is not None:
        raise AccountNotActive
    if user.email_verified_at is None and (user.is_active or awaits_confirmation(user)):
        user.set_unusable_password()
        user.save(update_fields=["password", "updated_at"])
        cut_off(user, at=at)
        activate_verified(user, at=at)
    return user
