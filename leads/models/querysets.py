"""Row permission of what hangs on a lead: whoever reaches the lead reaches its parts (R-4, R-9)."""

from typing import Self, TypeVar

from django.db import models

from common.actors import Actor
from leads.models.lead import Lead

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class PartOfLeadQuerySet(models.QuerySet[Row_co]):
    """Rows with a key `lead`."""

    def visible_to(self, actor: Actor, code: str = "") -> Self:
        """Rows of the leads that the actor may reach with the permission code (default: lead.read)."""
        return self.filter(lead__in=Lead.objects.visible_to(actor, code))

    def of_lead(self, lead: Lead) -> Self:
        """Rows of one lead."""
        return self.filter(lead=lead)
