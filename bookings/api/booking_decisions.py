"""Decisions about a booking: moved, cancelled, set right, deleted and restored, priced by hand."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import exceptions
from bookings.api.booking_actions import MOVED, BookingActions
from bookings.api.decision_bodies import (
    AdjustInput,
    ApprovalInput,
    CancellationInput,
    RescheduleInput,
)
from bookings.api.scope import require
from bookings.selectors.bookings import get_booking, get_booking_or_deleted
from bookings.services.cancellations import (
    approve_cancellation,
    reject_cancellation,
    request_cancellation,
)
from bookings.services.corrections import correct_booking, reinstate_booking
from bookings.services.manual_adjustments import adjust_price
from bookings.services.removals import delete_booking, restore_booking
from bookings.services.reschedules import Reschedule, reschedule_booking
from common.api.serializers import EmptyInput, ReasonInput
from common.exceptions import DomainError


class BookingDecisions(BookingActions):
    """POST /bookings/{id}/<action> and DELETE, each with If-Match."""

    codes = {
        **BookingActions.codes,
        "reschedule": "booking.reschedule",
        "request_cancellation": "booking.request_cancel",
        "approve_cancellation": "booking.approve_cancel",
        "reject_cancellation": "booking.approve_cancel",
        "correct": "booking.correct",
        "reinstate": "booking.correct",
        "restore": "booking.restore",
        "adjust": "pricing.adjust",
    }
    bodies = {
        **BookingActions.bodies,
        "reschedule": RescheduleInput,
        "request_cancellation": CancellationInput,
        "approve_cancellation": ApprovalInput,
        "reject_cancellation": ReasonInput,
        "correct": ReasonInput,
        "reinstate": ReasonInput,
        "restore": EmptyInput,
        "adjust": AdjustInput,
        "destroy": ReasonInput,
    }
    problems: ClassVar[dict[str, tuple[type[DomainError], ...]]] = {
        **BookingActions.problems,
        "reschedule": (
            *MOVED,
            exceptions.SlotTaken,
            exceptions.SlotNotOffered,
            exceptions.SlotInPast,
            exceptions.BeyondHorizon,
            exceptions.LeadTimeTooShort,
            exceptions.EditCutoffPassed,
        ),
        "request_cancellation": (
            *MOVED,
            exceptions.CancellationAlreadyRequested,
            exceptions.CancellationTooLate,
        ),
        "approve_cancellation": (*MOVED, exceptions.SelfApprovalForbidden),
        "reject_cancellation": (*MOVED, exceptions.SelfApprovalForbidden),
        "correct": MOVED,
        "reinstate": (
            *MOVED,
            exceptions.SlotTaken,
            exceptions.SlotNotOffered,
            exceptions.CouponInvalid,
        ),
        "restore": (*MOVED, exceptions.RestoreWindowPassed),
        "adjust": MOVED,
        "destroy": MOVED,
    }
    samples = {
        "reschedule": {"date": "2027-06-12", "slot": "18:00"},
        "request_cancellation": {"reason": "The birthday was moved", "reason_code": "customer_request"},
        "approve_cancellation": {"note": "Spoke to the host on the phone"},
        "reject_cancellation": {"reason": "The menu is bought already"},
        "correct": {"reason": "The chef rang: nobody was there"},
        "reinstate": {"reason": "The host wants the party after all"},
        "adjust": {"amount_cents": -2_500, "reason": "The chef came late by an hour"},
        "destroy": {"reason": "Entered twice by mistake"},
    }

    def reschedule(self, request: Request, pk: Any) -> Response:
        """Move the party to another slot; a taken one answers 409 with alternatives (BK-13)."""
        booking = require(self.actor, "reschedule", get_booking(self.actor, pk))
        moved = reschedule_booking(
            booking=booking,
            move=Reschedule(**self.body),
            expected_version=self.expected_version(booking),
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(moved)

    def request_cancellation(self, request: Request, pk: Any) -> Response:
        """Ask to cancel; a host's unpaid booking is cancelled at once (BK-9)."""
        return self._move(pk, request_cancellation)

    def approve_cancellation(self, request: Request, pk: Any) -> Response:
        """Cancel as was asked for; nobody approves an own request (BK-10, T5)."""
        return self._move(pk, approve_cancellation)

    def reject_cancellation(self, request: Request, pk: Any) -> Response:
        """Decline a request to cancel (BK-10)."""
        return self._move(pk, reject_cancellation)

    def correct(self, request: Request, pk: Any) -> Response:
        """Note that nobody came to a party that counts as completed (T9)."""
        return self._move(pk, correct_booking)

    def reinstate(self, request: Request, pk: Any) -> Response:
        """Take a cancelled party back; a taken slot answers 409 with alternatives (T10)."""
        return self._move(pk, reinstate_booking)

    def adjust(self, request: Request, pk: Any) -> Response:
        """Add signed cents to the price, or take them off (Q-17)."""
        return self._move(pk, adjust_price)

    def restore(self, request: Request, pk: Any) -> Response:
        """Show a deleted booking again, within 30 days (BK-19)."""
        code = self.codes["restore"]
        booking = require(self.actor, "restore", get_booking_or_deleted(self.actor, pk, code=code))
        restored = restore_booking(
            booking=booking,
            expected_version=self.expected_version(booking),
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(restored)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Hide a booking that is over, with a reason in the body (BK-19)."""
        booking = require(self.actor, "delete", get_booking(self.actor, pk))
        delete_booking(
            booking=booking,
            **self.body,
            expected_version=self.expected_version(booking),
            by=self.actor,
            at=timezone.now(),
        )
        return Response(status=204)
