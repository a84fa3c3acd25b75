"""/customers: people who book, of the caller's stations or of the caller's own verified e-mail."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.answers.people import INTERNAL, CustomerDetail, CustomerRow
from bookings.api.bodies import CustomerChangesInput, CustomerInput
from bookings.api.filters import CustomerFilter
from bookings.api.scope import require_at, station_meant
from bookings.exceptions import RestoreWindowPassed
from bookings.models import Customer
from bookings.policies import is_own_email
from bookings.selectors.customers import get_customer, get_customer_or_deleted, list_customers
from bookings.selectors.stations import get_station
from bookings.services.customers import CustomerChanges, create_customer, delete_customer, update_customer
from bookings.services.disclosures import disclose_customer
from bookings.services.removals import restore_customer
from common.api.serializers import EmptyInput, ReasonInput
from common.api.views import HouseViewSet, ListMixin
from common.exceptions import Duplicate, InUse, InvalidTransition, NotFound, PermissionDenied

IDENTITY = {"email", *INTERNAL}
"""What customers cannot change of themselves: rows are theirs by e-mail."""


class CustomerViewSet(ListMixin, HouseViewSet):
    permission_codes = {
        "list": "customer.read",
        "retrieve": "customer.read",
        "create": "customer.create",
        "partial_update": "customer.update",
        "destroy": "customer.delete",
        "restore": "customer.delete",
    }
    conditional_actions = frozenset({"partial_update", "destroy", "restore"})
    tagged_actions = frozenset({"retrieve", "create", "partial_update", "restore"})
    body_serializers = {
        "create": CustomerInput,
        "partial_update": CustomerChangesInput,
        "destroy": ReasonInput,
        "restore": EmptyInput,
    }
    answer_serializers = {"retrieve": CustomerDetail, "destroy": None}
    success_statuses = {"create": 201, "destroy": 204}
    serializer_class = CustomerRow
    filterset_class = CustomerFilter
    ordering = ("-id",)
    ordering_fields = ("created_at", "first_name", "last_name")
    refusals = {
        "create": (Duplicate, NotFound),
        "partial_update": (Duplicate,),
        "destroy": (InUse,),
        "restore": (Duplicate, InvalidTransition, RestoreWindowPassed),
    }

    def get_queryset(self) -> QuerySet[Customer]:
        return list_customers(self.actor)

    def retrieve(self, request: Request, pk: Any) -> Response:
        """Return one customer in clear text."""
        customer = get_customer(self.actor, pk)
        disclose_customer(customer=customer, by=self.actor)
        return self.answer(customer)

    def create(self, request: Request) -> Response:
        """Add a customer to a station; hosts add themselves, by the e-mail of their account."""
        values = dict(self.body)
        station_id = station_meant(self.actor, values.pop("station_id", None))
        if not self._is_own(values):
            require_at(self.actor, "customer.create", station_id)
        names = ("first_name", "last_name", "email", "phone")
        customer = create_customer(
            station=get_station(station_id),
            **{name: values.pop(name) for name in names},
            details=CustomerChanges(**values),
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(customer)

    def _is_own(self, values: dict[str, Any]) -> bool:
        """Tell whether a new customer would be the caller, who decides on nothing internal."""
        is_host = self.actor.scope("customer.create").own
        return is_host and not values.keys() & set(INTERNAL) and is_own_email(self.actor, values["email"])

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a customer; hosts change their own name, phone and preferences only."""
        customer = get_customer(self.actor, pk)
        self.expected_version(customer)
        scope = self.actor.scope("customer.update")
        if not scope.includes(customer.station_id) and (not scope.own or IDENTITY & self.body.keys()):
            raise PermissionDenied
        changed = update_customer(
            customer=customer,
            changes=CustomerChanges(**self.body),
            expected_updated_at=customer.updated_at,
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(changed)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Delete a customer, with a reason in the body; not one with a booking ahead."""
        customer = get_customer(self.actor, pk)
        self.expected_version(customer)
        require_at(self.actor, "customer.delete", customer.station_id)
        delete_customer(
            customer=customer,
            reason=self.body["reason"],
            expected_updated_at=customer.updated_at,
            by=self.actor,
            at=timezone.now(),
        )
        return Response(status=204)

    def restore(self, request: Request, pk: Any) -> Response:
        """Show a deleted customer again, within 30 days (BK-19)."""
        customer = get_customer_or_deleted(self.actor, pk, code="customer.delete")
        self.expected_version(customer)
        require_at(self.actor, "customer.delete", customer.station_id)
        restored = restore_customer(
            customer=customer, expected_updated_at=customer.updated_at, by=self.actor, at=timezone.now()
        )
        return self.answer(restored)
