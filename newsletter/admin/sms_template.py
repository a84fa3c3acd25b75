"""Texts of messages: written as drafts, then decided on by somebody else (N-13)."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.forms import RefusableForm
from common.admin.options import HouseModelAdmin
from common.admin.theme import BooleanFilter, ChoicesFilter
from newsletter.admin.labels import state_badge
from newsletter.enums import TemplateStatus
from newsletter.models import SmsTemplate
from newsletter.validators import json_object, variables_of

TEXT = ("name", "content", "category", "example_data")
STANDING = ("approved_by", "approved_at", "rejection_reason", "created_by")
USE = ("usage_count", "last_used_at")
ORIGIN = ("source", "ai_prompt", "ai_confidence", "ai_model")


class SmsTemplateForm(RefusableForm):
    class Meta:
        model = SmsTemplate
        fields = (*TEXT, "is_active")

    def clean_example_data(self) -> dict[str, Any]:
        try:
            return json_object(self.cleaned_data["example_data"])
        except ValueError as error:
            raise ValidationError(f'{error} It reads like {{"first_name": "Ann"}}.') from None

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if "content" in self.cleaned_data:
            self.instance.variables = variables_of(self.cleaned_data["content"])
        return data


@admin.register(SmsTemplate)
class SmsTemplateAdmin(HouseModelAdmin[SmsTemplate]):
    codes = AdminCodes(view="template.manage", add="template.manage", change="template.manage")
    form = SmsTemplateForm
    list_select_related = ("created_by",)
    list_display = ("name", "category", "state", "author", "usage_count", "last_used_at", "is_active")
    list_filter = (("status", ChoicesFilter), ("category", ChoicesFilter), ("is_active", BooleanFilter))
    search_fields = ("name",)
    search_help_text = "Name"

    @admin.display(description="Status", ordering="status")
    def state(self, text: SmsTemplate) -> SafeString:
        return state_badge("template", text.status, text.get_status_display())

    @admin.display(description="Author", ordering="created_by__full_name")
    def author(self, text: SmsTemplate) -> str:
        return text.created_by.full_name if text.created_by else "-"

    def choosable(self, rows: QuerySet[SmsTemplate]) -> QuerySet[SmsTemplate]:
        """Offer campaigns only what they may send (N-6)."""
        return super().choosable(rows).filter(status=TemplateStatus.APPROVED, is_active=True)

    def get_fieldsets(self, request: HttpRequest, obj: SmsTemplate | None = None) -> Any:
        if obj is None:
            return ((None, {"fields": (*TEXT, "is_active")}),)
        return (
            (None, {"fields": (*TEXT, "variables", "is_active")}),
            ("Approval", {"fields": ("state", *STANDING)}),
            ("Use", {"fields": USE}),
            ("Origin", {"fields": ORIGIN, "classes": ("collapse",)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: SmsTemplate | None = None) -> list[Any]:
        """Fix the text once it left its author; whether it is offered can be changed at any time."""
        fixed = [*super().get_readonly_fields(request, obj), "state", "variables", *STANDING, *USE, *ORIGIN]
        return fixed if obj is None or obj.status == TemplateStatus.DRAFT else [*fixed, *TEXT]

    def save_model(self, request: HttpRequest, obj: SmsTemplate, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = self.actor(request).id
        super().save_model(request, obj, form, change)
