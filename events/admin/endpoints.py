"""Receivers of outgoing webhooks (E-9), for events of all stations; a secret is shown once, when made."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.actors import Actor
from common.admin.actions import ActionCall, ObjectAction
from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.forms import ActionForm, RefusableForm
from common.admin.options import HouseModelAdmin
from common.admin.theme import BooleanFilter
from events.enums import OutboxTarget
from events.models import WebhookEndpoint
from events.services.webhooks import (
    EndpointChanges,
    create_endpoint,
    delete_endpoint,
    rotate_secret,
    update_endpoint,
)

CODE = "system.config"
TYPES_HELP = "booking.confirmed, or booking.* for all of bookings, or * for all; commas between."


class EndpointForm(RefusableForm):
    """Off and on are actions, not values."""

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "event_types")
        help_texts = {"event_types": TYPES_HELP}


class OffForm(ActionForm):
    why = forms.CharField(label="Why", max_length=200, required=False)


class RotateForm(ActionForm):
    keep_previous = forms.BooleanField(
        label="Keep the secret before for a while",
        required=False,
        initial=True,
        help_text="It signs too until it is dropped or the next rotation. Not for one that leaked.",
    )


class Rotate(ObjectAction[WebhookEndpoint]):
    name = "rotate"
    label = "New secret"
    icon = "key"
    code = CODE
    form_class = RotateForm
    destructive = True
    explanation = "The new secret is shown once, on the next page; the receiver needs it."

    def run(self, call: ActionCall[WebhookEndpoint]) -> str:
        endpoint = rotate_secret(
            endpoint=call.obj, keep_previous=call.data["keep_previous"], by=call.by, expected=call.seen_at
        )
        return secret_words(endpoint)


class DropPrevious(ObjectAction[WebhookEndpoint]):
    name = "drop-previous"
    label = "End the rotation"
    icon = "key_off"
    code = CODE
    explanation = "Nothing is signed by the secret before any more: the receiver knows the new one by now."

    def is_offered(self, obj: WebhookEndpoint) -> bool:
        return obj.is_rotating

    def run(self, call: ActionCall[WebhookEndpoint]) -> str:
        _change(call, EndpointChanges(drop_previous_secret=True))
        return "One secret is left."


class SwitchOff(ObjectAction[WebhookEndpoint]):
    name = "switch-off"
    label = "Switch off"
    icon = "toggle_off"
    code = CODE
    form_class = OffForm
    destructive = True
    explanation = "Deliveries that wait for it are cancelled; events of the time being do not come later."

    def is_offered(self, obj: WebhookEndpoint) -> bool:
        return obj.is_active

    def run(self, call: ActionCall[WebhookEndpoint]) -> str:
        _change(call, EndpointChanges(is_active=False, disabled_reason=call.data["why"] or None))
        return f"{call.obj.name} is switched off."


class SwitchOn(ObjectAction[WebhookEndpoint]):
    name = "switch-on"
    label = "Switch on"
    icon = "toggle_on"
    code = CODE
    explanation = "Events from now on are sent to it."

    def is_offered(self, obj: WebhookEndpoint) -> bool:
        return not obj.is_active

    def run(self, call: ActionCall[WebhookEndpoint]) -> str:
        _change(call, EndpointChanges(is_active=True))
        return f"{call.obj.name} is switched on."


def _change(call: ActionCall[WebhookEndpoint], changes: EndpointChanges) -> None:
    update_endpoint(endpoint=call.obj, changes=changes, by=call.by, at=call.at, expected=call.seen_at)


def secret_words(endpoint: WebhookEndpoint) -> str:
    """Return what tells a fresh secret."""
    return f"The secret of {endpoint.name}, shown this once: {endpoint.secret}"


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(HouseModelAdmin[WebhookEndpoint]):
    codes = AdminCodes(view=CODE, add=CODE, change=CODE, delete=CODE)
    audits_saves = False
    form = EndpointForm
    object_actions = (Rotate, DropPrevious, SwitchOff, SwitchOn)
    list_display = ("name", "url", "state", "disabled_at", "disabled_reason", "deliveries")
    list_filter = (("is_active", BooleanFilter),)
    search_fields = ("name",)
    ordering = ("name",)
    removal_explanation = "Deliveries that wait for it are cancelled; those made stay in the outbox."

    @admin.display(description="State", ordering="is_active")
    def state(self, endpoint: WebhookEndpoint) -> SafeString:
        return badge("On", "success") if endpoint.is_active else badge("Off", "default")

    @admin.display(description="Deliveries")
    def deliveries(self, endpoint: WebhookEndpoint) -> SafeString:
        chosen = urlencode({"target__exact": OutboxTarget.WEBHOOK, "q": endpoint.name})
        page = reverse(f"{self.admin_site.name}:events_outboxmessage_changelist")
        return format_html('<a href="{}?{}">Deliveries</a>', page, chosen)

    def get_fieldsets(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> Any:
        told = ("name", "url", "event_types")
        if obj is None:
            return ((None, {"fields": told}),)
        return (
            (None, {"fields": told}),
            ("State", {"fields": ("state", "disabled_at", "disabled_reason", "deliveries")}),
            ("Secret", {"fields": ("secrets",)}),
        )

    @admin.display(description="Secrets")
    def secrets(self, endpoint: WebhookEndpoint) -> str:
        return "[hidden], and the one before" if endpoint.is_rotating else "[hidden]"

    def get_readonly_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> list[Any]:
        fixed = super().get_readonly_fields(request, obj)
        if obj is None:
            return [*fixed]
        return [*fixed, "name", "state", "disabled_at", "disabled_reason", "deliveries", "secrets"]

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool) -> None:
        by, at, data = self.actor(request), timezone.now(), form.cleaned_data
        if change:
            changes = EndpointChanges(url=data["url"], event_types=data["event_types"])
            saved = update_endpoint(endpoint=obj, changes=changes, by=by, at=at, expected=form.seen_at)
        else:
            saved = create_endpoint(
                name=data["name"], url=data["url"], event_types=data["event_types"], by=by
            )
            messages.warning(request, secret_words(saved))
        obj.__dict__.update(saved.__dict__)

    def remove(
        self, request: HttpRequest, obj: WebhookEndpoint, *, reason: str, by: Actor, at: datetime
    ) -> None:
        del request
        delete_endpoint(endpoint=obj, reason=reason, by=by, at=at)
