"""P-6: forgetting a person, all blockers first, then one transaction, files by outbox after it."""

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from bookings.exceptions import ErasureBlocked
from bookings.models import Booking, Customer
from bookings.services.attempts import attempted
from bookings.services.known_emails import lock_email
from bookings.services.privacy.subjects import subject_of
from bookings.services.transitions import Change, record_changes
from common.actors import Actor
from common.canonical import canonical_json
from common.crypto.tombstone import is_tombstone
from common.exceptions import NotFound
from common.reasons import check_reason
from events.models import DomainEvent
from events.services.files import removal_of
from events.services.subjects import erase_rows, find_blockers
from events.subjects import Erasing

EVENT = "customer.erased"
SALT = "bookings.erasure_receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof of an erasure: whose, when, how many rows of which table, signed with the house's key."""

    customer_id: UUID
    erased_at: datetime
    counts: Mapping[str, int]
    signature: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values as API and command tell them; the time to the microsecond, as it is signed."""
        told_at = self.erased_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {**asdict(self), "erased_at": told_at}


@attempted
def erase_customer(*, customer: Customer, reason: str, by: Actor, at: datetime) -> Receipt:
    """Forget a customer in all tables and return the receipt; of an erased one the receipt again.

    Emits customer.erased. Raises ErasureBlocked with every reason; nothing is changed then.
    """
    because = check_reason(reason)
    locked = _lock(customer.pk)
    if locked.erased_at is not None:
        return _receipt_of(locked)
    subject = subject_of(locked, verified=False)
    reasons = find_blockers(subject, at=at)
    if reasons:
        raise ErasureBlocked("These have to be settled first: " + ", ".join(reasons), reasons=reasons)
    erasing = Erasing(by=by, at=at)
    counts = erase_rows(subject, erasing=erasing)
    erased = Change(
        subject=locked,
        station_id=locked.station_id,
        event_type=EVENT,
        payload={"counts": counts},
        permissions=["privacy.erase"],
        action="delete",
        reason=because,
        deliveries=removal_of(erasing.files),
    )
    record_changes([erased], by=by, at=at)
    return _receipt_of(locked)


def verify_receipt(receipt: Mapping[str, Any]) -> bool:
    """Tell whether a receipt, as the API answered it, is one of ours and unchanged."""
    try:
        ours = _sign(
            UUID(str(receipt["customer_id"])),
            datetime.fromisoformat(str(receipt["erased_at"])),
            dict(receipt["counts"]),
        )
    except (KeyError, TypeError, ValueError):
        return False
    return hmac.compare_digest(ours, str(receipt.get("signature", "")))


def _lock(customer_id: UUID) -> Customer:
    """Lock e-mail, customer and parties in the order of D-9, so that nobody books meanwhile."""
    known = Customer.objects.filter(pk=customer_id).first()
    if known is None:
        raise NotFound("There is no such customer.")
    if not is_tombstone(known.email):
        lock_email(str(known.email), "customer", known.station_id)
    locked = Customer.objects.select_for_update(of=("self",)).get(pk=customer_id)
    bookings = Booking.objects.filter(customer=locked).order_by("pk")
    list(bookings.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    return locked


def _receipt_of(customer: Customer) -> Receipt:
    event = DomainEvent.objects.filter(
        aggregate_type="customer", aggregate_id=customer.pk, event_type=EVENT
    ).latest("version")
    counts: dict[str, int] = event.newest_payload["counts"]
    return Receipt(
        customer_id=customer.pk,
        erased_at=event.occurred_at,
        counts=counts,
        signature=_sign(customer.pk, event.occurred_at, counts),
    )


def _sign(customer_id: UUID, erased_at: datetime, counts: Mapping[str, int]) -> str:
    content = canonical_json(
        {
            "customer_id": str(customer_id),
            "erased_at": erased_at.astimezone(UTC).isoformat(),
            "counts": dict(counts),
        }
    )
    return salted_hmac(SALT, content, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
