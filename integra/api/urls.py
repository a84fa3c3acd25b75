from django.urls import path

from integra.api.payment_events import PaymentEventViewSet

urlpatterns = [
    path(
        "payment-events",
        PaymentEventViewSet.as_view({"get": "list", "post": "create"}),
        name="payment-events",
    ),
    *(
        path(
            f"payment-events/<uuid:pk>/{action}",
            PaymentEventViewSet.as_view({"post": action}),
            name=f"payment-event-{action}",
        )
        for action in ("match", "unmatch", "ignore")
    ),
]
