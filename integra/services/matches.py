"""Money finds its booking, by rule or by hand, and is taken back when that was wrong (section 7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bookings.enums import PaymentMethod
from bookings.models import Booking
from bookings.services.arrivals import lock_row_for_money
from bookings.services.attempts import attempted
from bookings.services.ledger import Sender
from bookings.services.matched_payments import add_matched_payment, withdraw_payment
from bookings.services.payment_rows import lock_payment
from common.actors import Actor
from common.exceptions import InvalidTransition
from common.ports import audit_trail
from common.reasons import check_reason
from events.services import publish
from integra.enums import MatchMethod, MatchStatus, PaymentEventStatus, PaymentProvider
from integra.models import PaymentEvent, PaymentMatch
from integra.scoring import Score, Verdict
from integra.selectors.candidates import find_candidates
from integra.services.queue import CODE, lock_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How the booking of some money was found."""

    method: MatchMethod
    points: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)
    notes: str = ""

    @classmethod
    def of(cls, score: Score, method: MatchMethod) -> "Finding":
        return cls(method=method, points=score.points, parts=score.parts)


@attempted
def match_event(
    *, event: PaymentEvent, booking: Booking, by: Actor, at: datetime, notes: str = ""
) -> PaymentMatch:
    """Match waiting money to a booking by hand; 409 `already_matched` when it has one.

    Adds the money to the ledger, with all that follows (T3, T11, PY-10); emits payment.matched.
    """
    found = find_candidates([event], at=at)[event.pk]
    score = found.of(booking.pk)
    is_suggestion = (
        found.verdict != Verdict.UNMATCHED and score is not None and found.scores[0].booking_id == booking.pk
    )
    method = MatchMethod.SUGGESTED if is_suggestion else MatchMethod.MANUAL
    finding = Finding(
        method=method,
        points=score.points if score else 0,
        parts=score.parts if score else {},
        notes=notes.strip(),
    )
    return place_event(event=event, booking=booking, finding=finding, by=by, at=at)


def place_event(
    *, event: PaymentEvent, booking: Booking, finding: Finding, by: Actor, at: datetime
) -> PaymentMatch:
    """Write one match with its row of the ledger in the caller's transaction; emits payment.matched."""
    lock_row_for_money(booking.pk)
    locked = lock_event(event)
    payment = add_matched_payment(
        booking=booking,
        amount_cents=locked.amount_cents,
        method=PaymentMethod(locked.method),
        reference=f"{locked.provider}:{locked.provider_id}"[:255],
        received_at=locked.occurred_at,
        sender=Sender(name=locked.sender_name, email=locked.sender_email, phone=locked.sender_phone),
        stripe_payment_intent_id=(locked.provider_id if locked.provider == PaymentProvider.STRIPE else None),
        by=by,
        at=at,
    )
    is_auto = finding.method == MatchMethod.AUTOMATIC
    match = PaymentMatch.objects.create(
        payment_event=locked,
        booking=booking,
        payment=payment,
        status=MatchStatus.AUTO if is_auto else MatchStatus.MANUAL,
        match_method=finding.method,
        confidence=Decimal(finding.points) / 100,
        evidence=dict(finding.parts),
        reviewed_by_id=None if is_auto else by.id,
        reviewed_at=None if is_auto else at,
        notes=finding.notes or None,
        created_at=at,
        updated_at=at,
    )
    _move(locked, PaymentEventStatus.MATCHED, at=at)
    _tell("payment.matched", match, method=str(finding.method), by=by, at=at)
    return match


@attempted
def unmatch_event(*, event: PaymentEvent, reason: str, by: Actor, at: datetime) -> PaymentMatch:
    """Take a match back, with a reason of 10 to 500 characters: its payment fails (T8), the money waits.

    Emits payment.unmatched. Refuses an event without a match, and money of which some was given back.
    """
    because = check_reason(reason)
    seen = PaymentMatch.objects.live().filter(payment_event=event).first()
    if seen is None:
        raise InvalidTransition(from_=event.status, allowed=[], detail="This money is not matched.")
    if seen.payment is not None:
        lock_payment(seen.payment.pk)
    locked = PaymentEvent.objects.select_for_update(no_key=True, of=("self",)).get(pk=event.pk)
    match = PaymentMatch.objects.select_for_update(no_key=True, of=("self",)).get(pk=seen.pk)
    if match.status == MatchStatus.IGNORED:
        raise InvalidTransition(from_=match.status, allowed=[], detail="This match was taken back meanwhile.")
    if match.payment is not None:
        withdraw_payment(payment=match.payment, by=by, at=at)
    match.status, match.notes = MatchStatus.IGNORED, because
    match.reviewed_by_id, match.reviewed_at, match.updated_at = by.id, at, at
    match.save(update_fields=["status", "notes", "reviewed_by", "reviewed_at", "updated_at"])
    _move(locked, PaymentEventStatus.UNMATCHED, at=at)
    _tell("payment.unmatched", match, method=str(match.match_method), by=by, at=at, reason=because)
    return match


def _move(event: PaymentEvent, status: PaymentEventStatus, *, at: datetime) -> None:
    event.status, event.updated_at = status, at
    event.save(update_fields=["status", "updated_at"])


def _tell(
    event_type: str, match: PaymentMatch, *, method: str, by: Actor, at: datetime, reason: str = ""
) -> None:
    event, booking = match.payment_event, match.booking
    payload = {
        "booking_id": str(booking.pk),
        "payment_id": None if match.payment_id is None else str(match.payment_id),
        "match_id": str(match.pk),
        "amount_cents": event.amount_cents,
        "currency": event.currency,
        "method": method,
        "points": int(match.confidence * 100),
    }
    publish(event_type, subject=event, by=by, at=at, station_id=booking.station_id, payload=payload)
    audit_trail.get().record(
        action="update",
        resource_type="paymentevent",
        resource_id=str(event.pk),
        by=by,
        station_id=booking.station_id,
        permissions=[CODE] if by.type == "user" else [],
        details={"event": event_type, **payload},
        reason=reason,
    )
