"""Stations: open, change, close (R-8)."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from common.actors import Actor
from common.db.locks import advisory_xact_locks, lock_key
from common.exceptions import (
    Duplicate,
    FieldError,
    NotFound,
    PermissionDenied,
    ValidationFailed,
    VersionConflict,
)
from common.reasons import check_reason
from identity.enums import AuditAction, GeocodeStatus, StationStatus
from identity.exceptions import StationInUse
from identity.models import Station, StationAccessToken
from identity.places import find_place
from identity.ports import station_use
from identity.selectors.links import count_live_links
from identity.selectors.station_settings import check_station_json
from identity.services.audit import audit_log

EDITABLE = frozenset(
    {
        "name",
        "display_name",
        "email",
        "phone",
        "address_line1",
        "address_line2",
        "city",
        "state",
        "postal_code",
        "country",
        "timezone",
        "latitude",
        "longitude",
        "status",
        "slot_capacity",
        "max_concurrent_bookings",
        "booking_lead_time_hours",
        "service_area_radius",
        "escalation_radius_miles",
        "business_hours",
        "branding_config",
        "settings",
    }
)
"""Fields that people give; the code is made once, what geocoding says follows the ZIP."""

CITY_LENGTH = 12
NO_LETTERS = re.compile(r"[^A-Z]")


def create_station(*, fields: Mapping[str, Any], by: Actor, at: datetime) -> Station:
    """Open a station with the next code of its city, `ST-CITY-001`, at the centroid of its ZIP.

    City, state and time zone follow the ZIP when not given; without an e-mail the station gets a placeholder
    under `.invalid`. Raises PermissionDenied, ValidationFailed (wrong JSON included), Duplicate.
    """
    if not by.scope("station.create").everywhere:
        raise PermissionDenied
    given = {name: value for name, value in fields.items() if value not in (None, "")}
    place = find_place(str(given.get("postal_code", "")))
    if place is not None:
        known = {"city": place.city, "state": place.state, "timezone": place.timezone}
        given = {name: value for name, value in known.items() if value} | given
    try:
        with transaction.atomic():
            advisory_xact_locks([lock_key("identity", "station_codes")])
            code = _next_code(given.get("city", ""))
            given.setdefault("email", f"{code.lower()}@stations.invalid")
            given.setdefault("display_name", given.get("name", ""))
            station = Station(code=code)
            _apply(station, given, at=at)
            station.save(force_insert=True)
            _record(AuditAction.CREATE, station, by=by, permission="station.create", details={"code": code})
    except IntegrityError as error:
        raise _as_refusal(error) from error
    return station


def update_station(
    *, station: Station, changes: Mapping[str, Any], by: Actor, at: datetime, expected: datetime | None = None
) -> Station:
    """Change fields of a station; `expected` is the `updated_at` that the caller has seen.

    Closing it is `delete_station`. Raises PermissionDenied, ValidationFailed, VersionConflict, Duplicate.
    """
    if not by.may("station.update", station.pk):
        raise PermissionDenied
    if changes.get("status") == StationStatus.INACTIVE and station.status != StationStatus.INACTIVE:
        raise ValidationFailed([FieldError("/status", "invalid", "Delete the station to close it.")])
    try:
        with transaction.atomic():
            locked = _locked(station)
            if expected is not None and locked.updated_at != expected:
                raise VersionConflict(current_version=locked.updated_at.isoformat())
            before = {name: getattr(locked, name) for name in changes}
            _apply(locked, changes, at=at)
            locked.save()
            details = {
                name: {"old": _plain(before[name]), "new": _plain(getattr(locked, name))}
                for name in changes
                if before[name] != getattr(locked, name)
            }
            _record(
                AuditAction.UPDATE, locked, by=by, permission="station.update", details={"changed": details}
            )
    except IntegrityError as error:
        raise _as_refusal(error) from error
    return locked


@transaction.atomic
def delete_station(
    *, station: Station, reason: str, by: Actor, at: datetime, expected: datetime | None = None
) -> Station:
    """Close a station that nothing uses (R-8): status inactive, rows stay.

    Raises StationInUse, VersionConflict when it is no more what the caller has seen (`expected`).
    """
    if not by.scope("station.delete").everywhere:
        raise PermissionDenied
    check_reason(reason)
    locked = _locked(station)
    if expected is not None and locked.updated_at != expected:
        raise VersionConflict(current_version=locked.updated_at.isoformat())
    counts = {
        **station_use.get().counts(station_id=locked.pk, at=at),
        "live_links": count_live_links(station_id=locked.pk, at=at),
    }
    if in_use := {kind: number for kind, number in counts.items() if number}:
        raise StationInUse(counts=in_use)
    locked.status = StationStatus.INACTIVE
    locked.save(update_fields=["status", "updated_at"])
    StationAccessToken.objects.filter(station=locked, revoked_at__isnull=True).update(revoked_at=at)
    _record(
        AuditAction.DELETE,
        locked,
        by=by,
        permission="station.delete",
        details={"status": "inactive"},
        reason=reason,
    )
    return locked


def check_station(station: Station) -> None:
    """Refuse values that the table or the readers of its JSON could not live with: ValidationFailed."""
    errors = check_station_json(settings=station.settings, business_hours=station.business_hours)
    if not isinstance(station.branding_config, dict):
        errors.append(FieldError("/branding_config", "invalid", "must be a JSON object"))
    if station.timezone not in available_timezones():
        errors.append(FieldError("/timezone", "invalid", "must be a zone like America/Los_Angeles"))
    try:
        station.clean_fields(exclude=["settings", "business_hours", "branding_config"])
    except ValidationError as error:
        errors += [
            FieldError(f"/{name}", item.code or "invalid", " ".join(item.messages))
            for name, items in error.error_dict.items()
            for item in items
        ]
    if (station.latitude is None) != (station.longitude is None):
        errors.append(FieldError("/longitude", "invalid", "Latitude and longitude go together."))
    if station.status == StationStatus.ACTIVE and station.latitude is None and not _is_placed(station):
        errors.append(
            FieldError("/postal_code", "invalid", "Nobody knows where this ZIP lies: give coordinates.")
        )
    if errors:
        raise ValidationFailed(errors)


def _apply(station: Station, values: Mapping[str, Any], *, at: datetime) -> None:
    if unknown := sorted(set(values) - EDITABLE):
        raise ValidationFailed([FieldError(f"/{name}", "unknown", "cannot be set") for name in unknown])
    for name, value in values.items():
        setattr(station, name, value)
    if "latitude" in values and station.latitude is not None:
        station.geocode_status, station.geocoded_at = GeocodeStatus.LOCATED, at
    elif "postal_code" in values:
        _locate(station, at=at)
    check_station(station)


def _locate(station: Station, *, at: datetime) -> None:
    place = find_place(station.postal_code)
    point = place.point if place else None
    station.latitude, station.longitude = point or (None, None)
    station.geocode_status = GeocodeStatus.LOCATED if point else GeocodeStatus.FAILED
    station.geocoded_at = at if point else None


def _is_placed(station: Station) -> bool:
    place = find_place(station.postal_code)
    return place is not None and place.point is not None


def _locked(station: Station) -> Station:
    locked = Station.objects.select_for_update().filter(pk=station.pk).first()
    if locked is None:
        raise NotFound("There is no such station.")
    return locked


def _next_code(city: str) -> str:
    stem = f"ST-{NO_LETTERS.sub('', city.upper())[:CITY_LENGTH] or 'CITY'}-"
    taken = Station.objects.filter(code__startswith=stem).values_list("code", flat=True)
    numbers = (int(code.removeprefix(stem)) for code in taken if code.removeprefix(stem).isdecimal())
    return f"{stem}{max(numbers, default=0) + 1:03}"


def _as_refusal(error: IntegrityError) -> Exception:
    if "ix_identity_stations_" in str(error):
        return Duplicate("There is a station with this e-mail or code.")
    return error


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | dict | list | None) else str(value)


def _record(
    action: AuditAction,
    station: Station,
    *,
    by: Actor,
    permission: str,
    details: Mapping[str, Any],
    reason: str = "",
) -> None:
    audit_log.record(
        action=action,
        resource_type="station",
        resource_id=str(station.pk),
        by=by,
        station_id=station.pk,
        permissions=[permission],
        details=details,
        reason=reason,
    )
