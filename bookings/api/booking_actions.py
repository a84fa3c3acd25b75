"""Moves of a booking: one service call each, answered by the booking's row and its new ETag."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.bodies import AssignChefInput, ConfirmDepositInput
from bookings.api.scope import require
from bookings.exceptions import ChefConflict, ChefTravelConflict, SlotContended
from bookings.models import Booking
from bookings.selectors.bookings import get_booking
from bookings.selectors.chefs import get_chef
from bookings.services.assignments import assign_chef
from bookings.services.deposits import confirm_deposit, request_deposit
from bookings.services.life_cycle import complete_booking, hold_booking, mark_no_show, release_booking
from common.api.serializers import EmptyInput, ReasonInput
from common.api.views import HouseViewSet
from common.exceptions import DomainError, InvalidTransition

MOVED = (InvalidTransition, SlotContended)


class BookingActions(HouseViewSet):
    """POST /bookings/{id}/<action>, each with If-Match."""

    codes: ClassVar[dict[str, str]] = {
        "request_deposit": "booking.update",
        "confirm_deposit": "booking.confirm_deposit",
        "hold": "booking.hold",
        "release": "booking.hold",
        "assign_chef": "booking.assign_chef",
        "complete": "booking.complete",
        "no_show": "booking.complete",
    }
    bodies = {
        "request_deposit": EmptyInput,
        "confirm_deposit": ConfirmDepositInput,
        "hold": ReasonInput,
        "release": EmptyInput,
        "assign_chef": AssignChefInput,
        "complete": EmptyInput,
        "no_show": EmptyInput,
    }
    problems: ClassVar[dict[str, tuple[type[DomainError], ...]]] = {
        **dict.fromkeys(codes, MOVED),
        "assign_chef": (*MOVED, ChefConflict, ChefTravelConflict),
    }

    def request_deposit(self, request: Request, pk: Any) -> Response:
        """Ask the customer for the deposit (T2)."""
        return self._move(pk, request_deposit)

    def confirm_deposit(self, request: Request, pk: Any) -> Response:
        """Confirm the booking: its deposit has arrived, or is waived by booking.override (T3)."""
        return self._move(pk, confirm_deposit)

    def hold(self, request: Request, pk: Any) -> Response:
        """Keep the booking from reminders and auto-cancel (BK-8)."""
        return self._move(pk, hold_booking)

    def release(self, request: Request, pk: Any) -> Response:
        """End the hold; the deposit deadlines start again (BK-8)."""
        return self._move(pk, release_booking)

    def assign_chef(self, request: Request, pk: Any) -> Response:
        """Give the party its chef, or none (BK-15)."""
        booking = require(self.actor, "assign_chef", get_booking(self.actor, pk))
        chef_id = self.body["chef_id"]
        changed = assign_chef(
            booking=booking,
            chef=None if chef_id is None else get_chef(self.actor, chef_id),
            override=self.body.get("override", False),
            expected_version=self.expected_version(booking),
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(changed)

    def complete(self, request: Request, pk: Any) -> Response:
        """Close a party that took place (T6)."""
        return self._move(pk, complete_booking)

    def no_show(self, request: Request, pk: Any) -> Response:
        """Close a party nobody came to; the deposit is forfeited (T7)."""
        return self._move(pk, mark_no_show)

    def _move(self, pk: Any, service: Callable[..., Booking]) -> Response:
        booking = require(self.actor, self.operation, get_booking(self.actor, pk))
        changed = service(
            booking=booking,
            **self.body,
            expected_version=self.expected_version(booking),
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(changed)
