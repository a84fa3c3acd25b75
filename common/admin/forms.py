"""Forms of the admin kit, dressed in the theme's input styles."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import Model, Q, UniqueConstraint
from django.http import HttpRequest, QueryDict

from common.admin.theme import CHECKBOX_STYLE, INPUT_STYLE, TypedModelForm
from common.exceptions import DomainError, ValidationFailed, VersionConflict
from common.reasons import REASON_MAX, REASON_MIN

VERSION = re.compile(r"[0-9]{1,9}")


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form is bound to: the body of a POST, which may well be empty, or nothing."""
    return request.POST if request.method == "POST" else None


def dress(field: forms.Field) -> None:
    """Give a plain widget the look of the theme."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs.setdefault("class", CHECKBOX_STYLE)
    elif not widget.is_hidden and not isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        widget.attrs.setdefault("class", INPUT_STYLE)


def add_refusal(form: forms.BaseForm, refusal: DomainError) -> None:
    """Show a refusal where it belongs: at the fields it names, else above the form."""
    placed = False
    if isinstance(refusal, ValidationFailed):
        for error in refusal.errors:
            first, _, rest = error.pointer.lstrip("/").partition("/")
            words = f"{rest}: {error.message}" if rest else error.message
            for name in (first, f"new_{first}"):
                if name in form.fields:
                    form.add_error(name, words)
                    placed = True
    if not placed:
        form.add_error(None, refusal.detail)


def stamp(obj: Model) -> str:
    """Return what changes with every write of the row: its version, else the instant of its last save."""
    version, updated_at = getattr(obj, "version", None), getattr(obj, "updated_at", None)
    return str(version) if version is not None else updated_at.isoformat() if updated_at else ""


class SeenField(forms.CharField):
    """Carries the stamp of the row that the form's reader saw (BK-3); checked by `check_seen`."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)


def check_seen(seen: str, row: Model | None) -> str:
    """Return the stamp in the shape that the row has one, an empty string for a new row.

    Raises ValidationError without it: the client does not choose whether it overwrites what others wrote.
    """
    current = stamp(row) if row is not None and not row._state.adding else ""
    if not current:
        return ""
    if not (VERSION.fullmatch(seen) if VERSION.fullmatch(current) else is_instant(seen)):
        raise forms.ValidationError("Load the page again; it must say which state of the record you saw.")
    return seen


def is_instant(text: str) -> bool:
    """Tell whether the text is a date and time with its offset."""
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def names_in(condition: Q) -> set[str]:
    """Return the columns that a condition speaks of."""
    names: set[str] = set()
    for part in condition.children:
        if isinstance(part, Q):
            names |= names_in(part)
        elif isinstance(part, tuple):
            names.add(part[0].partition("__")[0])
    return names


class RefusableForm(TypedModelForm[Any]):
    """Model form that shows its service's refusal, and refuses a row that changed under its reader (BK-3)."""

    refusal: ClassVar[DomainError | None] = None
    seen = SeenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["seen"] = stamp(self.instance)
        columns = {column.name: column for column in self._meta.model._meta.fields}
        for name, field in self.fields.items():
            if name in self.declared_fields:
                dress(field)
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
            if isinstance(field, forms.CharField) and name in columns and columns[name].null:
                # Nothing is NULL in the table, so an empty box is no change.
                field.empty_value = None

    def clean_seen(self) -> str:
        return check_seen(self.cleaned_data["seen"], self.instance)

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        seen, instance = self.cleaned_data.get("seen"), self.instance
        if seen and not instance._state.adding and seen != stamp(instance):
            self.add_error(None, VersionConflict(current_version=stamp(instance)).detail)
        return data

    def check_conditional_keys(self) -> None:
        """Refuse duplicates of keys whose condition names columns that no form shows: Django skips those."""
        exclude: set[str] = self._get_validation_exclusions()  # type: ignore[attr-defined]  # Django's, private
        model = self._meta.model
        for key in model._meta.constraints:
            if not isinstance(key, UniqueConstraint) or key.condition is None:
                continue
            hidden = (names_in(key.condition) & exclude) - set(self.fields) - set(key.fields)
            if hidden:
                try:
                    key.validate(model, self.instance, exclude=exclude - hidden)
                except forms.ValidationError as refusal:
                    self.add_error(None, refusal)

    @property
    def seen_at(self) -> datetime | None:
        """The instant of the last save that the form's reader saw."""
        seen = self.cleaned_data.get("seen")
        return datetime.fromisoformat(seen) if seen else None

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's hook, private to its forms
        self.check_conditional_keys()
        if self.refusal is not None:
            add_refusal(self, self.refusal)


class ReasonField(forms.CharField):
    """Why somebody does it: at least ten characters of words."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Reason")
        kwargs.setdefault("help_text", f"At least {REASON_MIN} characters; kept in the audit log.")
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(min_length=REASON_MIN, max_length=REASON_MAX, strip=True, **kwargs)


class ActionForm(forms.Form):
    """Form in front of an action on one row; carries the stamp of the row that its reader saw (BK-3).

    Without a row, in bulk or for what overwrites nothing, it carries none.
    """

    seen = SeenField()

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, obj: Model | None, request: HttpRequest
    ) -> None:
        super().__init__(data, initial={"seen": stamp(obj) if obj is not None else ""})
        self.obj, self.request = obj, request
        self.prepare()
        for field in self.fields.values():
            dress(field)

    def clean_seen(self) -> str:
        return check_seen(self.cleaned_data["seen"], self.obj)

    def prepare(self) -> None:
        """Fill choices and first values from `self.obj`."""

    def take_from_query(self, names: Sequence[str]) -> None:
        """Take valid first values of these fields from the query of the link that led here."""
        for name in names:
            given = self.request.GET.get(name)
            if given is None or name not in self.fields:
                continue
            try:
                self.fields[name].clean(given)
            except forms.ValidationError:
                continue
            self.initial[name] = given


class ReasonForm(ActionForm):
    """Asks why."""

    reason = ReasonField()
