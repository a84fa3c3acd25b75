"""What the API's document says of the webhooks that leave the house (API-9, E-9)."""

from typing import Any

from drf_spectacular.utils import OpenApiWebhook

ID = "018f6b2e-5c1d-7a40-9f3b-2d6c8e1a4b70"


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def _header(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": schema}


BODY: dict[str, Any] = {
    "type": "object",
    "required": ["id", "type", "version", "occurred_at", "aggregate", "station_id", "payload"],
    "properties": {
        "id": _text("Key of the event, as in /events.", format="uuid"),
        "type": _text("What happened.", examples=["booking.confirmed"]),
        "version": {"type": "integer", "minimum": 1, "description": "Of the payload's shape."},
        "occurred_at": _text("When it happened.", format="date-time"),
        "aggregate": {
            "type": "object",
            "description": "The record that it happened to.",
            "required": ["type", "id", "version"],
            "properties": {
                "type": _text("Kind of the record.", examples=["booking"]),
                "id": _text("Its key.", format="uuid"),
                "version": {"type": "integer", "minimum": 1, "description": "Counts its events: 1, 2, 3 …"},
            },
        },
        "station_id": {
            "type": ["string", "null"],
            "format": "uuid",
            "description": "Station that it belongs to; null: the company's.",
        },
        "payload": {"type": "object", "description": "Ids, codes and amounts in cents; nothing personal."},
    },
}
EXAMPLE: dict[str, Any] = {
    "id": ID,
    "type": "booking.confirmed",
    "version": 1,
    "occurred_at": "2027-06-12T17:00:00Z",
    "aggregate": {"type": "booking", "id": ID, "version": 3},
    "station_id": ID,
    "payload": {"reference": "MH-7K3Q9D", "deposit_cents": 12_500},
}
ANSWERS = {
    "2XX": {"description": "Taken, within 10 s."},
    "410": {"description": "The receiver is gone: the endpoint is switched off."},
    "default": {"description": "Anything else, a redirect too: tried again, parked after 8 attempts."},
}

EVENT_POSTED = OpenApiWebhook(
    name="event",
    decorator={
        "post": {
            "operationId": "event_posted",
            "summary": "An event, posted to each endpoint that asked for its type",
            "description": (
                "At least once, in the order of the record's events. The signature is that of Standard"
                " Webhooks: HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, under the secret of the"
                " endpoint; refuse a timestamp more than 300 s off."
            ),
            "tags": ["webhook-endpoints"],
            "parameters": [
                _header("webhook-id", _text("The same at every attempt.", format="uuid")),
                _header("webhook-timestamp", _text("Unix seconds of this attempt.", pattern="^[0-9]+$")),
                _header(
                    "webhook-signature",
                    _text("`v1,<base64>`, one per live secret, a blank between them."),
                ),
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": BODY, "examples": {"Example": {"value": EXAMPLE}}}
                },
            },
            "responses": ANSWERS,
        }
    },
)
