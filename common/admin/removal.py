"""Deleting: always with a reason, soft wherever the table can, never by the stock page."""

from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from common.actors import Actor
from common.admin.actions import ActionAdmin
from common.admin.forms import ReasonForm, add_refusal, posted
from common.exceptions import DomainError
from common.removal import remove_row

M = TypeVar("M", bound=Model)


class RemovalAdmin(ActionAdmin[M]):
    """Replaces Django's delete page by a confirmation that asks why."""

    removal_explanation = ""

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for the reason, then remove the row."""
        del extra_context
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]  # Django's own answer, unknown to the stubs
        if not self.has_delete_permission(request, obj):
            raise PermissionDenied
        form = ReasonForm(posted(request), obj=None, request=request)
        if request.method == "POST" and form.is_valid():
            label = str(obj)
            try:
                self.remove(
                    request,
                    obj,
                    reason=form.cleaned_data["reason"],
                    by=self.actor(request),
                    at=timezone.now(),
                )
            except DomainError as error:
                add_refusal(form, error)
            else:
                messages.success(request, f"{label} was deleted.")
                name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist"
                return HttpResponseRedirect(reverse(name))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Delete {self.opts.verbose_name}",
            "subtitle": str(obj),
            "opts": self.opts,
            "object": obj,
            "form": form,
            "danger": True,
            "explanation": self.removal_explanation,
            "back_url": self.page_url(obj),
        }
        return TemplateResponse(request, "house/delete.html", context)

    def remove(self, request: HttpRequest, obj: M, *, reason: str, by: Actor, at: datetime) -> None:
        """Delete the row, softly where its table can; a model with a service of its own calls that."""
        del request
        remove_row(
            obj=obj,
            reason=reason,
            by=by,
            at=at,
            station_id=self.station_of(obj),
            permissions=[self.codes.delete],
        )
