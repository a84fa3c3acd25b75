"""Roles, their codes and who holds them; system roles are reference data (R-1)."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from common.actors import Actor
from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.options import HouseModelAdmin, ReadOnlyAdmin
from common.admin.theme import BooleanFilter, ThemeCheckboxes
from identity.models import Permission, Role, RolePermission, UserRole
from identity.permissions import CODES
from identity.selectors.people import list_people
from identity.services.roles import (
    assign_role,
    create_role,
    delete_role,
    set_role_active,
    set_role_codes,
    withdraw_role,
)

READ = AdminCodes(view="user.read")


class RoleForm(RefusableForm):
    codes = forms.MultipleChoiceField(
        choices=[(code, code) for code in CODES], required=False, widget=ThemeCheckboxes
    )

    class Meta:
        model = Role
        fields = ("name", "display_name", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            held = self.instance.role_permissions.values_list("permission__code", flat=True)
            self.initial["codes"] = sorted(held)


@admin.register(Role)
class RoleAdmin(HouseModelAdmin[Role]):
    codes = AdminCodes(view="user.read", add="role.assign", change="role.assign", delete="role.assign")
    audits_saves = False
    form = RoleForm
    list_display = ("display_name", "name", "is_system_role", "is_active")
    list_filter = (("is_system_role", BooleanFilter), ("is_active", BooleanFilter))
    search_fields = ("name", "display_name")
    ordering = ("-is_system_role", "name")

    def get_fieldsets(self, request: HttpRequest, obj: Role | None = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            names: tuple[str, ...] = ("name", "display_name", "is_system_role", "is_active", "code_list")
        else:
            names = ("name", "display_name", "codes") if obj is None else ("name", "is_active", "codes")
        return ((None, {"fields": names}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> list[Any]:
        fixed = [*super().get_readonly_fields(request, obj), "code_list", "is_system_role"]
        return fixed if obj is None else [*fixed, "name"]

    @admin.display(description="Codes")
    def code_list(self, role: Role) -> str:
        return ", ".join(sorted(role.role_permissions.values_list("permission__code", flat=True)))

    def has_change_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not obj.is_system_role)

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_system_role)

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        by, at, data = self.actor(request), timezone.now(), form.cleaned_data
        if not change:
            saved = create_role(
                name=data["name"], display_name=data["display_name"], codes=data["codes"], by=by, at=at
            )
            obj.__dict__.update(saved.__dict__)
            return
        if "codes" in form.changed_data:
            set_role_codes(role=obj, codes=data["codes"], by=by, at=at)
        if "is_active" in form.changed_data:
            set_role_active(role=obj, is_active=data["is_active"], by=by, at=at)

    def remove(self, request: HttpRequest, obj: Role, *, reason: str, by: Actor, at: datetime) -> None:
        del request
        delete_role(role=obj, reason=reason, by=by, at=at)


@admin.register(Permission)
class PermissionAdmin(ReadOnlyAdmin[Permission]):
    codes = READ
    list_display = ("code", "resource", "action", "display_name")
    search_fields = ("code",)
    ordering = ("code",)


@admin.register(RolePermission)
class RolePermissionAdmin(ReadOnlyAdmin[RolePermission]):
    codes = READ
    list_select_related = ("role", "permission")
    list_display = ("role", "permission", "created_at")
    list_filter = (("role", ScopedRelatedFilter),)
    search_fields = ("permission__code", "role__name")


@admin.register(UserRole)
class UserRoleAdmin(HouseModelAdmin[UserRole]):
    codes = AdminCodes(view="user.read", add="role.assign", delete="role.assign")
    audits_saves = False
    autocomplete_fields = ("user",)
    list_select_related = ("user", "role")
    list_display = ("person", "role", "created_at")
    list_filter = (("role", ScopedRelatedFilter),)
    search_fields = ("user__full_name",)
    search_help_text = "Name"
    fieldsets = ((None, {"fields": ("user", "role")}),)

    @admin.display(description="User", ordering="user__full_name")
    def person(self, assignment: UserRole) -> str:
        return assignment.user.full_name or str(assignment.user)

    def visible_rows(self, queryset: QuerySet[UserRole], actor: Actor) -> QuerySet[UserRole]:
        return queryset.filter(user__in=list_people(actor).values("pk"))

    def save_model(self, request: HttpRequest, obj: UserRole, form: Any, change: bool) -> None:
        del form, change
        saved = assign_role(user=obj.user, role=obj.role, by=self.actor(request), at=timezone.now())
        obj.__dict__.update(saved.__dict__)

    def remove(self, request: HttpRequest, obj: UserRole, *, reason: str, by: Actor, at: datetime) -> None:
        withdraw_role(user=obj.user, role=obj.role, by=by, at=at)
        self.record(
            request, action="delete", obj=obj, station_id=None, permissions=[self.codes.delete], reason=reason
        )
