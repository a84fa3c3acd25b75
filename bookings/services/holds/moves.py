"""Signing a hold and giving it up (H-2, H-5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bookings.enums import LIVE_HOLD_STATUSES, HoldCancellationReason, HoldStatus
from bookings.exceptions import HoldExpired
from bookings.models import ReservationHold
from bookings.services.agreements import check_signed_text
from bookings.services.attempts import attempt
from bookings.services.card_links import close_links
from bookings.services.hold_states import is_overdue, record_hold, save_move
from bookings.services.slots import lock_slots, release_lane, slot_of
from bookings.services.versions import check_unchanged
from common.actors import Actor
from common.context import client_ip
from common.crypto.blind_index import ip_hash
from common.exceptions import FieldError, InvalidTransition, NotFound, ValidationFailed

PAYMENT_TIME = timedelta(hours=4)
MAX_NAME = 200

ALLOWED: dict[str, list[str]] = {
    HoldStatus.PENDING: [HoldStatus.SIGNED, HoldStatus.EXPIRED, HoldStatus.CANCELLED],
    HoldStatus.SIGNED: [HoldStatus.CONVERTED, HoldStatus.EXPIRED, HoldStatus.CANCELLED],
}


def sign_hold(
    *,
    hold: ReservationHold,
    signer_name: str,
    agreement_version: str,
    agreement_text_hash: str,
    by: Actor,
    at: datetime,
) -> ReservationHold:
    """Record the signature of a pending hold and give 4 h to pay; emits hold.signed.

    Refuses with `hold_expired` after the deadline, and a text that is not the station's agreement.
    """
    signer_name = signer_name.strip()
    if not 1 <= len(signer_name) <= MAX_NAME:
        message = f"Type your name, at most {MAX_NAME} characters."
        raise ValidationFailed([FieldError("/signer_name", "invalid", message)])

    def work() -> ReservationHold:
        locked = lock_hold(hold, HoldStatus.PENDING, at=at)
        check_signed_text(locked.station, version=agreement_version, text_hash=agreement_text_hash)
        locked.status = HoldStatus.SIGNED
        locked.agreement_signed_at = at
        locked.agreement_version = agreement_version
        locked.agreement_text_hash = agreement_text_hash.lower()
        locked.signer_name = signer_name
        locked.signer_ip_hash = ip_hash(client_ip())
        locked.payment_deadline_at = at + PAYMENT_TIME
        save_move(
            locked,
            [
                "status",
                "agreement_signed_at",
                "agreement_version",
                "agreement_text_hash",
                "signer_name",
                "signer_ip_hash",
                "payment_deadline_at",
            ],
            at=at,
        )
        record_hold(locked, "hold.signed", by=by, at=at)
        return locked

    return attempt(work)


def cancel_hold(
    *,
    hold: ReservationHold,
    by: Actor,
    at: datetime,
    expected_updated_at: datetime | None = None,
) -> ReservationHold:
    """Give a live hold up and free its lane; emits hold.cancelled. Staff and token holders alike (H-5)."""

    def work() -> ReservationHold:
        locked = lock_hold(hold, *LIVE_HOLD_STATUSES, at=at, expected_updated_at=expected_updated_at)
        staff = by.type == "user" and by.may("hold.manage", locked.station_id)
        locked.status = HoldStatus.CANCELLED
        locked.cancellation_reason = (
            HoldCancellationReason.ADMIN_CANCELLED if staff else HoldCancellationReason.USER_CANCELLED
        )
        save_move(locked, ["status", "cancellation_reason"], at=at)
        release_lane(hold=locked)
        close_links(hold=locked, reason="hold_cancelled", by=by, at=at)
        record_hold(locked, "hold.cancelled", by=by, at=at)
        return locked

    return attempt(work)


def lock_hold(
    hold: ReservationHold,
    *states: HoldStatus,
    at: datetime,
    expected_updated_at: datetime | None = None,
) -> ReservationHold:
    """Lock the slot, then the row of a hold that is in one of these states and in time (D-9, H-4)."""
    locked = _lock(hold)
    check_unchanged(locked, expected_updated_at)
    if locked.status == HoldStatus.EXPIRED or (
        locked.status in LIVE_HOLD_STATUSES and is_overdue(locked, at)
    ):
        raise HoldExpired
    return _in_state(locked, states)


def lock_hold_of_any_age(hold: ReservationHold, *states: HoldStatus) -> ReservationHold:
    """Lock the slot, then the row of a hold that is in one of these states, in time or not (H-6)."""
    return _in_state(_lock(hold), states)


def _lock(hold: ReservationHold) -> ReservationHold:
    lock_slots(slot_of(hold))
    locked: ReservationHold | None = (
        ReservationHold.objects.select_for_update(no_key=True, of=("self",))
        .select_related("station")
        .filter(pk=hold.pk)
        .first()
    )
    if locked is None:
        raise NotFound("There is no such hold.")
    return locked


def _in_state(hold: ReservationHold, states: Sequence[HoldStatus]) -> ReservationHold:
    if hold.status not in states:
        raise InvalidTransition(from_=hold.status, allowed=ALLOWED.get(hold.status, []))
    return hold
