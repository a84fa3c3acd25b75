"""P-7: what the pages of a model without services of its own leave in the audit log."""

import pytest
from django.contrib import admin
from django.forms import inlineformset_factory, modelform_factory
from django.test import RequestFactory

from bookings.models import Chef, Customer, MenuItem
from common.admin.codes import AdminCodes
from common.admin.forms import stamp
from common.admin.options import HouseModelAdmin
from common.admin.trail import changed_fields, plain
from common.exceptions import InUse
from identity.models import Station, StationAuditLog
from tests.common.admin.world_rows import soon


def test_values_of_the_trail_fit_into_json(world):
    station = world.a.station
    assert plain({"a": [station, None, 1.5, True, {"x"}], "b": soon}) == {
        "a": [str(station.pk), None, 1.5, True, ["x"]],
        "b": str(soon),
    }


class RawMenu(HouseModelAdmin[MenuItem]):
    """A model without services of its own, as later apps may have them."""

    codes = AdminCodes(view="station.read", change="pricing.manage", delete="pricing.manage")
    station_lookups = ("station",)


def asked_by(user):
    request = RequestFactory().post("/admin/")
    request.user = user
    return request


def test_a_raw_save_is_audited_with_public_values_only(world):
    item, page = world.a.rows["menuitem"], RawMenu(MenuItem, admin.site)
    request = asked_by(world.admin)
    data = {"code": "tofu", "name": "Tofu", "category": "specialty", "price_cents": 300, "currency": "USD"}
    form_class = page.get_form(request, item, change=True, fields=tuple(data))
    form = form_class({**data, "seen": stamp(item)}, instance=item)
    assert form.is_valid(), form.errors
    page.save_model(request, form.save(commit=False), form, change=True)
    row = StationAuditLog.objects.get(resource_type="menuitem")
    assert (row.action, row.station_id, row.permissions_used) == (
        "update",
        world.a.station.pk,
        ["pricing.manage"],
    )
    assert row.details["changed"] == {
        "code": {"old": "chicken", "new": "tofu"},
        "name": {"old": "Chicken Aside", "new": "Tofu"},
        "category": {"old": "poultry", "new": "specialty"},
        "price_cents": {"old": 0, "new": 300},
    }


def test_of_what_is_not_public_the_trail_keeps_the_name_only(world):
    customer = world.a.rows["customer"]
    form_class = modelform_factory(Customer, fields=["notes", "timezone"])
    form = form_class({"notes": "allergic to cats", "timezone": "America/Denver"}, instance=customer)
    assert form.is_valid()
    assert changed_fields(form) == {
        "notes": "changed",
        "timezone": {"old": "America/Los_Angeles", "new": "America/Denver"},
    }


def test_children_saved_with_their_parent_are_audited(world):
    page = RawMenu(MenuItem, admin.site)
    station, request = world.a.station, asked_by(world.owner)
    kept = world.a.rows["menuitem"]
    formset_class = inlineformset_factory(
        Station, MenuItem, fields=["code", "name", "category", "price_cents", "currency"], extra=1
    )
    prefix = formset_class.get_default_prefix()
    rows = [
        {"id": str(kept.pk), "code": "chicken", "name": "Hen", "category": "poultry", "price_cents": 0},
        {"id": "", "code": "eel", "name": "Eel", "category": "seafood", "price_cents": 900},
    ]
    data = {f"{prefix}-TOTAL_FORMS": 2, f"{prefix}-INITIAL_FORMS": 1}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in {**row, "currency": "USD"}.items()}
    formset = formset_class(data, instance=station)
    assert formset.is_valid(), formset.errors
    form = modelform_factory(Station, fields=["name"])({"name": station.name}, instance=station)
    assert form.is_valid()
    page.station_lookups = ("id",)
    page.save_formset(request, form, formset, change=True)
    actions = StationAuditLog.objects.filter(resource_type="menuitem").order_by("created_at", "pk")
    assert sorted(actions.values_list("action", "station_id")) == [
        ("create", station.pk),
        ("update", station.pk),
    ]


def test_rows_are_removed_with_a_reason_softly_where_they_can(world):
    request, why = asked_by(world.owner), "a test of removal"

    def remove(page, obj):
        page.remove(request, obj, reason=why, by=page.actor(request), at=soon())

    item = MenuItem.objects.create(code="eel", name="Eel", category="seafood")
    remove(RawMenu(MenuItem, admin.site), item)
    assert not MenuItem.objects.filter(code="eel").exists()
    chef = world.a.rows["chef"]
    remove(HouseModelAdmin(Chef, admin.site), chef)
    chef.refresh_from_db()
    assert (chef.delete_reason, chef.deleted_by_id) == (why, world.owner.pk)
    with pytest.raises(InUse):
        remove(HouseModelAdmin(Station, admin.site), world.a.station)
    reasons = StationAuditLog.objects.filter(action="delete").values_list("resource_type", "reason")
    assert set(reasons) == {("menuitem", why), ("chef", why)}
