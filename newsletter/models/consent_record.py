"""The ledger of consents (N-1): what each contact allowed or took back, and the proof of it."""

from datetime import UTC, datetime
from typing import Self

from django.db import models
from django.db.models import Q

from bookings.enums import DeliveryChannel
from common.canonical import fingerprint
from common.crypto.fields import BlindIndexField
from common.db import table
from common.fields import EnumField, HexField
from common.models import CreatedModel
from common.privacy import Classification
from identity.models import User
from newsletter.enums import ConsentAction, ConsentMethod, ConsentPurpose
from newsletter.models.fields import contact_indexes

GENESIS = "genesis"
"""`hash_previous` of the first record of every contact."""

FORMAT = 1
"""Version of what is hashed, part of it."""


class ConsentRecordQuerySet(models.QuerySet["ConsentRecord"]):
    def about(self, contact: str, channel: DeliveryChannel, purpose: ConsentPurpose) -> Self:
        """Keep what a contact said about one purpose on one channel, the newest first (N-1)."""
        indexes = contact_indexes(contact, channel)
        return self.filter(contact_bidx__in=indexes, channel=channel, purpose=purpose).order_by(
            "-occurred_at", "-version"
        )

    def until(self, at: datetime) -> Self:
        """Keep what had been said by an instant: the newest of it was valid then (N-1)."""
        return self.filter(occurred_at__lte=at)

    def chain_of(self, contact_bidx: bytes) -> Self:
        """Return all records of a contact in the order of their chain."""
        return self.filter(contact_bidx=contact_bidx).order_by("version")


class ConsentRecord(CreatedModel):
    """One consent or withdrawal of a contact, append-only and chained, kept when the person's rows go."""

    privacy = Classification(
        public="channel purpose action method source wording_version wording wording_hash actor occurred_at "
        "version hash_previous hash_current",
        personal="contact_bidx ip_hash user_agent evidence",
    )

    contact_bidx = BlindIndexField(help_text="Keyed hash of the e-mail address or phone number.")
    channel = EnumField(DeliveryChannel, help_text="The channel that was allowed or closed.")
    purpose = EnumField(ConsentPurpose, help_text="What the channel may be used for.")
    action = EnumField(ConsentAction, help_text="Whether consent was given or taken back.")
    method = EnumField(ConsentMethod, help_text="How the person said so.")
    source = models.CharField(max_length=100, help_text="The form, page or message where it was said.")
    wording_version = models.CharField(max_length=20, help_text="Version of the text the person saw.")
    wording = models.TextField(help_text="The text the person saw.")
    wording_hash = HexField(help_text="SHA-256 of that text.")
    actor = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(app_label)s_%(class)s_actor",
        help_text="The account that recorded it; empty for guests and the system.",
    )
    ip_hash = BlindIndexField(kind="ip", help_text="Keyed hash of the machine address it came from.")
    user_agent = models.CharField(
        max_length=500, null=True, blank=True, help_text="What the person's browser called itself."
    )
    evidence = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What else proves it, such as a message id."
    )
    occurred_at = models.DateTimeField(help_text="When the person said so.")
    version = models.IntegerField(help_text="Place in the contact's chain: 1, 2, 3 and so on.")
    hash_previous = models.CharField(
        max_length=64, help_text="Hash of the contact's record before this one; genesis for the first."
    )
    hash_current = HexField(help_text="SHA-256 of this record and of the hash before it, unique.")

    objects = ConsentRecordQuerySet.as_manager()

    class Meta:
        db_table = table("newsletter", "consent_records")
        constraints = [
            models.UniqueConstraint(fields=["contact_bidx", "version"], name="uq_consents_version"),
            models.UniqueConstraint(fields=["hash_current"], name="uq_consents_hash"),
            models.CheckConstraint(
                condition=Q(contact_bidx__isnull=False)
                & (Q(version=1, hash_previous=GENESIS) | (~Q(version=1) & ~Q(hash_previous=GENESIS))),
                name="ck_consents_contact",
            ),
        ]
        indexes = [
            models.Index(
                fields=["contact_bidx", "channel", "purpose", "occurred_at"], name="ix_consents_state"
            ),
        ]

    def digest(self) -> str:
        """Return the SHA-256 of the record at its place in the chain; `hash_current` holds it (N-1)."""
        return fingerprint(
            {
                "v": FORMAT,
                "contact": bytes(self.contact_bidx or b"").hex(),
                "channel": str(self.channel),
                "purpose": str(self.purpose),
                "action": str(self.action),
                "method": str(self.method),
                "source": self.source,
                "wording_version": self.wording_version,
                "wording_hash": self.wording_hash,
                "actor_id": str(self.actor_id) if self.actor_id else None,
                "ip_hash": bytes(self.ip_hash).hex() if self.ip_hash else None,
                "user_agent": self.user_agent,
                "evidence": self.evidence,
                "occurred_at": self.occurred_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "version": self.version,
                "previous": self.hash_previous,
            }
        )
