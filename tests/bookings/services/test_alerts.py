import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction

from bookings.models import SystemEvent
from bookings.selectors.recipients import list_alert_addresses
from common.ports import alerts
from identity.enums import StationRole, UserRole, UserStatus
from identity.models import StationUser
from tests.bookings.parties import NOW, make_station, make_user

SUBJECT = uuid4()


@pytest.fixture
def sent(settings, tmp_path):
    """Mails that were handed to the offline gateway."""
    settings.VAR_DIR = tmp_path

    def read():
        path = Path(tmp_path) / "outbox" / "mail.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    return read


def raise_alert(station_id, *, step=""):
    alerts.get().raise_alert(
        cause="no_chef",
        subject_type="booking",
        subject_id=SUBJECT,
        station_id=station_id,
        message="No chef is assigned.",
        at=NOW,
        step=step,
    )


def link(user, station, **values):
    StationUser.objects.create(user=user, station=station, role=StationRole.STATION_ADMIN, **values)


@pytest.mark.django_db(transaction=True)
def test_m8_an_alert_is_a_system_event_and_a_mail_after_the_commit(sent):
    station = make_station(settings={"alert_emails": ["boss@example.com"]})
    with transaction.atomic():
        raise_alert(station.pk)
        assert sent() == []
    event = SystemEvent.objects.get()
    assert (
        event.service,
        event.action,
        event.severity,
        event.entity_type,
        event.entity_id,
        event.timestamp,
        event.event_data,
    ) == (
        "alerts",
        "no_chef",
        "warning",
        "booking",
        SUBJECT,
        NOW,
        {"step": "", "message": "No chef is assigned.", "station_id": str(station.pk)},
    )
    mails = sent()
    assert [(mail["to"], mail["subject"], mail["message_id"]) for mail in mails] == [
        ("boss@example.com", "Alert: no chef", f"alert-{event.pk}-0")
    ]


@pytest.mark.django_db(transaction=True)
def test_m8_once_per_cause_and_step(sent):
    station = make_station(settings={"alert_emails": ["boss@example.com"]})
    for step in ("", "", "2", "2"):
        raise_alert(station.pk, step=step)
    assert len(sent()) == SystemEvent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_m8_an_alert_of_a_rolled_back_transaction_never_was(sent):
    def fail_after_the_alert():
        with transaction.atomic():
            raise_alert(None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_the_alert()
    assert (SystemEvent.objects.count(), sent()) == (0, [])


@pytest.mark.django_db
def test_m8_addresses_of_the_station_else_its_managers_else_the_owners():
    owner = make_user(UserRole.SUPER_ADMIN)
    make_user(UserRole.SUPER_ADMIN, status=UserStatus.SUSPENDED, is_active=False)
    station = make_station()
    assert list_alert_addresses(None, at=NOW) == list_alert_addresses(station.pk, at=NOW) == [owner.email]
    manager, gone, expired = make_user(), make_user(), make_user()
    link(manager, station)
    link(gone, station, is_active=False)
    link(expired, station, expires_at=NOW - timedelta(days=365))
    assert list_alert_addresses(station.pk, at=NOW) == [manager.email]
    station.settings = {"alert_emails": ["a@example.com", "b@example.com"]}
    station.save()
    assert list_alert_addresses(station.pk, at=NOW) == ["a@example.com", "b@example.com"]
