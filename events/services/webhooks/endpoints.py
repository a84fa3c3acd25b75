"""Endpoints of outgoing webhooks: named, changed, re-keyed, switched off; every write is audited (P-7).

They belong to the company: what happens at any station goes to each of them. A name stays, since deliveries
are addressed by it. Whatever switches an endpoint off or deletes it cancels the deliveries that wait for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from common.actors import Actor
from common.db.errors import constraint_name
from common.exceptions import Duplicate, FieldError, NotFound, ValidationFailed, VersionConflict
from common.ports import alerts, audit_trail
from common.reasons import check_reason
from events.enums import OutboxStatus, OutboxTarget
from events.models import OutboxMessage, WebhookEndpoint
from events.policies import OPEN
from events.services.webhooks.checks import (
    REASON_LENGTH,
    check_event_types,
    check_name,
    check_url,
)
from events.signatures import new_secret

CODE = "system.config"
BY_STAFF = "Switched off by staff."
GONE = "The receiver answered 410."
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointChanges:
    """What to set of an endpoint; None leaves a value as it is.

    `disabled_reason` goes with switching off; `drop_previous_secret` ends a rotation.
    """

    url: str | None = None
    event_types: Sequence[str] | None = None
    is_active: bool | None = None
    disabled_reason: str | None = None
    drop_previous_secret: bool = False


def create_endpoint(*, name: str, url: str, event_types: Sequence[str], by: Actor) -> WebhookEndpoint:
    """Name a receiver, active at once, with a fresh secret; a name in use is refused (409 `duplicate`)."""
    endpoint = WebhookEndpoint(
        name=check_name(name),
        url=check_url(url),
        event_types=check_event_types(event_types),
    )
    endpoint.secret = new_secret()
    try:
        with transaction.atomic():
            endpoint.save(force_insert=True)
            _record(endpoint, "create", by=by, details={"event_types": endpoint.event_types})
    except IntegrityError as error:
        if constraint_name(error) != "uq_webhook_endpoints_name":
            raise
        raise Duplicate("There is an endpoint of this name already.") from error
    return endpoint


@transaction.atomic
def update_endpoint(
    *,
    endpoint: WebhookEndpoint,
    changes: EndpointChanges,
    by: Actor,
    at: datetime,
    expected: datetime | None = None,
) -> WebhookEndpoint:
    """Change an endpoint, switch it off or on again; refuses a stale row (`expected` is what was seen)."""
    locked = _locked(endpoint, expected)
    changed = _apply(locked, changes)
    details: dict[str, Any] = {"changed": changed}
    if changes.is_active is not None and changes.is_active != locked.is_active:
        changed.append("is_active")
        if changes.is_active:
            locked.is_active, locked.disabled_at, locked.disabled_reason = True, None, None
        else:
            details["cancelled"] = _switch_off(locked, changes.disabled_reason or BY_STAFF, at=at)
    elif changes.disabled_reason is not None:
        message = "A reason goes with switching off (is_active false)."
        raise ValidationFailed([FieldError("/disabled_reason", "invalid", message)])
    if changed:
        locked.save()
        _record(locked, "update", by=by, details=details)
    return locked


@transaction.atomic
def rotate_secret(
    *, endpoint: WebhookEndpoint, by: Actor, keep_previous: bool = True, expected: datetime | None = None
) -> WebhookEndpoint:
    """Give an endpoint a fresh secret; the one before signs too until the next rotation or until dropped.

    Without `keep_previous`, for a secret that leaked, nothing is signed by it any more.
    """
    locked = _locked(endpoint, expected)
    locked.previous_secret = locked.secret if keep_previous else None
    locked.secret = new_secret()
    locked.save()
    _record(locked, "update", by=by, details={"rotated": {"keep_previous": keep_previous}})
    return locked


@transaction.atomic
def delete_endpoint(
    *, endpoint: WebhookEndpoint, reason: str, by: Actor, at: datetime, expected: datetime | None = None
) -> None:
    """Delete an endpoint, with a reason; deliveries that wait for it are cancelled, those made are kept."""
    why = check_reason(reason)
    locked = _locked(endpoint, expected)
    cancelled = _cancel_deliveries(locked, "endpoint deleted", at=at)
    _record(locked, "delete", by=by, details={"name": locked.name, "cancelled": cancelled}, reason=why)
    locked.delete()


@transaction.atomic
def switch_off(*, endpoint: WebhookEndpoint, by: Actor, at: datetime) -> bool:
    """Switch an endpoint off whose receiver answered 410, and alert; False when it was changed meanwhile."""
    locked = WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk=endpoint.pk).first()
    if locked is None or not locked.is_active or locked.url != endpoint.url:
        return False
    cancelled = _switch_off(locked, GONE, at=at)
    locked.save()
    _record(locked, "update", by=by, details={"changed": ["is_active"], "cancelled": cancelled}, reason=GONE)
    alerts.get().raise_alert(
        cause="webhook_endpoint_gone",
        subject_type="webhookendpoint",
        subject_id=locked.pk,
        station_id=None,
        message=f"Webhook endpoint {locked.name} answered 410 and is off; deliveries cancelled: {cancelled}.",
        at=at,
        step=at.isoformat(),
    )
    return True


def _locked(endpoint: WebhookEndpoint, expected: datetime | None) -> WebhookEndpoint:
    locked = WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk=endpoint.pk).first()
    if locked is None:
        raise NotFound("There is no such endpoint.")
    if expected is not None and locked.updated_at != expected:
        raise VersionConflict(current_version=(locked.updated_at - EPOCH) // timedelta(microseconds=1))
    return locked


def _apply(endpoint: WebhookEndpoint, changes: EndpointChanges) -> list[str]:
    changed = []
    if changes.url is not None and changes.url != endpoint.url:
        endpoint.url = check_url(changes.url)
        changed.append("url")
    if changes.event_types is not None and sorted(set(changes.event_types)) != endpoint.event_types:
        endpoint.event_types = check_event_types(changes.event_types)
        changed.append("event_types")
    if changes.drop_previous_secret and endpoint.previous_secret is not None:
        endpoint.previous_secret = None
        changed.append("previous_secret")
    return changed


def _switch_off(endpoint: WebhookEndpoint, reason: str, *, at: datetime) -> int:
    endpoint.is_active, endpoint.disabled_at = False, at
    endpoint.disabled_reason = reason.strip()[:REASON_LENGTH]
    return _cancel_deliveries(endpoint, "endpoint switched off", at=at)


def _cancel_deliveries(endpoint: WebhookEndpoint, why: str, *, at: datetime) -> int:
    """Cancel what waits or is parked; what a worker holds meets an endpoint that is off, or none."""
    rows = OutboxMessage.objects.filter(
        target=OutboxTarget.WEBHOOK, destination=endpoint.name, status__in=OPEN
    )
    return rows.update(status=OutboxStatus.CANCELLED, error=why, updated_at=at)


def _record(
    endpoint: WebhookEndpoint, action: str, *, by: Actor, details: Mapping[str, Any], reason: str = ""
) -> None:
    audit_trail.get().record(
        action=action,
        resource_type="webhookendpoint",
        resource_id=str(endpoint.pk),
        by=by,
        permissions=[CODE] if by.type == "user" else [],
        details=details,
        reason=reason,
    )
