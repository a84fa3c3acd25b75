"""API-9: a client made from the document books a party at a live server and knows refusals by type."""

import importlib
import json
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from identity.enums import UserRole
from identity.services.reference_data import load_roles
from tests.factories.bookings import make_selling_station
from tests.factories.identity import PASSWORD, make_staff

CONFIG = Path(__file__).parents[2] / "config" / "openapi-client.yaml"


@pytest.fixture(scope="module")
def package(document, tmp_path_factory):
    """The package that openapi-python-client makes, without one warning."""
    where = tmp_path_factory.mktemp("client")
    source = where / "openapi.json"
    source.write_text(json.dumps(document))
    made = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"),
            *("--path", source, "--config", CONFIG, "--meta", "none"),
            *("--output-path", where / "hibachi_client"),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(where))
    yield "hibachi_client"
    sys.path.remove(str(where))
    for name in [name for name in sys.modules if name.partition(".")[0] == "hibachi_client"]:
        del sys.modules[name]


@pytest.fixture
def connect(package, live_server):
    """Open a client of the package; closed after the test."""
    clients = importlib.import_module(f"{package}.client")
    with ExitStack() as opened:
        yield lambda **token: opened.enter_context(
            (clients.AuthenticatedClient if token else clients.Client)(base_url=live_server.url, **token)
        )


@pytest.mark.django_db(transaction=True)
def test_api9_a_generated_client_books_a_party(package, connect):
    load_roles()
    station = make_selling_station(slot_capacity=1)
    manager = make_staff(UserRole.STATION_MANAGER, station)
    day = timezone.localdate() + timedelta(days=20)

    models = importlib.import_module(f"{package}.models")

    def call(operation, **values):
        tag, _, name = operation.partition(".")
        return importlib.import_module(f"{package}.api.{tag}.{name}").sync_detailed(**values)

    guest = connect()
    offered = call("public.public_availability_get", client=guest, station_id=station.pk, start=day, end=day)
    slot = next(found for found in offered.parsed.results if found.available)
    assert (offered.parsed.station_id, slot.date) == (station.pk, day)

    party = {"date": day, "slot": slot.slot, "adults": 8, "postal_code": "94539", "station_id": station.pk}
    quote = call("public.public_quotes_post", client=guest, body=models.QuoteInput(**party)).parsed
    assert isinstance(quote, models.QuoteAnswer)

    order = models.BookingInput(
        **party,
        first_name="Ann",
        last_name="Lee",
        email="ann@example.com",
        phone="+15105550123",
        address="5 Oak Avenue, Fremont",
        allergens=["none"],
        quote_hash=quote.quote_hash,
        terms_accepted=True,
    )
    booked = call("public.public_bookings_post", client=guest, body=order, idempotency_key=uuid4().hex)
    assert (booked.status_code, booked.parsed.total_due_cents) == (201, quote.total_cents)

    refused = call("public.public_bookings_post", client=guest, body=order, idempotency_key=uuid4().hex)
    assert isinstance(refused.parsed, models.PublicBookingsPostResponse409)
    assert refused.parsed.code is models.PublicBookingsPostResponse409Code.SLOT_TAKEN

    entry = models.LogInInput(email=manager.email, password=PASSWORD)
    tokens = call("auth.auth_login_post", client=guest, body=entry).parsed
    staff = connect(token=tokens.access)
    seen = call("bookings.bookings_retrieve", client=staff, id=booked.parsed.id)
    assert (seen.parsed.reference, seen.parsed.email) == (booked.parsed.reference, "ann@example.com")
    assert seen.headers["ETag"] == f'"{booked.parsed.version}"'

    nobody = connect(token="made-up")
    unknown = call("bookings.bookings_retrieve", client=nobody, id=booked.parsed.id).parsed
    assert unknown.code is models.BookingsRetrieveResponse401Code.NOT_AUTHENTICATED
