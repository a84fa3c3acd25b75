from django.urls import path

from integra.api.webhooks import PaymentMailWebhookView, StripeWebhookView

urlpatterns = [
    path("stripe", StripeWebhookView.as_view(), name="webhook-stripe"),
    path("payment-mail", PaymentMailWebhookView.as_view(), name="webhook-payment-mail"),
]
