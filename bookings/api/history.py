"""What hangs on a booking: its history, and the reminders of it."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.answers.history import EventAnswer, ReminderAnswer
from bookings.api.decision_bodies import ReminderInput
from bookings.api.scope import require_at
from bookings.models import Booking, BookingReminder
from bookings.policies import Audience, audience_of
from bookings.selectors.bookings import get_booking
from bookings.services.custom_reminders import add_reminder, cancel_reminder
from common.api.views import HouseViewSet, ListMixin
from common.exceptions import Duplicate, InvalidTransition, NotFound
from events.models import DomainEvent
from events.selectors import list_events


class BookingEventsViewSet(ListMixin, HouseViewSet):
    """What happened to a booking, the first fact first."""

    permission_codes = {"list": "booking.read"}
    serializer_class = EventAnswer
    ordering = ("version",)
    refusals = {"list": (NotFound,)}

    @cached_property
    def booking(self) -> Booking:
        """The booking of the URL, within the caller's reach."""
        return get_booking(self.actor, self.kwargs["pk"])

    @property
    def audience(self) -> Audience:
        """As whom the caller reads it."""
        return audience_of(self.actor, self.booking.station_id)

    def get_queryset(self) -> QuerySet[DomainEvent]:
        return list_events(aggregate_type="booking", aggregate_id=self.booking.pk)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the facts of a booking."""
        return super().list(request, *args, **kwargs)


class BookingRemindersViewSet(ListMixin, HouseViewSet):
    """Messages to the customer that staff plan or call off; those of the house stand among them."""

    permission_codes = {
        "list": "booking.update",
        "create": "booking.update",
        "destroy": "booking.update",
    }
    body_serializers = {"create": ReminderInput}
    answer_serializers = {"destroy": None}
    success_statuses = {"create": 201, "destroy": 204}
    serializer_class = ReminderAnswer
    ordering = ("scheduled_for", "id")
    refusals = {
        "list": (NotFound,),
        "create": (Duplicate, InvalidTransition),
        "destroy": (InvalidTransition,),
    }
    examples = {
        "create": {
            "reminder_type": "both",
            "scheduled_for": "2027-06-01T17:00:00Z",
            "message": "Please keep the dog inside while the grill is hot.",
        }
    }

    def get_queryset(self) -> QuerySet[BookingReminder]:
        return BookingReminder.objects.filter(booking=self._booking())

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the reminders of a booking by their time."""
        return super().list(request, *args, **kwargs)

    def create(self, request: Request, pk: Any) -> Response:
        """Plan a message of one's own."""
        reminder = add_reminder(booking=self._booking(), **self.body, by=self.actor, at=timezone.now())
        return Response(ReminderAnswer(reminder).data, status=201)

    def destroy(self, request: Request, pk: Any, reminder_pk: Any) -> Response:
        """Call off a reminder that waits."""
        reminder = self.get_queryset().filter(pk=reminder_pk).first()
        if reminder is None:
            raise NotFound("There is no such reminder.")
        cancel_reminder(reminder=reminder, by=self.actor, at=timezone.now())
        return Response(status=204)

    def _booking(self) -> Booking:
        """Return the booking of the URL for staff of its station; hosts plan no messages to themselves."""
        booking = get_booking(self.actor, self.kwargs["pk"])
        require_at(self.actor, "booking.update", booking.station_id)
        return booking
