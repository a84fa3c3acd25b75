"""AU-11: a customer's account, pending until its owner has shown that the e-mail is theirs."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from common.actors import GuestActor
from common.exceptions import Duplicate
from events.services.publish import publish
from identity.actors import UserActor
from identity.enums import AuditAction, AuthProvider, UserRole, UserStatus
from identity.models import User
from identity.services.accounts import checked_email, checked_phone, insert_account, record_account
from identity.services.mail_room import has_room
from identity.services.mails import mail_to
from identity.services.passwords import require_good_password
from identity.services.redeeming import redeem
from identity.vouchers import Purpose, issue_voucher

LINK_LIFETIME = timedelta(hours=24)


def register(
    *, email: str, password: str, at: datetime, full_name: str = "", phone: str | None = None
) -> None:
    """Open a pending customer account and mail the link that activates it; emits user.registered.

    The caller learns nothing about the e-mail: its owner is told by mail when it is taken. Somebody who
    registers again before confirming gets a new link; the former one, and its password, are void. Over three
    mails per hour to an address are dropped. Raises ValidationFailed for what is wrong with the words.
    """
    user = User(
        email=checked_email(email),
        role=UserRole.CUSTOMER,
        status=UserStatus.PENDING,
        is_active=False,
        full_name=full_name,
    )
    user.phone = checked_phone(phone)
    require_good_password(password, user=user, pointer="/password")
    user.password, user.password_changed_at = make_password(password), at
    if not has_room("register", email=user.email, at=at):
        return
    with transaction.atomic():
        try:
            insert_account(user, by=GuestActor())
        except Duplicate:
            _register_again(user, at=at)
        else:
            _ask_to_confirm(user, at=at)


@transaction.atomic
def verify_email(*, token: str, at: datetime) -> User:
    """Confirm the e-mail by the mailed link and activate the account; emits user.activated.

    Raises NotFound, LinkExpired.
    """
    user = redeem(Purpose.EMAIL, token, at=at)
    activate_verified(user, at=at)
    return user


def activate_verified(user: User, *, at: datetime) -> None:
    """Note that the locked account's e-mail is its owner's; a pending customer becomes active (AU-11)."""
    fields = ["email_verified_at", "updated_at"]
    user.email_verified_at = user.email_verified_at or at
    activates = user.status == UserStatus.PENDING and user.role == UserRole.CUSTOMER
    if activates:
        user.status, user.is_active, user.activated_at = UserStatus.ACTIVE, True, at
        fields += ["status", "is_active", "activated_at"]
    user.save(update_fields=fields)
    by = UserActor(id=user.pk, role=user.role)
    record_account(AuditAction.UPDATE, user, by=by, details={"changed": fields[:-1]})
    if activates:
        publish("user.activated", subject=user, by=by, at=at, payload={"role": user.role})


def _register_again(wanted: User, *, at: datetime) -> None:
    user = User.objects.select_for_update(no_key=True).get(email=wanted.email)
    if awaits_confirmation(user):
        user.password, user.password_changed_at = wanted.password, at
        user.full_name, user.phone = wanted.full_name, wanted.phone
        user.save(update_fields=["password", "password_changed_at", "full_name", "phone", "updated_at"])
        _ask_to_confirm(user, at=at)
    elif user.deleted_at is None:
        told = mail_to(user, "account_email_taken", at=at)
        publish("user.registration_repeated", subject=user, by=GuestActor(), at=at, deliveries=[told])


def awaits_confirmation(user: User) -> bool:
    """Tell whether somebody registered the account and nobody has used the mailed link yet."""
    return (
        user.status == UserStatus.PENDING
        and user.role == UserRole.CUSTOMER
        and user.auth_provider == AuthProvider.EMAIL
        and user.email_verified_at is None
        and user.invited_at is None
    )


def _ask_to_confirm(user: User, *, at: datetime) -> None:
    token = issue_voucher(Purpose.EMAIL, user, at=at, lifetime=LINK_LIFETIME)
    mail = mail_to(user, "account_verify_email", at=at, token=token)
    publish("user.registered", subject=user, by=GuestActor(), at=at, deliveries=[mail])
