"""A person's subscription, texts and consents (P-6): the subscriber goes, ledger and suppressions stay."""

from typing import Any

from django.db.models import Q, QuerySet

from events.subjects import Keep, Moment, Overwrite, Remove, Subject, SubjectTable, gone
from newsletter.models import (
    CampaignEvent,
    ConsentRecord,
    ContactLog,
    SmsDeliveryEvent,
    SmsQueueItem,
    Subscriber,
    SubscriberPreference,
    Suppression,
)


def _subscribers(subject: Subject) -> QuerySet[Subscriber]:
    return Subscriber.objects.filter(
        subject.owned(customer="customer", email="email_bidx", phone="phone_bidx")
    )


def _hashed(subject: Subject) -> Q:
    return Q(contact_bidx__in=[*subject.emails, *subject.phones])


def _of_subscriber(model: Any, path: str = "subscriber") -> Any:
    def rows(subject: Subject) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.filter(**{f"{path}__in": _subscribers(subject)})
        return found

    return rows


TABLES = (
    SubjectTable(
        model=SmsDeliveryEvent,
        rows=_of_subscriber(SmsDeliveryEvent, "campaign_event__subscriber"),
        erase=Remove(),
    ),
    SubjectTable(model=SmsQueueItem, rows=_of_subscriber(SmsQueueItem), erase=Remove()),
    SubjectTable(model=CampaignEvent, rows=_of_subscriber(CampaignEvent), erase=Remove()),
    SubjectTable(model=SubscriberPreference, rows=_of_subscriber(SubscriberPreference), erase=Remove()),
    SubjectTable(
        model=Subscriber,
        rows=_subscribers,
        erase=Remove(),
        moments=(
            Moment(at="created_at", what="subscription", shows=("source",)),
            Moment(at="unsubscribed_at", what="unsubscription"),
        ),
    ),
    SubjectTable(
        model=ConsentRecord,
        rows=lambda subject: ConsentRecord.objects.filter(_hashed(subject)),
        erase=Keep(),
        moments=(Moment(at="occurred_at", what="consent", shows=("channel", "purpose", "action", "method")),),
    ),
    SubjectTable(
        model=Suppression,
        rows=lambda subject: Suppression.objects.filter(_hashed(subject)),
        erase=Overwrite(values={"note": gone}),
        moments=(Moment(at="suppressed_at", what="suppression", shows=("channel", "reason")),),
    ),
    SubjectTable(
        model=ContactLog,
        rows=lambda subject: ContactLog.objects.filter(_hashed(subject)),
        erase=Keep(),
    ),
)
