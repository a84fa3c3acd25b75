"""BK-3: every write locks its row, compares the version the caller saw, and raises it by one."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bookings.models import Booking
from common.exceptions import NotFound, VersionConflict
from common.models import TimestampedModel

CANCELLATION = frozenset({"cancellation_requested_at", "cancelled_at", "cancellation_rejected_at"})
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def lock_booking(*, booking_id: UUID, expected_version: int | None) -> Booking:
    """Lock a live booking until the transaction ends; refuse a stale version (None: the caller saw none)."""
    booking = (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("station", "customer")
        .filter(pk=booking_id, deleted_at__isnull=True)
        .first()
    )
    if booking is None:
        raise NotFound("There is no such booking.")
    check_version(booking, expected_version)
    return booking


def check_version(booking: Booking, expected_version: int | None) -> None:
    """Refuse (412) a locked booking that was written since the caller saw it (None: the caller saw none)."""
    if expected_version is not None and booking.version != expected_version:
        raise VersionConflict(current_version=booking.version)


def check_unchanged(row: TimestampedModel, seen: datetime | None) -> None:
    """Refuse (412) a locked row that was written since the caller saw it (None: the caller never saw it)."""
    if seen is not None and row.updated_at != seen:
        raise VersionConflict(current_version=version_of(row))


def version_of(row: TimestampedModel) -> int:
    """Return what the ETag of a row without a version of its own says: when it was written, in µs."""
    written: datetime = row.updated_at
    return (written - EPOCH) // timedelta(microseconds=1)


def save_version(booking: Booking, *, fields: Sequence[str], at: datetime) -> None:
    """Write these columns and version + 1, only while the row still has the version of the instance."""
    seen = booking.version
    values = {field: getattr(booking, field) for field in fields}
    booking.updated_at = at
    booking.version = seen + 1
    written = Booking.objects.filter(pk=booking.pk, version=seen).update(
        **values, version=booking.version, updated_at=at
    )
    if not written:
        booking.version = seen
        current = Booking.objects.filter(pk=booking.pk).values_list("version", flat=True).first()
        raise VersionConflict(current_version=current or 0)
    if CANCELLATION & values.keys():
        # What the database makes of these columns.
        booking.refresh_from_db(fields=["cancellation_status"])
