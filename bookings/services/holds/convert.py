"""A signed hold becomes a booking (H-3): confirmed when its deposit came, else by decision of staff."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bookings.enums import HoldStatus, PaymentMethod, PaymentType
from bookings.exceptions import Overpayment
from bookings.inputs import check_manual_payment
from bookings.models import Booking, Payment, ReservationHold
from bookings.requests import BookingRequest
from bookings.services.attempts import attempt
from bookings.services.claimants import Claimant
from bookings.services.customers import customer_keys
from bookings.services.deposits import confirm_if_paid
from bookings.services.hold_states import record_hold, save_move
from bookings.services.holds.moves import lock_hold, lock_hold_of_any_age
from bookings.services.ledger import add_received_payment
from bookings.services.new_bookings import NewBooking, meet_customer, write_booking
from bookings.services.prices import AgreedPrice
from bookings.services.slots import claim_lane, convert_claim, lock_slots, slot_of
from bookings.services.units import Unit
from common.actors import Actor
from common.exceptions import FieldError, ValidationFailed
from common.models import uuid7

LATE = (HoldStatus.SIGNED, HoldStatus.EXPIRED)


def pay_hold(
    *,
    hold: ReservationHold,
    method: str,
    reference: str,
    by: Actor,
    at: datetime,
    amount_cents: int | None = None,
    expected_updated_at: datetime | None = None,
) -> Booking:
    """Record the deposit of a signed hold and make it a confirmed booking (H-3, PY-6).

    `amount_cents` defaults to the deposit, and a deposit of 0 needs no payment. Less is refused with
    `validation_error`, more than the total with `overpayment`. Emits booking.created, hold.converted,
    payment.recorded and booking.confirmed.
    """
    amount = hold.deposit_cents if amount_cents is None else amount_cents
    if amount or hold.deposit_cents:
        reference = check_manual_payment(amount_cents=amount, method=method, reference=reference)
    if amount < hold.deposit_cents:
        message = f"The deposit is {hold.deposit_cents} cents."
        raise ValidationFailed([FieldError("/amount_cents", "min_value", message)])

    def work() -> Booking:
        booking, locked = convert(
            hold,
            ask_deposit=False,
            permission="payment.record",
            expected_updated_at=expected_updated_at,
            by=by,
            at=at,
        )
        if amount == 0:
            return booking
        locked.deposit_paid_at = at
        locked.deposit_payment_method = PaymentMethod(method)
        locked.deposit_payment_reference = reference
        save_move(locked, ["deposit_paid_at", "deposit_payment_method", "deposit_payment_reference"], at=at)
        if amount > booking.total_due_cents:
            raise Overpayment(balance_cents=booking.total_due_cents, amount_cents=amount)
        payment = add_received_payment(
            booking=booking,
            hold=locked,
            amount_cents=amount,
            method=PaymentMethod(method),
            payment_type=PaymentType.DEPOSIT,
            reference=reference,
            received_at=at,
            permission="payment.record",
            by=by,
            at=at,
        )
        confirm_if_paid(booking=booking, payment=payment, permission="payment.record", by=by, at=at)
        return booking

    return attempt(work)


def convert_hold(
    *,
    hold: ReservationHold,
    by: Actor,
    at: datetime,
    expected_updated_at: datetime | None = None,
) -> Booking:
    """Make a signed hold an unpaid booking, `deposit_pending` (H-3).

    Emits booking.created, hold.converted and booking.deposit_requested.
    """

    def work() -> Booking:
        booking, _hold = convert(
            hold,
            ask_deposit=True,
            permission="hold.manage",
            expected_updated_at=expected_updated_at,
            by=by,
            at=at,
        )
        return booking

    return attempt(work)


def convert(
    hold: ReservationHold,
    *,
    ask_deposit: bool,
    permission: str,
    by: Actor,
    at: datetime,
    expected_updated_at: datetime | None = None,
    late: bool = False,
) -> tuple[Booking, ReservationHold]:
    """Write the booking of a signed hold at the agreed price; lead time is not checked again.

    `late` takes a hold past its deadline too, and an expired one by a new claim (H-6), in the caller's
    transaction. The request never changes, so it is read before its row is locked: D-9 wants the customer
    first.
    """
    request = replace(BookingRequest.from_json(hold.request), terms_accepted=True)
    lock_slots(slot_of(hold), also=customer_keys(station_id=hold.station_id, email=request.email))
    unit = Unit(by=by, at=at)
    customer = meet_customer(
        request=request,
        station=hold.station,
        permission=permission,
        claimant=Claimant.from_json(hold.metadata.get("claimant")),
        unit=unit,
    )
    booking_id = uuid7()
    if late:
        locked = lock_hold_of_any_age(hold, *LATE)
    else:
        locked = lock_hold(hold, HoldStatus.SIGNED, at=at, expected_updated_at=expected_updated_at)
    if locked.status == HoldStatus.EXPIRED:
        locked.lane = claim_lane(slot=slot_of(locked), booking_id=booking_id, at=at).lane
    else:
        convert_claim(hold=locked, booking_id=booking_id)
    booking = write_booking(
        NewBooking(
            booking_id=booking_id,
            request=request,
            station=locked.station,
            customer=customer,
            lane=locked.lane,
            starts_at=locked.starts_at,
            price=AgreedPrice.from_json(locked.metadata["price"]),
            waived_lead=locked.metadata["waived_lead"],
            permissions=(permission,),
            terms=_terms(locked),
        ),
        unit=unit,
        ask_deposit=ask_deposit,
    )
    locked.status, locked.cancellation_reason = HoldStatus.CONVERTED, None
    locked.converted_to_booking_id = booking.pk
    locked.customer_id = customer.pk
    columns = ["status", "cancellation_reason", "lane", "converted_to_booking_id", "customer_id"]
    save_move(locked, columns, at=at)
    # What is being paid for the hold is paid for its booking from now on.
    Payment.objects.filter(hold=locked, booking=None).update(booking=booking, updated_at=at)
    record_hold(locked, "hold.converted", permissions=(permission,), by=by, at=at)
    return booking, locked


def _terms(hold: ReservationHold) -> dict[str, Any]:
    """Tell which agreement was accepted and when: at signing, not now (H-2)."""
    return {
        "accepted_at": hold.agreement_signed_at and hold.agreement_signed_at.isoformat(),
        "agreement_version": hold.agreement_version,
    }
