"""What `make run` prints once the product is up: what to open, and a line that books a party."""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from rich.console import Console

from bookings.selectors.availability import SlotAvailability, list_availability
from identity.models import Station
from identity.selectors.stations import list_active_stations

LOOK_AHEAD_DAYS = 30


def first_free_slot(at: datetime) -> tuple[Station, SlotAvailability] | None:
    """Return a slot that the public can book now, at the first station that has one."""
    today = at.date()
    for station in list_active_stations():
        slots = list_availability(
            station=station, start=today, end=today + timedelta(days=LOOK_AHEAD_DAYS), at=at
        )
        # The last lane: whoever sends the line twice sees the refusal.
        for slot in slots:
            if slot.available and slot.lanes_free == 1:
                return station, slot
    return None


def booking_line(base_url: str, station: Station, slot: SlotAvailability) -> str:
    """Return a curl command that books a party in that slot; each run of it sends a new Idempotency-Key."""
    body = {
        "station_id": str(station.pk),
        "date": slot.date.isoformat(),
        "slot": slot.slot.isoformat("minutes"),
        "adults": 10,
        "kids": 2,
        "first_name": "Robin",
        "last_name": "Example",
        "email": f"robin.{uuid.uuid4().hex[:6]}@example.com",
        "phone": "+14155550123",
        "address": f"1 Main Street, {station.city}",
        "postal_code": station.postal_code,
        "allergens": ["none"],
        "terms_accepted": True,
    }
    return (
        f"curl -i {base_url}/api/v1/public/bookings -H 'Content-Type: application/json' "
        f"-H \"Idempotency-Key: party-$(date +%s%N)\" -d '{json.dumps(body)}'"
    )


def exchange_lines(base_url: str, traders: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield what opens the exchange: who logs in, with which password, and how."""
    first: dict[str, str] = {}
    for trader in traders:
        first.setdefault(trader["role"], trader["email"])
    for role, email in first.items():
        yield f"  {role:<16} {email}"
    login = json.dumps({"email": traders[0]["email"], "password": traders[0]["password"]})
    yield f"  password of all  {traders[0]['password']}\n"
    yield f"curl -i {base_url}/api/v1/auth/login -H 'Content-Type: application/json' -d '{login}'"


def print_welcome(base_url: str, traders: Sequence[Mapping[str, str]] = ()) -> None:
    """Print the addresses, a booking line and who trades; plain text, so that lines can be copied."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]My Hibachi[/bold] serves on {base_url} (Ctrl-C stops it)\n")
    console.print(f"  admin     {base_url}/admin/")
    console.print(f"  API docs  {base_url}/api/v1/docs")
    free = first_free_slot(timezone.now())
    if free is not None:
        console.print("\nBook a party (twice, to see what the second one is told):\n")
        console.print(booking_line(base_url, *free), markup=False)
    if traders:
        console.print("\nTrade on the exchange, /api/v1/supply:\n")
        for line in exchange_lines(base_url, traders):
            console.print(line, markup=False)
    console.print()
