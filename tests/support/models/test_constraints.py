"""What the table of escalations refuses, whoever writes; each case breaks one named constraint."""

import pytest
from django.db import connection

from bookings.models import Customer, MessageThread
from identity.models import User
from support.enums import EscalationStatus
from support.models import Escalation
from tests.factories.bookings import MessageThreadFactory
from tests.factories.identity import UserFactory
from tests.factories.support import EscalationFactory
from tests.refusals import broken_by, update

pytestmark = pytest.mark.django_db
AT = "2026-03-01T12:00:00Z"
RESOLVED = {"status": EscalationStatus.RESOLVED, "resolved_at": AT, "resolution_notes": "Called back."}

REFUSED_UPDATES = [
    ({"reason": "too short"}, "ck_escalations_reason"),
    ({"reason": "x" * 1_001}, "ck_escalations_reason"),
    ({**RESOLVED, "resolved_at": None}, "ck_escalations_resolved"),
    ({**RESOLVED, "resolution_notes": None}, "ck_escalations_resolved"),
    ({"status": EscalationStatus.CLOSED}, "ck_escalations_resolved"),
    ({"status": EscalationStatus.ERROR}, "ck_escalations_error"),
    ({"status_before_error": EscalationStatus.PENDING}, "ck_escalations_error"),
    ({"status": "lost"}, "ck_support_escalations_status"),
    (
        {"status": EscalationStatus.ERROR, "status_before_error": "lost"},
        "ck_support_escalations_status_before_error",
    ),
    ({"priority": "whenever"}, "ck_support_escalations_priority"),
    ({"method": "pigeon"}, "ck_support_escalations_method"),
    ({"customer_phone_bidx": b"short"}, "ck_support_escalations_customer_phone_bidx"),
    ({"customer_email_bidx": b"short"}, "ck_support_escalations_customer_email_bidx"),
]


@pytest.mark.parametrize(("values", "name"), REFUSED_UPDATES)
def test_m7_an_escalation_cannot_be_brought_into_an_impossible_state(values, name):
    assert broken_by(update(EscalationFactory(), **values)) == name


@pytest.mark.parametrize("length", [10, 1_000])
def test_m7_reasons_of_the_longest_and_shortest_length_pass(length):
    assert EscalationFactory(reason="x" * length).pk


def test_m7_one_open_escalation_per_conversation():
    first = EscalationFactory(conversation_id="chat")
    again = {"conversation_id": "chat"}
    assert broken_by(lambda: EscalationFactory(**again)) == "uq_escalations_open"
    failed = {"status": EscalationStatus.ERROR, "status_before_error": EscalationStatus.PENDING}
    update(first, **failed)()
    assert broken_by(lambda: EscalationFactory(**again)) == "uq_escalations_open"
    update(first, **RESOLVED, status_before_error=None)()
    second = EscalationFactory(**again)
    update(second, **{**RESOLVED, "status": EscalationStatus.CLOSED})()
    assert EscalationFactory(**again).conversation_id == "chat"


def test_an_escalation_outlives_thread_and_employee():
    thread = MessageThreadFactory()
    escalation = EscalationFactory(thread=thread, customer=thread.customer, assigned_to=UserFactory())
    for model in (MessageThread, Customer, User):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    escalation.refresh_from_db()
    assert (escalation.thread, escalation.customer, escalation.assigned_to) == (None, None, None)


def test_contacts_are_kept_encrypted_and_found_by_their_index():
    escalation = EscalationFactory(customer_phone="510 555 0100", customer_email="Ann@People.example")
    stored = Escalation.objects.get(pk=escalation.pk)
    assert (stored.customer_name, stored.customer_phone, stored.customer_email) == (
        "Ann Lee",
        "+15105550100",
        "ann@people.example",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_name_encrypted FROM support.escalations")
        assert b"Ann" not in bytes(cursor.fetchone()[0])
    assert str(stored) == f"escalation {stored.pk}"
