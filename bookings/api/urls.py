from typing import Any

from django.urls import path

from bookings.api.bookings import BookingViewSet
from bookings.api.checkouts import BookingCheckoutView
from bookings.api.chefs import ChefViewSet
from bookings.api.customers import CustomerViewSet
from bookings.api.payments import PaymentViewSet
from bookings.api.schedule import CalendarView, LanesView

Routes = dict[str, Any]
COLLECTION: Routes = {"get": "list", "post": "create"}
MEMBER: Routes = {"get": "retrieve", "patch": "partial_update"}
DELETABLE: Routes = {**MEMBER, "delete": "destroy"}
ACTIONS = ("request-deposit", "confirm-deposit", "hold", "release", "assign-chef", "complete", "no-show")

urlpatterns = [
    path("bookings", BookingViewSet.as_view(COLLECTION), name="bookings"),
    path("bookings/availability", LanesView.as_view(), name="booking-lanes"),
    path("bookings/calendar", CalendarView.as_view(), name="booking-calendar"),
    path("bookings/<uuid:pk>", BookingViewSet.as_view(MEMBER), name="booking"),
    path("bookings/<uuid:pk>/explain", BookingViewSet.as_view({"get": "explain"}), name="booking-explain"),
    *(
        path(
            f"bookings/<uuid:pk>/{action}",
            BookingViewSet.as_view({"post": action.replace("-", "_")}),
            name=f"booking-{action}",
        )
        for action in ACTIONS
    ),
    path("bookings/<uuid:pk>/checkout", BookingCheckoutView.as_view(), name="booking-checkout"),
    path("customers", CustomerViewSet.as_view(COLLECTION), name="customers"),
    path("customers/<uuid:pk>", CustomerViewSet.as_view(DELETABLE), name="customer"),
    path("chefs", ChefViewSet.as_view(COLLECTION), name="chefs"),
    path("chefs/<uuid:pk>", ChefViewSet.as_view(DELETABLE), name="chef"),
    path("payments", PaymentViewSet.as_view(COLLECTION), name="payments"),
    path("payments/<uuid:pk>", PaymentViewSet.as_view({"get": "retrieve"}), name="payment"),
    path("payments/<uuid:pk>/refund", PaymentViewSet.as_view({"post": "refund"}), name="payment-refund"),
    path(
        "payments/<uuid:pk>/complete-refund",
        PaymentViewSet.as_view({"post": "complete_refund"}),
        name="payment-complete-refund",
    ),
]
