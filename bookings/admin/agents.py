"""A form field that offers the colleagues of the actor's own stations by name."""

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db.models import ForeignKey, Model
from django.http import HttpRequest
from django.utils import timezone

from bookings.selectors.agents import list_agents
from common.admin.options import HouseModelAdmin
from identity.models import User

if TYPE_CHECKING:
    from django.forms import ModelChoiceField

M = TypeVar("M", bound=Model)


def name_of(user: User | None) -> str:
    """Return how pages name a colleague."""
    return str(user.full_name or "-") if user else "-"


class CaredForAdmin(HouseModelAdmin[M]):
    """Rows that a colleague takes care of; lists of accounts stay closed to most staff."""

    agent_field: ClassVar[str] = "assigned_to"

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any]":
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == self.agent_field:
            field.queryset = list_agents(self.actor(request), code=self.codes.change, at=timezone.now())
            field.label_from_instance = name_of  # type: ignore[assignment]  # Django's own way to name choices
        return field
