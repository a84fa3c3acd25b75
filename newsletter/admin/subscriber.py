"""Subscribers: found by pasted e-mail or phone; consents come from the ledger and are read-only."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.masking import Masked
from common.admin.options import HouseInline, HouseModelAdmin
from common.admin.theme import BooleanFilter, TypedModelForm
from newsletter.models import Subscriber, SubscriberPreference

WISHES = (
    "topics",
    "max_sms_per_month",
    "max_emails_per_week",
    "quiet_start",
    "quiet_end",
    "timezone",
    "language",
)
CONSENTS = (
    "subscribed",
    "email_consent",
    "sms_consent",
    "consent_updated_at",
    "confirmation_sent_at",
    "confirmed_at",
    "unsubscribed_at",
)
FIGURES = (
    "engagement_score",
    "total_emails_sent",
    "total_emails_opened",
    "total_clicks",
    "last_email_sent_date",
    "last_opened_date",
    "total_sms_sent",
    "total_sms_delivered",
    "total_sms_failed",
    "last_sms_sent_date",
    "last_sms_delivered_date",
)


class SubscriberForm(RefusableForm):
    """A contact is given once: the ledger of consents knows people by it."""

    new_email = forms.EmailField(label="E-mail", max_length=255, required=False)
    new_phone = forms.CharField(label="Phone", max_length=25, required=False)

    class Meta:
        model = Subscriber
        fields = ("station", "source", "tags")

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.instance._state.adding:
            self.take_contacts(self.cleaned_data.get("new_email"), self.cleaned_data.get("new_phone"))
        return data

    def take_contacts(self, email: str | None, phone: str | None) -> None:
        """Put the contacts on the new row; refuse none, wrong ones and those of somebody else's row."""
        if not (email or phone or self.errors):
            self.add_error(None, "A subscriber needs an e-mail address or a phone number.")
        self.instance.email, self.instance.phone = email or None, phone or None
        if email and Subscriber.objects.with_email(email).exists():
            self.add_error("new_email", "There is a subscriber with this e-mail address already.")
        if phone:
            try:
                twins = Subscriber.objects.with_phone(phone).filter(email_bidx__isnull=True)
            except ValueError:
                self.add_error("new_phone", "This is no phone number.")
            else:
                if not email and twins.exists():
                    self.add_error("new_phone", "There is a subscriber with this phone number already.")


class StatedZone:
    """Takes a time zone by its IANA name only: quiet hours are reckoned by it (N-7)."""

    cleaned_data: dict[str, Any]

    def clean_timezone(self) -> str | None:
        zone: str | None = self.cleaned_data["timezone"]
        if zone is not None and zone not in available_timezones():
            raise ValidationError("This is no time zone; one is called America/Los_Angeles.")
        return zone


class WishesForm(StatedZone, TypedModelForm[SubscriberPreference]):
    class Meta:
        model = SubscriberPreference
        fields = WISHES


class WishesPageForm(StatedZone, RefusableForm):
    class Meta:
        model = SubscriberPreference
        fields = WISHES


class WishesInline(HouseInline[SubscriberPreference, Subscriber]):
    model = SubscriberPreference
    form = WishesForm


@admin.register(Subscriber)
class SubscriberAdmin(HouseModelAdmin[Subscriber]):
    codes = AdminCodes(view="subscriber.read", add="subscriber.manage", change="subscriber.manage")
    station_lookups = ("station",)
    form = SubscriberForm
    contact_search = {"email": "email_bidx", "phone": "phone_bidx"}
    list_select_related = ("station",)
    list_display = (
        "contact",
        "where",
        "subscribed",
        "email_consent",
        "sms_consent",
        "engagement_score",
        "tag_list",
        "created_at",
    )
    list_filter = (
        ("station", ScopedRelatedFilter),
        ("subscribed", BooleanFilter),
        ("email_consent", BooleanFilter),
        ("sms_consent", BooleanFilter),
    )
    search_fields = ("source",)
    search_help_text = "E-mail, phone or source"
    inlines = (WishesInline,)

    @admin.display(description="Contact")
    def contact(self, subscriber: Subscriber) -> str:
        return self.row_label(subscriber)

    @admin.display(description="Station", ordering="station__code")
    def where(self, subscriber: Subscriber) -> str:
        return subscriber.station.code if subscriber.station else "Company"

    @admin.display(description="Tags")
    def tag_list(self, subscriber: Subscriber) -> str:
        return ", ".join(subscriber.tags) or "-"

    def row_label(self, obj: Subscriber) -> str:
        email, phone = self.masked["email"].masked(obj), self.masked["phone"].masked(obj)
        return ", ".join(contact for contact in (email, phone) if contact != "-")

    def get_fieldsets(self, request: HttpRequest, obj: Subscriber | None = None) -> Any:
        if obj is None:
            return (
                (None, {"fields": ("new_email", "new_phone", "station")}),
                ("About", {"fields": ("source", "tags")}),
            )
        return (
            (None, {"fields": ("email_masked", "phone_masked", "customer", "station")}),
            ("About", {"fields": ("source", "tags")}),
            ("Consents", {"fields": CONSENTS}),
            ("Figures", {"fields": FIGURES}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Subscriber | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "customer", *CONSENTS, *FIGURES]

    def get_inlines(self, request: HttpRequest, obj: Subscriber | None) -> Any:
        return () if obj is None else super().get_inlines(request, obj)


@admin.register(SubscriberPreference)
class SubscriberPreferenceAdmin(HouseModelAdmin[SubscriberPreference]):
    """Wishes are written on the subscriber's page and listed here."""

    codes = AdminCodes(view="subscriber.read", change="subscriber.manage")
    station_lookups = ("subscriber__station",)
    list_select_related = ("subscriber__station",)
    form = WishesPageForm
    masked = {
        "email": Masked("subscriber.email", "E-mail"),
        "phone": Masked("subscriber.phone", "Phone"),
    }
    list_display = (
        "email_masked",
        "phone_masked",
        "language",
        "timezone",
        "max_sms_per_month",
        "max_emails_per_week",
    )
    contact_search = {"email": "subscriber__email_bidx", "phone": "subscriber__phone_bidx"}
    search_fields = ("=language", "=timezone")
    search_help_text = "E-mail, phone, language or time zone in full"
    fieldsets = ((None, {"fields": ("subscriber", "email_masked", "phone_masked", *WISHES)}),)
    readonly_fields = ("subscriber",)
