"""BK-2: whose word about the name and phone of a known customer counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.actors import Actor
from identity.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """Who gave contact data: staff of the station, an account, or nobody known.

    A hold keeps it until it is converted: that staff convert it makes its data no more trustworthy.
    """

    user_id: UUID | None = None
    is_staff: bool = False

    @classmethod
    def of(cls, by: Actor, station_id: UUID) -> "Claimant":
        """Return the actor as a claimant at a station."""
        is_staff = by.type == "system" or by.scope("customer.update").includes(station_id)
        return cls(user_id=by.id, is_staff=is_staff)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Claimant":
        """Return what `as_json` made; nobody known when nothing was stored."""
        if not stored:
            return cls()
        user_id = stored["user_id"]
        return cls(user_id=None if user_id is None else UUID(user_id), is_staff=stored["is_staff"])

    def as_json(self) -> dict[str, Any]:
        """Return a form that a JSON column keeps."""
        return {"user_id": None if self.user_id is None else str(self.user_id), "is_staff": self.is_staff}

    def may_overwrite(self, email: str) -> bool:
        """Tell whether the customer's row may change: unless a verified account of somebody else owns it."""
        if self.is_staff:
            return True
        verified = User.objects.filter(email=email, email_verified_at__isnull=False)
        owner = verified.values_list("pk", flat=True).first()
        return owner is None or owner == self.user_id
