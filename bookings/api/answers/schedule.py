"""Shapes of the calendar, of the lanes that staff see, and of a chef's parties."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, ClassVar

from rest_framework import serializers

from bookings.models import Chef
from bookings.selectors.availability import SlotAvailability
from bookings.selectors.calendar import Calendar
from bookings.selectors.chef_schedule import Engagement


class LaneSlotAnswer(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"slot": "18:00"}

    date = serializers.DateField()
    slot = serializers.CharField(help_text="HH:MM, station-local")
    available = serializers.BooleanField()
    reason = serializers.ChoiceField(
        choices=["full", "lead_time", "closed", "blackout", "nonexistent"], allow_null=True
    )
    starts_at = serializers.DateTimeField(allow_null=True)
    lanes_free = serializers.IntegerField()


class LanesAnswer(serializers.Serializer[Any]):
    station_id = serializers.UUIDField()
    timezone = serializers.CharField()
    results = LaneSlotAnswer(many=True)


class CalendarEntryAnswer(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"slot": "18:00", "lane": 1, "status": "confirmed"}

    kind = serializers.ChoiceField(choices=["booking", "hold"])
    id = serializers.UUIDField()
    reference = serializers.CharField(allow_null=True)
    slot = serializers.CharField(help_text="HH:MM, station-local")
    lane = serializers.IntegerField()
    status = serializers.CharField()
    guests = serializers.IntegerField()
    chef_id = serializers.UUIDField(allow_null=True)


class CalendarDayAnswer(serializers.Serializer[Any]):
    date = serializers.DateField()
    entries = CalendarEntryAnswer(many=True)


class CalendarChefAnswer(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"name": "Ken Sato"}

    id = serializers.UUIDField()
    name = serializers.CharField()


class CalendarAnswer(serializers.Serializer[Any]):
    station_id = serializers.UUIDField()
    timezone = serializers.CharField()
    start = serializers.DateField()
    end = serializers.DateField()
    slot_capacity = serializers.IntegerField()
    days = CalendarDayAnswer(many=True)
    chefs = CalendarChefAnswer(many=True)


class EngagementAnswer(serializers.Serializer[Any]):
    """What a chef may know of every own party; address and menu are in the booking, close to the day."""

    examples: ClassVar[Mapping[str, Any]] = {"slot": "18:00", "zone": "primary", "status": "confirmed"}

    id = serializers.UUIDField()
    reference = serializers.CharField()
    status = serializers.CharField()
    station_id = serializers.UUIDField()
    date = serializers.DateField()
    slot = serializers.CharField(help_text="HH:MM, station-local")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    zone = serializers.CharField()
    party_adults = serializers.IntegerField()
    party_kids = serializers.IntegerField()
    party_toddlers = serializers.IntegerField()
    travel_minutes = serializers.IntegerField(
        allow_null=True, help_text="From the party before it on that date, rounded up; null: it is the first"
    )


OF_THE_PARTY = (
    "id",
    "reference",
    "status",
    "station_id",
    "date",
    "starts_at",
    "ends_at",
    "zone",
    "party_adults",
    "party_kids",
    "party_toddlers",
)


class ScheduleAnswer(serializers.Serializer[Any]):
    chef_id = serializers.UUIDField()
    name = serializers.CharField()
    results = EngagementAnswer(many=True)


def schedule_as_dict(chef: Chef, parties: Sequence[Engagement]) -> dict[str, Any]:
    """Return the members of ScheduleAnswer."""
    results = [
        {
            **{name: getattr(party.booking, name) for name in OF_THE_PARTY},
            "slot": party.booking.slot.isoformat("minutes"),
            "travel_minutes": None if party.travel_minutes is None else ceil(party.travel_minutes),
        }
        for party in parties
    ]
    return {"chef_id": chef.pk, "name": chef.name, "results": results}


def lanes_as_dict(slots: list[SlotAvailability]) -> list[dict[str, Any]]:
    """Return the slots as members of `results`."""
    return [{**slot._asdict(), "slot": slot.slot.isoformat("minutes")} for slot in slots]


def calendar_as_dict(calendar: Calendar) -> dict[str, Any]:
    """Return the calendar without its station; chefs by name."""
    return {
        "start": calendar.start,
        "end": calendar.end,
        "slot_capacity": calendar.slot_capacity,
        "days": [
            {
                "date": day.date,
                "entries": [
                    {
                        "kind": entry.kind,
                        "id": entry.id,
                        "reference": entry.reference,
                        "slot": entry.slot.isoformat("minutes"),
                        "lane": entry.lane,
                        "status": entry.status,
                        "guests": entry.guests,
                        "chef_id": entry.chef_id,
                    }
                    for entry in day.entries
                ],
            }
            for day in calendar.days
        ],
        "chefs": [
            {"id": pk, "name": name}
            for pk, name in sorted(calendar.chefs.items(), key=lambda chef: (chef[1], chef[0]))
        ],
    }
