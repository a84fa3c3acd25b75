"""People on social platforms, and which customer each may be."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from bookings.enums import IdentityVerification, SocialPlatform
from bookings.models.customer import Customer
from bookings.models.message_querysets import SocialIdentityQuerySet
from common.db import table
from common.fields import EnumField, RatioField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import User


class SocialIdentity(TimestampedModel):
    """A person on a social platform, with the customer that the person is believed to be (M-6)."""

    privacy = Classification(
        public="platform customer confidence_score verification_status verified_by first_seen_at "
        "last_active_at",
        personal="handle display_name profile_url avatar_url metadata",
    )

    platform = EnumField(SocialPlatform, help_text="The platform the person uses.")
    handle = models.CharField(
        max_length=100,
        help_text="The person's short name there, in lower case, without the leading at sign.",
    )
    display_name = models.CharField(
        max_length=255, null=True, blank=True, help_text="The name that the person shows to others."
    )
    profile_url = models.CharField(
        max_length=500, null=True, blank=True, help_text="Address of the person's profile on the web."
    )
    avatar_url = models.CharField(
        max_length=500, null=True, blank=True, help_text="Address of the person's picture."
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="social_identities",
        help_text="The customer that the person is believed to be.",
    )
    confidence_score = RatioField(
        default=1, db_default=1, help_text="How sure the link to the customer is, from 0 to 1."
    )
    verification_status = EnumField(
        IdentityVerification,
        default=IdentityVerification.UNVERIFIED,
        help_text="Whether staff have confirmed the link to the customer.",
    )
    verified_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_verified_by",
        help_text="The employee who confirmed or rejected the link.",
    )
    first_seen_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When the person was first met."
    )
    last_active_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person last wrote to one of our pages."
    )
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What the platform told about the person."
    )

    objects = SocialIdentityQuerySet.as_manager()

    class Meta:
        db_table = table("core", "social_identities")
        verbose_name_plural = "social identities"
        constraints = [
            models.UniqueConstraint(fields=["platform", "handle"], name="uq_social_identities_handle"),
            models.CheckConstraint(
                condition=Q(handle=Lower(F("handle"))) & ~Q(handle__startswith="@"),
                name="ck_social_identities_handle",
            ),
        ]
