"""Those who bought in the past: found by e-mail, else opened with an account that nobody can log into yet."""

from collections.abc import Mapping
from datetime import datetime

from common.actors import Actor
from identity.enums import UserRole
from identity.models import User
from identity.services.accounts import create_user
from supply.enums import LinkStatus
from supply.models import Consumer, Link, Supplier


def find_or_open_consumers(names: Mapping[str, str], *, by: Actor, at: datetime) -> dict[str, Consumer]:
    """Return the consumer behind each e-mail (e-mail → name); one of another kind of account is left out."""
    users = {user.email: user for user in User.objects.filter(email__in=names).select_related("consumer")}
    found: dict[str, Consumer] = {}
    fresh: list[Consumer] = []
    for email, name in names.items():
        user = users.get(email) or create_user(
            email=email, role=UserRole.CONSUMER, is_verified=False, by=by, at=at
        )
        if user.role != UserRole.CONSUMER or user.deleted_at is not None:
            continue
        consumer = getattr(user, "consumer", None)
        if consumer is None:
            consumer = Consumer(user=user, organization_name=name, created_at=at, updated_at=at)
            fresh.append(consumer)
        found[email] = consumer
    Consumer.objects.bulk_create(fresh)
    return found


def link_to(supplier: Supplier, consumers: Mapping[str, Consumer], *, at: datetime) -> None:
    """Let those who have bought be linked; a link that is there stays as it is, blocked ones included."""
    Link.objects.bulk_create(
        (
            Link(
                consumer=consumer,
                supplier=supplier,
                status=LinkStatus.ACCEPTED,
                created_at=at,
                updated_at=at,
            )
            for consumer in consumers.values()
        ),
        ignore_conflicts=True,
    )
