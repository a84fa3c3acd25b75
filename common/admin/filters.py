"""List filters that offer only what the actor may see."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin import SimpleListFilter
from django.db.models import Field, QuerySet
from django.http import HttpRequest

from common.admin.scoping import ScopedAdmin
from common.admin.theme import ThemeRelatedFilter

if TYPE_CHECKING:
    from django.contrib.admin.options import ModelAdmin

CHOICES_LIMIT = 200


class ScopedRelatedFilter(ThemeRelatedFilter):
    """Filter by a related row out of the actor's own list of such rows."""

    def has_output(self) -> bool:
        """Stay in force when it is asked for, even where one choice alone would hide it."""
        return super().has_output() or bool(self.lookup_val)

    def field_choices(
        self, field: "Field[Any, Any]", request: HttpRequest, model_admin: "ModelAdmin[Any]"
    ) -> list[tuple[str, Any]]:
        related = model_admin.admin_site._registry.get(cast("Any", field).related_model)  # noqa: SLF001 -- Django's own pages look there too
        if not isinstance(related, ScopedAdmin):
            return []
        return [
            (str(row.pk), related.row_label(row)) for row in related.choosable_rows(request)[:CHOICES_LIMIT]
        ]


class DeletedFilter(SimpleListFilter):
    """Deleted rows are hidden everywhere but here (BK-19)."""

    title = "deleted"
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        del request, model_admin
        return [("yes", "Deleted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        del request
        return queryset.filter(deleted_at__isnull=self.value() != "yes")
