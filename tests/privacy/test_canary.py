"""P-1, P-4: 500 values planted through the real services, looked for wherever clear text could lie."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.models import Booking, Chef, Customer, ReservationHold
from bookings.services.bookings import create_booking
from bookings.services.chefs import ChefChanges, create_chef
from bookings.services.customers import create_customer
from bookings.services.holds import create_hold, sign_hold
from bookings.services.privacy import erase_customer
from common.actors import GuestActor, SystemActor
from events.models import DomainEvent, OutboxMessage
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.api.clients import Caller, fresh_key
from tests.factories.bookings import make_request, make_selling_station, signature_of
from tests.factories.identity import make_staff
from tests.privacy.people import dump, phone_number, revealed

pytestmark = pytest.mark.django_db
SLOTS = (time(12), time(15), time(18), time(21))
GUEST = GuestActor()
SYSTEM = SystemActor("test")


class Planted:
    """Values of the encrypted kinds, each used once."""

    def __init__(self):
        self.values = []

    def _keep(self, value):
        self.values.append(value)
        return value

    def email(self):
        return self._keep(f"canary.{len(self.values):03}@planted.example")

    def phone(self):
        return self._keep(phone_number())

    def address(self):
        return self._keep(f"{len(self.values):03} Canary Lane, Fremont")

    def name(self):
        return self._keep(f"Signora Canary-{len(self.values):03}")

    def contact(self):
        return {"email": self.email(), "phone": self.phone(), "address": self.address()}

    def found_in(self, text):
        return [value for value in self.values if value in text or value.lstrip("+") in text]


@pytest.fixture
def station():
    return make_selling_station()


def slots(start):
    """Yield a slot a time, from `start` days ahead."""
    number = 0
    while True:
        day = timezone.localdate() + timedelta(days=start + number // len(SLOTS))
        yield {"date": day, "slot": SLOTS[number % len(SLOTS)]}
        number += 1


@pytest.fixture
def planted(station):
    """Live through parties, holds, chefs and customers, all with values of their own."""
    canaries, free = Planted(), slots(30)
    for _party in range(60):
        request = make_request(station, **next(free), **canaries.contact())
        create_booking(request=request, by=GUEST, at=timezone.now())
    for _hold in range(40):
        request = make_request(station, **next(free), **canaries.contact())
        hold, _token = create_hold(request=request, by=GUEST, at=timezone.now())
        sign_hold(
            hold=hold,
            **signature_of(hold.station, canaries.name()),
            by=GUEST,
            at=timezone.now(),
        )
    for _chef in range(30):
        details = ChefChanges(name="Ken", email=canaries.email(), phone=canaries.phone())
        create_chef(station=station, details=details, by=SYSTEM)
    for _customer in range(50):
        create_customer(
            station=station,
            first_name="Ann",
            last_name="Lee",
            email=canaries.email(),
            phone=canaries.phone(),
            by=SYSTEM,
            at=timezone.now(),
        )
    assert len(canaries.values) >= 500
    return canaries


def body(station, slot, **values):
    return {
        "station_id": str(station.pk),
        "date": slot["date"].isoformat(),
        "slot": f"{slot['slot']:%H:%M}",
        "first_name": "Ann",
        "last_name": "Lee",
        "postal_code": "94539",
        "adults": 8,
        "allergens": ["none"],
        "terms_accepted": True,
        **values,
    }


def test_p1_500_planted_values_are_nowhere_in_clear(planted, station, client, caplog, capfd):
    """P-1, P-4: dump, events, history, logs and error pages."""
    assert len(planted.found_in(revealed())) == len(planted.values)
    caplog.clear()
    answers = _refusals(planted, station)
    client.force_login(make_staff(UserRole.SUPER_ADMIN), backend="identity.backends.StaffBackend")
    pages = _pages(client)
    assert planted.found_in(dump()) == []
    told = DomainEvent.objects.values_list("payload", "actor_label", "metadata")
    assert planted.found_in("\n".join(map(str, told))) == []
    history = StationAuditLog.objects.values_list("details", "reason", "actor_label", "error_message")
    assert planted.found_in("\n".join(map(str, history))) == []
    assert planted.found_in("\n".join(answers)) == []
    assert planted.found_in("\n".join(pages)) == []
    logged = caplog.text + "".join(capfd.readouterr())
    assert "public/bookings" in logged
    assert planted.found_in(logged) == []


def _refusals(planted, station):
    """Provoke errors with personal values in the requests: taken slots, wrong values, a crash."""
    guest, taken = Caller(), next(slots(30))
    answers = []
    for number in range(5):
        request = body(station, taken, **planted.contact())
        answers.append(guest.post("/public/bookings", request, key=fresh_key()))
        wrong = {**request, "email": f"{planted.email()}@", "slot": "99:99"}
        answers.append(guest.post("/public/bookings", wrong, key=fresh_key()))
        answers.append(guest.post(f"/public/bookings/{number}", request))
    assert {answer.status_code for answer in answers} <= {400, 404, 409, 429}
    assert 409 in {answer.status_code for answer in answers}
    return [answer.content.decode() for answer in answers]


def _pages(client):
    """Return lists, pages and histories of the back office."""
    rows = {
        "bookings_customer": Customer,
        "bookings_booking": Booking,
        "bookings_reservationhold": ReservationHold,
        "bookings_chef": Chef,
        "events_outboxmessage": OutboxMessage,
        "events_domainevent": DomainEvent,
        "identity_stationauditlog": StationAuditLog,
    }
    answers = []
    for name, model in rows.items():
        answers.append(client.get(reverse(f"admin:{name}_changelist")))
        last = model.objects.order_by("-pk").first()
        answers.append(client.get(reverse(f"admin:{name}_change", args=[last.pk])))
    assert {answer.status_code for answer in answers} == {200}
    return [answer.content.decode() for answer in answers]


def test_p6_after_the_erasure_nothing_of_the_person_is_left_of_any_kind(planted, station):
    """P-6: sealed or not, in no table; everybody else's values are still there."""
    customer = create_customer(
        station=station,
        first_name="Zenobia",
        last_name="Quetzalcoatl",
        email="zenobia@known.example",
        phone="+14155559876",
        by=SYSTEM,
        at=timezone.now(),
    )
    hold, _token = create_hold(
        request=make_request(
            station,
            **next(slots(80)),
            first_name="Zenobia",
            last_name="Quetzalcoatl",
            email="zenobia@known.example",
            phone="+14155559876",
            address="7 Zanzibar Way",
        ),
        by=GUEST,
        at=timezone.now(),
    )
    ReservationHold.objects.filter(pk=hold.pk).update(
        status="cancelled", cancellation_reason="user_cancelled"
    )
    kinds = ("Zenobia", "Quetzalcoatl", "zenobia@known.example", "4155559876", "Zanzibar")
    before = dump() + revealed()
    assert [kind for kind in kinds if kind not in before] == []
    erase_customer(customer=customer, reason="Asked by letter", by=SYSTEM, at=timezone.now())
    after = dump() + revealed()
    assert [kind for kind in kinds if kind in after] == []
    assert len(planted.found_in(after)) == len(planted.values)
