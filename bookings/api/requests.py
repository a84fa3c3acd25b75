"""What a signed-in caller may book: staff for others at their stations, customers for themselves."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bookings.api.inputs import BookingInput, StaffBookingInput, as_request
from bookings.api.scope import station_meant
from bookings.enums import BookingSource
from bookings.policies import is_own_email
from bookings.requests import BookingRequest
from common.actors import Actor
from common.exceptions import FieldError, PermissionDenied, ValidationFailed

STAFF_ONLY = sorted(StaffBookingInput().fields.keys() - BookingInput().fields.keys())
CODE = "booking.create"


def staff_request(actor: Actor, values: Mapping[str, Any]) -> BookingRequest:
    """Return the request of a validated body, or refuse what the caller may not ask for."""
    request = as_request(values)
    scope = actor.scope(CODE)
    if scope.own and not scope.includes(request.station_id):
        _check_host(actor, values)
        return request
    station_id = station_meant(actor, request.station_id)
    if not scope.includes(station_id):
        raise PermissionDenied
    source = values.get("source", BookingSource.ADMIN)
    return replace(request, station_id=station_id, source=source)


def _check_host(actor: Actor, values: Mapping[str, Any]) -> None:
    errors = [
        FieldError(f"/{name}", "unknown_field", "This field is for staff.")
        for name in STAFF_ONLY
        if name in values
    ]
    if not is_own_email(actor, values["email"]):
        errors.append(FieldError("/email", "invalid", "Book with the e-mail address of your account."))
    if errors:
        raise ValidationFailed(errors)
