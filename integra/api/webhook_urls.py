from django.urls import path

from integra.api.webhooks import StripeWebhookView

urlpatterns = [
    path("stripe", StripeWebhookView.as_view(), name="webhook-stripe"),
]
