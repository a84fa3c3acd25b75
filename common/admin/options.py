"""The ModelAdmin of the house: every app's admin classes stand on these."""

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib.admin import ShowFacets
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from common.admin.forms import RefusableForm
from common.admin.paginator import EstimatingPaginator
from common.admin.removal import RemovalAdmin
from common.admin.scoping import ScopedChoices
from common.admin.search import ContactSearch
from common.admin.theme import ThemeTabularInline
from common.exceptions import DomainError

if TYPE_CHECKING:
    from django.forms import ModelForm

M = TypeVar("M", bound=Model)
P = TypeVar("P", bound=Model)


class HouseModelAdmin(ContactSearch[M], RemovalAdmin[M]):
    """Scoped, masked, audited, searchable; newest rows first by their time-ordered key."""

    form = RefusableForm
    paginator = EstimatingPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 200
    ordering: ClassVar[tuple[str, ...]] = ("-id",)
    view_on_site = False
    warn_unsaved_form = True
    change_form_before_template = "house/seen.html"
    object_history_template = "house/object_history.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the page again, with the refusal in words, when a service refused to save it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            request._house_refusal = refusal  # type: ignore[attr-defined]  # noqa: SLF001 -- lives as long as the request
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[M]]":
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "_house_refusal", None)
        return type(form.__name__, (form,), {"refusal": refusal}) if refusal else form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj: M | None = kwargs.get("obj")
        if obj is not None and kwargs.get("change"):
            context["actions_detail"] = self.offered_actions(request, obj)
            context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)


class ReadOnlyAdmin(HouseModelAdmin[M]):
    """Ledgers and logs: to be read, never written."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        del request, obj
        return False


class HouseInline(ScopedChoices, ThemeTabularInline[M, P]):
    """Children edited on their parent's page, with the parent's rights."""

    extra = 0
    hide_title = True

    def get_readonly_fields(self, request: HttpRequest, obj: P | None = None) -> list[Any]:
        """Return the declared ones and those of the shown columns that no form can edit."""
        declared = [*super().get_readonly_fields(request, obj)]
        fixed = {column.name for column in self.opts.fields if not column.editable}
        return [*declared, *(name for name in self.fields or () if name in fixed)]

    def parent_may_change(self, request: HttpRequest, obj: Any) -> bool:
        """Ask the parent's page."""
        parent = self.admin_site._registry[self.parent_model]  # noqa: SLF001 -- Django's own pages look there too
        return bool(parent.has_change_permission(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        parent = self.admin_site._registry[self.parent_model]  # noqa: SLF001 -- Django's own pages look there too
        return bool(parent.has_view_permission(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return self.parent_may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return self.parent_may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        del request, obj
        return False


class ReadOnlyInline(HouseInline[M, P]):
    """Children shown on their parent's page."""

    def has_add_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        del request, obj
        return False

    def has_change_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        del request, obj
        return False
