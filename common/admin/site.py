"""The admin site of the house; `config` wires who acts and what the first page shows."""

from abc import abstractmethod
from functools import partial
from typing import Any, cast

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone

from common.actors import Actor
from common.admin.site_pages import SitePage, site_pages
from common.admin.theme import ThemeSite
from common.admin.to_do import read_to_do

ACTOR_ATTRIBUTE = "_house_actor"


class PostedAutocomplete(AutocompleteJsonView):
    """Autocomplete whose term comes in the body: a pasted contact must not stand in a URL (P-4)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer like GET, with the posted term."""
        request.GET = request.POST
        return self.get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        """Return matches among the rows that forms may offer."""
        choosable = getattr(self.model_admin, "choosable", None)
        rows = super().get_queryset()
        return cast("QuerySet[Any]", choosable(rows)) if choosable else rows

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        """Name the row as its own admin names it to people."""
        label = getattr(self.model_admin, "row_label", str)
        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}


class HouseAdminSite(ThemeSite):
    """Site without the stock bulk delete; knows the actor behind each request."""

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    @abstractmethod
    def build_actor(self, request: HttpRequest) -> Actor:
        """Return the actor of the signed-in user; called once per request."""

    def actor(self, request: HttpRequest) -> Actor:
        """Return the actor of the request, made on first use."""
        actor = getattr(request, ACTOR_ATTRIBUTE, None)
        if actor is None:
            actor = self.build_actor(request)
            setattr(request, ACTOR_ATTRIBUTE, actor)
        return cast("Actor", actor)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Mount the pages of the apps before the lists of their tables."""
        pages: list[URLPattern | URLResolver] = [
            path(page.route, self.admin_view(partial(self.page_view, page)), name=page.name)
            for page in site_pages
        ]
        return [*pages, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the first page, with what waits for a decision."""
        waiting = read_to_do(actor=self.actor(request), at=timezone.now())
        context = {"waiting": [kind for kind in waiting if kind.count], "decides": bool(waiting)}
        return super().index(request, {**context, **(extra_context or {})})

    def page_view(self, page: SitePage, request: HttpRequest) -> HttpResponse:
        """Show a page to those for whom it opens (R-4)."""
        if not page.opens_for(self.actor(request)):
            raise PermissionDenied
        return page.view(request, self)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast("HttpResponse", PostedAutocomplete.as_view(admin_site=self)(request))
