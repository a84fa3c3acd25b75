"""Forms of the admin kit, dressed in the theme's input styles."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import HttpRequest

from common.exceptions import DomainError, ValidationFailed

REASON_MIN, REASON_MAX = 10, 500
INPUT = (
    "border border-base-200 bg-white font-medium placeholder-base-400 rounded-default shadow-xs text-sm px-3 py-2 "
    "w-full max-w-2xl text-font-default-light focus:outline-2 focus:-outline-offset-2 focus:outline-primary-600 "
    "group-[.errors]:border-red-600 dark:bg-base-900 dark:border-base-700 dark:text-font-default-dark"
)
CHECKBOX = (
    "appearance-none bg-white border border-base-300 cursor-pointer h-4 w-4 min-w-4 rounded-[4px] relative "
    "hover:border-base-400 checked:bg-primary-600 checked:border-primary-600 checked:after:content-['check'] "
    "after:material-symbols-outlined after:absolute after:text-white after:text-sm after:leading-[14px] "
    "dark:bg-base-900 dark:border-base-700"
)


def dress(field: forms.Field) -> None:
    """Give a plain widget the look of the theme."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs.setdefault("class", CHECKBOX)
    elif not widget.is_hidden and not isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        extra = " appearance-none pr-8!" if isinstance(widget, forms.Select) else ""
        widget.attrs.setdefault("class", INPUT + extra)


def add_refusal(form: forms.BaseForm, refusal: DomainError) -> None:
    """Show a refusal where it belongs: at the fields it names, else above the form."""
    placed = False
    if isinstance(refusal, ValidationFailed):
        for error in refusal.errors:
            name = error.pointer.rpartition("/")[2]
            if name in form.fields:
                form.add_error(name, error.message)
                placed = True
    if not placed:
        form.add_error(None, refusal.detail)


class RefusableForm(forms.ModelForm[Any]):
    """Model form that shows the refusal of the service which was asked to save it."""

    refusal: ClassVar[DomainError | None] = None

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's hook, private to its forms
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
    """Form in front of an action on one row; carries the version that its reader saw (BK-3)."""

    expected_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, obj: Model | None, request: HttpRequest) -> None:
        super().__init__(data, initial={"expected_version": getattr(obj, "version", None)})
        self.obj, self.request = obj, request
        self.prepare()
        for field in self.fields.values():
            dress(field)

    def prepare(self) -> None:
        """Fill choices and first values from `self.obj`."""


class ReasonForm(ActionForm):
    """Asks why."""

    reason = ReasonField()
