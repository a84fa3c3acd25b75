"""A person's messages, people and threads on social platforms, platform reviews (P-6)."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from bookings.enums import IdentityVerification
from bookings.models import Message, MessageThread, Review, SocialIdentity, SocialMessage, SocialThread
from common.crypto.tombstone import tombstone
from events.subjects import Erasing, Moment, Overwrite, Subject, SubjectTable, empty, gone, word


def _identities(subject: Subject) -> QuerySet[SocialIdentity]:
    """Return the handles that staff have verified to be the person's (M-6): others may be somebody else's."""
    return SocialIdentity.objects.filter(
        customer__in=subject.customers, verification_status=IdentityVerification.VERIFIED
    )


def _social_threads(subject: Subject) -> QuerySet[SocialThread]:
    by_handle = Q(customer=None, social_identity__in=_identities(subject))
    return SocialThread.objects.filter(Q(customer__in=subject.customers) | by_handle).select_related(
        "account"
    )


def _social_messages(subject: Subject) -> QuerySet[SocialMessage]:
    return SocialMessage.objects.filter(thread__in=_social_threads(subject)).select_related("thread__account")


def _reviews(subject: Subject) -> QuerySet[Review]:
    by_party = Q(customer=None, booking__customer__in=subject.customers)
    return Review.objects.filter(Q(customer__in=subject.customers) | by_party).select_related("account")


def _unname(row: SocialIdentity, _erasing: Erasing) -> Sequence[str]:
    row.handle = tombstone()
    return ("handle",)


def _unlink(row: SocialThread, _erasing: Erasing) -> Sequence[str]:
    row.thread_ref = tombstone()
    return ("thread_ref",)


def _station_of_message(row: Message) -> UUID | None:
    return row.thread.station_id


def _station_of_page(row: SocialThread | Review) -> UUID | None:
    return row.account.station_id


TABLES = (
    SubjectTable(
        model=Message,
        rows=lambda subject: Message.objects.filter(thread__customer__in=subject.customers).select_related(
            "thread"
        ),
        erase=Overwrite(values={"content": word, "external_message_id": gone, "metadata": empty}),
        moments=(Moment(at="created_at", what="message", shows=("direction", "sender_type")),),
        station=_station_of_message,
    ),
    SubjectTable(
        model=MessageThread,
        rows=lambda subject: MessageThread.objects.filter(customer__in=subject.customers),
        erase=Overwrite(
            values={
                "subject": gone,
                "external_thread_id": gone,
                "delete_reason": word,
                "metadata": empty,
            }
        ),
    ),
    SubjectTable(
        model=SocialMessage,
        rows=_social_messages,
        erase=Overwrite(
            values={
                "message_ref": gone,
                "author_handle": gone,
                "author_name": gone,
                "body": gone,
                "media": empty,
                "error_details": gone,
                "metadata": empty,
            }
        ),
        moments=(Moment(at="created_at", what="social_message", shows=("direction", "kind")),),
        station=lambda row: _station_of_page(row.thread),
    ),
    SubjectTable(
        model=Review,
        rows=_reviews,
        erase=Overwrite(
            values={
                "title": gone,
                "body": gone,
                "review_url": gone,
                "author_handle": gone,
                "author_name": gone,
                "escalation_reason": gone,
                "reply_body": gone,
                "metadata": empty,
            }
        ),
        moments=(Moment(at="created_at", what="platform_review", shows=("platform", "rating", "status")),),
        station=_station_of_page,
    ),
    SubjectTable(
        model=SocialThread,
        rows=_social_threads,
        erase=Overwrite(values={"subject": gone, "context_url": gone, "metadata": empty}, then=_unlink),
    ),
    SubjectTable(
        model=SocialIdentity,
        rows=_identities,
        erase=Overwrite(
            values={"display_name": gone, "profile_url": gone, "avatar_url": gone, "metadata": empty},
            then=_unname,
        ),
    ),
)
