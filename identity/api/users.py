"""/users, /roles, /invitations: who may act, and as what (R-1, R-5 to R-7, AU-13, AU-16)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, UUIDFilter
from rest_framework.request import Request
from rest_framework.response import Response

from common.actors import Actor
from common.api.filters import HouseFilterSet
from common.api.permissions import PUBLIC
from common.api.serializers import EmptyInput, ReasonInput
from common.api.views import HouseViewSet, ListMixin
from common.crypto.normalize import normalize_email
from common.exceptions import (
    Duplicate,
    FieldError,
    InvalidTransition,
    LinkExpired,
    NotFound,
    ValidationFailed,
)
from identity.api.bases import AnonymousView
from identity.api.people import (
    AccountApprovalInput,
    AccountChangesInput,
    InvitationInput,
    InvitationOutput,
    RoleOutput,
    UserDetail,
    UserRow,
)
from identity.api.serializers import InvitationAcceptInput
from identity.enums import UserRole, UserStatus
from identity.exceptions import LastSuperAdmin
from identity.models import Role, Station, User
from identity.selectors.people import get_person, list_invited, list_people_with_rights, list_roles
from identity.selectors.stations import list_stations
from identity.services.account_changes import change_account
from identity.services.account_states import reactivate_user, suspend_user, unlock_user
from identity.services.approvals import approve_user
from identity.services.disclosures import disclose_account
from identity.services.invitations import accept_invitation, invite_user, revoke_invitation
from identity.services.mfa import reset_mfa

DISABLE = "user.disable"
MAX_SEARCH = 255


class UserFilter(HouseFilterSet):
    """`q` is a whole e-mail, or a part of a name."""

    role = ChoiceFilter(choices=UserRole.choices)
    status = ChoiceFilter(choices=UserStatus.choices)
    mfa_enabled = BooleanFilter()
    station_id = UUIDFilter(method="linked_to")
    q = CharFilter(method="search", max_length=MAX_SEARCH)

    def search(self, rows: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        if "@" in value:
            return rows.filter(email=normalize_email(value))
        return rows.filter(full_name__icontains=value)

    def linked_to(self, rows: QuerySet[User], _name: str, value: UUID) -> QuerySet[User]:
        # Links to stations out of reach are nobody's business.
        if not self.request.auth.may("user.read", value):
            return rows.none()
        return rows.filter(station_users__station_id=value)


class UserViewSet(ListMixin, HouseViewSet):
    permission_codes = {
        "list": "user.read",
        "retrieve": "user.read",
        "partial_update": DISABLE,
        "approve": "user.approve",
        "suspend": DISABLE,
        "reactivate": DISABLE,
        "unlock": DISABLE,
        "reset_mfa": DISABLE,
    }
    conditional_actions = frozenset({"partial_update"})
    tagged_actions = frozenset(set(permission_codes) - {"list"})
    body_serializers = {
        "partial_update": AccountChangesInput,
        "approve": AccountApprovalInput,
        "suspend": ReasonInput,
        "reactivate": EmptyInput,
        "unlock": EmptyInput,
        "reset_mfa": EmptyInput,
    }
    answer_serializers = {"list": UserRow}
    serializer_class = UserDetail
    filterset_class = UserFilter
    ordering = ("-id",)
    ordering_fields = ("created_at", "full_name")
    refusals = {
        "partial_update": (LastSuperAdmin, InvalidTransition),
        "approve": (InvalidTransition, NotFound),
        "suspend": (LastSuperAdmin, InvalidTransition),
        "reactivate": (InvalidTransition,),
    }
    examples = {"suspend": {"reason": "Left the company in March."}, "approve": {"role": "station_manager"}}

    def get_queryset(self) -> QuerySet[User]:
        return list_people_with_rights(self.actor)

    def retrieve(self, request: Request, pk: Any) -> Response:
        """Return one account in clear text."""
        user = get_person(self.actor, pk)
        disclose_account(user=user, by=self.actor)
        return self.answer(user)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change name, phone, kind or further roles of somebody else, or close the account."""
        user = get_person(self.actor, pk)
        self.expected_version(user)
        change_account(
            user=user, changes=self.body, expected=user.updated_at, by=self.actor, at=timezone.now()
        )
        return self.answer(get_person(self.actor, pk))

    def approve(self, request: Request, pk: Any) -> Response:
        """Let somebody in who applied for a staff account."""
        values = dict(self.body)
        stations = stations_named(self.actor, values.pop("station_ids", ()), code="user.approve")
        approve_user(
            user=get_person(self.actor, pk), stations=stations, **values, by=self.actor, at=timezone.now()
        )
        return self.answer(get_person(self.actor, pk))

    def suspend(self, request: Request, pk: Any) -> Response:
        """Stop an account at once; every session of it ends."""
        user = get_person(self.actor, pk)
        suspend_user(user=user, reason=self.body["reason"], by=self.actor, at=timezone.now())
        return self.answer(get_person(self.actor, pk))

    def reactivate(self, request: Request, pk: Any) -> Response:
        """Let a suspended account act again."""
        reactivate_user(user=get_person(self.actor, pk), by=self.actor, at=timezone.now())
        return self.answer(get_person(self.actor, pk))

    def unlock(self, request: Request, pk: Any) -> Response:
        """Forget failed log-ins and the lock."""
        unlock_user(user=get_person(self.actor, pk), by=self.actor)
        return self.answer(get_person(self.actor, pk))

    def reset_mfa(self, request: Request, pk: Any) -> Response:
        """Take the second factor away; every session ends."""
        reset_mfa(user=get_person(self.actor, pk), by=self.actor, at=timezone.now())
        return self.answer(get_person(self.actor, pk))


class RoleViewSet(ListMixin, HouseViewSet):
    """Roles with their codes."""

    permission_codes = {"list": "user.read"}
    serializer_class = RoleOutput
    ordering = ("name",)

    def get_queryset(self) -> QuerySet[Role]:
        return list_roles()


class InvitationViewSet(HouseViewSet):
    permission_codes = {"create": "user.invite", "destroy": "user.invite"}
    body_serializers = {"create": InvitationInput, "destroy": ReasonInput}
    answer_serializers = {"destroy": None}
    success_statuses = {"create": 201, "destroy": 204}
    serializer_class = InvitationOutput
    refusals = {"create": (Duplicate,), "destroy": (InvalidTransition,)}
    examples = {"create": {"email": "lee@example.com", "role": "station_manager", "station_ids": []}}

    def get_queryset(self) -> QuerySet[User]:
        return list_invited(self.actor)

    def create(self, request: Request) -> Response:
        """Invite somebody; the mailed link sets the password and opens the account."""
        values = dict(self.body)
        stations = stations_named(self.actor, values.pop("station_ids", ()), code="user.invite")
        user = invite_user(
            days=values.pop("expires_in_days"),
            stations=stations,
            **values,
            by=self.actor,
            at=timezone.now(),
        )
        return Response(InvitationOutput(user).data, status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Make an invitation void, with a reason in the body."""
        revoke_invitation(
            user=self.get_object(), reason=self.body["reason"], by=self.actor, at=timezone.now()
        )
        return Response(status=204)


class InvitationAcceptView(AnonymousView):
    permission_codes = {"post": PUBLIC}
    body_serializers = {"post": InvitationAcceptInput}
    answer_serializers = {"post": None}
    success_statuses = {"post": 204}
    refusals = {"post": (NotFound, LinkExpired)}

    def post(self, request: Request) -> Response:
        """Accept an invitation: set the password, activate account and station links."""
        accept_invitation(**self.body, at=timezone.now())
        return Response(status=204)


def stations_named(actor: Actor, ids: Iterable[UUID], *, code: str) -> list[Station]:
    """Return the stations in the order named; ValidationFailed for one that the code does not reach."""
    wanted = list(dict.fromkeys(ids))
    found = {station.pk: station for station in list_stations(actor, code=code).filter(pk__in=wanted)}
    if len(found) < len(wanted):
        raise ValidationFailed([FieldError("/station_ids", "not_found", "Names no station in reach.")])
    return [found[pk] for pk in wanted]
