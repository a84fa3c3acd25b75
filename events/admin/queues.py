"""Messages on their way: how late, what is parked, what operators do about it (E-5, E-7, E-8)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from common.admin.actions import ActionCall, ObjectAction
from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.forms import ReasonField, ReasonForm
from common.admin.json_fields import StorableJSONField
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter
from events.chain import plain
from events.models import InboxMessage, OutboxMessage
from events.policies import may_cancel, may_drop, may_edit, may_replay, may_retry
from events.selectors import read_boxes
from events.services.inbox import cancel_inbox_message, replay_message
from events.services.outbox import cancel_message, edit_message, retry_message

READ = AdminCodes(view="event.read")
OPERATE = "event.replay"
TONES = {
    "pending": "info",
    "processing": "info",
    "completed": "success",
    "processed": "success",
    "failed": "danger",
}


class PayloadForm(ReasonForm):
    payload = StorableJSONField(
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Names, codes and whole numbers; contact data stays apart.",
    )
    reason = ReasonField()
    field_order = ("payload", "reason")

    def prepare(self) -> None:
        """Show what the row says now."""
        if isinstance(self.obj, OutboxMessage):
            self.fields["payload"].initial = self.obj.payload

    def clean_payload(self) -> dict[str, Any]:
        """Refuse what no payload can be."""
        payload = self.cleaned_data["payload"]
        if not isinstance(payload, dict):
            raise forms.ValidationError('A payload is an object: {"name": value, …}.')
        try:
            return dict(plain(payload))
        except TypeError as error:
            raise forms.ValidationError(str(error)) from error


class RetryMessage(ObjectAction[OutboxMessage]):
    name = "retry"
    label = "Try again now"
    icon = "replay"
    code = OPERATE
    explanation = "Due at once, with all its attempts."

    def is_offered(self, obj: OutboxMessage) -> bool:
        return may_retry(obj)

    def run(self, call: ActionCall[OutboxMessage]) -> str:
        retry_message(message=call.obj, by=call.by, at=call.at)
        return "The message is due now."


class EditMessage(ObjectAction[OutboxMessage]):
    name = "edit"
    label = "Correct"
    icon = "edit"
    code = OPERATE
    form_class = PayloadForm
    explanation = "What changes is written to the audit log. It stays parked until it is tried again."

    def is_offered(self, obj: OutboxMessage) -> bool:
        return may_edit(obj)

    def run(self, call: ActionCall[OutboxMessage]) -> str:
        edit_message(
            message=call.obj,
            payload=call.data["payload"],
            by=call.by,
            at=call.at,
            reason=call.data["reason"],
        )
        return "The message is corrected."


class CancelMessage(ObjectAction[OutboxMessage]):
    name = "cancel"
    label = "Give up"
    icon = "cancel"
    code = OPERATE
    form_class = ReasonForm
    destructive = True
    explanation = "The message is never sent; what waits behind it goes on."

    def is_offered(self, obj: OutboxMessage) -> bool:
        return may_cancel(obj)

    def run(self, call: ActionCall[OutboxMessage]) -> str:
        cancel_message(message=call.obj, by=call.by, at=call.at, reason=call.data["reason"])
        return "The message is given up."


class ReplayMessage(ObjectAction[InboxMessage]):
    name = "replay"
    label = "Process again"
    icon = "replay"
    code = OPERATE
    explanation = "Due at once, with all its attempts."

    def is_offered(self, obj: InboxMessage) -> bool:
        return may_replay(obj)

    def run(self, call: ActionCall[InboxMessage]) -> str:
        replay_message(message=call.obj, by=call.by, at=call.at)
        return "The message is due now."


class DropMessage(ObjectAction[InboxMessage]):
    name = "drop"
    label = "Give up"
    icon = "cancel"
    code = OPERATE
    form_class = ReasonForm
    destructive = True
    explanation = "The message is kept as ignored and never processed."

    def is_offered(self, obj: InboxMessage) -> bool:
        return may_drop(obj)

    def run(self, call: ActionCall[InboxMessage]) -> str:
        cancel_inbox_message(message=call.obj, by=call.by, at=call.at, reason=call.data["reason"])
        return "The message is given up."


class QueueAdmin(ReadOnlyAdmin[Any]):
    """A queue: its state stands above the list."""

    codes = READ
    box: str
    list_before_template = "events/queue_state.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        state = read_boxes(at=timezone.now())[self.box]
        return super().changelist_view(request, {"queue_state": state, **(extra_context or {})})

    @admin.display(description="Status", ordering="status")
    def state(self, message: Any) -> SafeString:
        return badge(message.status, TONES.get(message.status, "default"))


@admin.register(OutboxMessage)
class OutboxMessageAdmin(QueueAdmin):
    box = "outbox"
    object_actions = (RetryMessage, EditMessage, CancelMessage)
    bulk_actions = (RetryMessage, CancelMessage)
    list_display = ("sequence", "target", "destination", "state", "attempts", "next_attempt_at", "error")
    list_filter = (("status", ChoicesFilter), ("target", ChoicesFilter))
    search_fields = ("=destination",)
    search_help_text = "Destination, in full"


@admin.register(InboxMessage)
class InboxMessageAdmin(QueueAdmin):
    box = "inbox"
    object_actions = (ReplayMessage, DropMessage)
    bulk_actions = (ReplayMessage, DropMessage)
    list_display = ("source", "message_type", "state", "attempts", "created_at", "processed_at", "error")
    list_filter = (("status", ChoicesFilter),)
    search_fields = ("=message_id", "=source")
    search_help_text = "Message id or source, in full"
