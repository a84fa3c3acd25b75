"""Chefs: written through their services; the list shows who works where."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from bookings.admin.trail import TrailAdmin
from bookings.models import Chef
from bookings.services.chefs import ChefChanges, create_chef, deactivate_chef, update_chef
from common.admin.actions import ActionCall, ObjectAction
from common.admin.codes import AdminCodes
from common.admin.filters import DeletedFilter, ScopedRelatedFilter
from common.admin.forms import ReasonForm, RefusableForm
from common.admin.theme import BooleanFilter

PLAIN = ("name", "google_calendar_id", "buffer_setup_minutes", "buffer_teardown_minutes", "is_active")


class ChefForm(RefusableForm):
    """Contacts are written, never shown: an empty box leaves them as they are."""

    new_email = forms.EmailField(label="New e-mail", max_length=255, required=False)
    new_phone = forms.CharField(label="New phone", max_length=25, required=False)

    class Meta:
        model = Chef
        fields = ("station", *PLAIN, "zones", "skills")

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.instance._state.adding and not self.cleaned_data.get("new_email"):
            self.add_error("new_email", "A new chef needs an e-mail address.")
        return data

    def changes(self) -> ChefChanges:
        """Return what the form asks the service to set."""
        data = self.cleaned_data
        return ChefChanges(
            **{name: data[name] for name in PLAIN if name in data},
            email=data["new_email"] or None,
            phone=data["new_phone"] or None,
            zones=tuple(data["zones"]),
            skills=tuple(data["skills"]),
        )


class Deactivate(ObjectAction[Chef]):
    name = "deactivate"
    label = "Take out of service"
    icon = "person_off"
    code = "chef.manage"
    form_class = ReasonForm
    destructive = True
    explanation = "The chef takes no further parties; parties of the past keep the name."

    def is_offered(self, obj: Chef) -> bool:
        return obj.is_active and obj.deleted_at is None

    def run(self, call: ActionCall[Chef]) -> str:
        deactivate_chef(chef=call.obj, reason=call.data["reason"], by=call.by, at=call.at)
        return f"{call.obj.name} is out of service."


@admin.register(Chef)
class ChefAdmin(TrailAdmin[Chef]):
    codes = AdminCodes(view="chef.read", add="chef.manage", change="chef.manage")
    station_lookups = ("station",)
    audits_saves = False
    form = ChefForm
    contact_search = {"email": "email_bidx"}
    list_select_related = ("station",)
    list_display = ("name", "where", "email_masked", "phone_masked", "skill_list", "is_active")
    list_filter = (("station", ScopedRelatedFilter), ("is_active", BooleanFilter), DeletedFilter)
    search_fields = ("name",)
    search_help_text = "Name or e-mail"
    readonly_fields = ("email_masked", "phone_masked")
    object_actions = (Deactivate,)

    @admin.display(description="Station", ordering="station__code")
    def where(self, chef: Chef) -> str:
        return chef.station.code if chef.station else "Every station"

    @admin.display(description="Skills")
    def skill_list(self, chef: Chef) -> str:
        return ", ".join(chef.skills) or "-"

    def row_label(self, obj: Chef) -> str:
        return f"{obj.name} ({obj.station.code})" if obj.station else f"{obj.name} (every station)"

    def get_fieldsets(self, request: HttpRequest, obj: Chef | None = None) -> Any:
        contacts: tuple[str, ...] = ("email_masked", "new_email", "phone_masked", "new_phone")
        if obj is None:
            contacts = ("new_email", "new_phone")
        elif not self.has_change_permission(request, obj):
            contacts = ("email_masked", "phone_masked")
        return (
            (None, {"fields": ("station", "name", "is_active")}),
            ("Contact", {"fields": contacts}),
            ("Work", {"fields": ("zones", "skills", "buffer_setup_minutes", "buffer_teardown_minutes")}),
            ("Calendar", {"fields": ("google_calendar_id",)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Chef | None = None) -> list[Any]:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else [*fixed, "station"]

    def has_change_permission(self, request: HttpRequest, obj: Chef | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def save_model(self, request: HttpRequest, obj: Chef, form: Any, change: bool) -> None:
        by = self.actor(request)
        if change:
            saved = update_chef(
                chef=obj, changes=form.changes(), by=by, at=timezone.now(), expected_updated_at=form.seen_at
            )
        else:
            saved = create_chef(station=obj.station, details=form.changes(), by=by)
        obj.__dict__.update(saved.__dict__)
