"""A person's calls and what providers told of their money (P-6): the ledger stays, names go."""

from django.db.models import Q, QuerySet

from events.subjects import Moment, Overwrite, Subject, SubjectTable, gone, sealed, word
from integra.models import CallSession, PaymentEvent, PaymentMatch
from integra.models.payment_match import LIVE_MATCH


def _matches(subject: Subject) -> QuerySet[PaymentMatch]:
    return PaymentMatch.objects.filter(booking__customer__in=subject.customers).select_related("booking")


def _payment_events(subject: Subject) -> QuerySet[PaymentEvent]:
    """Return the money matched to the person's parties, and their unmatched money by contact."""
    matched = PaymentMatch.objects.filter(LIVE_MATCH)
    theirs = matched.filter(booking__customer__in=subject.customers)
    by_contact = subject.owned(email="sender_email_bidx", phone="sender_phone_bidx")
    unmatched = ~Q(pk__in=matched.values("payment_event"))
    return PaymentEvent.objects.filter(Q(pk__in=theirs.values("payment_event")) | (unmatched & by_contact))


def _calls(subject: Subject) -> QuerySet[CallSession]:
    by_party = Q(customer=None, booking__customer__in=subject.customers)
    return CallSession.objects.filter(by_party | subject.owned(customer="customer", phone="phone_bidx"))


TABLES = (
    SubjectTable(
        model=PaymentMatch,
        rows=_matches,
        erase=Overwrite(values={"notes": word}),
        station=lambda match: match.booking.station_id,
    ),
    SubjectTable(
        model=PaymentEvent,
        rows=_payment_events,
        erase=Overwrite(
            values={
                "memo": sealed,
                "raw_data": sealed,
                "sender_name": sealed,
                "sender_email": sealed,
                "sender_phone": sealed,
                "sender_handle": sealed,
                "sender_email_bidx": gone,
                "sender_phone_bidx": gone,
                "ignore_note": gone,
            }
        ),
        moments=(
            Moment(at="occurred_at", what="payment_event", shows=("provider", "amount_cents", "status")),
        ),
    ),
    SubjectTable(
        model=CallSession,
        rows=_calls,
        erase=Overwrite(values={"phone": sealed, "phone_bidx": gone, "transcript": sealed}),
        moments=(Moment(at="started_at", what="call", shows=("direction", "status", "duration_seconds")),),
    ),
)
