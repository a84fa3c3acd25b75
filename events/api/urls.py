from django.urls import path

from events.api.views import EventViewSet, InboxViewSet, OutboxViewSet, VerificationView

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
]
