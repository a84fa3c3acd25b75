"""What an erasure does to messages on their way and to kept answers (P-6)."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from events.enums import SETTLED, OutboxStatus
from events.models import DomainEvent, IdempotencyKey, OutboxMessage
from events.subjects import Erasing, Overwrite, Subject, SubjectTable, gone


def _aggregates(subject: Subject) -> Q:
    """Return the condition of events and messages about the person's rows."""
    condition = Q(pk__in=[])
    for label, keys in subject.traces.items():
        condition |= Q(aggregate_type=label.partition(".")[2], aggregate_id__in=keys)
    return condition


def _messages(subject: Subject) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(_aggregates(subject), private_payload__isnull=False)


def _answers(subject: Subject) -> QuerySet[IdempotencyKey]:
    requests = DomainEvent.objects.filter(_aggregates(subject), request_id__isnull=False)
    actors = [f"user:{key}" for key in subject.accounts]
    return IdempotencyKey.objects.filter(
        Q(request_id__in=requests.values("request_id")) | Q(actor__in=actors), response_body__isnull=False
    )


def _give_up(message: OutboxMessage, erasing: Erasing) -> Sequence[str]:
    """Cancel what was to be sent to the person: nobody is there any more."""
    del erasing
    if message.status in SETTLED:
        return ()
    message.status, message.locked_until, message.locked_by = OutboxStatus.CANCELLED, None, None
    return ("status", "locked_until", "locked_by")


SUBJECT_TABLES = (
    SubjectTable(
        model=OutboxMessage,
        rows=_messages,
        erase=Overwrite(values={"private_payload": gone}, then=_give_up),
        follows=True,
        exported=False,
    ),
    SubjectTable(
        model=IdempotencyKey,
        rows=_answers,
        erase=Overwrite(values={"response_body": gone}),
        follows=True,
        exported=False,
    ),
)
