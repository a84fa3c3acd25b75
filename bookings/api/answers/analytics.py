"""Shapes of the figures of a period; amounts are cents, shares lie between 0 and 1 or are null."""

from typing import Any

from rest_framework import serializers

from bookings.enums import BookingSource, BookingWindow, PaymentMethod
from bookings.selectors.figures.periods import UNITS

Answer = serializers.Serializer[Any]


def _number(text: str) -> serializers.IntegerField:
    return serializers.IntegerField(help_text=text)


def _share(text: str) -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=f"{text}, from 0 to 1; null: nothing to share")


class StatesAnswer(Answer):
    """Parties by their own date."""

    parties = _number("not cancelled")
    guests = _number("of parties that were not cancelled")
    new = _number("parties in this state")
    deposit_pending = _number("parties in this state")
    confirmed = _number("parties in this state")
    completed = _number("parties in this state")
    cancelled = _number("parties in this state")
    no_show = _number("parties in this state")
    no_show_rate = _share("no-shows of completed parties and no-shows")
    cancellation_rate = _share("cancelled of all parties")
    lanes_taken = _number("lanes that parties take or took")
    lanes_offered = _number("lanes that the stations offer by their settings of today")
    occupancy = _share("lanes taken of lanes offered")


class PartyTotalsAnswer(StatesAnswer):
    booked = _number("parties booked in the period, whatever their date and state")
    lead_days_median = serializers.FloatField(
        allow_null=True, help_text="days between booking and start, the middle of those booked"
    )


class PartyPeriodAnswer(StatesAnswer):
    start = serializers.DateField(help_text="first day of the day, week or month")


class PartyStationAnswer(StatesAnswer):
    station_id = serializers.UUIDField()
    code = serializers.CharField()


class OccupancyAnswer(Answer):
    station_id = serializers.UUIDField()
    start = serializers.DateField()
    lanes_taken = serializers.IntegerField()
    lanes_offered = serializers.IntegerField()
    occupancy = _share("lanes taken of lanes offered")


class SourceAnswer(Answer):
    source = serializers.ChoiceField(choices=BookingSource.choices)  # type: ignore[assignment]  # DRF names an attribute so
    booked = serializers.IntegerField()


class WindowAnswer(Answer):
    window = serializers.ChoiceField(
        choices=BookingWindow.choices, help_text="lead time: up to 7, 30, 90 days, or longer"
    )
    booked = serializers.IntegerField()


class PeriodAnswer(Answer):
    start = serializers.DateField()
    end = serializers.DateField()
    stations = serializers.ListField(child=serializers.UUIDField())


class BookingFiguresAnswer(PeriodAnswer):
    unit = serializers.ChoiceField(choices=UNITS)
    totals = PartyTotalsAnswer()
    periods = PartyPeriodAnswer(many=True)
    by_station = PartyStationAnswer(many=True)
    by_occupancy = OccupancyAnswer(many=True)
    by_source = SourceAnswer(many=True)
    by_window = WindowAnswer(many=True)


class MoneyAnswer(Answer):
    """Money by the day it came or went back."""

    payments = _number("payments received")
    received_cents = _number("credited, without card fees; later refunds stay in it")
    card_fees_cents = _number("charged on top, credited to nobody")
    refunded_cents = _number("refunds completed")
    net_cents = _number("received less refunded")
    refund_rate = _share("refunded of received")


class SoldAnswer(MoneyAnswer):
    sold_parties = _number("confirmed and completed parties, by their own date")
    sold_cents = _number("what these parties cost")
    average_party_cents = serializers.IntegerField(allow_null=True)


class SoldPeriodAnswer(SoldAnswer):
    start = serializers.DateField()


class SoldStationAnswer(SoldAnswer):
    station_id = serializers.UUIDField()
    code = serializers.CharField()


class MethodAnswer(MoneyAnswer):
    method = serializers.ChoiceField(choices=PaymentMethod.choices)


class RevenueFiguresAnswer(PeriodAnswer):
    unit = serializers.ChoiceField(choices=UNITS)
    currency = serializers.CharField()
    totals = SoldAnswer()
    periods = SoldPeriodAnswer(many=True)
    by_method = MethodAnswer(many=True)
    by_station = SoldStationAnswer(many=True)


class OverviewAnswer(PeriodAnswer):
    figures = serializers.DictField(
        child=serializers.DictField(child=serializers.FloatField(allow_null=True)),
        help_text="area, such as bookings or revenue, to its figures by name",
    )
