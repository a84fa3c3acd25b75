"""Complaints about orders."""

from django.utils import timezone

from common.exceptions import NotFound
from supply.api.answers import ComplaintAnswer
from supply.api.base import ExchangeViewSet, Request, Response, signed_in
from supply.api.inputs import ComplaintInput, ComplaintMoveInput
from supply.api.pages import page_of
from supply.api.queries import ComplaintQuery
from supply.exceptions import IllegalTransition, MovedMeanwhile, NotStaff, ResolutionRequired
from supply.policies import SUPPLIER_ROLES, require_role
from supply.selectors.lists import list_complaints
from supply.selectors.members import get_own_consumer, get_reader
from supply.selectors.things import get_complaint, get_order, get_person
from supply.services.complaints import move_complaint, open_complaint
from supply.validators import parse_id


class ComplaintViewSet(ExchangeViewSet):
    permission_codes = signed_in("list", "create", "retrieve", "status")
    tolerant_actions = frozenset({"status"})
    tagged_actions = frozenset({"retrieve", "create", "status"})
    body_serializers = {"create": ComplaintInput, "status": ComplaintMoveInput}
    query_serializers = {"list": ComplaintQuery}
    serializer_class = ComplaintAnswer
    answer_serializers = {"list": page_of(ComplaintAnswer)}
    success_statuses = {"create": 201}
    refusals = {
        "list": (NotFound,),
        "create": (NotFound, NotStaff),
        "status": (IllegalTransition, ResolutionRequired, MovedMeanwhile),
    }

    def list(self, request: Request) -> Response:
        """List the consumer's own complaints, or those that name the caller, the newest first."""
        page, status = self.page, self.query.get("status")
        return self.numbered_page(page, list_complaints(self.actor, status=status), ComplaintAnswer)

    def create(self, request: Request) -> Response:
        """Complain about an own order."""
        body = self.body
        consumer = get_own_consumer(self.actor)
        complaint = open_complaint(
            consumer=consumer,
            order=get_order(parse_id(body["order_id"])),
            sales_rep=get_person(parse_id(body["sales_rep_id"])),
            manager=get_person(parse_id(body["manager_id"])),
            description=body["description"],
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(complaint)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Return a complaint to its consumer, or to the people it names."""
        reader = get_reader(self.actor)
        complaint = get_complaint(parse_id(pk))
        reader.require(complaint)
        return self.answer(complaint)

    def status(self, request: Request, pk: str) -> Response:
        """Escalate or resolve a complaint."""
        body = self.body
        require_role(self.actor, SUPPLIER_ROLES)
        complaint = move_complaint(
            complaint=get_complaint(parse_id(pk)),
            to=body["status"],
            resolution=body.get("resolution"),
            by=self.actor,
            at=timezone.now(),
            check_version=self.check_version,
        )
        return self.answer(complaint)
