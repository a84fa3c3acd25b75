"""Stations, with their JSON checked by the service (R-8)."""

from django.urls import reverse

from common.admin.forms import stamp
from identity.models import Station, StationAuditLog


def page(model, kind, *args):
    return reverse(f"admin:identity_{model}_{kind}", args=args)


def station_data(station, **changes):
    names = (
        "name display_name email phone address_line1 city state postal_code country timezone latitude "
        "longitude slot_capacity max_concurrent_bookings booking_lead_time_hours escalation_radius_miles "
        "status"
    )
    data = {name: getattr(station, name) for name in names.split()} | {"seen": stamp(station)}
    return {**data, "settings": "{}", "business_hours": "{}", "branding_config": "{}", **changes}


def test_a_station_is_changed_with_its_json_checked(admin, world):
    station = Station.objects.get(pk=world.a.station.pk)
    address = page("station", "change", station.pk)
    wrong = admin.post(address, station_data(station, settings='{"slots": ["18:00", "12:00"], "x": 1}'))
    assert wrong.context["adminform"].form.errors == {
        "settings": [
            "slots: must be different times in rising order, at least one",
            "x: is no setting of a station",
        ]
    }
    good = admin.post(
        address, station_data(station, settings='{"slots": ["12:00", "18:00"]}', slot_capacity=3)
    )
    assert good.status_code == 302
    station.refresh_from_db()
    assert (station.settings, station.slot_capacity) == ({"slots": ["12:00", "18:00"]}, 3)
    row = StationAuditLog.objects.get(resource_type="station", action="update")
    assert row.details["changed"]["slot_capacity"] == {"old": 2, "new": 3}
    stale = admin.post(
        address, station_data(station, name="Late", seen=world.a.station.updated_at.isoformat())
    )
    assert "changed this record meanwhile" in stale.content.decode()


def test_stations_are_opened_and_closed_by_the_owner(owner, world):
    """R-8."""
    made = owner.post(
        page("station", "add"),
        {
            **station_data(world.a.station, name="Sonoma", email="sonoma@stations.example"),
            "postal_code": "95476",
            "city": "Sonoma",
            "latitude": "",
            "longitude": "",
        },
    )
    assert made.status_code == 302, made.context["adminform"].form.errors
    station = Station.objects.get(name="Sonoma")
    assert station.code == "ST-SONOMA-001"
    in_use = owner.post(page("station", "delete", world.a.station.pk), {"reason": "closing down here"})
    assert in_use.context["form"].non_field_errors()[0].startswith("The station is in use:")
    assert (
        owner.post(page("station", "delete", station.pk), {"reason": "closing down here"}).status_code == 302
    )
    station.refresh_from_db()
    assert station.status == "inactive"
