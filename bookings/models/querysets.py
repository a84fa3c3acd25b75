"""Row permission (R-2 to R-4, R-9) as queryset methods: applied once by selectors, API and admin."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from bookings.enums import LIVE_HOLD_STATUSES, OCCUPYING_STATUSES
from common.actors import Actor
from common.crypto.blind_index import blind_indexes
from identity.enums import UserRole
from identity.models import User

if TYPE_CHECKING:
    # Row types of the classes below; ruff does not see their names inside of a base class.
    from bookings.models.booking import Booking  # noqa: F401 -- see above
    from bookings.models.chef import Chef  # noqa: F401 -- see above
    from bookings.models.customer import Customer  # noqa: F401 -- see above
    from bookings.models.payment import Payment  # noqa: F401 -- see above
    from bookings.models.reservation_hold import ReservationHold  # noqa: F401 -- see above

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[Row_co]):
    """Rows of stations; subclasses say where the station stands and which rows are an account's own."""

    read_code = ""
    station_paths: tuple[str, ...] = ("station",)
    has_company_rows = False
    customer_path: str | None = None
    chef_path: str | None = None

    def visible_to(self, actor: Actor, code: str = "") -> Self:
        """Rows that the actor may reach with the permission code (default: the read code of the table)."""
        scope = actor.scope(code or self.read_code)
        if scope.everywhere:
            return self
        reach = Q(pk__in=[])
        for path in self.station_paths:
            reach |= Q(**{f"{path}__in": scope.stations})
        if scope.company and self.has_company_rows:
            reach |= Q(**{f"{path}__isnull": True for path in self.station_paths})
        if scope.own:
            reach |= self._own(actor)
        return self.filter(reach)

    def own_of(self, actor: Actor) -> Self:
        """Rows that are the account's own, whatever else it may reach."""
        return self.filter(self._own(actor))

    def live(self) -> Self:
        """Rows that nobody deleted."""
        return self.filter(deleted_at__isnull=True)

    def _own(self, actor: Actor) -> Q:
        """Rows of the account's verified e-mail: a chef's parties, or what hangs on a customer."""
        nothing = Q(pk__in=[])
        if actor.id is None:
            return nothing
        user = User.objects.only("email", "role", "email_verified_at").get(pk=actor.id)
        path = self.chef_path if user.role == UserRole.CHEF else self.customer_path
        if path is None or user.email_verified_at is None:
            return nothing
        prefix = f"{path}__" if path else ""
        own: dict[str, Any] = {
            f"{prefix}email_bidx__in": blind_indexes(user.email, kind="email"),
            f"{prefix}deleted_at__isnull": True,
        }
        return Q(**own)


class CustomerQuerySet(ScopedQuerySet["Customer"]):
    read_code = "customer.read"
    customer_path = ""


class ChefQuerySet(ScopedQuerySet["Chef"]):
    read_code = "chef.read"
    has_company_rows = True
    chef_path = ""


class BookingQuerySet(ScopedQuerySet["Booking"]):
    read_code = "booking.read"
    customer_path = "customer"
    chef_path = "chef"

    def occupying(self) -> Self:
        """Live bookings that hold a lane (S-2)."""
        return self.live().filter(status__in=OCCUPYING_STATUSES)


class ReservationHoldQuerySet(ScopedQuerySet["ReservationHold"]):
    read_code = "hold.manage"

    def occupying(self) -> Self:
        """Keep the holds that keep a lane (S-2), overdue ones too: nobody has freed it yet."""
        return self.filter(status__in=LIVE_HOLD_STATUSES)


class PaymentQuerySet(ScopedQuerySet["Payment"]):
    read_code = "payment.read"
    station_paths = ("booking__station", "hold__station")
    customer_path = "booking__customer"
