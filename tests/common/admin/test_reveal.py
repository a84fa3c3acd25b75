"""P-3: masked until somebody says why; counted and audited."""

import pytest
from django.urls import reverse

from common.admin.reveal import REVEALS_PER_HOUR
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.common.admin.world_rows import CANARIES
from tests.factories.identity import make_staff

REASON = "calling back about the venue"


@pytest.fixture
def customer(world):
    return world.a.rows["customer"]


@pytest.fixture
def address(customer):
    return reverse("admin:bookings_customer_reveal", args=[customer.pk])


def test_the_page_shows_the_chosen_columns_once_and_leaves_an_audit_row(world, enter, customer, address):
    client = enter(world.manager)
    answer = client.post(address, {"reason": REASON, "fields_wanted": ["phone"]})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert CANARIES["a"].phone in text
    assert CANARIES["a"].email not in text
    assert "no-store" in answer.headers["Cache-Control"]
    row = StationAuditLog.objects.get(action="view")
    assert (row.user_id, row.station_id, row.resource_type, row.resource_id, row.reason) == (
        world.manager.pk,
        world.a.station.pk,
        "customer",
        str(customer.pk),
        REASON,
    )
    assert (row.details, row.permissions_used) == ({"fields": ["phone"]}, ["pii.reveal"])
    assert CANARIES["a"].phone not in client.get(address).content.decode()


@pytest.mark.parametrize("reason", ["", "short", "  tiny   "])
def test_a_reason_of_ten_characters_is_needed(world, enter, address, reason):
    answer = enter(world.manager).post(address, {"reason": reason, "fields_wanted": ["phone"]})
    assert CANARIES["a"].phone not in answer.content.decode()
    assert StationAuditLog.objects.filter(action="view").count() == 0


def test_an_unknown_column_is_refused(world, enter, address):
    answer = enter(world.manager).post(address, {"reason": REASON, "fields_wanted": ["email_bidx"]})
    assert "fields_wanted" in answer.context["form"].errors


def test_thirty_an_hour_per_account(world, enter, address):
    client = enter(world.manager)
    data = {"reason": REASON, "fields_wanted": ["phone"]}
    shown = [CANARIES["a"].phone in client.post(address, data).content.decode() for _ in range(32)]
    assert shown == [True] * REVEALS_PER_HOUR + [False, False]
    assert StationAuditLog.objects.filter(action="view").count() == REVEALS_PER_HOUR
    assert CANARIES["a"].phone in enter(world.support).post(address, data).content.decode()


def test_who_lacks_the_code_may_not(world, enter):
    other = make_staff(UserRole.STATION_MANAGER, full_name="No Links")
    address = reverse("admin:bookings_chef_reveal", args=[world.a.rows["chef"].pk])
    assert enter(other).get(address).status_code == 302


def test_a_damaged_token_spoils_its_own_cell_only(world, enter, customer):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE "core"."customers" SET email_encrypted = %s WHERE id = %s', [b"\x01broken", customer.pk]
        )
    answer = enter(world.manager).get(reverse("admin:bookings_customer_changelist"))
    assert "[unreadable]" in answer.content.decode()
    assert "•••• 11" in answer.content.decode()
