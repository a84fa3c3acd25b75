"""Stations: opened, changed and closed through their services, which know what their JSON may say."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from common.actors import Actor
from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.forms import RefusableForm
from common.admin.options import HouseModelAdmin
from common.admin.theme import ChoicesFilter
from identity.enums import StationStatus
from identity.models import Station
from identity.services.stations import create_station, delete_station, update_station

TONES = {
    StationStatus.ACTIVE: "success",
    StationStatus.INACTIVE: "default",
    StationStatus.SUSPENDED: "danger",
}
CONTACT = ("name", "display_name", "email", "phone")
PLACE = ("address_line1", "address_line2", "city", "state", "postal_code", "country", "timezone")
POINT = ("latitude", "longitude")
SLOTS = ("slot_capacity", "max_concurrent_bookings", "booking_lead_time_hours", "business_hours", "settings")
AREA = ("service_area_radius", "escalation_radius_miles")


class StationForm(RefusableForm):
    """Closing a station is a deletion with a reason, not a value of its state."""

    class Meta:
        model = Station
        fields = (*CONTACT, *PLACE, *POINT, *SLOTS, *AREA, "branding_config", "status")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields and self.instance.status != StationStatus.INACTIVE:
            offered = [choice for choice in StationStatus.choices if choice[0] != StationStatus.INACTIVE]
            self.fields["status"].choices = offered  # type: ignore[attr-defined]  # a choice field


@admin.register(Station)
class StationAdmin(HouseModelAdmin[Station]):
    codes = AdminCodes(
        view="station.read", add="station.create", change="station.update", delete="station.delete"
    )
    station_lookups = ("id",)
    audits_saves = False
    form = StationForm
    list_display = ("code", "display_name", "city", "state", "timezone", "slot_capacity", "status_badge")
    list_filter = (("status", ChoicesFilter),)
    search_fields = ("code", "display_name", "city")
    ordering = ("code",)
    removal_explanation = (
        "Its rows stay; a station with bookings ahead, live holds or linked staff cannot be closed."
    )

    @admin.display(description="Status", ordering="status")
    def status_badge(self, station: Station) -> SafeString:
        return badge(station.get_status_display(), TONES.get(StationStatus(station.status), "warning"))

    def get_fieldsets(self, request: HttpRequest, obj: Station | None = None) -> Any:
        identity = CONTACT if obj is None else ("code", *CONTACT, "status")
        return (
            (None, {"fields": identity}),
            ("Place", {"fields": (*PLACE, POINT)}),
            ("Slots", {"fields": SLOTS}),
            ("Area and looks", {"fields": (*AREA, "branding_config")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Station | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "code", "geocode_status", "geocoded_at"]

    def save_model(self, request: HttpRequest, obj: Station, form: Any, change: bool) -> None:
        by, at = self.actor(request), timezone.now()
        if change:
            saved = update_station(
                station=Station.objects.get(pk=obj.pk),
                changes={name: form.cleaned_data[name] for name in form.changed_data if name != "seen"},
                by=by,
                at=at,
                expected=form.seen_at,
            )
        else:
            fields = {name: form.cleaned_data[name] for name in form.Meta.fields if name in form.cleaned_data}
            saved = create_station(fields=fields, by=by, at=at)
        obj.__dict__.update(saved.__dict__)

    def remove(self, request: HttpRequest, obj: Station, *, reason: str, by: Actor, at: datetime) -> None:
        del request
        delete_station(station=obj, reason=reason, by=by, at=at)
