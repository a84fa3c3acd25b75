"""One row booked as if its customer called at the time of the row: D-1 decides, an import waives nothing."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError

from bookings.exceptions import SlotContended
from bookings.requests import BookingRequest
from bookings.services.bookings import create_booking
from bookings.services.conflicts import violates
from bookings.services.imports.outcomes import Imported, Known, Outcome, Refused
from bookings.services.imports.rows import ImportRow
from bookings.services.system_events import record_system_event
from common.actors import Scope
from common.exceptions import DomainError
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
    except DomainError as refusal:
        if "lead_captured" in refusal.extra:
            _remember(row, refusal)
        return Refused(row.number, refusal.code, refusal.detail)
    except IntegrityError as error:
        if not violates(error, "bookings_pkey"):
            return _accident(row, error)
        return Known(row.number)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 -- a bad row is reported and skipped, whatever it broke
        return _accident(row, error)
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


def _accident(row: ImportRow, error: Exception) -> Refused:
    return Refused(row.number, "internal_error", type(error).__name__)
