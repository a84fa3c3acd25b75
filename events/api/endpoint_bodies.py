"""Bodies and answers of /webhook-endpoints; a secret is in the answers of create and rotate, never again."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from common.api.etag import etag_of
from common.api.serializers import StrictSerializer
from events.models import WebhookEndpoint

URL_HELP = (
    "Where events are posted: https, a public address; others only where the setting WEBHOOK_PRIVATE_NETWORKS"
    " lists them."
)
TYPES_HELP = (
    "Types of events to be posted, of every station: `booking.confirmed`, or `booking.*` for all of"
    " bookings, or `*` for all there are."
)


def _types(**options: Any) -> serializers.ListField:
    child = serializers.CharField(max_length=100)
    return serializers.ListField(child=child, min_length=1, max_length=100, help_text=TYPES_HELP, **options)


class EndpointInput(StrictSerializer):
    name = serializers.RegexField(
        r"^[a-z0-9][a-z0-9._-]*$",
        max_length=100,
        help_text="Unique and for good: deliveries are addressed by it. a-z, 0-9, dot, dash, underscore.",
    )
    url = serializers.CharField(max_length=500, help_text=URL_HELP)
    event_types = _types()


class EndpointChangesInput(StrictSerializer):
    url = serializers.CharField(max_length=500, required=False, help_text=URL_HELP)
    event_types = _types(required=False)
    is_active = serializers.BooleanField(
        required=False, help_text="False switches it off and cancels what waits for it; true switches it on."
    )
    disabled_reason = serializers.CharField(
        max_length=200, required=False, help_text="Goes with switching off."
    )
    drop_previous_secret = serializers.BooleanField(
        required=False, help_text="True ends a rotation: nothing is signed by the secret before any more."
    )


class RotationInput(StrictSerializer):
    keep_previous = serializers.BooleanField(
        default=True,
        help_text="Whether the secret before signs too until it is dropped or the next rotation; false for"
        " one that leaked.",
    )


class EtagField(serializers.CharField):
    """What If-Match needs to say of the record; there is no GET of one endpoint."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, help_text="The record's tag, for If-Match.", **options)

    def to_representation(self, value: Any) -> str:
        return etag_of(value)


class EndpointOutput(serializers.ModelSerializer[WebhookEndpoint]):
    examples: ClassVar[Mapping[str, Any]] = {
        "name": "accounting",
        "url": "https://accounting.example/hooks/hibachi",
        "event_types": ["booking.*", "payment.recorded"],
        "is_active": False,
        "disabled_reason": "The receiver answered 410.",
        "is_rotating": False,
        "etag": '"1812819600000000"',
    }
    is_rotating = serializers.BooleanField(help_text="Whether the secret before signs too.")
    etag = EtagField()

    class Meta:
        model = WebhookEndpoint
        fields: tuple[str, ...] = (
            "id",
            "name",
            "url",
            "event_types",
            "is_active",
            "disabled_at",
            "disabled_reason",
            "is_rotating",
            "etag",
            "created_at",
            "updated_at",
        )


class EndpointSecretOutput(EndpointOutput):
    """An endpoint whose secret was made right now."""

    examples = {**EndpointOutput.examples, "secret": "whsec_ZXhhbXBsZSBvZiBhIHNlY3JldCwgd2hpY2ggbm9ib2R5"}
    secret = serializers.CharField(help_text="`whsec_` and 32 bytes in base64. Shown this once.")

    class Meta(EndpointOutput.Meta):
        fields = (*EndpointOutput.Meta.fields, "secret")
