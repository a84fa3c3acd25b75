from django.urls import path

from events.api.views import EventViewSet, InboxViewSet, OutboxViewSet, VerificationView
from events.api.webhook_endpoints import WebhookEndpointViewSet

urlpatterns = [
    path("events", EventViewSet.as_view({"get": "list"}), name="events"),
    path("events/verify", VerificationView.as_view(), name="events-verify"),
    path("queues/outbox", OutboxViewSet.as_view({"get": "list"}), name="outbox"),
    path("queues/inbox", InboxViewSet.as_view({"get": "list"}), name="inbox"),
    *(
        path(f"queues/outbox/<uuid:pk>/{act}", OutboxViewSet.as_view({"post": act}), name=f"outbox-{act}")
        for act in ("retry", "edit", "cancel")
    ),
    *(
        path(f"queues/inbox/<uuid:pk>/{act}", InboxViewSet.as_view({"post": act}), name=f"inbox-{act}")
        for act in ("retry", "cancel")
    ),
    path(
        "webhook-endpoints",
        WebhookEndpointViewSet.as_view({"get": "list", "post": "create"}),
        name="webhook-endpoints",
    ),
    path(
        "webhook-endpoints/<uuid:pk>",
        WebhookEndpointViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="webhook-endpoint",
    ),
    path(
        "webhook-endpoints/<uuid:pk>/rotate",
        WebhookEndpointViewSet.as_view({"post": "rotate"}),
        name="webhook-endpoint-rotate",
    ),
]
