"""All expectations, by app. A new operation takes one line in the module of its app."""

from tests.access import (
    operations_bookings,
    operations_events,
    operations_identity,
    operations_prices,
    operations_public,
    operations_supply,
)
from tests.access.expectations import Operation

OPERATIONS: tuple[Operation, ...] = (
    *operations_bookings.OPERATIONS,
    *operations_events.OPERATIONS,
    *operations_identity.OPERATIONS,
    *operations_prices.OPERATIONS,
    *operations_public.OPERATIONS,
    *operations_supply.OPERATIONS,
)
