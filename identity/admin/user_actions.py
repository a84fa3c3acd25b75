"""What can be done to one account; each action is a service call."""

from django import forms
from django.utils import timezone

from common.admin.actions import ActionCall, ObjectAction
from common.admin.forms import ActionForm, ReasonForm
from identity.enums import STAFF_ROLES, UserRole, UserStatus
from identity.models import Role, User
from identity.selectors.stations import list_active_stations
from identity.services.account_states import (
    change_kind,
    reactivate_user,
    suspend_user,
    unlock_user,
)
from identity.services.accounts import confirm_email
from identity.services.approvals import approve_user, is_applicant
from identity.services.invitations import is_invited, revoke_invitation
from identity.services.mfa import reset_mfa
from identity.services.roles import assign_role

APPROVABLE = (*(kind for kind in UserRole if kind in STAFF_ROLES), UserRole.CHEF)


class KindForm(ActionForm):
    kind = forms.ChoiceField(choices=UserRole.choices)

    def prepare(self) -> None:
        if isinstance(self.obj, User):
            self.fields["kind"].initial = self.obj.role


class RoleForm(ActionForm):
    role = forms.ModelChoiceField(queryset=Role.objects.filter(is_active=True, is_system_role=False))


class ApprovalForm(ActionForm):
    """Kind, stations and remarks of an approval."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in APPROVABLE])
    stations = forms.ModelMultipleChoiceField(
        queryset=list_active_stations(), required=False, help_text="Stations to link."
    )
    notes = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def prepare(self) -> None:
        if isinstance(self.obj, User):
            self.fields["kind"].initial = self.obj.role


class Approve(ObjectAction[User]):
    name = "approve"
    label = "Approve"
    icon = "how_to_reg"
    code = "user.approve"
    form_class = ApprovalForm
    explanation = "Lets somebody in who applied for a staff account."

    def is_offered(self, obj: User) -> bool:
        return obj.status == UserStatus.PENDING and is_applicant(obj)

    def run(self, call: ActionCall[User]) -> str:
        approve_user(
            user=call.obj,
            role=call.data["kind"],
            stations=list(call.data["stations"]),
            notes=call.data["notes"],
            by=call.by,
            at=call.at,
        )
        return "The account is approved."


class ResetMfa(ObjectAction[User]):
    name = "reset-mfa"
    label = "Reset two-step log-in"
    icon = "phonelink_erase"
    code = "user.disable"
    destructive = True
    primary = False
    explanation = "Takes the second factor away and ends every session."

    def is_offered(self, obj: User) -> bool:
        return obj.mfa_enabled

    def run(self, call: ActionCall[User]) -> str:
        reset_mfa(user=call.obj, by=call.by, at=call.at)
        return "Two-step log-in is off; the owner may set it up again."


class RevokeInvitation(ObjectAction[User]):
    name = "revoke-invitation"
    label = "Revoke invitation"
    icon = "cancel_schedule_send"
    code = "user.invite"
    form_class = ReasonForm
    destructive = True
    primary = False
    explanation = "The mailed link dies; the account stays, pending."

    def is_offered(self, obj: User) -> bool:
        return is_invited(obj)

    def run(self, call: ActionCall[User]) -> str:
        revoke_invitation(user=call.obj, reason=call.data["reason"], by=call.by, at=call.at)
        return "The invitation is void."


class Suspend(ObjectAction[User]):
    name = "suspend"
    label = "Suspend"
    icon = "block"
    code = "user.disable"
    form_class = ReasonForm
    destructive = True
    explanation = "Ends every session at once."

    def is_offered(self, obj: User) -> bool:
        return bool(obj.status == UserStatus.ACTIVE)

    def run(self, call: ActionCall[User]) -> str:
        suspend_user(user=call.obj, reason=call.data["reason"], by=call.by, at=call.at)
        return "The account is suspended."


class Reactivate(ObjectAction[User]):
    name = "reactivate"
    label = "Reactivate"
    icon = "check_circle"
    code = "user.disable"

    def is_offered(self, obj: User) -> bool:
        return bool(obj.status == UserStatus.SUSPENDED)

    def run(self, call: ActionCall[User]) -> str:
        reactivate_user(user=call.obj, by=call.by, at=call.at)
        return "The account is active again."


class Unlock(ObjectAction[User]):
    name = "unlock"
    label = "Unlock"
    icon = "lock_open"
    code = "user.disable"

    def is_offered(self, obj: User) -> bool:
        return obj.locked_until is not None and obj.locked_until > timezone.now()

    def run(self, call: ActionCall[User]) -> str:
        unlock_user(user=call.obj, by=call.by)
        return "The account is unlocked."


class ChangeKind(ObjectAction[User]):
    name = "change-kind"
    label = "Change kind"
    icon = "swap_horiz"
    code = "role.assign"
    form_class = KindForm
    primary = False
    explanation = "The system roles change places and station tokens die."

    def run(self, call: ActionCall[User]) -> str:
        change_kind(user=call.obj, role=call.data["kind"], by=call.by, at=call.at)
        return f"The account is a {UserRole(call.data['kind']).label} now."


class AssignRole(ObjectAction[User]):
    name = "assign-role"
    label = "Assign role"
    icon = "add_moderator"
    code = "role.assign"
    form_class = RoleForm
    primary = False

    def run(self, call: ActionCall[User]) -> str:
        assign_role(user=call.obj, role=call.data["role"], by=call.by, at=call.at)
        return f"The role {call.data['role']} was assigned."


class ConfirmEmail(ObjectAction[User]):
    name = "confirm-email"
    label = "Confirm e-mail"
    icon = "mark_email_read"
    code = "role.assign"
    primary = False
    explanation = "You vouch that the address is theirs; a chef sees its parties from then on."

    def is_offered(self, obj: User) -> bool:
        return obj.email_verified_at is None

    def run(self, call: ActionCall[User]) -> str:
        confirm_email(user=call.obj, by=call.by, at=call.at)
        return "The e-mail is confirmed."


ACTIONS: tuple[type[ObjectAction[User]], ...] = (
    Approve,
    Suspend,
    Reactivate,
    Unlock,
    ResetMfa,
    RevokeInvitation,
    ChangeKind,
    AssignRole,
    ConfirmEmail,
)
"""In the order of their buttons."""
