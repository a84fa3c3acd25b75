"""Who works at which station (R-2, R-3)."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from common.actors import Actor
from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.options import HouseModelAdmin
from common.admin.theme import BooleanFilter, ChoicesFilter
from identity.models import StationUser
from identity.services.station_links import LinkTerms, change_station_link, grant_station, revoke_station

CODE = "station.manage_users"
TERMS = ("role", "additional_permissions", "expires_at", "is_active", "is_primary_station")


class StationUserForm(RefusableForm):
    class Meta:
        model = StationUser
        fields = ("user", "station", *TERMS)

    def terms(self) -> LinkTerms:
        """Return what the link shall say."""
        data = self.cleaned_data
        return LinkTerms(**{name: data[name] for name in TERMS})

    def clean_additional_permissions(self) -> list[str]:
        codes = self.cleaned_data["additional_permissions"] or []
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            self.add_error("additional_permissions", "Give a list of permission codes.")
            return []
        return codes


@admin.register(StationUser)
class StationUserAdmin(HouseModelAdmin[StationUser]):
    codes = AdminCodes(view=CODE, add=CODE, change=CODE, delete=CODE)
    station_lookups = ("station",)
    audits_saves = False
    form = StationUserForm
    autocomplete_fields = ("user",)
    list_select_related = ("user", "station")
    list_display = ("person", "station_code", "role", "is_active", "expires_at", "is_primary_station")
    list_filter = (("station", ScopedRelatedFilter), ("role", ChoicesFilter), ("is_active", BooleanFilter))
    search_fields = ("user__full_name",)
    search_help_text = "Name"
    fieldsets = ((None, {"fields": ("user", "station")}), ("Rights", {"fields": TERMS}))

    @admin.display(description="User", ordering="user__full_name")
    def person(self, link: StationUser) -> str:
        return link.user.full_name or str(link.user)

    @admin.display(description="Station", ordering="station__code")
    def station_code(self, link: StationUser) -> str:
        return str(link.station.code)

    def get_readonly_fields(self, request: HttpRequest, obj: StationUser | None = None) -> list[Any]:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else [*fixed, "user", "station"]

    def save_model(self, request: HttpRequest, obj: StationUser, form: Any, change: bool) -> None:
        by, at, terms = self.actor(request), timezone.now(), form.terms()
        if change:
            saved = change_station_link(link=obj, terms=terms, by=by, at=at)
        else:
            saved = grant_station(user=obj.user, station=obj.station, terms=terms, by=by, at=at)
        obj.__dict__.update(saved.__dict__)

    def remove(self, request: HttpRequest, obj: StationUser, *, reason: str, by: Actor, at: datetime) -> None:
        revoke_station(link=obj, by=by, at=at)
        self.record(
            request, action="delete", obj=obj, station_id=obj.station_id, permissions=[CODE], reason=reason
        )
