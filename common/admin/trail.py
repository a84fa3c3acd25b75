"""P-7: whatever is written through a page leaves a row in the audit trail."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest

from common.admin.scoping import ScopedAdmin
from common.ports import audit_trail

if TYPE_CHECKING:
    from django.forms import BaseModelFormSet, ModelForm

    from common.privacy import Classification

M = TypeVar("M", bound=Model)


def plain(value: object) -> object:
    """Return a value that JSON can hold, text for whatever JSON does not know."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)


def changed_fields(form: "ModelForm[Any]") -> dict[str, Any]:
    """Return field → old and new value; of what is not public only that it changed."""
    privacy: Classification | None = getattr(type(form.instance), "privacy", None)
    changes: dict[str, Any] = {}
    for name in form.changed_data:
        if name == "seen":
            continue
        if privacy is not None and privacy.of(name) == "public":
            changes[name] = {"old": plain(form.initial.get(name)), "new": plain(form.cleaned_data.get(name))}
        else:
            changes[name] = "changed"
    return changes


class AuditedAdmin(ScopedAdmin[M]):
    """Admin whose saves are audited; services that audit themselves set `audits_saves = False`."""

    audits_saves = True

    def record(
        self,
        request: HttpRequest,
        *,
        action: str,
        obj: Model,
        station_id: UUID | None,
        permissions: Sequence[str],
        details: Mapping[str, Any] | None = None,
        reason: str = "",
    ) -> None:
        """Append one row to the audit trail."""
        audit_trail.get().record(
            action=action,
            resource_type=str(obj._meta.model_name),
            resource_id=str(obj.pk),
            by=self.actor(request),
            station_id=station_id,
            permissions=[code for code in permissions if code],
            details=details,
            reason=reason,
        )

    def save_model(self, request: HttpRequest, obj: M, form: "ModelForm[Any]", change: bool) -> None:
        super().save_model(request, obj, form, change)
        if self.audits_saves:
            self.record(
                request,
                action="update" if change else "create",
                obj=obj,
                station_id=self.station_of(obj),
                permissions=[self.codes.change if change else self.codes.add],
                details={"changed": changed_fields(form)},
            )

    def save_formset(
        self,
        request: HttpRequest,
        form: "ModelForm[Any]",
        formset: "BaseModelFormSet[Any, Any]",
        change: bool,
    ) -> None:
        super().save_formset(request, form, formset, change)
        written = [("create", row) for row in formset.new_objects]
        written += [("update", row) for row, _fields in formset.changed_objects]
        forms = {id(child.instance): child for child in formset.forms}
        for action, row in written:
            self.record(
                request,
                action=action,
                obj=row,
                station_id=self.station_of(form.instance),
                permissions=[self.codes.change],
                details={"changed": changed_fields(forms[id(row)])},
            )
