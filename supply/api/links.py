"""The acquaintance of consumers with suppliers."""

from django.utils import timezone

from common.exceptions import Duplicate, NotFound
from supply.api.answers import LinkAnswer
from supply.api.base import ExchangeViewSet, Request, Response, signed_in
from supply.api.inputs import LinkMoveInput, LinkRequestInput
from supply.api.pages import page_of
from supply.api.queries import LinkQuery
from supply.exceptions import IllegalTransition, MovedMeanwhile
from supply.selectors.lists import list_incoming_links, list_own_links
from supply.selectors.members import get_managed_ids, get_own_consumer, get_side
from supply.selectors.things import get_link, get_supplier
from supply.services.links import move_link, request_link
from supply.validators import parse_id


class LinkViewSet(ExchangeViewSet):
    permission_codes = signed_in("list", "incoming", "requests", "retrieve", "status")
    tolerant_actions = frozenset({"status"})
    # The names of the two sides change without the link.
    composed_actions = frozenset({"retrieve"})
    tagged_actions = frozenset({"retrieve", "requests", "status"})
    body_serializers = {"requests": LinkRequestInput, "status": LinkMoveInput}
    query_serializers = {"list": LinkQuery, "incoming": LinkQuery}
    serializer_class = LinkAnswer
    answer_serializers = {"list": page_of(LinkAnswer), "incoming": page_of(LinkAnswer)}
    success_statuses = {"requests": 201}
    refusals = {
        "list": (NotFound,),
        "incoming": (NotFound,),
        "requests": (NotFound, Duplicate),
        "status": (IllegalTransition, MovedMeanwhile),
    }

    def list(self, request: Request) -> Response:
        """List the consumer's links, the newest first."""
        page, status = self.page, self.query.get("status")
        return self.numbered_page(page, list_own_links(self.actor, status=status), LinkAnswer)

    def incoming(self, request: Request) -> Response:
        """List the links asked for of the caller's supplier, the newest first."""
        page, status = self.page, self.query.get("status")
        return self.numbered_page(page, list_incoming_links(self.actor, status=status), LinkAnswer)

    def requests(self, request: Request) -> Response:
        """Ask a supplier for a link."""
        body = self.body
        consumer = get_own_consumer(self.actor)
        link = request_link(
            consumer=consumer,
            supplier=get_supplier(parse_id(body["supplier_id"])),
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(link)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Return a link to one of its two sides."""
        side = get_side(self.actor)
        link = get_link(parse_id(pk))
        side.require(link)
        return self.answer(link)

    def status(self, request: Request, pk: str) -> Response:
        """Accept, deny, reopen or block a link."""
        body = self.body
        get_managed_ids(self.actor)
        link = move_link(
            link=get_link(parse_id(pk)),
            to=body["status"],
            by=self.actor,
            at=timezone.now(),
            check_version=self.check_version,
        )
        return self.answer(link)
