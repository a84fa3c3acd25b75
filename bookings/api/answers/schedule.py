"""Shapes of the calendar and of the lanes that staff see."""

from typing import Any

from rest_framework import serializers

from bookings.selectors.availability import SlotAvailability
from bookings.selectors.calendar import Calendar


class LaneSlotAnswer(serializers.Serializer[Any]):
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
