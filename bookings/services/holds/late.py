"""H-3 and H-6: money that came for a hold makes its booking, in time or after the hold has expired."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bookings.enums import HoldStatus
from bookings.exceptions import SlotContended
from bookings.models import Booking, Payment, ReservationHold
from bookings.services.arrivals import lock_for_money
from bookings.services.hold_states import save_move
from bookings.services.holds.convert import LATE, convert
from common.actors import Actor
from common.exceptions import DomainError, InvalidTransition


def booking_for_money(
    *, hold_id: UUID, payment: Payment, charged: str | None, by: Actor, at: datetime
) -> Booking | None:
    """Return the locked booking that a hold's money is for, made now unless there is one; None: nowhere.

    A signed hold is converted, late or not; an expired one on a free lane of its slot, before the party
    (H-6). The caller completes the payment and lets it act. `charged` is the provider's id of the payment.
    """
    hold = ReservationHold.objects.select_related("station").get(pk=hold_id)
    if hold.status == HoldStatus.CONVERTED and hold.converted_to_booking_id is not None:
        return lock_for_money(hold.converted_to_booking_id)
    if hold.status not in LATE or hold.agreement_signed_at is None or hold.starts_at <= at:
        return None
    try:
        with transaction.atomic():
            booking, locked = convert(
                hold, ask_deposit=False, permission="payment.record", by=by, at=at, late=True
            )
    except InvalidTransition as moved:
        raise SlotContended("The hold was moved meanwhile.") from moved
    except DomainError:
        # The lane is taken, the station closed, the coupon used up: staff decide (PY-10).
        return None
    locked.deposit_paid_at = at
    locked.deposit_payment_method = payment.payment_method
    locked.deposit_payment_reference = charged
    locked.payment_intent_id = charged
    save_move(
        locked,
        ["deposit_paid_at", "deposit_payment_method", "deposit_payment_reference", "payment_intent_id"],
        at=at,
    )
    return booking
