"""R-4: what belongs to another station is not there, whichever way somebody asks."""

import json

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.architecture.house import house_models
from tests.common.admin.world_rows import CANARIES

SCOPED = [
    "booking",
    "customer",
    "chef",
    "payment",
    "deposit",
    "reservationhold",
    "slotclaim",
    "bookingreminder",
    "priceadjustment",
    "pricingtier",
    "menuitem",
    "addonitem",
    "dynamicpricingrule",
    "travelfeeconfiguration",
    "station",
]
UNKNOWN = "0198c0de-0000-7000-8000-000000000000"
LISTED_FOR_ADMIN = ["stationuser", "user", "userrole"]


def label(model_name):
    apps = {"station": "identity", "stationuser": "identity", "user": "identity", "userrole": "identity"}
    return f"{apps.get(model_name, 'bookings')}_{model_name}"


def page(name, kind, *args):
    return reverse(f"admin:{label(name)}_{kind}", args=args)


def listed(client, address):
    return {row.pk for row in client.get(address).context["cl"].result_list}


def test_a_list_shows_own_rows_only(world, enter):
    client = enter(world.manager)
    for name in SCOPED:
        rows = listed(client, page(name, "changelist"))
        assert world.a.rows[name].pk in rows, name
        assert world.b.rows[name].pk not in rows, name


def test_an_admin_sees_the_people_of_linked_stations_only(world, enter):
    client = enter(world.admin)
    for name in LISTED_FOR_ADMIN:
        rows = listed(client, page(name, "changelist"))
        assert world.a.rows[name].pk in rows, name
        assert world.b.rows[name].pk not in rows, name


@pytest.mark.parametrize("kind", ["change", "history", "delete"])
def test_a_typed_address_of_a_foreign_row_answers_like_an_unknown_one(world, enter, kind):
    client = enter(world.admin)
    for name in SCOPED:
        foreign = client.get(page(name, kind, world.b.rows[name].pk))
        unknown = client.get(page(name, kind, UNKNOWN))
        assert (foreign.status_code, foreign.headers["Location"]) == (302, unknown.headers["Location"]), name


@pytest.mark.parametrize("name", ["booking", "customer", "payment", "deposit", "chef", "reservationhold"])
def test_search_finds_no_foreign_row(world, enter, name):
    client = enter(world.manager)
    for term in (CANARIES["b"].email, CANARIES["b"].phone, "(510) 555-0122", "Bside", "Carab"):
        answer = client.post(page(name, "search"), {"q": term}, follow=True)
        assert [row.pk for row in answer.context["cl"].result_list] == [], term


def test_a_filter_by_a_foreign_station_is_empty_and_never_offered(world, enter):
    client = enter(world.manager)
    address = page("booking", "changelist")
    assert world.b.station.code not in client.get(address).content.decode()
    assert listed(client, f"{address}?station__id__exact={world.b.station.pk}") == set()
    assert listed(client, f"{address}?station__id__exact={world.a.station.pk}") != set()


def test_a_column_that_is_no_filter_cannot_be_guessed_by_address(world, enter):
    client = enter(world.owner)
    for query in ("email_bidx__gt=0", "station__email__startswith=a", "notes__contains=x", "station__code=x"):
        assert client.get(f"{page('customer', 'changelist')}?{query}").status_code == 400


@pytest.mark.parametrize("method", ["get", "post"])
def test_autocomplete_offers_own_rows_only(world, enter, method):
    address = reverse("admin:autocomplete")
    asked = {"app_label": "identity", "model_name": "stationuser", "field_name": "user", "term": ""}
    for user, expected in ((world.owner, {"Mona Aside", "Mona Bside"}), (world.admin, {"Mona Aside"})):
        answer = getattr(enter(user), method)(address, asked)
        names = {result["text"].split(" (")[0] for result in json.loads(answer.content)["results"]}
        assert expected <= names
        assert names & {"Mona Bside"} == expected & {"Mona Bside"}


def test_autocomplete_is_denied_without_the_right_to_read_the_list(world, enter):
    asked = {"app_label": "identity", "model_name": "stationuser", "field_name": "user", "term": ""}
    assert enter(world.manager).get(reverse("admin:autocomplete"), asked).status_code == 403


def test_a_foreign_station_in_a_form_is_refused(world, enter):
    client = enter(world.manager)
    data = {
        "station": str(world.b.station.pk),
        "first_name": "Eve",
        "last_name": "Intruder",
        "timezone": "America/Los_Angeles",
        "new_email": "eve@people.example",
        "new_phone": "+15105550177",
    }
    answer = client.post(page("customer", "add"), data)
    assert answer.status_code == 200
    assert "station" in answer.context["adminform"].form.errors
    assert world.b.station.customers.filter(first_name="Eve").count() == 0


def test_actions_and_reveals_of_foreign_rows_answer_like_unknown_ones(world, enter):
    client = enter(world.manager)
    foreign = world.b.rows["booking"].pk
    for address in (
        page("booking", "do", foreign, "confirm-deposit"),
        page("booking", "reveal", foreign),
        page("customer", "reveal", world.b.rows["customer"].pk),
    ):
        assert client.post(address, {"reason": "just looking around"}).status_code == 302
    world.b.rows["booking"].refresh_from_db()
    assert world.b.rows["booking"].status == "deposit_pending"


def test_support_reads_own_audit_rows_only(world, enter):
    client = enter(world.support)
    client.post(
        page("customer", "reveal", world.a.rows["customer"].pk),
        {"reason": "calling about the venue", "fields_wanted": ["phone"]},
    )
    answer = client.get(reverse("admin:identity_stationauditlog_changelist"))
    assert {row.user_id for row in answer.context["cl"].result_list} == {world.support.pk}


def test_a_model_without_codes_is_the_owners_to_read(world):
    from common.admin.codes import AdminCodes

    assert AdminCodes() == AdminCodes(view="system.config", add="", change="", delete="")


def test_the_tables_of_the_house_and_no_others_have_pages():
    assert set(admin.site._registry) == set(house_models())


def test_has_perm_answers_by_the_codes_of_the_pages(world):
    assert world.manager.has_perm("bookings.view_booking")
    assert not world.manager.has_perm("identity.view_user")
    assert world.owner.has_perm("identity.add_station")
    assert not world.owner.has_perm("bookings.delete_payment")
