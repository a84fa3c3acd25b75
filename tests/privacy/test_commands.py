"""Section 17: export_customer, erase_customer, purge_retention."""

import json
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bookings.models import Customer
from bookings.services.privacy import verify_receipt
from identity.models import StationAuditLog
from tests.factories.bookings import BookingFactory, CustomerFactory

pytestmark = pytest.mark.django_db
REASON = "Asked by letter to be forgotten"


def run(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_p5_export_customer_writes_one_file(person, tmp_path):
    """P-5"""
    path = tmp_path / "export.json"
    report = run("export_customer", "--id", str(person.customer.pk), "--out", str(path))
    document = json.loads(path.read_text())
    assert report["rows"] == document["counts"]
    assert document["tables"]["core.customers"][0]["email"] == person.email
    assert path.stat().st_mode & 0o777 == 0o600
    assert StationAuditLog.objects.get(action="export").actor_label == "system:export_customer"


def test_p5_export_customer_writes_over_no_file_and_none_on_a_dry_run(person, tmp_path):
    """P-5"""
    path = tmp_path / "export.json"
    assert run("export_customer", "--id", str(person.customer.pk), "--out", str(path), "--dry-run")["dry_run"]
    assert not path.exists()
    assert not StationAuditLog.objects.filter(action="export").exists()
    path.write_text("mine")
    with pytest.raises(CommandError, match="File exists"):
        run("export_customer", "--id", str(person.customer.pk), "--out", str(path))
    assert path.read_text() == "mine"


def test_p6_erase_customer_prints_the_receipt(person):
    """P-6"""
    dry = run("erase_customer", "--id", str(person.customer.pk), "--reason", REASON, "--dry-run")
    assert Customer.objects.get(pk=person.customer.pk).erased_at is None
    receipt = run("erase_customer", "--id", str(person.customer.pk), "--reason", REASON)
    assert verify_receipt(receipt)
    assert receipt["counts"] == dry["counts"]
    assert Customer.objects.get(pk=person.customer.pk).first_name == "Erased"


def test_p6_erase_customer_exits_1_when_blocked(station):
    """P-6"""
    customer = CustomerFactory(station=station)
    BookingFactory(customer=customer, station=station, status="confirmed")
    with pytest.raises(CommandError, match="occupying_booking") as refused:
        run("erase_customer", "--id", str(customer.pk), "--reason", REASON)
    assert refused.value.returncode == 1


@pytest.mark.parametrize(
    "command", [["erase_customer", "--reason", REASON], ["export_customer", "--out", "x"]]
)
def test_nobody_is_found_under_an_unknown_key(command):
    with pytest.raises(CommandError, match="There is no customer"):
        run(*command, "--id", str(uuid4()))
