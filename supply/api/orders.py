"""Orders of consumers at their suppliers."""

from uuid import UUID

from django.utils import timezone

from common.exceptions import NotFound
from supply.api.answers import OrderAnswer
from supply.api.base import ExchangeViewSet, Request, Response, signed_in
from supply.api.inputs import OrderInput, OrderMoveInput
from supply.api.pages import page_of
from supply.api.queries import OrderQuery
from supply.exceptions import (
    ForeignProduct,
    IllegalTransition,
    InactiveProduct,
    InsufficientStock,
    MovedMeanwhile,
)
from supply.selectors.lists import list_orders
from supply.selectors.members import get_managed_ids, get_own_consumer, get_side
from supply.selectors.things import get_order, get_supplier
from supply.services.orders import ItemRequest, create_order, move_order
from supply.validators import parse_id


class OrderViewSet(ExchangeViewSet):
    permission_codes = signed_in("list", "create", "retrieve", "status")
    tolerant_actions = frozenset({"status"})
    tagged_actions = frozenset({"retrieve", "create", "status"})
    body_serializers = {"create": OrderInput, "status": OrderMoveInput}
    query_serializers = {"list": OrderQuery}
    serializer_class = OrderAnswer
    answer_serializers = {"list": page_of(OrderAnswer)}
    success_statuses = {"create": 201}
    refusals = {
        "list": (NotFound,),
        "create": (NotFound, ForeignProduct, InactiveProduct, InsufficientStock),
        "status": (IllegalTransition, MovedMeanwhile),
    }

    def list(self, request: Request) -> Response:
        """List the consumer's own orders, or those of the caller's supplier, the newest first."""
        page, status = self.page, self.query.get("status")
        return self.numbered_page(page, list_orders(self.actor, status=status), OrderAnswer)

    def create(self, request: Request) -> Response:
        """Order from a linked supplier; prices and total are the server's."""
        body = self.body
        consumer = get_own_consumer(self.actor)
        order = create_order(
            consumer=consumer,
            supplier=get_supplier(parse_id(body["supplier_id"])),
            items=[
                ItemRequest(product_id=_product_id(item["product_id"]), qty=item["qty"])
                for item in body["items"]
            ],
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(order)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Return an order to its consumer or its supplier."""
        side = get_side(self.actor)
        order = get_order(parse_id(pk))
        side.require(order)
        return self.answer(order)

    def status(self, request: Request, pk: str) -> Response:
        """Accept, reject, start or complete an order."""
        body = self.body
        get_managed_ids(self.actor)
        order = move_order(
            order=get_order(parse_id(pk)),
            to=body["status"],
            by=self.actor,
            at=timezone.now(),
            check_version=self.check_version,
        )
        return self.answer(order)


def _product_id(text: str) -> UUID | None:
    """Return the id, None for a text that is none: the service refuses it in its turn, after the link."""
    try:
        return parse_id(text)
    except NotFound:
        return None
