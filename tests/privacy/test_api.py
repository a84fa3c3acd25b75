"""P-5, P-6 over HTTP: history, export and erasure of customers, and /me."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from bookings.models import Customer
from bookings.services.privacy import verify_receipt
from common.crypto.tombstone import is_tombstone
from events.models import DomainEvent, IdempotencyKey
from events.services.outbox import dispatch_outbox
from identity.enums import UserRole
from identity.models import StationAuditLog
from support.models import Escalation
from tests.bookings.api.clients import Caller, fresh_key, pointers, problem
from tests.bookings.parties import make_actor, make_user
from tests.factories.bookings import BookingFactory, CustomerFactory, DepositFactory
from tests.factories.identity import UserFactory
from tests.privacy.people import names_of_tables

pytestmark = pytest.mark.django_db
REASON = "Asked by letter to be forgotten"
NEVER_EXPORTED = {"events.outbox", "events.idempotency_keys"}


def ids(document, table):
    return [row["id"] for row in document["tables"][table]]


def test_p5_export_holds_all_rows_in_clear_text_and_no_secret(admin, person):
    """P-5"""
    response = admin.post(f"/customers/{person.customer.pk}/export")
    assert response.status_code == 200
    document = response.json()
    assert document["customers"] == [str(person.customer.pk)]
    assert document["accounts"] == [str(person.account.pk)]
    assert document["counts"].keys() == names_of_tables() - NEVER_EXPORTED
    assert {name: len(rows) for name, rows in document["tables"].items()} | document["counts"] == {
        name: len(rows) for name, rows in document["tables"].items()
    }
    (row,) = document["tables"]["core.customers"]
    assert (row["email"], row["phone"], row["notes"]) == (person.email, person.phone, "x")
    assert "email_bidx" not in row
    (account,) = document["tables"]["identity.users"]
    assert account["email"] == person.email
    assert {"password", "mfa_secret"} & account.keys() == set()
    assert document["tables"]["core.bookings"][0]["address"] == "5 Oak Ave, Fremont"


def test_p5_export_is_audited_with_counts(admin, person):
    """P-5, P-7"""
    document = admin.post(f"/customers/{person.customer.pk}/export").json()
    entry = StationAuditLog.objects.get(action="export")
    assert (entry.resource_type, entry.resource_id, entry.station_id) == (
        "customer",
        str(person.customer.pk),
        person.customer.station_id,
    )
    assert (entry.permissions_used, entry.details) == (["customer.export"], {"rows": document["counts"]})


def test_p5_export_of_one_customer_leaves_other_customers_out(admin, person):
    """P-4, P-5: a row of another station with the same e-mail, and whoever shares the phone."""
    elsewhere = CustomerFactory(email=person.email, phone=person.phone)
    BookingFactory(customer=elsewhere, station=elsewhere.station)
    CustomerFactory(station=person.customer.station, phone=person.phone)
    document = admin.post(f"/customers/{person.customer.pk}/export").json()
    assert ids(document, "core.customers") == [str(person.customer.pk)]
    assert len(ids(document, "core.bookings")) == 2


def test_p5_no_copy_of_an_export_is_kept(admin, person):
    """API-6: an Idempotency-Key keeps no answer."""
    answer = admin.post(f"/customers/{person.customer.pk}/export", key=fresh_key())
    assert answer.status_code == 200
    assert not IdempotencyKey.objects.filter(path__contains="export").exists()


@pytest.mark.parametrize(
    ("role", "link", "export", "erase"),
    [
        (UserRole.ADMIN, "admin", 200, 409),
        (UserRole.STATION_MANAGER, "station_admin", 403, 403),
        (UserRole.CUSTOMER_SUPPORT, "customer_support", 403, 403),
    ],
)
def test_r4_who_may_export_and_erase(station, role, link, export, erase):
    """R-4"""
    customer = CustomerFactory(station=station, legal_hold=True)
    caller = Caller(make_actor(role, stations=[station], link=link))
    assert caller.post(f"/customers/{customer.pk}/export").status_code == export
    assert caller.post(f"/customers/{customer.pk}/erase", {"reason": REASON}).status_code == erase


def test_r4_customers_of_other_stations_do_not_exist(admin):
    """R-4"""
    stranger = CustomerFactory()
    for answer in (
        admin.get(f"/customers/{stranger.pk}/timeline"),
        admin.post(f"/customers/{stranger.pk}/export"),
        admin.post(f"/customers/{stranger.pk}/erase", {"reason": REASON}),
    ):
        assert problem(answer) == (404, "not_found")


def test_p6_erase_answers_with_a_receipt_twice_the_same(admin, person):
    """P-6"""
    path = f"/customers/{person.customer.pk}/erase"
    first = admin.post(path, {"reason": REASON})
    assert first.status_code == 200
    assert verify_receipt(first.json())
    assert admin.post(path, {"reason": REASON}).json() == first.json()
    assert DomainEvent.objects.filter(event_type="customer.erased").count() == 1
    assert is_tombstone(Customer.objects.get(pk=person.customer.pk).email)


def test_p6_erase_is_refused_with_reasons(admin, person):
    """P-6"""
    Customer.objects.filter(pk=person.customer.pk).update(legal_hold=True)
    BookingFactory(customer=person.customer, station=person.customer.station, status="confirmed")
    answer = admin.post(f"/customers/{person.customer.pk}/erase", {"reason": REASON})
    assert problem(answer) == (409, "erasure_blocked")
    assert answer.json()["reasons"] == ["legal_hold", "occupying_booking"]


def test_p7_erase_needs_a_reason(admin, person):
    """P-7"""
    path = f"/customers/{person.customer.pk}/erase"
    assert pointers(admin.post(path, {"reason": "short"})) == ["/reason"]
    assert pointers(admin.post(path)) == ["/reason"]


def test_a_deleted_customer_can_still_be_erased(admin, station):
    """P-6, BK-19"""
    gone = CustomerFactory(station=station, deleted_at=timezone.now(), delete_reason=REASON)
    assert admin.post(f"/customers/{gone.pk}/erase", {"reason": REASON}).status_code == 200
    assert Customer.objects.get(pk=gone.pk).delete_reason == "Erased"


def test_timeline_tells_codes_of_all_floors_newest_first(admin, person):
    """15.2: /customers sub timeline."""
    lines = admin.get(f"/customers/{person.customer.pk}/timeline", limit=100).json()["results"]
    told = [line["what"] for line in lines]
    assert set(told) >= {
        "account.opened",
        "booking.created",
        "call",
        "consent",
        "coupon.issued",
        "customer.created",
        "lead.captured",
        "message",
        "payment.recorded",
        "recording",
        "review.submitted",
        "subscription",
        "support.opened",
    }
    assert [line["at"] for line in lines] == sorted((line["at"] for line in lines), reverse=True)
    booked = next(line for line in lines if line["what"] == "booking.cancelled")
    assert booked["details"] == {
        "reference": person.rows[4].reference,
        "cancellation_reason_code": "customer_request",
    }
    assert person.email not in str(lines)


def test_api4_timeline_is_walked_page_by_page_and_back(admin, person):
    """API-4"""
    path = f"/customers/{person.customer.pk}/timeline"
    whole = admin.get(path, limit=100).json()["results"]
    page = admin.get(path, limit=7).json()
    assert page["previous"] is None
    pages = [page]
    while page["next"]:
        page = admin.client.get(page["next"]).json()
        pages.append(page)
    assert [line for page in pages for line in page["results"]] == whole
    assert admin.client.get(pages[2]["previous"]).json()["results"] == pages[1]["results"]
    assert admin.client.get(pages[1]["previous"]).json()["results"] == pages[0]["results"]
    assert problem(admin.get(path, cursor="nonsense")) == (400, "invalid_cursor")


@pytest.mark.parametrize("lines", [1, 3])
def test_api10_timeline_costs_the_same_for_any_number_of_rows(
    admin, station, lines, django_assert_num_queries
):
    """API-10"""
    customer = CustomerFactory(station=station)
    BookingFactory.create_batch(lines, customer=customer, station=station)
    admin.get(f"/customers/{customer.pk}/timeline")
    with django_assert_num_queries(TIMELINE_QUERIES):
        assert len(admin.get(f"/customers/{customer.pk}/timeline").json()["results"]) == lines + 1


TIMELINE_QUERIES = 20


def test_r4_a_hosts_own_timeline_tells_no_particulars(host, person):
    """R-4: particulars are for staff."""
    answer = host.get(f"/customers/{person.customer.pk}/timeline")
    assert {line["details"] is None for line in answer.json()["results"]} == {True}


def test_p5_own_export_holds_the_rows_of_every_station(host, person):
    """P-5: /me, all rows of the account's verified e-mail."""
    elsewhere = CustomerFactory(email=person.email)
    party = BookingFactory(customer=elsewhere, station=elsewhere.station)
    stranger = CustomerFactory(phone=person.phone)
    document = host.post("/me/export").json()
    assert document["customers"] == sorted([str(person.customer.pk), str(elsewhere.pk)])
    assert str(party.pk) in ids(document, "core.bookings")
    assert str(stranger.pk) not in ids(document, "core.customers")


def test_p5_an_unverified_email_owns_nothing(person):
    """R (customer), P-5"""
    user = make_user(UserRole.CUSTOMER, email="claims@known.example", email_verified_at=None)
    CustomerFactory(email=user.email)
    document = Caller(make_actor(UserRole.CUSTOMER, user=user)).post("/me/export").json()
    assert document["counts"] == {"identity.users": 1}
    assert (document["customers"], document["accounts"]) == ([], [str(user.pk)])


def test_p5_me_is_for_customers(admin):
    """15.2: staff export by /customers."""
    assert problem(admin.post("/me/export")) == (403, "permission_denied")
    assert problem(admin.post("/me/erasure")) == (403, "permission_denied")
    assert problem(Caller().post("/me/export")) == (401, "not_authenticated")


def test_p6_a_request_opens_one_escalation_due_in_30_days(host, person):
    """P-6"""
    Escalation.objects.all().delete()
    answer = host.post("/me/erasure")
    assert answer.status_code == 202
    assert host.post("/me/erasure").status_code == 202
    assert dispatch_outbox(at=timezone.now()).failed == 0
    opened = Escalation.objects.get()
    due_at = datetime.fromisoformat(answer.json()["due_at"])
    assert (opened.solution_due_at, opened.sla_due_at) == (due_at, due_at)
    assert due_at - opened.escalated_at == timedelta(days=30)
    assert (opened.customer, opened.customer_email, opened.customer_phone, opened.customer_name) == (
        person.customer,
        person.email,
        person.phone,
        "Ann Lee",
    )
    assert (opened.station, opened.status, opened.method) == (person.customer.station, "pending", "email")
    told = DomainEvent.objects.filter(event_type="customer.erasure_requested")
    assert [person.email in str(event.payload) for event in told] == [False, False]
    assert DomainEvent.objects.filter(event_type="support.opened").count() == 1


def test_p6_an_account_without_customer_rows_may_ask_too():
    """P-6"""
    user = UserFactory()
    caller = Caller(make_actor(UserRole.CUSTOMER, user=user))
    assert caller.post("/me/erasure").status_code == 202
    dispatch_outbox(at=timezone.now())
    opened = Escalation.objects.get()
    assert (opened.customer, opened.station, opened.customer_email, opened.customer_phone) == (
        None,
        None,
        user.email,
        "",
    )


def test_r_own_bookings_of_two_stations_and_nobody_elses(host, person):
    """Section 1: a customer owns the rows of the verified e-mail in every station."""
    elsewhere = CustomerFactory(email=person.email.upper())
    there = BookingFactory(customer=elsewhere, station=elsewhere.station)
    DepositFactory(booking=there)
    BookingFactory()
    CustomerFactory(phone=person.phone)
    listed = host.get("/bookings").json()["results"]
    assert {row["id"] for row in listed} == {str(there.pk), str(person.rows[3].pk)}
    assert {row["id"] for row in host.get("/customers").json()["results"]} == {
        str(person.customer.pk),
        str(elsewhere.pk),
    }
    assert host.get(f"/bookings/{there.pk}").status_code == 200
    assert host.post(f"/customers/{elsewhere.pk}/export").status_code == 200


def test_r_an_unverified_email_owns_no_booking_and_no_customer():
    """Section 1"""
    user = make_user(UserRole.CUSTOMER, email="claims@known.example", email_verified_at=None)
    theirs = CustomerFactory(email=user.email)
    party = BookingFactory(customer=theirs, station=theirs.station)
    caller = Caller(make_actor(UserRole.CUSTOMER, user=user))
    assert caller.get("/bookings").json()["results"] == []
    assert caller.get("/customers").json()["results"] == []
    assert caller.get("/payments").json()["results"] == []
    for path in (f"/bookings/{party.pk}", f"/customers/{theirs.pk}", f"/customers/{theirs.pk}/timeline"):
        assert problem(caller.get(path)) == (404, "not_found")
    assert problem(caller.post(f"/customers/{theirs.pk}/export")) == (404, "not_found")


def test_p6_after_the_erasure_the_account_owns_nothing(admin, person, host):
    """P-6"""
    admin.post(f"/customers/{person.customer.pk}/erase", {"reason": REASON})
    assert host.get("/bookings").json()["results"] == []
    assert host.post("/me/export").json()["customers"] == []
