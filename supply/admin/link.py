"""Links: asked for by consumers, decided by suppliers; administrators may do either for them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from common.admin.actions import ActionCall
from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.theme import ChoicesFilter, DateRangeFilter
from supply.admin.labels import link_badge
from supply.admin.pages import EXCHANGE, ExchangeAdmin, Move, as_seen
from supply.enums import LinkStatus
from supply.models import Link
from supply.services.links import WORDS, move_link, request_link


class MoveLink(Move[Link]):
    def run(self, call: ActionCall[Link]) -> str:
        link = move_link(link=call.obj, to=self.to, by=call.by, at=call.at, check_version=as_seen(call))
        return f"The link was {WORDS[LinkStatus(link.status)]}."


class Accept(MoveLink):
    name = "accept"
    label = "Accept"
    icon = "handshake"
    to = LinkStatus.ACCEPTED
    leaves = frozenset({LinkStatus.PENDING})
    explanation = "The consumer sees the catalogue and may order."


class Deny(MoveLink):
    name = "deny"
    label = "Deny"
    icon = "block"
    to = LinkStatus.DENIED
    leaves = frozenset({LinkStatus.PENDING})
    destructive = True
    explanation = "The consumer is told; the link can be reopened later."


class Reopen(MoveLink):
    name = "reopen"
    label = "Reopen"
    icon = "restart_alt"
    to = LinkStatus.PENDING
    leaves = frozenset({LinkStatus.DENIED})
    explanation = "The request waits for a decision again."


class Block(MoveLink):
    name = "block"
    label = "Block"
    icon = "do_not_disturb_on"
    to = LinkStatus.BLOCKED
    leaves = frozenset({LinkStatus.ACCEPTED})
    destructive = True
    explanation = (
        "For good: no catalogue and no new orders; orders of the past stay readable and can be moved on."
    )


class LinkForm(RefusableForm):
    class Meta:
        model = Link
        fields = ("consumer", "supplier")


@admin.register(Link)
class LinkAdmin(ExchangeAdmin[Link]):
    codes = AdminCodes(view=EXCHANGE, add=EXCHANGE)
    audits_saves = False
    form = LinkForm
    autocomplete_fields = ("consumer", "supplier")
    list_select_related = ("consumer", "supplier")
    list_display = ("consumer_name", "supplier_name", "state", "created_at", "updated_at")
    list_filter = (
        ("status", ChoicesFilter),
        ("supplier", ScopedRelatedFilter),
        ("created_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("consumer__organization_name", "supplier__company_name")
    search_help_text = "Consumer or supplier"
    object_actions = (Accept, Deny, Reopen, Block)
    bulk_actions = (Accept, Deny)

    @admin.display(description="Consumer", ordering="consumer__organization_name")
    def consumer_name(self, link: Link) -> str:
        return link.consumer.organization_name

    @admin.display(description="Supplier", ordering="supplier__company_name")
    def supplier_name(self, link: Link) -> str:
        return link.supplier.company_name

    @admin.display(description="State", ordering="status")
    def state(self, link: Link) -> SafeString:
        return link_badge(link)

    def get_fieldsets(self, request: HttpRequest, obj: Link | None = None) -> Any:
        shown = ("consumer", "supplier", "state", "created_at", "updated_at")
        return ((None, {"fields": ("consumer", "supplier") if obj is None else shown}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Link | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "state"]

    def save_model(self, request: HttpRequest, obj: Link, form: Any, change: bool) -> None:
        saved = request_link(
            consumer=obj.consumer, supplier=obj.supplier, by=self.actor(request), at=timezone.now()
        )
        obj.__dict__.update(saved.__dict__)

    def row_label(self, obj: Link) -> str:
        return f"{obj.consumer.organization_name} and {obj.supplier.company_name}"
