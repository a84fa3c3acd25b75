"""AU-12: who asked for a staff account and waits for the owner's word."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from common.actors import Actor
from common.admin.to_do import Item, ToDo, to_dos
from identity.enums import UserStatus
from identity.models import User


def applicants(actor: Actor, at: datetime) -> QuerySet[User]:
    """Return the applications for a staff account, the oldest first."""
    del actor, at
    return User.objects.filter(status=UserStatus.PENDING, metadata__applied_as="staff").order_by(
        "created_at", "pk"
    )


def _applicant(user: User, actor: Actor) -> Item:
    del actor
    return Item(
        text=user.full_name or "Somebody without a name",
        url=reverse("admin:identity_user_change", args=[user.pk]),
        since=user.created_at,
    )


to_dos.register(
    "identity",
    ToDo(
        name="applicants",
        title="Accounts to approve",
        icon="person_add",
        code="user.approve",
        rows=applicants,
        item=_applicant,
        all_url=lambda: reverse("admin:identity_user_changelist") + "?status__exact=pending",
    ),
)
