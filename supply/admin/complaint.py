"""Complaints: escalated and settled by the people they name, by administrators for them."""

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString

from common.admin.actions import ActionCall
from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import ActionForm
from common.admin.theme import ChoicesFilter, DateRangeFilter
from supply.admin.labels import complaint_badge, excerpt, person
from supply.admin.pages import EXCHANGE, ExchangeReadOnlyAdmin, Move, as_seen
from supply.enums import ComplaintStatus
from supply.models import Complaint
from supply.services.complaints import move_complaint


class ResolutionForm(ActionForm):
    resolution = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000, help_text="The consumer reads it."
    )


class MoveComplaint(Move[Complaint]):
    def run(self, call: ActionCall[Complaint]) -> str:
        complaint = move_complaint(
            complaint=call.obj,
            to=self.to,
            resolution=call.data.get("resolution"),
            by=call.by,
            at=call.at,
            check_version=as_seen(call),
        )
        return f"The complaint is {complaint.get_status_display().lower()}."


class Escalate(MoveComplaint):
    name = "escalate"
    label = "Escalate"
    icon = "priority_high"
    to = ComplaintStatus.ESCALATED
    leaves = frozenset({ComplaintStatus.OPEN})
    explanation = "The manager and the owner of the supplier are told."


class Resolve(MoveComplaint):
    name = "resolve"
    label = "Resolve"
    icon = "task_alt"
    to = ComplaintStatus.RESOLVED
    leaves = frozenset({ComplaintStatus.OPEN, ComplaintStatus.ESCALATED})
    form_class = ResolutionForm
    explanation = "For good; the consumer is told how it was settled."


@admin.register(Complaint)
class ComplaintAdmin(ExchangeReadOnlyAdmin[Complaint]):
    codes = AdminCodes(view=EXCHANGE)
    list_select_related = ("consumer", "order__supplier", "sales_rep", "manager")
    list_display = ("created_at", "consumer_name", "supplier_name", "state", "beginning", "rep", "boss")
    list_filter = (
        ("status", ChoicesFilter),
        ("order__supplier", ScopedRelatedFilter),
        ("created_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("consumer__organization_name", "order__supplier__company_name")
    search_help_text = "Consumer or supplier"
    fieldsets = (
        (None, {"fields": ("state", "consumer", "order", "rep", "boss")}),
        ("What went wrong", {"fields": ("description", "resolution")}),
        ("Times", {"fields": ("created_at", "updated_at")}),
    )
    readonly_fields = ("state", "rep", "boss")
    object_actions = (Escalate, Resolve)
    bulk_actions = (Escalate, Resolve)

    @admin.display(description="Consumer", ordering="consumer__organization_name")
    def consumer_name(self, complaint: Complaint) -> str:
        return complaint.consumer.organization_name

    @admin.display(description="Supplier")
    def supplier_name(self, complaint: Complaint) -> str:
        return complaint.order.supplier.company_name

    @admin.display(description="State", ordering="status")
    def state(self, complaint: Complaint) -> SafeString:
        return complaint_badge(complaint)

    @admin.display(description="Complaint")
    def beginning(self, complaint: Complaint) -> str:
        return excerpt(complaint.description)

    @admin.display(description="Sales representative")
    def rep(self, complaint: Complaint) -> str:
        return person(complaint.sales_rep)

    @admin.display(description="Manager")
    def boss(self, complaint: Complaint) -> str:
        return person(complaint.manager)
