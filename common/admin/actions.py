"""Actions on one row or on chosen rows: a small form, one service call per row, refusals in words."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from common.actors import Actor
from common.admin.forms import VERSION, ActionForm, add_refusal, is_instant, posted, stamp
from common.admin.record_links import links_of
from common.admin.reveal import RevealAdmin
from common.admin.theme import ActionVariant
from common.exceptions import DomainError

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCall(Generic[M]):
    """What an action gets: the row, the form's answers, who acts and when."""

    obj: M
    data: Mapping[str, Any]
    by: Actor
    at: datetime

    @property
    def expected_version(self) -> int | None:
        """The version that the form's reader saw."""
        seen: str = self.data.get("seen") or ""
        return int(seen) if VERSION.fullmatch(seen) else None

    @property
    def seen_at(self) -> datetime | None:
        """The instant of the last save that the form's reader saw."""
        seen: str = self.data.get("seen") or ""
        return datetime.fromisoformat(seen) if is_instant(seen) else None


class ObjectAction(ABC, Generic[M]):
    """One thing that staff can do to a row; `run` calls one service and returns what to tell them."""

    name: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str] = "bolt"
    code: ClassVar[str]
    form_class: ClassVar[type[ActionForm]] = ActionForm
    explanation: ClassVar[str] = ""
    destructive: ClassVar[bool] = False
    primary: ClassVar[bool] = True
    """A button of its own; the others stand behind "More"."""
    from_query: ClassVar[tuple[str, ...]] = ()
    """Fields whose first values a link may say in its query; alternatives then become such links."""

    def is_offered(self, obj: M) -> bool:
        """Tell whether the action makes sense in the row's present state; the service decides."""
        del obj
        return True

    @abstractmethod
    def run(self, call: ActionCall[M]) -> str | HttpResponse:
        """Do it and return what to tell, or a file; raises DomainError when a rule refuses."""


class ActionAdmin(RevealAdmin[M]):
    """Adds a page `<id>/do/<name>/` per object action, and confirmed bulk actions to the list."""

    object_actions: ClassVar[tuple[type[ObjectAction[Any]], ...]] = ()
    bulk_actions: ClassVar[tuple[type[ObjectAction[Any]], ...]] = ()
    bulk_limit: ClassVar[int] = 100
    buttons_shown: ClassVar[int] = 4
    """So many primary actions have a button of their own, the first of `object_actions` that are offered."""
    action_template = "house/action.html"
    bulk_template = "house/bulk_action.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_do"
        view = self.admin_site.admin_view(self.action_view)
        return [path("<path:object_id>/do/<slug:action>/", view, name=name), *super().get_urls()]

    def offered_actions(self, request: HttpRequest, obj: M) -> list[dict[str, Any]]:
        """Return the buttons of a row's page, in the theme's shape."""
        buttons = [
            self.button(link.label, link.icon, link.url(obj))
            for link in links_of(self.opts.label)
            if self.may(request, link.code, obj)
        ]
        first: list[dict[str, Any]] = []
        more: list[dict[str, Any]] = []
        for action in self.object_actions:
            if self.may(request, action.code, obj) and action().is_offered(obj):
                url = self.action_url(obj, action.name)
                button = self.button(action.label, action.icon, url, danger=action.destructive)
                (first if action.primary else more).append(button)
        # What does not fit beside the title stands behind "More" too, before the rest.
        buttons, more = [*buttons, *first[: self.buttons_shown]], [*first[self.buttons_shown :], *more]
        if self.may_reveal(request, obj):
            more.append(self.button("Reveal personal data", "visibility", self.reveal_url(obj)))
        if len(more) > 1:
            return [
                *buttons,
                {"title": "More", "icon": "more_horiz", "variant": ActionVariant.DEFAULT, "items": more},
            ]
        return [*buttons, *more]

    @staticmethod
    def button(title: str, icon: str, url: str, *, danger: bool = False) -> dict[str, Any]:
        """Return one button as the theme's templates read it."""
        variant = ActionVariant.DANGER if danger else ActionVariant.DEFAULT
        return {"title": title, "icon": icon, "path": url, "variant": variant, "attrs": {}, "dialog": None}

    def action_url(self, obj: M, action: str) -> str:
        """Return the address of an action's form."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_do"
        return reverse(name, args=[obj.pk, action])

    def action_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """Show the action's form, run it when it is posted."""
        chosen = next((item for item in self.object_actions if item.name == action), None)
        if chosen is None:
            raise Http404
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]  # Django's own answer, unknown to the stubs
        if not self.may(request, chosen.code, obj):
            raise PermissionDenied
        form = chosen.form_class(posted(request), obj=obj, request=request)
        form.take_from_query(chosen.from_query)
        refusal: DomainError | None = None
        if request.method == "POST" and form.is_valid():
            try:
                told = self.run_action(request, chosen, obj, form.cleaned_data)
            except DomainError as error:
                refusal = error
                add_refusal(form, error)
            else:
                if isinstance(told, HttpResponse):
                    return told
                messages.success(request, told)
                return HttpResponseRedirect(self.way_back(request, obj))
        context = {
            **self.admin_site.each_context(request),
            "title": chosen.label,
            "subtitle": str(obj),
            "opts": self.opts,
            "object": obj,
            "action": chosen,
            "danger": chosen.destructive,
            "form": form,
            "alternatives": refusal.extra.get("alternatives", ()) if refusal else (),
            "back_url": self.way_back(request, obj),
            **self.action_context(request, obj),
        }
        return TemplateResponse(
            request, self.action_template, context, status=refusal.status if refusal else 200
        )

    def way_back(self, request: HttpRequest, obj: M) -> str:
        """Return where an action leads in the end: to the page of this site named `back`, or the row's."""
        back = request.GET.get("back", "")
        home = reverse(f"{self.admin_site.name}:index")
        is_ours = back.startswith(home) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return back if is_ours else self.page_url(obj)

    def action_context(self, request: HttpRequest, obj: M) -> dict[str, Any]:
        """Return what an action's page shows beside its form."""
        del request, obj
        return {}

    def run_action(
        self, request: HttpRequest, action: type[ObjectAction[Any]], obj: M, data: Mapping[str, Any]
    ) -> str | HttpResponse:
        """Call the action's service for one row."""
        return action().run(ActionCall(obj=obj, data=data, by=self.actor(request), at=timezone.now()))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the bulk actions whose code reaches anything; there are no stock ones."""
        actions: dict[str, Any] = {}
        for item in self.bulk_actions:
            if self.may(request, item.code):
                actions[item.name] = (bulk_view(item), item.name, item.label)
        return actions

    def run_in_bulk(
        self, request: HttpRequest, action: type[ObjectAction[Any]], rows: QuerySet[M]
    ) -> HttpResponse | None:
        """Confirm first, then one service call per row; each refusal is told by row."""
        chosen = list(rows[: self.bulk_limit + 1])
        if len(chosen) > self.bulk_limit:
            messages.error(request, f"At most {self.bulk_limit} rows at once; choose fewer.")
            return None
        confirmed = "confirmed" in request.POST
        form = action.form_class(request.POST if confirmed else None, obj=None, request=request)
        if not (confirmed and form.is_valid()):
            context = {
                **self.admin_site.each_context(request),
                "title": action.label,
                "opts": self.opts,
                "action": action,
                "rows": chosen,
                "form": form,
                "checkbox": ACTION_CHECKBOX_NAME,
                "back_url": request.get_full_path(),
            }
            return TemplateResponse(request, self.bulk_template, context)
        done = 0
        for obj in chosen:
            if not self.may(request, action.code, obj):
                messages.error(request, f"{obj}: you may not do this here.")
                continue
            data = {**form.cleaned_data, "seen": stamp(obj)}
            try:
                self.run_action(request, action, obj, data)
            except DomainError as error:
                messages.error(request, f"{obj}: {error.detail}")
            else:
                done += 1
        if done:
            messages.success(request, f"{action.label}: {done} of {len(chosen)} done.")
        return None


def bulk_view(action: type[ObjectAction[Any]]) -> Any:
    """Return the function that Django's action machinery calls for the action."""

    def run(admin: ActionAdmin[Any], request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        return admin.run_in_bulk(request, action, rows)

    return run
