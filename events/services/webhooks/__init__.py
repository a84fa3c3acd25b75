"""Outgoing webhooks (E-9): endpoints and their secrets, the rows of what is published, the courier."""

from events.services.webhooks.courier import send_webhook
from events.services.webhooks.endpoints import (
    EndpointChanges,
    create_endpoint,
    delete_endpoint,
    rotate_secret,
    switch_off,
    update_endpoint,
)

__all__ = [
    "EndpointChanges",
    "create_endpoint",
    "delete_endpoint",
    "rotate_secret",
    "send_webhook",
    "switch_off",
    "update_endpoint",
]
