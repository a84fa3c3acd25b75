"""Rows of prices, accounts and the event log, for both stations of the world."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.utils import timezone

from bookings.enums import (
    MenuCategory,
    PriceRuleEffect,
    PricingTierLevel,
)
from bookings.models import (
    AddonItem,
    DynamicPricingRule,
    MenuItem,
    PricingTier,
    SystemEvent,
    TravelFeeConfiguration,
)
from common.crypto.blind_index import blind_index
from events.enums import IdempotencyStatus, OutboxTarget
from events.models import Counter, DomainEvent, IdempotencyKey, InboxMessage, OutboxMessage, WebhookEndpoint
from identity.enums import AuthProvider, StationRole
from identity.models import OAuthAccount, RefreshToken, Station, StationAccessToken, User

CANARIES = {
    "a": SimpleNamespace(
        email="ann.alpha@canary-a.example", phone="+15105550111", address="11 Alpha Street, Fremont"
    ),
    "b": SimpleNamespace(
        email="bea.bravo@canary-b.example", phone="+15105550122", address="22 Bravo Street, Fremont"
    ),
}


def soon(**delta: float) -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(**delta)


def prices_of(name: str, station: Station) -> dict[str, Any]:
    return {
        "pricingtier": PricingTier.objects.create(
            station=station,
            name=f"Tier {name}",
            level=PricingTierLevel.STANDARD,
            base_price_cents=55_000,
            price_per_guest_cents=5_500,
            kid_price_cents=3_000,
        ),
        "menuitem": MenuItem.objects.create(
            station=station, code="chicken", name=f"Chicken {name}", category=MenuCategory.POULTRY
        ),
        "addonitem": AddonItem.objects.create(
            station=station, code="gyoza", name=f"Gyoza {name}", price_cents=1_000
        ),
        "dynamicpricingrule": DynamicPricingRule.objects.create(
            station=station,
            name=f"Rule {name}",
            effect=PriceRuleEffect.PERCENT,
            percent="15.00",
            weekdays=[6],
        ),
        "travelfeeconfiguration": TravelFeeConfiguration.objects.create(station=station),
    }


def accounts_of(key: str, station: Station, manager: User) -> dict[str, Any]:
    return {
        "station": station,
        "user": manager,
        "stationuser": manager.station_users.get(),
        "userrole": manager.user_roles.get(),
        "stationaccesstoken": StationAccessToken.objects.create(
            user=manager,
            station=station,
            token_hash=("c" if key == "a" else "d") * 64,
            role=StationRole.STATION_ADMIN,
            expires_at=soon(hours=4),
        ),
        "refreshtoken": RefreshToken.objects.create(
            user=manager,
            family_id=uuid4(),
            token_hash=("e" if key == "a" else "f") * 64,
            expires_at=soon(days=7),
            ip_hash=blind_index("10.0.0.1", kind="ip"),
        ),
        "oauthaccount": OAuthAccount.objects.create(
            user=manager,
            provider=AuthProvider.GOOGLE,
            provider_account_id=f"google-{key}",
            access_token=f"tokencanary-{key}",
        ),
    }


def build_shared() -> dict[str, Any]:
    """Rows of tables that belong to no station."""
    event = DomainEvent.objects.order_by("sequence").first()
    return {
        "outboxmessage": OutboxMessage.objects.create(
            event=event,
            target=OutboxTarget.EMAIL,
            destination="deposit_request",
            aggregate_type=event.aggregate_type,
            aggregate_id=event.aggregate_id,
            sequence=event.sequence,
            private_payload={"to": CANARIES["a"].email},
        ),
        "inboxmessage": InboxMessage.objects.create(
            source="stripe", message_id="evt_1", payload="payloadcanary"
        ),
        "idempotencykey": IdempotencyKey.objects.create(
            actor="guest",
            method="POST",
            path="/api/v1/public/bookings",
            key="keycanary-0123456789",
            fingerprint="0" * 64,
            status=IdempotencyStatus.IN_FLIGHT,
            expires_at=soon(days=7),
        ),
        "counter": Counter.objects.create(
            key="login:abc", window_start=datetime(2026, 1, 1, tzinfo=UTC), hits=3, expires_at=soon(hours=1)
        ),
        "webhookendpoint": WebhookEndpoint.objects.create(
            name="partner", url="https://partner.example/hook", secret="secretcanary"
        ),
        "systemevent": SystemEvent.objects.create(service="bookings", action="test"),
    }
