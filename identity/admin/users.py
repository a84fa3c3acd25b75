"""Accounts: rights move through the services of R-5 and R-6, never by a form field."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from common.actors import Actor
from common.admin.actions import ActionCall, ObjectAction
from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.forms import ActionForm, ReasonForm, RefusableForm
from common.admin.options import HouseModelAdmin
from common.admin.theme import ChoicesFilter
from common.crypto.mask import mask_email
from identity.admin.people import list_people
from identity.enums import UserRole, UserStatus
from identity.models import Role, User
from identity.policies import may_create_account
from identity.services.account_states import (
    change_kind,
    deactivate_user,
    reactivate_user,
    suspend_user,
    unlock_user,
)
from identity.services.accounts import confirm_email, create_user, update_profile
from identity.services.roles import assign_role

TONES = {UserStatus.ACTIVE: "success", UserStatus.PENDING: "info", UserStatus.SUSPENDED: "danger"}


class UserForm(RefusableForm):
    """Name and phone; kind, status and roles have actions of their own."""

    new_phone = forms.CharField(label="New phone", max_length=25, required=False)

    class Meta:
        model = User
        fields = ("full_name",)


class NewUserForm(RefusableForm):
    """An account with its first password (AU-6)."""

    login = forms.EmailField(label="E-mail", max_length=255)
    kind = forms.ChoiceField(choices=UserRole.choices)
    first_password = forms.CharField(
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Staff: at least 12 characters.",
    )
    new_phone = forms.CharField(label="Phone", max_length=25, required=False)

    class Meta:
        model = User
        fields = ("full_name",)


class KindForm(ActionForm):
    kind = forms.ChoiceField(choices=UserRole.choices)

    def prepare(self) -> None:
        if isinstance(self.obj, User):
            self.fields["kind"].initial = self.obj.role


class RoleForm(ActionForm):
    role = forms.ModelChoiceField(queryset=Role.objects.filter(is_active=True, is_system_role=False))


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


@admin.register(User)
class UserAdmin(HouseModelAdmin[User]):
    codes = AdminCodes(view="user.read", add="user.invite", change="user.disable", delete="user.disable")
    audits_saves = False
    object_actions = (Suspend, Reactivate, Unlock, ChangeKind, AssignRole, ConfirmEmail)
    plain_search = {"email": "email"}
    list_display = ("person", "email_hidden", "role", "status_badge", "last_login", "mfa_enabled")
    list_filter = (("role", ChoicesFilter), ("status", ChoicesFilter))
    search_fields = ("full_name",)
    search_help_text = "Name or e-mail"
    removal_explanation = "The row stays, deactivated for good (AU-16)."

    def visible_rows(self, queryset: QuerySet[User], actor: Actor) -> QuerySet[User]:
        return queryset.filter(pk__in=list_people(actor).values("pk"))

    def row_label(self, obj: User) -> str:
        return f"{obj.full_name or mask_email(obj.email)} ({obj.get_role_display()})"

    @admin.display(description="Name", ordering="full_name")
    def person(self, user: User) -> str:
        return user.full_name or str(user)

    @admin.display(description="E-mail")
    def email_hidden(self, user: User) -> str:
        return mask_email(user.email)

    @admin.display(description="Status", ordering="status")
    def status_badge(self, user: User) -> SafeString:
        return badge(user.get_status_display(), TONES.get(UserStatus(user.status), "default"))

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(
            request, obj, change, **{**kwargs, "form": NewUserForm if obj is None else UserForm}
        )
        if obj is None:
            actor = self.actor(request)
            kinds = [choice for choice in UserRole.choices if may_create_account(actor, choice[0])]
            form.base_fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a choice field
        return form

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("login", "full_name", "kind", "first_password", "new_phone")}),)
        phones = (
            ("phone_masked", "new_phone") if self.has_change_permission(request, obj) else ("phone_masked",)
        )
        return (
            (None, {"fields": ("full_name", "email_hidden", *phones)}),
            ("Account", {"fields": ("role", "status_badge", "auth_provider", "mfa_enabled")}),
            ("Times", {"fields": TIMES}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        shown = ("email_hidden", "role", "status_badge", "auth_provider", "mfa_enabled", *TIMES)
        return [*super().get_readonly_fields(request, obj), *shown]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by, data = self.actor(request), form.cleaned_data
        if change:
            changes = {"full_name": data["full_name"]}
            if data["new_phone"]:
                changes["phone"] = data["new_phone"]
            saved = update_profile(user=obj, changes=changes, by=by)
        else:
            saved = create_user(
                email=data["login"],
                role=data["kind"],
                by=by,
                at=timezone.now(),
                password=data["first_password"],
                full_name=data["full_name"],
                phone=data["new_phone"] or None,
            )
        obj.__dict__.update(saved.__dict__)

    def remove(self, request: HttpRequest, obj: User, *, reason: str, by: Actor, at: datetime) -> None:
        del request
        deactivate_user(user=obj, reason=reason, by=by, at=at)


TIMES = ("created_at", "activated_at", "last_login", "last_activity_at", "locked_until", "deleted_at")
