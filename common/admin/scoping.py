"""Rights by permission code and rows by station: whatever is out of reach is not there (R-4)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast
from uuid import UUID

from django.contrib.admin.utils import lookup_spawns_duplicates
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, JSONField, Model, Q, QuerySet
from django.http import HttpRequest

from common.actors import Actor, Scope
from common.admin.codes import AdminCodes
from common.admin.json_fields import StorableJSONField
from common.admin.theme import ThemeModelAdmin
from common.models import SoftDeleteModel

M = TypeVar("M", bound=Model)
FILTER_LOOKUPS = frozenset({"exact", "id", "in", "isnull", "year", "month", "day", "gte", "gt", "lte", "lt"})

if TYPE_CHECKING:
    from django.contrib.admin.options import BaseModelAdmin
    from django.db.models import Field
    from django.db.models.fields.related import RelatedField
    from django.forms import Field as FormField
    from django.forms import ModelChoiceField

    from common.admin.site import HouseAdminSite

    class ChoicesBase(BaseModelAdmin[Any]):
        """What admins and inlines share."""
else:
    ChoicesBase = object


class RelatedAutocomplete(AutocompleteSelect):
    """Autocomplete that shows a wrong value as none, where Django's would ask the database for it."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, [key for key in value if self.is_key(key)], attr)

    def is_key(self, text: str) -> bool:
        """Tell whether the text could be the key of a related row."""
        try:
            self.field.target_field.to_python(text)
        except ValidationError:
            return False
        return True


class ScopedChoices(ChoicesBase):
    """Foreign keys offer, and accept, only rows which the actor could also find in their own list."""

    admin_site: Any

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any]":
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RelatedAutocomplete(db_field, self.admin_site)
        return cast("ModelChoiceField[Any]", super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "FormField | None":
        if isinstance(db_field, JSONField):
            kwargs.setdefault("form_class", StorableJSONField)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def actor(self, request: HttpRequest) -> Actor:
        """Return who is signed in."""
        return cast("HouseAdminSite", self.admin_site).actor(request)

    def get_field_queryset(
        self, db: str | None, db_field: "RelatedField[Any, Any]", request: HttpRequest
    ) -> QuerySet[Any]:
        del db  # one database
        model = db_field.remote_field.model
        related = self.admin_site._registry.get(model)  # noqa: SLF001 -- Django's own pages look there too
        if not isinstance(related, ScopedAdmin):
            return model._default_manager.none()
        return related.choosable_rows(request)


class ScopedAdmin(ScopedChoices, ThemeModelAdmin[M]):
    """Lists, pages and rights of one model, cut down to the actor's stations."""

    codes: ClassVar[AdminCodes] = AdminCodes()
    station_lookups: ClassVar[tuple[str, ...]] = ()
    """Paths to the station of a row, such as `booking__station`; none: the table belongs to the company."""
    company_is_owners: ClassVar[bool] = False
    """Rows without a station are changed by who holds the code everywhere, not by every admin (R-9)."""
    own_lookup: ClassVar[str] = ""
    """Path to the user of a row, for codes that reach own records only."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        return self.visible_rows(super().get_queryset(request), self.actor(request))

    def visible_rows(self, queryset: QuerySet[M], actor: Actor) -> QuerySet[M]:
        """Keep the rows within reach of the view code."""
        scope = actor.scope(self.codes.view)
        if scope.everywhere or ((scope.stations or scope.company) and not self.station_lookups):
            return queryset
        reach = Q(pk__in=[])
        if scope.stations:
            for lookup in self.station_lookups:
                reach |= Q(**{f"{lookup}__in": scope.stations})
        if scope.company:
            reach |= Q(**{f"{lookup}__isnull": True for lookup in self.station_lookups})
        if scope.own and self.own_lookup:
            reach |= Q(**{self.own_lookup: actor.id})
        rows = queryset.filter(reach)
        if any(lookup_spawns_duplicates(self.opts, lookup) for lookup in self.station_lookups):
            return queryset.filter(pk__in=rows.values("pk"))
        return rows

    def choosable_rows(self, request: HttpRequest) -> QuerySet[M]:
        """Return the rows that forms and autocompletes offer: visible ones that nobody deleted."""
        return self.choosable(self.get_queryset(request))

    def choosable(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Leave deleted rows out, and bring along what their labels name."""
        if isinstance(self.list_select_related, list | tuple):
            rows = rows.select_related(*self.list_select_related)
        return rows.filter(deleted_at__isnull=True) if issubclass(self.model, SoftDeleteModel) else rows

    def station_of(self, obj: M) -> UUID | None:
        """Return the station that owns the row, None for company rows."""
        for lookup in self.station_lookups:
            *path, last = lookup.split("__")
            owner: Any = obj
            for name in path:
                owner = getattr(owner, name) if owner is not None else None
            if owner is not None:
                station_id = getattr(owner, last if last == "id" or last.endswith("_id") else f"{last}_id")
                if station_id is not None:
                    return cast("UUID", station_id)
        return None

    def may(self, request: HttpRequest, code: str, obj: M | None = None) -> bool:
        """Tell whether the code reaches the row, or without a row anything at all; no code: nobody."""
        if not code:
            return False
        actor = self.actor(request)
        scope = actor.scope(code)
        if obj is None or not self.station_lookups:
            return self.opens_something(scope)
        station_id = self.station_of(obj)
        if station_id is None and self.company_is_owners:
            return scope.everywhere
        return actor.may(code, station_id)

    def opens_something(self, scope: Scope) -> bool:
        """Tell whether a scope can show rows of this table."""
        return (
            scope.everywhere or scope.company or bool(scope.stations) or (scope.own and bool(self.own_lookup))
        )

    def row_label(self, obj: M) -> str:
        """Return how choices name the row; shown on pages only, never logged."""
        return str(obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self.codes.view)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        # A row in hand came from the scoped queryset: whoever opens the list may read it.
        del obj
        return self.may(request, self.codes.view)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self.codes.add)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self.may(request, self.codes.change, obj)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self.may(request, self.codes.delete, obj)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any]":
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if (db_field.name,) == self.station_lookups:
            self.narrow_stations(field, request)
        return field

    def narrow_stations(self, field: "ModelChoiceField[Any]", request: HttpRequest) -> None:
        """Offer the stations where the actor may write; company rows only to who holds the code (R-9)."""
        actor, code = self.actor(request), self.codes.change or self.codes.add
        scope = actor.scope(code)
        if not scope.everywhere and field.queryset is not None:
            field.queryset = field.queryset.filter(pk__in=scope.stations)
        if not (scope.everywhere if self.company_is_owners else actor.may(code)):
            field.required = True

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow filters that a page offers: a column that is masked or hidden cannot be guessed by URL."""
        del value
        offered = {self.date_hierarchy, self.opts.pk.name, "pk"}
        for item in self.get_list_filter(request):
            name = item[0] if isinstance(item, list | tuple) else item
            offered.add(name if isinstance(name, str) else getattr(name, "parameter_name", ""))
        name, _, last = lookup.rpartition("__")
        # Range filters of the theme ask by two parameters of their own.
        ranged = lookup.removesuffix("_from").removesuffix("_to")
        return ranged in offered or (name.removesuffix("__id") in offered and last in FILTER_LOOKUPS)
