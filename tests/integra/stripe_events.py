"""Events as Stripe sends them, signed by its own code."""

import json
from datetime import datetime
from itertools import count

from django.test import Client
from django.utils import timezone
from stripe import WebhookSignature

from tests.bookings.parties import NOW

SECRET = "whsec_new"
OLD_SECRET = "whsec_old"
_numbers = count(1)


def event(kind, told, *, at=NOW, event_id=None):
    return {
        "object": "event",
        "id": event_id or f"evt_{next(_numbers)}",
        "type": kind,
        "created": int(at.timestamp()),
        "data": {"object": told},
    }


def metadata_of(payment, **values):
    owner = {"booking_id": payment.booking_id, "hold_id": payment.hold_id}
    return {
        **{name: str(key) for name, key in owner.items() if key is not None},
        "payment_id": str(payment.pk),
        "payment_type": str(payment.payment_type),
        "credited_cents": str(payment.amount_cents),
        "fee_cents": str(payment.fee_cents),
        **values,
    }


def intent(payment, *, intent_id="pi_1", amount=None, **values):
    total = payment.amount_cents + payment.fee_cents if amount is None else amount
    return {
        "object": "payment_intent",
        "id": intent_id,
        "amount": total,
        "amount_received": total,
        "currency": "usd",
        "latest_charge": "ch_1",
        "customer": None,
        "metadata": metadata_of(payment),
        **values,
    }


def session(payment, *, intent_id="pi_1", status="paid", **values):
    return {
        "object": "checkout.session",
        "id": "cs_1",
        "payment_intent": intent_id,
        "payment_status": status,
        "amount_total": payment.amount_cents + payment.fee_cents,
        "currency": "usd",
        "customer": None,
        "metadata": metadata_of(payment),
        **values,
    }


def charge(payment, refunded, *, intent_id="pi_1", **values):
    return {
        "object": "charge",
        "id": "ch_1",
        "payment_intent": intent_id,
        "amount": payment.amount_cents + payment.fee_cents,
        "amount_refunded": refunded,
        "currency": "usd",
        "metadata": metadata_of(payment),
        **values,
    }


def dispute(payment, *, status="needs_response", dispute_id="dp_1", intent_id="pi_1", **values):
    return {
        "object": "dispute",
        "id": dispute_id,
        "charge": "ch_1",
        "payment_intent": intent_id,
        "amount": payment.amount_cents + payment.fee_cents,
        "currency": "usd",
        "reason": "fraudulent",
        "status": status,
        "metadata": {},
        **values,
    }


def send(told, *, secrets=(SECRET,), at: datetime | None = None, path="/webhooks/stripe", **headers):
    """Post an event (or a raw body) as Stripe does."""
    body = told if isinstance(told, str | bytes) else json.dumps(told)
    stamp = int((at or timezone.now()).timestamp())
    text = body if isinstance(body, str) else body.decode("latin-1")
    signatures = [WebhookSignature._compute_signature(f"{stamp}.{text}", secret) for secret in secrets]
    header = ",".join([f"t={stamp}", *(f"v1={signature}" for signature in signatures)])
    return Client().post(
        path, body, content_type="application/json", headers={"Stripe-Signature": header, **headers}
    )
