"""A station that sells, a client that speaks JSON, and a body that books a party three weeks ahead."""

from datetime import timedelta
from itertools import count

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories.bookings import make_selling_station

_keys = count(1)


@pytest.fixture
def station(db):
    return make_selling_station()


@pytest.fixture
def party_date():
    """A date three weeks ahead: within every horizon, beyond every lead time."""
    return timezone.now().date() + timedelta(days=21)


@pytest.fixture
def body(station, party_date):
    return {
        "station_id": str(station.pk),
        "date": party_date.isoformat(),
        "slot": "18:00",
        "adults": 10,
        "kids": 2,
        "first_name": "Robin",
        "last_name": "Example",
        "email": "Robin@Example.com",
        "phone": "(510) 555-0123",
        "address": "5 Oak Ave, Fremont",
        "postal_code": "94539",
        "allergens": ["none"],
        "terms_accepted": True,
    }


@pytest.fixture
def send():
    """Send JSON; a POST carries a fresh Idempotency-Key unless the test names one (None = none)."""
    client = Client(raise_request_exception=False)

    def request(method, path, data=None, *, key=..., **headers):
        if method == "post" and key is not None:
            headers["Idempotency-Key"] = f"key-of-the-test-{next(_keys):06}" if key is ... else key
        options = {"content_type": "application/json"} if data is not None else {}
        return getattr(client, method)(
            f"/api/v1/public/{path}", data=data if data is not None else None, headers=headers, **options
        )

    return request
