"""P-3: clear text of masked columns, once, for a reason, counted and audited."""

from datetime import timedelta
from typing import Any, TypeVar

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from common.admin.codes import REVEAL_CODE
from common.admin.forms import ReasonForm, posted
from common.admin.masking import MaskedAdmin
from common.admin.theme import ThemeCheckboxes
from common.admin.trail import AuditedAdmin
from common.ports import counters

M = TypeVar("M", bound=Model)
REVEALS_PER_HOUR = 30
WINDOW_SECONDS = int(timedelta(hours=1).total_seconds())


class RevealForm(ReasonForm):
    """Asks which columns are needed, and why."""

    fields_wanted = forms.MultipleChoiceField(label="Show", widget=ThemeCheckboxes)
    field_order = ("fields_wanted", "reason")


def count_reveal(user_id: object) -> bool:
    """Count one reveal of the user; False when the hour's allowance was used up before."""
    key, now = f"reveal:{user_id}", timezone.now()
    hits, before = counters.get().hit(keys={key: WINDOW_SECONDS}, at=now)[key]
    elapsed = now.timestamp() % WINDOW_SECONDS / WINDOW_SECONDS
    return hits + before * (1 - elapsed) <= REVEALS_PER_HOUR


class RevealAdmin(MaskedAdmin[M], AuditedAdmin[M]):
    """Adds the page `<id>/reveal/` to every admin with masked columns."""

    reveal_template = "house/reveal.html"

    def get_urls(self) -> list[URLPattern]:
        if not self.masked:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}_reveal"
        view = never_cache(self.admin_site.admin_view(self.reveal_view))
        return [path("<path:object_id>/reveal/", view, name=name), *super().get_urls()]

    def may_reveal(self, request: HttpRequest, obj: M) -> bool:
        """Tell whether the actor may see clear text of this row at all."""
        return bool(self.masked) and self.may(request, REVEAL_CODE, obj)

    def reveal_url(self, obj: M) -> str:
        """Return the address of the reveal page."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_reveal"
        return reverse(name, args=[obj.pk])

    def reveal_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a reason, then show the chosen columns once."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]  # Django's own answer, unknown to the stubs
        if not self.may_reveal(request, obj):
            raise PermissionDenied
        form = RevealForm(posted(request), obj=None, request=request)
        choices = [(name, column.label) for name, column in self.masked.items()]
        form.fields["fields_wanted"].choices = choices  # type: ignore[attr-defined]  # a choice field
        form.fields["fields_wanted"].initial = [name for name, _label in choices]
        values: list[tuple[str, str]] = []
        if request.method == "POST" and form.is_valid():
            wanted = form.cleaned_data["fields_wanted"]
            if self.take_reveal(request, obj, wanted, form.cleaned_data["reason"]):
                values = [(self.masked[name].label, self.masked[name].clear(obj)) for name in wanted]
            else:
                form.add_error(
                    None, f"You have used your {REVEALS_PER_HOUR} reveals of this hour; try again later."
                )
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "Reveal personal data",
            "subtitle": str(obj),
            "opts": self.opts,
            "object": obj,
            "form": form,
            "values": values,
            "back_url": self.page_url(obj),
        }
        return TemplateResponse(request, self.reveal_template, context)

    def take_reveal(self, request: HttpRequest, obj: M, wanted: list[str], reason: str) -> bool:
        """Count and audit one reveal; False when the allowance is used up."""
        if not count_reveal(self.actor(request).id):
            return False
        self.record(
            request,
            action="view",
            obj=obj,
            station_id=self.station_of(obj),
            permissions=[REVEAL_CODE],
            details={"fields": wanted},
            reason=reason,
        )
        return True

    def page_url(self, obj: M) -> str:
        """Return the address of the row's own page."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[obj.pk])
