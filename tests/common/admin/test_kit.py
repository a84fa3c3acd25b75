"""Parts of the kit by themselves: paginator, search, audit of saves, removal, conflicts."""

import pytest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from bookings.models import Customer, MenuItem, PricingTier
from common.actors import GuestActor
from common.admin.display import badge, local_time, money
from common.admin.forms import stamp
from common.admin.middleware import AdminTimeZoneMiddleware
from common.admin.paginator import EstimatingPaginator
from common.admin.search import contact_token
from common.crypto.blind_index import blind_indexes
from common.crypto.tombstone import tombstone
from identity.models import StationAuditLog
from tests.bookings.parties import make_customer, make_station
from tests.common.admin.world_rows import CANARIES, soon


class TinyPaginator(EstimatingPaginator):
    exact_up_to = 2


@pytest.mark.django_db
def test_counts_are_exact_up_to_the_threshold_and_estimated_beyond(django_assert_num_queries):
    station = make_station()
    for _ in range(2):
        make_customer(station)
    with django_assert_num_queries(1):
        assert TinyPaginator(Customer.objects.order_by("pk"), 1).count == 2
    make_customer(station)
    with django_assert_num_queries(2):
        assert TinyPaginator(Customer.objects.order_by("pk"), 1).count >= 3
    assert TinyPaginator([1, 2, 3, 4], 1).count == Paginator([1, 2, 3, 4], 1).count


@pytest.mark.parametrize(
    ("term", "kind", "value"),
    [
        ("Ann@People.example ", "email", "ann@people.example"),
        ("(510) 555-0111", "phone", "+15105550111"),
        ("+1 510 555 0111", "phone", "+15105550111"),
    ],
)
def test_a_pasted_contact_becomes_its_index(term, kind, value):
    indexes = ",".join(index.hex() for index in blind_indexes(value, kind=kind))
    assert contact_token(term) == f"{kind}:{indexes}"


@pytest.mark.parametrize("term", ["", "Ann", "94539", "MH-AAAA0001", "12-34", "0000000000000000000000000"])
def test_other_terms_stay_words(term):
    assert contact_token(term) == ""


def test_search_keeps_contacts_out_of_the_address(world, enter):
    client = enter(world.manager)
    search = reverse("admin:bookings_customer_search")
    for term in (CANARIES["a"].email, CANARIES["a"].phone):
        answer = client.post(search, {"q": term, "consent_sms__exact": "0", "p": "3"})
        assert term not in answer.headers["Location"]
        assert "consent_sms__exact=0" in answer.headers["Location"]
        found = client.get(answer.headers["Location"]).context["cl"].result_list
        assert [row.pk for row in found] == [world.a.rows["customer"].pk]
    typed = client.get(reverse("admin:bookings_customer_changelist"), {"q": CANARIES["a"].email})
    assert typed.status_code == 302
    assert CANARIES["a"].email not in typed.headers["Location"]
    plain_word = client.post(search, {"q": "Asideson"}, follow=True)
    assert [row.pk for row in plain_word.context["cl"].result_list] == [world.a.rows["customer"].pk]
    assert client.post(search, {"q": " "}).headers["Location"] == reverse(
        "admin:bookings_customer_changelist"
    )


def test_a_pasted_contact_of_a_plain_column_stands_nowhere(world, enter):
    """P-1: not in the address, and not in the table of sessions either."""
    client = enter(world.owner)
    answer = client.post(reverse("admin:identity_user_search"), {"q": world.manager.email.upper()})
    assert answer.headers["Location"].endswith("?q=pasted-contact")
    found = client.get(answer.headers["Location"]).context["cl"].result_list
    assert [row.pk for row in found] == [world.manager.pk]
    assert world.manager.email not in str(dict(client.session)).lower()
    client.post(reverse("admin:identity_user_search"), {"q": "nobody@people.example"})
    assert list(client.get(answer.headers["Location"]).context["cl"].result_list) == []
    assert list(enter(world.owner).get(answer.headers["Location"]).context["cl"].result_list) == []


def test_search_needs_the_right_to_read_the_list(world, enter):
    assert enter(world.manager).post(reverse("admin:identity_user_search"), {"q": "x"}).status_code == 403


def test_a_reference_finds_its_booking(world, enter):
    client = enter(world.manager)
    for term in ("MH-AAAA0001", "aaaa0001"):
        answer = client.post(reverse("admin:bookings_booking_search"), {"q": term}, follow=True)
        assert [row.reference for row in answer.context["cl"].result_list] == ["MH-AAAA0001"]


def test_price_edits_are_audited_with_old_and_new_value(world, enter):
    """Q-19."""
    tier = world.a.rows["pricingtier"]
    address = reverse("admin:bookings_pricingtier_change", args=[tier.pk])
    client = enter(world.admin)
    form = client.get(address).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}
    data.update({"price_per_guest_cents": 6_000, "features": "[]", "seen": form.initial["seen"]})
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = StationAuditLog.objects.get(resource_type="pricingtier")
    assert row.details == {"changed": {"price_per_guest_cents": {"old": 5_500, "new": 6_000}}}
    assert (row.user_id, row.station_id, row.permissions_used) == (
        world.admin.pk,
        world.a.station.pk,
        ["pricing.manage"],
    )
    stale = client.post(address, {**data, "price_per_guest_cents": 7_000})
    assert "changed this record meanwhile" in stale.content.decode()
    assert PricingTier.objects.get(pk=tier.pk).price_per_guest_cents == 6_000


def test_the_state_that_was_seen_is_no_choice_of_the_client(world, enter):
    """BK-3: without a stamp in the row's own shape nothing is overwritten, and nothing breaks."""
    item = world.a.rows["menuitem"]
    address = reverse("admin:bookings_menuitem_change", args=[item.pk])
    data = {"code": "chicken", "name": "Hen", "category": "poultry", "price_cents": 0, "currency": "USD"}
    data["display_order"] = 0
    client = enter(world.admin)
    for seen in ("", "7", "nonsense", "2026-13-41T99:99:99+00:00", "2026-03-02T10:00:00", "\u0667"):
        refused = client.post(address, {**data, "seen": seen})
        assert set(refused.context["adminform"].form.errors) == {"seen"}
    item.refresh_from_db()
    assert item.name == "Chicken Aside"
    booking = world.a.rows["booking"]
    act = reverse("admin:bookings_booking_do", args=[booking.pk, "hold"])
    for seen in ("", "-1", "1e3", stamp(item), "\u0661"):
        refused = client.post(act, {"seen": seen, "reason": "the customer travels"})
        assert set(refused.context["form"].errors) == {"seen"}
    booking.refresh_from_db()
    assert not booking.hold_on_request


def test_company_prices_are_the_owners_to_change(world, enter):
    """R-9."""
    row = MenuItem.objects.create(code="filet", name="Filet", category="beef", price_cents=500)
    address = reverse("admin:bookings_menuitem_change", args=[row.pk])
    data = {
        "code": "filet",
        "name": "Filet",
        "category": "beef",
        "price_cents": 900,
        "currency": "USD",
        "display_order": 0,
        "seen": stamp(row),
    }
    assert enter(world.admin).post(address, data).status_code == 403
    assert "Filet" in enter(world.admin).get(address).content.decode()
    assert enter(world.owner).post(address, data).status_code == 302
    row.refresh_from_db()
    assert row.price_cents == 900
    add = reverse("admin:bookings_menuitem_add")
    refused = enter(world.admin).post(add, {**data, "code": "wagyu"})
    assert refused.context["adminform"].form.errors == {"station": ["This field is required."]}


def test_deleting_asks_why_and_calls_the_service(world, enter):
    customer = make_customer(world.a.station)
    client = enter(world.admin)
    address = reverse("admin:bookings_customer_delete", args=[customer.pk])
    assert "reason" in client.post(address, {"reason": "short"}).context["form"].errors
    busy = client.post(
        reverse("admin:bookings_customer_delete", args=[world.a.rows["customer"].pk]),
        {"reason": "asked us to forget"},
    )
    assert busy.context["form"].non_field_errors() == ["The customer has bookings ahead."]
    assert client.post(address, {"reason": "asked us to forget"}).status_code == 302
    customer.refresh_from_db()
    assert (customer.delete_reason, customer.deleted_by_id) == ("asked us to forget", world.admin.pk)
    listing = reverse("admin:bookings_customer_changelist")
    assert customer.pk not in {row.pk for row in client.get(listing).context["cl"].result_list}
    assert {row.pk for row in client.get(f"{listing}?deleted=yes").context["cl"].result_list} == {customer.pk}
    assert enter(world.manager).post(address, {"reason": "asked us to forget"}).status_code == 403


def test_there_is_no_stock_delete_action(world, enter):
    answer = enter(world.owner).get(reverse("admin:bookings_customer_changelist"))
    assert "delete_selected" not in answer.content.decode()


def test_numbers_and_times_read_well():
    assert [money(cents) for cents in (None, 0, 123_456, -500)] == ["-", "$0.00", "$1,234.56", "-$5.00"]
    assert money(100, "EUR") == "EUR 1.00"
    assert local_time(None, "America/Los_Angeles") == "-"
    assert local_time(
        soon().replace(year=2026, month=1, day=5, hour=20, minute=0, second=0), "America/Los_Angeles"
    ) == ("Mon 05 Jan 2026, 12:00 PST")
    assert "<b>" not in badge("<b>", "unknown tone")


def test_nobody_acts_for_a_request_without_account(world):
    from django.contrib.admin import site
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/admin/login/")
    request.user = AnonymousUser()
    assert site.actor(request) == GuestActor()


def test_times_are_the_companys_on_staff_pages_and_utc_elsewhere(world, enter):
    booking = world.a.rows["booking"]
    seen = []

    def answer(request):
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    AdminTimeZoneMiddleware(answer)(RequestFactory().get("/admin/bookings/"))
    AdminTimeZoneMiddleware(answer)(RequestFactory().get("/api/v1/bookings"))
    assert seen == ["America/Los_Angeles", "UTC"]
    history = enter(world.manager).get(reverse("admin:bookings_booking_history", args=[booking.pk]))
    assert "Nothing was changed here" in history.content.decode()


def test_the_history_names_people_without_their_address(world, enter):
    item = world.a.rows["menuitem"]
    address = reverse("admin:bookings_menuitem_change", args=[item.pk])
    data = {"code": "chicken", "name": "Hen", "category": "poultry", "price_cents": 0, "currency": "USD"}
    data["seen"] = stamp(item)
    assert enter(world.admin).post(address, {**data, "display_order": 0}).status_code == 302
    text = enter(world.manager).get(address.replace("/change/", "/history/")).content.decode()
    assert "Adam Admin" in text
    assert world.admin.email not in text


def test_an_erased_contact_says_so(world, enter):
    customer = world.a.rows["customer"]
    customer.bookings.update(customer=make_customer(world.a.station))
    customer.email, customer.phone, customer.erased_at = tombstone(), tombstone(), soon()
    customer.save()
    text = (
        enter(world.manager)
        .get(reverse("admin:bookings_customer_change", args=[customer.pk]))
        .content.decode()
    )
    assert "erased-" not in text
    assert "erased" in text
    revealed = enter(world.manager).post(
        reverse("admin:bookings_customer_reveal", args=[customer.pk]),
        {"reason": "a look at what is left", "fields_wanted": ["email"]},
    )
    assert revealed.context["values"] == [("Email", "erased")]


def test_an_action_leads_back_to_the_page_of_this_site_that_its_link_names(world, enter):
    booking, client = world.a.rows["booking"], enter(world.manager)
    act = reverse("admin:bookings_booking_do", args=[booking.pk, "hold"])
    page = reverse("admin:bookings_booking_change", args=[booking.pk])
    for back, leads_to in (
        ("/admin/calendar/?view=month", "/admin/calendar/?view=month"),
        ("", page),
        ("https://elsewhere.example/admin/", page),
        ("//elsewhere.example/admin/", page),
        ("/api/v1/docs", page),
    ):
        assert client.get(act, {"back": back}).context["back_url"] == leads_to
    data = {"seen": booking.version, "reason": "the customer travels"}
    assert client.post(f"{act}?back=/admin/calendar/", data).headers["Location"] == "/admin/calendar/"
