"""The ledgers of contacts: consents, suppressions, what was sent. Hashes only, found by a pasted contact."""

from django.contrib import admin
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter
from newsletter.admin.labels import state_badge
from newsletter.models import ConsentRecord, ContactLog, Suppression

BY_CONTACT = {"email": "contact_bidx", "phone": "contact_bidx"}


@admin.register(ConsentRecord)
class ConsentRecordAdmin(ReadOnlyAdmin[ConsentRecord]):
    """N-1: append-only; a contact's last word is the one in force."""

    codes = AdminCodes(view="consent.read")
    contact_search = BY_CONTACT
    list_select_related = ("actor",)
    list_display = (
        "occurred_at",
        "what",
        "purpose",
        "channel",
        "method",
        "source",
        "wording_version",
        "recorded_by",
        "version",
    )
    list_filter = (
        ("action", ChoicesFilter),
        ("channel", ChoicesFilter),
        ("purpose", ChoicesFilter),
        ("method", ChoicesFilter),
        ("occurred_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=hash_current",)
    search_help_text = "E-mail, phone, or a record's hash in full"

    @admin.display(description="Consent", ordering="action")
    def what(self, record: ConsentRecord) -> SafeString:
        return state_badge("consent", record.action, record.get_action_display())

    @admin.display(description="Recorded by")
    def recorded_by(self, record: ConsentRecord) -> str:
        return record.actor.full_name if record.actor else "-"


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin[Suppression]):
    """N-3: of the whole company; lifted rows stay."""

    codes = AdminCodes(view="subscriber.read")
    contact_search = BY_CONTACT
    list_display = ("suppressed_at", "channel", "reason", "source", "state", "lifted_at")
    list_filter = (
        ("channel", ChoicesFilter),
        ("reason", ChoicesFilter),
        ("suppressed_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("source",)
    search_help_text = "E-mail, phone or source"

    @admin.display(description="Status")
    def state(self, suppression: Suppression) -> SafeString:
        return badge("Lifted") if suppression.lifted_at else badge("In force", "danger")


@admin.register(ContactLog)
class ContactLogAdmin(ReadOnlyAdmin[ContactLog]):
    """What the caps of N-8 are counted from."""

    codes = AdminCodes(view="consent.read")
    contact_search = BY_CONTACT
    list_display = ("occurred_at", "channel", "direction", "purpose", "source", "source_id")
    list_filter = (
        ("channel", ChoicesFilter),
        ("direction", ChoicesFilter),
        ("purpose", ChoicesFilter),
        ("occurred_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=source_id",)
    search_help_text = "E-mail, phone, or the key of a message"
