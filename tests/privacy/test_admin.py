"""P-5, P-6 in the back office: the customer's page tells, exports and erases."""

import pytest
from django.urls import reverse

from bookings.models import Customer
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.admin.pages import messages_of
from tests.factories.bookings import BookingFactory
from tests.factories.identity import make_staff

pytestmark = pytest.mark.django_db
REASON = "Asked by letter to be forgotten"


@pytest.fixture
def client(client, station):
    client.force_login(make_staff(UserRole.ADMIN, station), backend="identity.backends.StaffBackend")
    return client


def do(client, customer, action, **data):
    customer.refresh_from_db()
    address = reverse("admin:bookings_customer_do", args=[customer.pk, action])
    return client.post(address, {"seen": customer.updated_at.isoformat(), **data})


def page(client, customer):
    return client.get(reverse("admin:bookings_customer_change", args=[customer.pk]))


def buttons(answer):
    listed = answer.context["actions_detail"]
    return {button["title"] for top in listed for button in (top, *top.get("items", ()))}


def test_p5_the_page_exports_a_file_that_is_audited(client, person):
    """P-5"""
    assert {"Export personal data", "Erase personal data"} <= buttons(page(client, person.customer))
    answer = do(client, person.customer, "export")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="customer-{person.customer.pk}.json"'
    )
    assert answer.json()["tables"]["core.customers"][0]["phone"] == person.phone
    assert StationAuditLog.objects.filter(action="export").count() == 1


def test_p6_the_page_erases_with_a_reason_and_shows_the_receipt(client, person):
    """P-6, P-7"""
    assert "reason" in do(client, person.customer, "erase", reason="short").context["form"].errors
    answer = do(client, person.customer, "erase", reason=REASON)
    (told,) = messages_of(answer)
    assert " tables are erased. Receipt: " in told
    assert Customer.objects.get(pk=person.customer.pk).erased_at is not None
    after = page(client, person.customer)
    assert after.status_code == 200
    assert "Erase personal data" not in buttons(after)


def test_p6_the_page_says_what_is_in_the_way(client, person):
    """P-6"""
    BookingFactory(customer=person.customer, station=person.customer.station, status="confirmed")
    answer = do(client, person.customer, "erase", reason=REASON)
    assert answer.status_code == 409
    assert b"occupying_booking" in answer.content


def test_the_page_tells_what_happened_and_nothing_personal(client, person):
    """15.2 timeline, P-4"""
    content = page(client, person.customer).content.decode()
    for what in ("lead.captured", "payment.recorded", "review.submitted", "recording"):
        assert f">{what}<" in content
    assert person.email not in content


def test_r4_support_may_neither_export_nor_erase(client, person, station):
    """R-4"""
    client.force_login(
        make_staff(UserRole.CUSTOMER_SUPPORT, station), backend="identity.backends.StaffBackend"
    )
    assert {"Export personal data", "Erase personal data"} & buttons(page(client, person.customer)) == set()
    assert do(client, person.customer, "export").status_code == 403
    assert do(client, person.customer, "erase", reason=REASON).status_code == 403
