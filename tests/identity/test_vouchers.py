"""Single-purpose tokens: none passes for another, and use makes them old (AU-3, AU-7, AU-9, AU-13)."""

from datetime import timedelta

import pytest

from identity.vouchers import Purpose, UnreadableVoucher, issue_voucher, read_voucher
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_a_voucher_names_account_and_end(roles, at):
    user = UserFactory()
    voucher = read_voucher(Purpose.RESET, issue_voucher(Purpose.RESET, user, at=at, lifetime=HOUR))
    assert (voucher.user_id, voucher.expires_at) == (user.pk, at + HOUR)
    assert voucher.holds_for(user)


@pytest.mark.parametrize("purpose", Purpose)
def test_no_voucher_passes_for_another(roles, at, purpose):
    token = issue_voucher(purpose, UserFactory(email_verified_at=at), at=at, lifetime=HOUR)
    for other in set(Purpose) - {purpose}:
        with pytest.raises(UnreadableVoucher):
            read_voucher(other, token)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "x" * 501])
def test_what_is_no_voucher_is_refused(token):
    with pytest.raises(UnreadableVoucher):
        read_voucher(Purpose.RESET, token)


@pytest.mark.parametrize(
    ("purpose", "name", "value"),
    [
        (Purpose.MFA, "password", "other"),
        (Purpose.MFA, "tokens_valid_after", "at"),
        (Purpose.EMAIL, "email_verified_at", None),
        (Purpose.EMAIL, "password", "other"),
        (Purpose.RESET, "password", "other"),
        (Purpose.RESET, "status", "suspended"),
        (Purpose.INVITATION, "invited_at", "at"),
        (Purpose.INVITATION, "invitation_expires_at", "at"),
        (Purpose.INVITATION, "status", "suspended"),
    ],
)
def test_a_change_of_what_it_is_for_makes_it_old(roles, at, purpose, name, value):
    user = UserFactory(email_verified_at=at)
    voucher = read_voucher(purpose, issue_voucher(purpose, user, at=at, lifetime=HOUR))
    assert voucher.holds_for(user)
    setattr(user, name, at if value == "at" else value)
    assert not voucher.holds_for(user)
