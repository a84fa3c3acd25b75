"""Accounts: rights move through the services of R-5 and R-6, never by a form field."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from common.actors import Actor
from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.forms import RefusableForm
from common.admin.options import HouseModelAdmin
from common.admin.theme import ChoicesFilter
from common.crypto.mask import mask_email
from identity.admin.user_actions import ACTIONS
from identity.enums import StationStatus, UserRole, UserStatus
from identity.models import User
from identity.policies import may_create_account, vouches_for_emails
from identity.selectors.people import list_people
from identity.selectors.stations import list_active_stations, list_stations
from identity.services.account_states import (
    deactivate_user,
)
from identity.services.accounts import create_user, update_profile
from identity.services.invitations import invite_user

TONES = {UserStatus.ACTIVE: "success", UserStatus.PENDING: "info", UserStatus.SUSPENDED: "danger"}


class UserForm(RefusableForm):
    """Name and phone; kind, status and roles have actions of their own."""

    new_phone = forms.CharField(label="New phone", max_length=25, required=False)

    class Meta:
        model = User
        fields = ("full_name",)


class NewUserForm(RefusableForm):
    """An invitation (AU-13), or, by an owner, an account with its first password (AU-6, AU-12)."""

    login = forms.EmailField(label="E-mail", max_length=255)
    kind = forms.ChoiceField(choices=UserRole.choices)
    stations = forms.ModelMultipleChoiceField(
        queryset=list_active_stations(), required=False, help_text="Where staff will work."
    )
    first_password = forms.CharField(
        max_length=128,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Empty: an invitation is mailed. Staff: at least 12 characters.",
    )

    new_phone = forms.CharField(label="Phone", max_length=25, required=False)

    class Meta:
        model = User
        fields = ("full_name",)


@admin.register(User)
class UserAdmin(HouseModelAdmin[User]):
    codes = AdminCodes(view="user.read", add="user.invite", change="user.disable", delete="user.disable")
    audits_saves = False
    object_actions = ACTIONS
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
            mine = list_stations(actor, code="user.invite").filter(status=StationStatus.ACTIVE)
            # The declared fields belong to every request; this form gets its own.
            own = {name: deepcopy(field) for name, field in form.base_fields.items()}
            own["kind"].choices = kinds  # type: ignore[attr-defined]  # a choice field
            own["stations"].queryset = mine.order_by("code", "pk")  # type: ignore[attr-defined]  # same
            if not vouches_for_emails(actor):
                del own["first_password"]
            form.base_fields = own
        return form

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ((None, {"fields": self.new_fields(request)}),)
        phones = (
            ("phone_masked", "new_phone") if self.has_change_permission(request, obj) else ("phone_masked",)
        )
        return (
            (None, {"fields": ("full_name", "email_hidden", *phones)}),
            ("Account", {"fields": ("role", "status_badge", "auth_provider", "mfa_enabled")}),
            ("Times", {"fields": TIMES}),
        )

    def new_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Return the fields of a new account; only an owner sets a first password."""
        fields = ("login", "full_name", "kind", "stations", "new_phone")
        return (*fields, "first_password") if vouches_for_emails(self.actor(request)) else fields

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
        elif data.get("first_password"):
            saved = create_user(
                email=data["login"],
                role=data["kind"],
                by=by,
                at=timezone.now(),
                password=data["first_password"],
                full_name=data["full_name"],
                phone=data["new_phone"] or None,
            )
        else:
            saved = invite_user(
                email=data["login"],
                role=data["kind"],
                full_name=data["full_name"],
                phone=data["new_phone"] or None,
                stations=list(data["stations"]),
                by=by,
                at=timezone.now(),
            )
        obj.__dict__.update(saved.__dict__)

    def remove(self, request: HttpRequest, obj: User, *, reason: str, by: Actor, at: datetime) -> None:
        del request
        deactivate_user(user=obj, reason=reason, by=by, at=at)


TIMES = ("created_at", "activated_at", "last_login", "last_activity_at", "locked_until", "deleted_at")
