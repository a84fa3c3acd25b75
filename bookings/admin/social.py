"""Our pages on social platforms, who writes there and what: the state follows the messages (M-6)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from bookings.admin.agents import CaredForAdmin, name_of
from bookings.admin.messages import excerpt
from bookings.enums import IdentityVerification, SocialThreadStatus
from bookings.models import SocialIdentity, SocialMessage, SocialPage, SocialThread
from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.filters import DeletedFilter, ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.options import HouseModelAdmin, ReadOnlyAdmin, ReadOnlyInline
from common.admin.theme import BooleanFilter, ChoicesFilter, DateRangeFilter

READ, REPLY, MANAGE = "social.read", "social.reply", "social.manage"
THREAD_TONES = {
    SocialThreadStatus.OPEN: "info",
    SocialThreadStatus.PENDING: "warning",
    SocialThreadStatus.RESOLVED: "success",
    SocialThreadStatus.SNOOZED: "default",
    SocialThreadStatus.ESCALATED: "danger",
}
LINK_TONES = {
    IdentityVerification.UNVERIFIED: "default",
    IdentityVerification.PENDING: "warning",
    IdentityVerification.VERIFIED: "success",
    IdentityVerification.REJECTED: "danger",
}


class SocialPageForm(RefusableForm):
    """The token is written, never shown: an empty box leaves it as it is."""

    new_token_ref = forms.CharField(
        label="New access token", max_length=2000, required=False, widget=forms.PasswordInput
    )

    class Meta:
        model = SocialPage
        fields = ("station", "platform", "page_id", "page_name", "handle", "profile_url", "is_active")

    def _post_clean(self) -> None:
        if self.cleaned_data.get("new_token_ref"):
            self.instance.token_ref = self.cleaned_data["new_token_ref"]
        super()._post_clean()


@admin.register(SocialPage)
class SocialPageAdmin(HouseModelAdmin[SocialPage]):
    """Pages without a station speak for the whole company: the owner's to change (R-9)."""

    codes = AdminCodes(view=READ, add=MANAGE, change=MANAGE, delete=MANAGE)
    station_lookups = ("station",)
    company_is_owners = True
    form = SocialPageForm
    list_select_related = ("station",)
    list_display = (
        "page_name",
        "platform",
        "where",
        "handle",
        "webhook_verified",
        "last_sync_at",
        "is_active",
    )
    list_filter = (
        ("platform", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("is_active", BooleanFilter),
        DeletedFilter,
    )
    search_fields = ("page_name", "^handle", "=page_id")
    search_help_text = "Name or key of the page"
    removal_explanation = "Messages and reviews of the page stay; new ones are no longer taken in."

    @admin.display(description="Station", ordering="station__code")
    def where(self, page: SocialPage) -> str:
        return page.station.code if page.station else "All stations"

    def row_label(self, obj: SocialPage) -> str:
        return f"{obj.page_name} ({obj.get_platform_display()})"

    def get_fieldsets(self, request: HttpRequest, obj: SocialPage | None = None) -> Any:
        connected = "webhook_verified", "connected_by", "connected_at", "last_sync_at"
        secret = ("new_token_ref",) if self.may_write(request, obj) else ()
        return (
            (None, {"fields": ("station", "platform", "page_id", "is_active")}),
            ("For visitors", {"fields": ("page_name", "handle", "profile_url")}),
            ("Connection", {"fields": (*secret, *connected) if obj else secret}),
        )

    def may_write(self, request: HttpRequest, obj: SocialPage | None) -> bool:
        """Tell whether the form is more than a page to read."""
        return self.has_change_permission(request, obj) if obj else self.has_add_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: SocialPage | None = None) -> list[Any]:
        kept = ["webhook_verified", "connected_by", "connected_at", "last_sync_at"]
        fixed = [*super().get_readonly_fields(request, obj), *kept]
        return fixed if obj is None else [*fixed, "station", "platform", "page_id"]

    def has_change_permission(self, request: HttpRequest, obj: SocialPage | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: SocialPage | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def save_model(self, request: HttpRequest, obj: SocialPage, form: Any, change: bool) -> None:
        if not change:
            obj.connected_by_id = self.actor(request).id
        super().save_model(request, obj, form, change)


class SocialIdentityForm(RefusableForm):
    class Meta:
        model = SocialIdentity
        fields = ("platform", "handle", "display_name", "profile_url", "customer", "verification_status")

    def clean_handle(self) -> str:
        """Accept a handle as people write it."""
        return str(self.cleaned_data["handle"]).removeprefix("@").lower()


@admin.register(SocialIdentity)
class SocialIdentityAdmin(HouseModelAdmin[SocialIdentity]):
    """Which customer a person may be, confirmed or rejected by staff (M-6)."""

    codes = AdminCodes(view=READ, add=MANAGE, change=MANAGE)
    station_lookups = ("customer__station",)
    form = SocialIdentityForm
    contact_search = {"email": "customer__email_bidx", "phone": "customer__phone_bidx"}
    list_select_related = ("customer__station",)
    list_display = ("handle", "platform", "display_name", "customer_name", "confidence_score", "link")
    list_filter = (("platform", ChoicesFilter), ("verification_status", ChoicesFilter))
    search_fields = ("^handle", "^display_name")
    search_help_text = "Handle, or e-mail or phone of the customer"
    autocomplete_fields = ("customer",)
    readonly_fields = ("confidence_score", "verified_by", "first_seen_at", "last_active_at")
    fieldsets = (
        (None, {"fields": ("platform", "handle", "display_name", "profile_url")}),
        ("Customer", {"fields": ("customer", "confidence_score", "verification_status", "verified_by")}),
        ("Seen", {"fields": ("first_seen_at", "last_active_at")}),
    )

    @admin.display(description="Customer", ordering="customer__last_name")
    def customer_name(self, person: SocialIdentity) -> str:
        customer = person.customer
        return f"{customer.first_name} {customer.last_name}" if customer else "-"

    @admin.display(description="Link", ordering="verification_status")
    def link(self, person: SocialIdentity) -> SafeString:
        tone = LINK_TONES[IdentityVerification(person.verification_status)]
        return badge(person.get_verification_status_display(), tone)

    def row_label(self, obj: SocialIdentity) -> str:
        return f"{obj.handle} ({obj.get_platform_display()})"

    def save_model(self, request: HttpRequest, obj: SocialIdentity, form: Any, change: bool) -> None:
        if "verification_status" in form.changed_data:
            obj.verified_by_id = self.actor(request).id
        super().save_model(request, obj, form, change)


class MessagesOfSocialThread(ReadOnlyInline[SocialMessage, SocialThread]):
    model = SocialMessage
    fields = ("created_at", "direction", "kind", "author_name", "body", "sent_at")
    ordering = ("-created_at", "-id")
    per_page = 20


@admin.register(SocialThread)
class SocialThreadAdmin(CaredForAdmin[SocialThread]):
    codes = AdminCodes(view=READ, change=REPLY)
    station_lookups = ("account__station",)
    contact_search = {"email": "customer__email_bidx", "phone": "customer__phone_bidx"}
    list_select_related = ("account__station", "social_identity", "assigned_to")
    list_display = (
        "page_name",
        "platform",
        "person",
        "state",
        "priority",
        "agent",
        "unread_count",
        "last_message_at",
    )
    list_filter = (
        ("status", ChoicesFilter),
        ("platform", ChoicesFilter),
        ("account", ScopedRelatedFilter),
        ("last_message_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("^social_identity__handle", "^subject")
    search_help_text = "Handle or subject, or e-mail or phone of the customer"
    autocomplete_fields = ("customer",)
    readonly_fields = (
        "account",
        "platform",
        "person",
        "state",
        "snoozed_until",
        "context_url",
        "message_count",
    )
    fieldsets = (
        (None, {"fields": ("account", "platform", "person", "state", "snoozed_until", "context_url")}),
        ("Care", {"fields": ("subject", "customer", "assigned_to", "priority", "tags", "message_count")}),
    )
    inlines = (MessagesOfSocialThread,)

    @admin.display(description="Page", ordering="account__page_name")
    def page_name(self, thread: SocialThread) -> str:
        return str(thread.account.page_name)

    @admin.display(description="Person", ordering="social_identity__handle")
    def person(self, thread: SocialThread) -> str:
        return str(thread.social_identity.handle) if thread.social_identity else "-"

    @admin.display(description="State", ordering="status")
    def state(self, thread: SocialThread) -> SafeString:
        return badge(thread.get_status_display(), THREAD_TONES[SocialThreadStatus(thread.status)])

    @admin.display(description="Agent", ordering="assigned_to__full_name")
    def agent(self, thread: SocialThread) -> str:
        return name_of(thread.assigned_to)


@admin.register(SocialMessage)
class SocialMessageAdmin(ReadOnlyAdmin[SocialMessage]):
    """Written by services alone; what waits for a second person's approval stands out."""

    codes = AdminCodes(view=READ)
    station_lookups = ("thread__account__station",)
    list_select_related = ("thread__account", "drafted_by")
    list_display = ("created_at", "page_name", "direction", "kind", "author_handle", "beginning", "state")
    list_filter = (
        ("direction", ChoicesFilter),
        ("kind", ChoicesFilter),
        ("requires_approval", BooleanFilter),
        ("created_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("^author_handle", "=message_ref")
    search_help_text = "Author's handle"

    @admin.display(description="Page", ordering="thread__account__page_name")
    def page_name(self, message: SocialMessage) -> str:
        return str(message.thread.account.page_name)

    @admin.display(description="Text")
    def beginning(self, message: SocialMessage) -> str:
        return excerpt(message.body)

    @admin.display(description="State")
    def state(self, message: SocialMessage) -> SafeString:
        if message.failed_at and not message.sent_at:
            return badge("Failed", "danger")
        if message.requires_approval and not message.approved_at:
            return badge("Waits for approval", "warning")
        return badge("Sent" if message.sent_at else message.get_direction_display())
