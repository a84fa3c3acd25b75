"""PY-8: notices of Zelle and Venmo, forwarded to /webhooks/payment-mail."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone
from stripe import WebhookSignature

from events.models import InboxMessage
from events.services.inbox import process_inbox
from integra.models import PaymentEvent
from integra.services.mail_notices import Notice, is_bank, read_notice

SECRET = "mail secret"
ZELLE = """ANN LEE sent you $1,100.50

Memo: Deposit MH-12AB34CD
Sender's e-mail: Ann Lee <Ann@Example.com>
Transaction number: 2291847561
Sent on May 1, 2026
"""
VENMO = """Venmo
Bo O'Neil paid you $100
Note: party 🎉 MH12AB34CE
@Bo-ONeil-5
Transaction ID: 4012345678901234567
"""


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        (
            "You received money with Zelle(R)",
            ZELLE,
            Notice(
                method="zelle",
                key="2291847561",
                name="ANN LEE",
                amount_cents=110_050,
                memo="Deposit MH-12AB34CD",
                email="ann@example.com",
            ),
        ),
        (
            "Bo O'Neil paid you $100",
            VENMO,
            Notice(
                method="venmo",
                key="4012345678901234567",
                name="Bo O'Neil",
                amount_cents=10_000,
                memo="party 🎉 MH12AB34CE",
                handle="Bo-ONeil-5",
            ),
        ),
        (
            "José Peña sent you $42.00",
            "Sender phone: (510) 555-0123\nConfirmation code: WFCT0ABC123",
            Notice(
                method="zelle", key="WFCT0ABC123", name="José Peña", amount_cents=4_200, phone="+15105550123"
            ),
        ),
        (
            "Money",
            "ANN LEE has sent you a payment of $7.25.\nSender: somebody",
            Notice(method="zelle", key="", name="ANN LEE", amount_cents=725),
        ),
    ],
)
def test_py8_notices_are_read(subject, text, expected):
    assert read_notice(subject=subject, text=text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Your statement is ready",
        "You sent ANN LEE $100.00",
        "ANN LEE requests $100.00",
        "ANN LEE sent you $0.00",
        "ANN LEE sent you $100.005",
        "Win $1000 now",
    ],
)
def test_other_mail_is_no_notice(text):
    assert read_notice(subject="Hello", text=text) is None


@pytest.mark.parametrize(
    ("sender", "known"),
    [
        ("Zelle <no-reply@zellepay.com>", True),
        ("alerts@notify.chase.com", True),
        ("no-reply@zellepay.com.evil.example", False),
        ("evilchase.com <x@evilchase.com>", False),
        ("", False),
    ],
)
def test_only_banks_tell_of_money(sender, known):
    assert is_bank(sender) is known


def mail(**values):
    return {
        "id": "<1@mail.example>",
        "type": "payment_mail",
        "from": "Zelle <no-reply@zellepay.com>",
        "subject": "You received money with Zelle",
        "text": ZELLE,
        "received_at": "2026-05-01T12:00:00-07:00",
        **values,
    }


@pytest.fixture(autouse=True)
def live_secret(settings):
    settings.PAYMENT_MAIL_SECRETS = [SECRET]


def send(told, secret=SECRET):
    body = json.dumps(told)
    stamp = int(timezone.now().timestamp())
    header = WebhookSignature.generate_signature_header(body, secret, stamp)
    answer = Client().post(
        "/webhooks/payment-mail",
        body,
        content_type="application/json",
        headers={"Payment-Mail-Signature": header},
    )
    process_inbox(at=timezone.now())
    return answer


@pytest.mark.django_db
def test_py8_a_signed_notice_becomes_a_payment_event():
    assert send(mail()).json() == {"received": True}
    event = PaymentEvent.objects.get()
    assert (
        event.provider,
        event.provider_id,
        event.method,
        event.amount_cents,
        event.occurred_at,
        event.status,
        event.memo,
        event.sender_name,
        event.sender_email,
        event.sender_phone,
        event.station,
    ) == (
        "payment_mail",
        "zelle:2291847561",
        "zelle",
        110_050,
        datetime(2026, 5, 1, 19, tzinfo=UTC),
        "pending",
        "Deposit MH-12AB34CD",
        "ANN LEE",
        "ann@example.com",
        None,
        None,
    )
    assert event.raw_data["subject"] == "You received money with Zelle"
    assert len(bytes(event.sender_email_bidx)) == 32


@pytest.mark.django_db
def test_py8_a_repeat_and_a_forwarded_copy_change_nothing():
    send(mail())
    assert send(mail()).json() == {"received": True, "duplicate": True}
    send(mail(id="<2@mail.example>"))
    assert PaymentEvent.objects.count() == 1
    assert set(InboxMessage.objects.values_list("status", flat=True)) == {"processed"}


@pytest.mark.django_db
def test_a_notice_without_a_number_is_known_by_its_mail():
    send(mail(text="ANN LEE sent you $5.00", received_at="2026-05-01T12:00:00"))
    event = PaymentEvent.objects.get()
    assert (event.provider_id, event.occurred_at) == (
        "<1@mail.example>",
        datetime(2026, 5, 1, 12, tzinfo=UTC),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{"from": "somebody@example.com"}, {"text": "Hello"}])
def test_what_tells_of_no_money_is_ignored(values):
    send(mail(**values))
    assert InboxMessage.objects.get().status == "ignored"
    assert not PaymentEvent.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_read_is_parked():
    send(mail(received_at="yesterday"))
    row = InboxMessage.objects.get()
    assert (row.status, row.error) == ("failed", "unreadable: ValueError")


@pytest.mark.django_db
def test_a_bad_signature_stores_nothing():
    assert send(mail(), secret="guessed").json()["code"] == "invalid_signature"
    assert not InboxMessage.objects.exists()
