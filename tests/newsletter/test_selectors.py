"""N-1: the consent at an instant is the last word before it, and the ledger proves that nobody changed it."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings.enums import DeliveryChannel
from events.registry import Finding, chains
from newsletter.enums import ConsentAction, ConsentMethod, ConsentPurpose
from newsletter.models import ConsentRecord
from newsletter.selectors import count_consents, find_consent, verify_consents
from tests.factories.newsletter import SAID_AT, ConsentRecordFactory, email_index

pytestmark = pytest.mark.django_db
TABLE = '"newsletter"."consent_records"'
ANN = "ann@people.example"
DAY = timedelta(days=1)


def test_n1_consent_is_proved_at_an_instant():
    granted = ConsentRecordFactory(contact_bidx=email_index(ANN))
    withdrawn = ConsentRecordFactory.after(
        granted,
        action=ConsentAction.WITHDRAWN,
        method=ConsentMethod.UNSUBSCRIBE_LINK,
        occurred_at=SAID_AT + 2 * DAY,
    )
    # What others said, or Ann about something else, never answers for her newsletter.
    ConsentRecordFactory()
    ConsentRecordFactory.after(withdrawn, purpose=ConsentPurpose.TRANSACTIONAL, occurred_at=SAID_AT + 3 * DAY)

    def said(at, purpose=ConsentPurpose.MARKETING):
        return find_consent(
            contact="Ann@People.example", channel=DeliveryChannel.EMAIL, purpose=purpose, at=at
        )

    assert said(SAID_AT - DAY) is None
    assert said(SAID_AT) == granted
    assert said(SAID_AT + DAY) == granted
    assert said(SAID_AT + 9 * DAY) == withdrawn
    assert said(SAID_AT, ConsentPurpose.TRANSACTIONAL) is None


def test_n1_of_two_words_at_one_instant_the_later_in_the_chain_counts():
    granted = ConsentRecordFactory(contact_bidx=email_index(ANN))
    withdrawn = ConsentRecordFactory.after(granted, action=ConsentAction.WITHDRAWN)
    found = find_consent(
        contact=ANN, channel=DeliveryChannel.EMAIL, purpose=ConsentPurpose.MARKETING, at=SAID_AT
    )
    assert found == withdrawn


def test_an_impossible_contact_is_refused():
    with pytest.raises(ValueError, match="phone"):
        find_consent(contact=ANN, channel=DeliveryChannel.SMS, purpose=ConsentPurpose.MARKETING, at=SAID_AT)


@pytest.fixture
def ledger():
    """Ann granted and withdrew, Bob granted, withdrew and granted again."""
    ann = [ConsentRecordFactory(contact_bidx=email_index(ANN))]
    ann.append(ConsentRecordFactory.after(ann[0], action=ConsentAction.WITHDRAWN))
    bob = [ConsentRecordFactory(contact_bidx=email_index("bob@people.example"))]
    for action in (ConsentAction.WITHDRAWN, ConsentAction.GRANTED):
        bob.append(ConsentRecordFactory.after(bob[-1], action=action))
    return ann, bob


def tamper(statement, *values):
    """Change rows as somebody with the keys to the database could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")


def finding(record, problem):
    return Finding("consents", f"record {record.pk}", f"version {record.version}", problem)


def test_n1_whole_chains_have_no_findings(ledger):
    assert list(verify_consents()) == []
    assert count_consents() == 5
    assert {chain.name for chain in chains} >= {"consents", "events", "seals"}


def test_n1_the_hash_is_that_of_the_canonical_json(ledger):
    """Recomputed here without any of the house's code."""
    record = ledger[0][1]
    members = {
        "v": 1,
        "contact": bytes(record.contact_bidx).hex(),
        "channel": "email",
        "purpose": "marketing",
        "action": "withdrawn",
        "method": "double_opt_in",
        "source": "newsletter form",
        "wording_version": "2026-01",
        "wording_hash": hashlib.sha256(record.wording.encode()).hexdigest(),
        "actor_id": None,
        "ip_hash": None,
        "user_agent": None,
        "evidence": {},
        "occurred_at": "2026-03-01T12:00:00.000000Z",
        "version": 2,
        "previous": ledger[0][0].hash_current,
    }
    text = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    stored = ConsentRecord.objects.get(pk=record.pk)
    assert stored.hash_current == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        "action = 'granted'",
        "channel = 'sms'",
        'evidence = \'{"sid": "other"}\'',
        "ip_hash = decode(repeat('ab', 32), 'hex')",
        "method = 'staff'",
        "occurred_at = now()",
        "purpose = 'transactional'",
        "source = 'other'",
        "user_agent = 'other'",
        "wording_hash = repeat('a', 64)",
        "wording_version = 'other'",
    ],
)
def test_n1_every_hashed_member_counts(ledger, change):
    bad = ledger[1][1]
    tamper(f"UPDATE {TABLE} SET {change} WHERE id = %s", bad.pk)
    assert list(verify_consents()) == [finding(bad, "content does not match its hash")]


def test_n1_another_text_under_the_old_hash_is_found(ledger):
    bad = ledger[0][0]
    tamper(f"UPDATE {TABLE} SET wording = 'You may call me at night.' WHERE id = %s", bad.pk)
    assert list(verify_consents()) == [finding(bad, "wording does not match its hash")]


def test_n1_a_lost_record_is_found(ledger):
    tamper(f"DELETE FROM {TABLE} WHERE id = %s", ledger[1][1].pk)
    assert list(verify_consents()) == [finding(ledger[1][2], "version 2 is missing")]


def test_n1_a_rewritten_record_breaks_the_next(ledger):
    first = ledger[0][0]
    first.source = "other"
    tamper(f"UPDATE {TABLE} SET source = 'other', hash_current = %s WHERE id = %s", first.digest(), first.pk)
    assert list(verify_consents()) == [
        finding(ledger[0][1], "previous hash is not that of the version before")
    ]


def test_n1_only_the_first_bad_record_of_a_contact_is_named(ledger):
    tamper(f"UPDATE {TABLE} SET source = 'other'")
    assert sorted((item.subject, item.row) for item in verify_consents()) == sorted(
        (f"record {records[0].pk}", "version 1") for records in ledger
    )


def test_n1_since_leaves_older_records_alone(ledger):
    tamper(
        f"UPDATE {TABLE} SET source = 'other', created_at = now() - interval '2 days' WHERE id = %s",
        ledger[0][0].pk,
    )
    yesterday = timezone.now() - DAY
    assert len(list(verify_consents())) == 1
    assert list(verify_consents(yesterday)) == []
    assert count_consents(yesterday) == 4
