"""P-2: a pasted e-mail address or phone number becomes its blind index before anything is searched."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from common.admin.scoping import ScopedAdmin
from common.crypto.blind_index import NORMALIZERS, blind_indexes

M = TypeVar("M", bound=Model)
PHONE = re.compile(r"\+?[\d\s().\-/]{7,25}")
PASTED = "pasted-contact"
TOKEN = re.compile(r"(?P<kind>email|phone):(?P<indexes>[0-9a-f]{64}(?:,[0-9a-f]{64})*)")


def contact_token(term: str) -> str:
    """Return `kind:hex,…` for a pasted contact, an empty string for any other term."""
    term = term.strip()
    kind = "email" if "@" in term else "phone" if PHONE.fullmatch(term) else ""
    if not kind:
        return ""
    try:
        indexes = blind_indexes(term, kind=kind)
    except ValueError:
        return ""
    return f"{kind}:{','.join(index.hex() for index in indexes)}"


class ContactSearch(ScopedAdmin[M]):
    """Search box that understands contacts; they never stand in a URL (P-4)."""

    contact_search: ClassVar[Mapping[str, str]] = {}
    """Kind of contact (email, phone) → path to its blind index."""
    plain_search: ClassVar[Mapping[str, str]] = {}
    """Kind of contact → path to a plain column; keys found wait in the session, the term nowhere (P-1)."""
    change_list_template = "house/change_list.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        search_term = search_term.replace("\x00", "")
        token = TOKEN.fullmatch(search_term) or TOKEN.fullmatch(contact_token(search_term))
        if search_term == PASTED:
            return self.search_pasted(request, queryset), False
        if token is None or token["kind"] not in self.contact_search:
            return super().get_search_results(request, queryset, search_term)
        indexes = [bytes.fromhex(index) for index in token["indexes"].split(",")]
        return queryset.filter(Q(**{f"{self.contact_search[token['kind']]}__in": indexes})), False

    def search_pasted(self, request: HttpRequest, queryset: QuerySet[M]) -> QuerySet[M]:
        """Return the rows found by the contact that was pasted last."""
        return queryset.filter(pk__in=request.session.get(self.session_key, []))

    @property
    def session_key(self) -> str:
        return f"search:{self.opts.label_lower}"

    def searched(self, request: HttpRequest, term: str) -> str:
        """Return what stands in the URL for a term of the search box."""
        token = contact_token(term)
        if not token:
            return term
        kind = token.partition(":")[0]
        if kind in self.plain_search:
            found = self.get_queryset(request).filter(**{self.plain_search[kind]: NORMALIZERS[kind](term)})
            request.session[self.session_key] = [str(pk) for pk in found.values_list("pk", flat=True)]
            return PASTED
        return token

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_search"
        return [path("find/", self.admin_site.admin_view(self.search_view), name=name), *super().get_urls()]

    def search_view(self, request: HttpRequest) -> HttpResponse:
        """Turn the posted search box into the list's query string."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        term = request.POST.get(SEARCH_VAR, "")
        kept = {
            name: values
            for name, values in request.POST.lists()
            if name not in {SEARCH_VAR, PAGE_VAR, "csrfmiddlewaretoken"}
        }
        query = {**kept, **({SEARCH_VAR: self.searched(request, term)} if term.strip() else {})}
        target = reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return HttpResponseRedirect(f"{target}?{urlencode(query, doseq=True)}" if query else target)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if contact_token(request.GET.get(SEARCH_VAR, "")) and request.method == "GET":
            query = request.GET.copy()
            query[SEARCH_VAR] = self.searched(request, request.GET.get(SEARCH_VAR, ""))
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        shown = TOKEN.fullmatch(request.GET.get(SEARCH_VAR, ""))
        words = {"email": "a pasted e-mail address", "phone": "a pasted phone number"}
        said = words[shown["kind"]] if shown else ""
        if request.GET.get(SEARCH_VAR) == PASTED:
            said = "a pasted contact"
        context = {"searched_contact": said, **(extra_context or {})}
        return super().changelist_view(request, context)
