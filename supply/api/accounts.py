"""Who trades: sign-up, and the staff that an owner hires."""

from django.utils import timezone

from common.api.permissions import PUBLIC
from common.exceptions import NotFound
from supply.api.answers import SignUpAnswer, StaffAnswer, StaffRowAnswer
from supply.api.base import ExchangeViewSet, Request, Response, signed_in
from supply.api.inputs import SignUpInput, StaffInput
from supply.api.pages import PageQuery, page_of
from supply.exceptions import EmailTaken, PasswordPolicy
from supply.selectors.lists import list_staff
from supply.selectors.members import get_own_supplier
from supply.selectors.things import get_staff_member
from supply.services.sign_up import sign_up
from supply.services.staff import add_staff, remove_staff
from supply.validators import parse_id


class SignUpViewSet(ExchangeViewSet):
    """A call of strangers; a stale `Authorization` header does not stand in its way."""

    authentication_classes = ()
    keeps_answers = False
    permission_codes = {"create": PUBLIC}
    throttle_scopes = {"create": "register"}
    body_serializers = {"create": SignUpInput}
    answer_serializers = {"create": SignUpAnswer}
    success_statuses = {"create": 201}
    refusals = {"create": (EmailTaken, PasswordPolicy)}
    examples = {
        "create": {
            "email": "kitchen@demo.example",
            "password": "Violet-Harbour-42",
            "role": "consumer",
            "organization_name": "Harbour Kitchen",
        }
    }

    def create(self, request: Request) -> Response:
        """Open an account with a consumer or supplier profile; returns the tokens of its first log-in."""
        entry = sign_up(
            email=self.body["email"],
            password=self.body["password"],
            role=self.body["role"],
            organization_name=self.body.get("organization_name"),
            at=timezone.now(),
        )
        return Response(SignUpAnswer(entry).data, status=201)


class StaffViewSet(ExchangeViewSet):
    keeps_answers = False
    permission_codes = signed_in("list", "create", "destroy")
    body_serializers = {"create": StaffInput}
    query_serializers = {"list": PageQuery}
    answer_serializers = {"list": page_of(StaffRowAnswer), "create": StaffAnswer, "destroy": None}
    success_statuses = {"create": 201, "destroy": 204}
    refusals = {
        "list": (NotFound,),
        "create": (NotFound, EmailTaken, PasswordPolicy),
    }

    def list(self, request: Request) -> Response:
        """List the staff of the owner's supplier, e-mails masked."""
        page = self.page
        return self.numbered_page(page, list_staff(self.actor), StaffRowAnswer)

    def create(self, request: Request) -> Response:
        """Hire somebody: an account and a place at the owner's supplier."""
        body = self.body
        member = add_staff(
            supplier=get_own_supplier(self.actor),
            email=body["email"],
            password=body["password"],
            staff_role=body["staff_role"],
            by=self.actor,
            at=timezone.now(),
        )
        return Response(StaffAnswer(member).data, status=201)

    def destroy(self, request: Request, pk: str) -> Response:
        """Dismiss somebody; with the last place the account is deactivated."""
        get_own_supplier(self.actor)
        remove_staff(member=get_staff_member(parse_id(pk)), by=self.actor, at=timezone.now())
        return Response(status=204)
