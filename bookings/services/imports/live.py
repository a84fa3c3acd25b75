"""One row booked as if its customer called at the time of the row: D-1 decides, an import waives nothing."""

from dataclasses import dataclass
from uuid import UUID

from django.db import DataError, IntegrityError, InterfaceError, OperationalError

from bookings.exceptions import SlotContended
from bookings.models import Booking
from bookings.requests import BookingRequest
from bookings.services.bookings import create_booking
from bookings.services.imports.rows import ImportRow
from bookings.services.system_events import record_system_event
from common.actors import Scope
from common.exceptions import DomainError, InternalError
from common.imports.outcomes import Imported, Known, Outcome, Refused
from identity.models import Station

ATTEMPTS = 5
SERVICE = "import_bookings"
ROW_REFUSED = "row_refused"
ENTITY = "import_row"


@dataclass(frozen=True, slots=True)
class ImportActor:
    """Books like staff of every station and holds no other right: lead time, party and range stay checked."""

    type: str = "system"
    id: UUID | None = None
    label: str = "system:import_bookings"

    def may(self, code: str, station_id: UUID | None = None) -> bool:  # noqa: ARG002 -- the Actor contract
        return code == "booking.create"

    def scope(self, code: str) -> Scope:
        return Scope(everywhere=code == "booking.create")


def book_row(*, row: ImportRow, station: Station, ask_deposit: bool) -> Outcome:
    """Book the row at its own booking time; a refusal that left a lead is kept, so that no run repeats it."""
    request = BookingRequest(
        station_id=station.pk,
        date=row.date,
        slot=row.slot,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        phone=row.phone,
        address=row.address,
        postal_code=row.postal_code,
        adults=row.adults,
        kids=row.kids,
        toddlers=row.toddlers,
        allergens=row.allergens,
        special_requests=row.special_requests,
        notes=row.notes,
        source="import",
        ask_deposit=ask_deposit,
    )
    try:
        _book(request, row)
    except InternalError as accident:
        return _outcome_of(accident, row)
    except DataError:
        return Refused(row.number, "validation_error", "A value is too long or holds a NUL.")
    except DomainError as refusal:
        if "lead_captured" in refusal.extra:
            _remember(row, refusal)
        return Refused(row.number, refusal.code, refusal.detail)
    return Imported(row.number)


def _book(request: BookingRequest, row: ImportRow) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            create_booking(request=request, by=ImportActor(), at=row.booked_at, booking_id=row.key)
        except SlotContended:
            if attempt == ATTEMPTS:
                raise
        else:
            return


def _remember(row: ImportRow, refusal: DomainError) -> None:
    record_system_event(
        service=SERVICE,
        action=ROW_REFUSED,
        at=row.booked_at,
        entity_type=ENTITY,
        entity_id=row.key,
        data={"row": row.number, "code": refusal.code, "reason": refusal.detail},
    )


def _outcome_of(accident: InternalError, row: ImportRow) -> Outcome:
    """Tell a row that another run has just booked from a broken one; a lost database ends the run."""
    cause = accident.__cause__
    if isinstance(cause, OperationalError | InterfaceError):
        raise cause
    if isinstance(cause, IntegrityError) and Booking.objects.filter(pk=row.key).exists():
        return Known(row.number)
    return Refused(row.number, accident.code, type(cause).__name__)
