"""How a lead can be reached; equal contacts are found by their blind index (L-2)."""

from django.core.exceptions import ValidationError
from django.db import models

from common.crypto.fields import BlindIndexField
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from leads.contacts import contact_indexes, index_kind, spell_contact
from leads.enums import ContactChannel
from leads.models.fields import EncryptedContactField
from leads.models.lead import Lead
from leads.models.querysets import PartOfLeadQuerySet


class LeadContactQuerySet(PartOfLeadQuerySet["LeadContact"]):
    def matching(self, channel: str, value: str) -> "LeadContactQuerySet":
        """Contacts equal to the given one; SMS, phone and WhatsApp are one kind (L-2).

        Raises ValueError for what is no contact of the channel.
        """
        return self.filter(handle_or_address_bidx__in=contact_indexes(channel, value))


def contact_kind(contact: "LeadContact") -> str:
    """Return the kind of the contact's blind index: it hangs on the channel."""
    return index_kind(contact.channel)


class LeadContact(TimestampedModel):
    """One e-mail address, phone number or handle of a lead."""

    privacy = Classification(
        public="lead channel verified", personal="handle_or_address handle_or_address_bidx"
    )

    lead = models.ForeignKey(
        Lead,
        on_delete=models.CASCADE,
        related_name="lead_contacts",
        db_index=False,
        help_text="Whose contact it is.",
    )
    channel = EnumField(ContactChannel, help_text="What the contact is for.")
    handle_or_address = EncryptedContactField(
        help_text="E-mail address, phone number as E.164, or channel:handle."
    )
    handle_or_address_bidx = BlindIndexField(
        source="handle_or_address",
        kind=contact_kind,
        help_text="Keyed hash of the contact, for finding equal ones.",
    )
    verified = models.BooleanField(
        default=False, db_default=False, help_text="The person proved that it is theirs."
    )

    objects = LeadContactQuerySet.as_manager()

    class Meta:
        db_table = table("lead", "lead_contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "channel", "handle_or_address_bidx"], name="uq_lead_contacts"
            )
        ]
        indexes = [models.Index(fields=["handle_or_address_bidx"], name="ix_lead_contacts_lookup")]

    def clean(self) -> None:
        """Say in words that the contact does not fit its channel."""
        super().clean()
        try:
            fits = spell_contact(self.channel, self.handle_or_address) == self.handle_or_address
        except ValueError:
            fits = False
        if not fits:
            raise ValidationError({"handle_or_address": "This is no contact of the channel."})
