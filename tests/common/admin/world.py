"""Two stations with a row of every table each: what belongs to B could leak to the staff of A."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import transaction

from bookings.enums import (
    BookingStatus,
    HoldStatus,
    PaymentMethod,
    PaymentStatus,
    PaymentType,
    PriceAdjustmentKind,
    ReminderType,
)
from bookings.models import (
    BookingReminder,
    Payment,
    PriceAdjustment,
    ReservationHold,
    SlotClaim,
)
from common.actors import SystemActor
from common.ports import audit_trail
from events.models import DomainEvent
from events.services import publish
from identity.enums import UserRole
from identity.models import Station, User
from tests.bookings.parties import make_booking, make_chef, make_customer
from tests.common.admin.world_rows import CANARIES, accounts_of, build_shared, prices_of, soon
from tests.factories.bookings import make_request
from tests.factories.identity import StationFactory, make_staff


@dataclass
class Side:
    """What belongs to one station."""

    key: str
    station: Station
    rows: dict[str, Any]
    words: list[str]


@dataclass
class World:
    """Both sides, and one account per kind of staff; those of a station work at A."""

    a: Side
    b: Side
    owner: User
    admin: User
    manager: User
    support: User
    shared: dict[str, Any]


@transaction.atomic
def build_world() -> World:
    """Fill every table of the three apps."""
    a, b = build_side("a"), build_side("b")
    owner = make_staff(UserRole.SUPER_ADMIN, full_name="Olivia Owner", email="olivia@house.example")
    return World(
        a=a,
        b=b,
        owner=owner,
        admin=make_staff(UserRole.ADMIN, a.station, full_name="Adam Admin", email="adam@house.example"),
        manager=a.rows["manager"],
        support=make_staff(
            UserRole.CUSTOMER_SUPPORT, a.station, full_name="Sue Support", email="sue@house.example"
        ),
        shared=build_shared(),
    )


def build_side(key: str) -> Side:
    canary, name = CANARIES[key], f"{key.upper()}side"
    station = StationFactory(
        code=f"ST-{name.upper()}-001",
        name=name,
        display_name=f"{name} Station",
        email=f"{key}@stations.example",
        slot_capacity=2,
    )
    manager = make_staff(
        UserRole.STATION_MANAGER, station, full_name=f"Mona {name}", email=f"mona.{key}@house.example"
    )
    rows = {**bookings_of(key, station), **prices_of(name, station), **accounts_of(key, station, manager)}
    rows["manager"] = manager
    booking = rows["booking"]
    audit_trail.get().record(
        action="update",
        resource_type="booking",
        resource_id=str(booking.pk),
        by=SystemActor("test"),
        station_id=station.pk,
        details={"changed": [f"marker-{name}"]},
    )
    words = [
        station.code,
        booking.reference,
        canary.email,
        canary.phone,
        f"{name}son",
        f"Chef {name}",
        f"Mona {name}",
    ]
    return Side(key=key, station=station, rows=rows, words=words)


def bookings_of(key: str, station: Station) -> dict[str, Any]:
    canary, name = CANARIES[key], f"{key.upper()}side"
    customer = make_customer(
        station, first_name=f"Cara{key}", last_name=f"{name}son", email=canary.email, phone=canary.phone
    )
    chef = make_chef(station, name=f"Chef {name}", email=f"chef.{key}@canary-{key}.example", skills=["beef"])
    starts = soon(days=10)
    booking = make_booking(
        station,
        reference=f"MH-{'AAAA' if key == 'a' else 'BBBB'}0001",
        customer=customer,
        address=canary.address,
        date=starts.date(),
        created_at=soon(minutes=-30),
        metadata={
            "quote": {"lines": [{"code": "adult", "label": "Adult", "quantity": 8, "amount_cents": 44_000}]}
        },
        menu_items=[{"kind": "protein", "code": "chicken", "quantity": 16}],
    )
    began = soon(hours=-3)
    confirmed = make_booking(
        station,
        reference=f"MH-{'AAAA' if key == 'a' else 'BBBB'}0002",
        customer=customer,
        address=canary.address,
        date=began.date(),
        slot=time(18),
        starts_at=began,
        created_at=soon(days=-9),
        status=BookingStatus.CONFIRMED,
        chef=chef,
    )
    payment = Payment.objects.create(
        booking=confirmed,
        payment_type=PaymentType.DEPOSIT,
        payment_method=PaymentMethod.ZELLE,
        status=PaymentStatus.COMPLETED,
        amount_cents=10_000,
        completed_at=soon(days=-8),
        received_at=soon(days=-8),
        payment_reference=f"ref-{name}",
        sender_name=f"Sender {name}",
        sender_email=canary.email,
        sender_phone=canary.phone,
    )
    hold = ReservationHold.objects.create(
        station=station,
        date=booking.date,
        slot=time(15),
        starts_at=soon(days=10, hours=3),
        status=HoldStatus.PENDING,
        name=f"Cara {name}son",
        email=canary.email,
        phone=canary.phone,
        request=make_request(
            station, date=booking.date, slot=time(15), address=canary.address, adults=4
        ).as_json(),
        party_adults=4,
        deposit_cents=10_000,
        signing_token_hash=("a" if key == "a" else "b") * 64,
        signing_deadline_at=soon(hours=2),
    )
    SlotClaim.objects.create(station=station, date=hold.date, slot=hold.slot, lane=1, hold=hold)
    with_event = publish_created(booking, station)
    return {
        "customer": customer,
        "chef": chef,
        "booking": booking,
        "confirmed": confirmed,
        "deposit": booking.deposit,
        "payment": payment,
        "reservationhold": hold,
        "slotclaim": booking.slot_claim,
        "bookingreminder": BookingReminder.objects.create(
            booking=booking, reminder_type=ReminderType.EMAIL, scheduled_for=soon(days=3)
        ),
        "priceadjustment": PriceAdjustment.objects.create(
            booking=booking,
            kind=PriceAdjustmentKind.MANUAL,
            amount_cents=-500,
            reason=f"A gift for {name}",
        ),
        "domainevent": with_event,
    }


def publish_created(booking: Any, station: Station) -> DomainEvent:
    return publish(
        "booking.created",
        subject=booking,
        by=SystemActor("test"),
        at=soon(minutes=-30),
        payload={"reference": booking.reference},
        station_id=station.pk,
    )


def row_of(world: World, model_name: str) -> Any:
    """Return A's row of a table, or the shared one."""
    if model_name in world.a.rows:
        return world.a.rows[model_name]
    if model_name in world.shared:
        return world.shared[model_name]
    return None
