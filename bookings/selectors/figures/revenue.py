"""What came in, by which method, what went back, and what the parties of the period are worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce, Trunc

from bookings.enums import BookingStatus, PaymentMethod, PaymentType
from bookings.models import Booking, Payment
from bookings.selectors.figures.periods import around, buckets, local_day, share, total, unit_of
from bookings.selectors.payments import CREDITED
from events.figures import Period
from identity.models import Station

SOLD = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueFigures:
    """Cents: received and refunded by the day of the money, sold by the day of the party."""

    unit: str
    totals: Mapping[str, float | None]
    periods: list[dict[str, Any]]
    methods: list[dict[str, Any]]
    stations: list[dict[str, Any]]


def read_revenue(period: Period, stations: list[Station], *, unit: str = "") -> RevenueFigures:
    """Return the figures of money; 2 queries. Money refunded later stays in what its day received."""
    unit = unit_of(period, unit)
    money, sold = _money(period, unit), _sold(period, unit)
    return RevenueFigures(
        unit=unit,
        totals={**_summary(money), **_worth(sold)},
        periods=[
            {
                "start": first,
                **_summary([row for row in money if row["first"] == first]),
                **_worth([row for row in sold if row["first"] == first]),
            }
            for first in buckets(period, unit)
        ],
        methods=[
            {"method": method.value, **_summary([row for row in money if row["method"] == method])}
            for method in PaymentMethod
        ],
        stations=[
            {
                "station_id": station.pk,
                "code": station.code,
                **_summary([row for row in money if row["of"] == station.pk]),
                **_worth([row for row in sold if row["of"] == station.pk]),
            }
            for station in stations
        ],
    )


def _money(period: Period, unit: str) -> list[dict[str, Any]]:
    is_refund = Case(When(payment_type=PaymentType.REFUND, then=Value(True)), default=Value(False))  # noqa: FBT003 -- an SQL literal
    rows = (
        Payment.objects.filter(
            Q(booking__station__in=period.stations)
            | Q(booking__isnull=True, hold__station__in=period.stations),
            around("completed_at", period),
            status__in=CREDITED,
        )
        .annotate(zone=Coalesce("booking__station__timezone", "hold__station__timezone"))
        .annotate(day=local_day("completed_at", "zone"))
        .filter(day__range=(period.start, period.end))
        .values(
            of=Coalesce("booking__station", "hold__station"),
            method=F("payment_method"),
            back=is_refund,
            first=Trunc("day", unit),
        )
        .annotate(count=Count("pk"), amount=Sum("amount_cents"), fees=Sum("fee_cents"))
        .order_by()
    )
    return [dict(row) for row in rows]


def _sold(period: Period, unit: str) -> list[dict[str, Any]]:
    rows = (
        Booking.objects.live()
        .filter(station__in=period.stations, date__range=(period.start, period.end), status__in=SOLD)
        .values(of=F("station_id"), first=Trunc("date", unit))
        .annotate(count=Count("pk"), amount=Sum("total_due_cents"))
        .order_by()
    )
    return [dict(row) for row in rows]


def _summary(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    received, refunded = total(rows, "amount", back=False), total(rows, "amount", back=True)
    return {
        "payments": total(rows, "count", back=False),
        "received_cents": received,
        "card_fees_cents": total(rows, "fees", back=False),
        "refunded_cents": refunded,
        "net_cents": received - refunded,
        "refund_rate": share(refunded, received),
    }


def _worth(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    sold, parties = total(rows, "amount"), total(rows, "count")
    return {
        "sold_parties": parties,
        "sold_cents": sold,
        "average_party_cents": (2 * sold + parties) // (2 * parties) if parties else None,
    }
