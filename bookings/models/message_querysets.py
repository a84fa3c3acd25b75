"""Reads of the inboxes: what waits for an answer, an approval, or its time."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import Q

from bookings.enums import MessageChannel, SocialPlatform, SocialThreadStatus, ThreadStatus
from bookings.models.querysets import ScopedQuerySet

if TYPE_CHECKING:
    # Row types of the classes below; ruff does not see their names inside of a base class.
    from bookings.models.customer import Customer
    from bookings.models.message_thread import Message, MessageThread  # noqa: F401 -- see above
    from bookings.models.platform_review import Review  # noqa: F401 -- see above
    from bookings.models.social_identity import SocialIdentity  # noqa: F401 -- see above
    from bookings.models.social_page import SocialPage  # noqa: F401 -- see above
    from bookings.models.social_thread import SocialMessage, SocialThread  # noqa: F401 -- see above

SNOOZED = Q(status=SocialThreadStatus.SNOOZED)
AWAITING_APPROVAL = Q(requires_approval=True, approved_at__isnull=True)
UNANSWERED = Q(responded_at__isnull=True)


class MessageThreadQuerySet(ScopedQuerySet["MessageThread"]):
    read_code = "message.read"
    customer_path = "customer"

    def open_at(self, station_id: UUID) -> Self:
        """Live conversations of a station that nobody has resolved, longest silent first."""
        return (
            self.live()
            .filter(station_id=station_id)
            .exclude(status=ThreadStatus.RESOLVED)
            .order_by("last_message_at", "pk")
        )

    def awaiting_reply_at(self, station_id: UUID) -> Self:
        """Live conversations of a station where the customer spoke last (M-2), longest waiting first."""
        return (
            self.live()
            .filter(station_id=station_id, status=ThreadStatus.ACTIVE, unread_count__gt=0)
            .order_by("last_message_at", "pk")
        )

    def latest_of(self, customer: "Customer", channel: MessageChannel) -> Self:
        """Live conversations of a customer over one channel, newest first (M-1)."""
        return self.live().filter(customer=customer, channel=channel).order_by("-last_message_at", "-pk")


class MessageQuerySet(ScopedQuerySet["Message"]):
    read_code = "message.read"
    station_paths = ("thread__station",)
    customer_path = "thread__customer"

    def of_thread(self, thread_id: UUID) -> Self:
        """Messages of one conversation, newest first."""
        return self.filter(thread_id=thread_id).order_by("-created_at", "-pk")


class SocialPageQuerySet(ScopedQuerySet["SocialPage"]):
    read_code = "social.read"
    has_company_rows = True

    def connected(self, platform: SocialPlatform, page_id: str) -> Self:
        """Keep the live page that the platform calls by this key, at most one."""
        return self.live().filter(platform=platform, page_id=page_id, is_active=True)


class SocialIdentityQuerySet(ScopedQuerySet["SocialIdentity"]):
    """People without a customer belong to no station: they are the company's to sort out (R-9)."""

    read_code = "social.read"
    station_paths = ("customer__station",)
    has_company_rows = True


class SocialThreadQuerySet(ScopedQuerySet["SocialThread"]):
    read_code = "social.read"
    station_paths = ("account__station",)
    has_company_rows = True

    def inbox(self, status: SocialThreadStatus = SocialThreadStatus.OPEN) -> Self:
        """Conversations in a state, most urgent first, then longest silent."""
        return self.filter(status=status).order_by("priority", "last_message_at", "pk")

    def due_back(self, at: datetime) -> Self:
        """Snoozed conversations whose time is over, first due first."""
        return self.filter(SNOOZED, snoozed_until__lte=at).order_by("snoozed_until", "pk")


class SocialMessageQuerySet(ScopedQuerySet["SocialMessage"]):
    read_code = "social.read"
    station_paths = ("thread__account__station",)
    has_company_rows = True

    def of_thread(self, thread_id: UUID) -> Self:
        """Messages of one conversation, newest first."""
        return self.filter(thread_id=thread_id).order_by("-created_at", "-pk")

    def awaiting_approval(self) -> Self:
        """Keep replies that may not go out before a second person approves (M-6), oldest first."""
        return self.filter(AWAITING_APPROVAL).order_by("created_at", "pk")


class ReviewQuerySet(ScopedQuerySet["Review"]):
    read_code = "social.read"
    station_paths = ("account__station",)
    has_company_rows = True

    def to_answer(self) -> Self:
        """Reviews that wait for our answer, first due first (RV-9)."""
        return self.filter(UNANSWERED, response_due_at__isnull=False).order_by("response_due_at", "pk")

    def overdue(self, at: datetime) -> Self:
        """Reviews whose answer should have appeared by now, longest overdue first (RV-9)."""
        return self.filter(UNANSWERED, response_due_at__lt=at).order_by("response_due_at", "pk")
