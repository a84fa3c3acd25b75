"""The matrix of behaviour.md section 1, said a second time and in another shape."""

import pytest

from identity.enums import StationRole, UserRole
from identity.permissions import CODES, MATRIX, OWNER_CODES, STATION_ROLES, ModelRights, Reach, reach_of

ALL, STATIONS, OWN = Reach.ALL, Reach.STATIONS, Reach.OWN

OWNER = [
    "station.create",
    "station.delete",
    "user.approve",
    "user.disable",
    "role.assign",
    "analytics.all",
    "recording.manage",
    "event.read",
    "event.replay",
    "system.config",
]
ADMIN_ONLY = [
    "booking.correct",
    "booking.delete",
    "booking.restore",
    "customer.delete",
    "privacy.erase",
    "payment.match",
    "payment.refund",
    "payment.report",
    "pricing.manage",
    "lead.delete",
    "campaign.send",
    "template.approve",
    "review.moderate",
    "coupon.cancel",
    "qr.manage",
    "recording.listen",
    "social.approve",
    "social.manage",
    "station.update",
    "station.manage_users",
    "user.read",
    "user.invite",
    "audit.export",
]
SUPPORT_NOT_MANAGER = [
    "subscriber.read",
    "subscriber.manage",
    "campaign.manage",
    "template.manage",
    "consent.read",
    "social.read",
    "social.reply",
]
MANAGER_NOT_SUPPORT = [
    "booking.complete",
    "booking.approve_cancel",
    "booking.assign_chef",
    "booking.override",
    "pricing.adjust",
    "chef.manage",
    "qr.read",
    "analytics.station",
]
BOTH = [
    "booking.read",
    "review.read",
    "booking.create",
    "booking.update",
    "booking.reschedule",
    "booking.request_cancel",
    "customer.read",
    "customer.create",
    "customer.update",
    "payment.read",
    "coupon.read",
    "message.read",
    "message.send",
    "booking.hold",
    "booking.confirm_deposit",
    "hold.manage",
    "pii.reveal",
    "payment.record",
    "lead.read",
    "lead.create",
    "lead.update",
    "lead.assign",
    "campaign.read",
    "review.resolve",
    "coupon.issue",
    "call.read",
    "support.read",
    "support.manage",
    "chef.read",
    "station.read",
]
CUSTOMER = [
    "booking.read",
    "review.read",
    "booking.create",
    "booking.update",
    "booking.reschedule",
    "booking.request_cancel",
    "customer.read",
    "customer.create",
    "customer.update",
    "payment.read",
    "coupon.read",
    "message.read",
    "message.send",
    "customer.export",
]
CHEF = ["booking.read", "review.read", "chef.read", "station.read", "booking.complete"]


def test_super_admin_holds_every_code_everywhere():
    everything = {*OWNER, *ADMIN_ONLY, *SUPPORT_NOT_MANAGER, *MANAGER_NOT_SUPPORT, *BOTH, "audit.read"}
    assert MATRIX["super_admin"] == dict.fromkeys({*everything, "customer.export"}, ALL)
    assert set(CODES) == {*everything, "customer.export"}


def test_admin_holds_what_is_not_the_owners_at_linked_stations():
    assert MATRIX["admin"] == dict.fromkeys(set(CODES) - set(OWNER), STATIONS)


def test_customer_support_and_station_manager():
    assert MATRIX["customer_support"] == dict.fromkeys(BOTH + SUPPORT_NOT_MANAGER, STATIONS) | {
        "audit.read": OWN
    }
    assert MATRIX["station_manager"] == dict.fromkeys(BOTH + MANAGER_NOT_SUPPORT, STATIONS) | {
        "audit.read": OWN
    }


def test_chef_and_customer_reach_their_own_records():
    assert MATRIX["chef"] == dict.fromkeys(CHEF, OWN)
    assert MATRIX["customer"] == dict.fromkeys(CUSTOMER, OWN)


def test_accounts_of_the_supply_exchange_hold_no_code_here():
    others = {"supplier_owner", "supplier_manager", "supplier_sales", "consumer"}
    assert {role for role, codes in MATRIX.items() if not codes} == others
    assert set(MATRIX) == set(UserRole.values)


def test_owner_codes_are_those_of_super_admin_alone():
    assert set(OWNER_CODES) == set(OWNER)


def test_station_roles_name_system_roles():
    assert STATION_ROLES == {
        "super_admin": "super_admin",
        "admin": "admin",
        "station_admin": "station_manager",
        "customer_support": "customer_support",
    }
    assert set(STATION_ROLES) == set(StationRole.values)


@pytest.mark.parametrize(
    ("role", "code", "reach"),
    [
        ("super_admin", "booking.read", ALL),
        ("super_admin", "made.up", ALL),
        ("admin", "booking.read", STATIONS),
        ("customer_support", "audit.read", OWN),
        ("customer_support", "made.up", STATIONS),
        ("chef", "made.up", OWN),
        ("dispatcher", "booking.read", STATIONS),
    ],
)
def test_reach_of_a_code_follows_the_role(role, code, reach):
    assert reach_of(role, code) is reach


def test_model_rights_know_the_four_admin_actions():
    rights = ModelRights(model="identity.station", view="station.read", change="station.update")
    codes = [rights.code(action) for action in ("view", "add", "change", "delete", "publish")]
    assert codes == ["station.read", None, "station.update", None, None]
