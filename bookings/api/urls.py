from typing import Any

from django.urls import path

from bookings.api.analytics import BookingFiguresView, OverviewView, RevenueFiguresView
from bookings.api.booking_decisions import BookingDecisions
from bookings.api.bookings import BookingViewSet
from bookings.api.checkouts import BookingCheckoutView
from bookings.api.chefs import ChefViewSet
from bookings.api.customers import CustomerViewSet
from bookings.api.history import BookingEventsViewSet, BookingRemindersViewSet
from bookings.api.holds import HoldViewSet
from bookings.api.payments import PaymentViewSet
from bookings.api.price_list import AddonItemViewSet, MenuItemViewSet, RuleViewSet, TierViewSet
from bookings.api.privacy import CustomerPrivacyViewSet, OwnErasureView, OwnExportView
from bookings.api.schedule import CalendarView, LanesView
from bookings.api.system_events import SystemEventViewSet
from bookings.api.travel_fee import TravelFeeViewSet

Routes = dict[str, Any]
COLLECTION: Routes = {"get": "list", "post": "create"}
MEMBER: Routes = {"get": "retrieve", "patch": "partial_update"}
CHANGEABLE: Routes = {"patch": "partial_update"}
DELETABLE: Routes = {**MEMBER, "delete": "destroy"}
ACTIONS = tuple(name.replace("_", "-") for name in BookingDecisions.codes)
PRICE_VIEWS = {
    "menu-items": MenuItemViewSet,
    "addon-items": AddonItemViewSet,
    "tiers": TierViewSet,
    "rules": RuleViewSet,
}

urlpatterns = [
    path("analytics/overview", OverviewView.as_view(), name="analytics-overview"),
    path("analytics/bookings", BookingFiguresView.as_view(), name="analytics-bookings"),
    path("analytics/revenue", RevenueFiguresView.as_view(), name="analytics-revenue"),
    path("bookings", BookingViewSet.as_view(COLLECTION), name="bookings"),
    path("bookings/availability", LanesView.as_view(), name="booking-lanes"),
    path("bookings/calendar", CalendarView.as_view(), name="booking-calendar"),
    path("bookings/<uuid:pk>", BookingViewSet.as_view(DELETABLE), name="booking"),
    path("bookings/<uuid:pk>/explain", BookingViewSet.as_view({"get": "explain"}), name="booking-explain"),
    path(
        "bookings/<uuid:pk>/chef-recommendations",
        BookingViewSet.as_view({"get": "chef_recommendations"}),
        name="booking-chef-recommendations",
    ),
    path("bookings/<uuid:pk>/events", BookingEventsViewSet.as_view({"get": "list"}), name="booking-events"),
    path(
        "bookings/<uuid:pk>/reminders",
        BookingRemindersViewSet.as_view(COLLECTION),
        name="booking-reminders",
    ),
    path(
        "bookings/<uuid:pk>/reminders/<uuid:reminder_pk>",
        BookingRemindersViewSet.as_view({"delete": "destroy"}),
        name="booking-reminder",
    ),
    *(
        path(
            f"bookings/<uuid:pk>/{action}",
            BookingViewSet.as_view({"post": action.replace("-", "_")}),
            name=f"booking-{action}",
        )
        for action in ACTIONS
    ),
    path("bookings/<uuid:pk>/checkout", BookingCheckoutView.as_view(), name="booking-checkout"),
    path("holds", HoldViewSet.as_view(COLLECTION), name="holds"),
    path("holds/<uuid:pk>", HoldViewSet.as_view({"get": "retrieve"}), name="hold"),
    path("holds/<uuid:pk>/cancel", HoldViewSet.as_view({"post": "cancel"}), name="hold-cancel"),
    path("holds/<uuid:pk>/convert", HoldViewSet.as_view({"post": "convert"}), name="hold-convert"),
    path("customers", CustomerViewSet.as_view(COLLECTION), name="customers"),
    path("customers/<uuid:pk>", CustomerViewSet.as_view(DELETABLE), name="customer"),
    path(
        "customers/<uuid:pk>/restore", CustomerViewSet.as_view({"post": "restore"}), name="customer-restore"
    ),
    path(
        "customers/<uuid:pk>/timeline",
        CustomerPrivacyViewSet.as_view({"get": "timeline"}),
        name="customer-timeline",
    ),
    *(
        path(
            f"customers/<uuid:pk>/{action}",
            CustomerPrivacyViewSet.as_view({"post": action}),
            name=f"customer-{action}",
        )
        for action in ("export", "erase")
    ),
    path("system-events", SystemEventViewSet.as_view({"get": "list"}), name="system-events"),
    path("me/export", OwnExportView.as_view(), name="me-export"),
    path("me/erasure", OwnErasureView.as_view(), name="me-erasure"),
    path("chefs", ChefViewSet.as_view(COLLECTION), name="chefs"),
    path("chefs/<uuid:pk>", ChefViewSet.as_view(DELETABLE), name="chef"),
    path("chefs/me/schedule", ChefViewSet.as_view({"get": "own_schedule"}), name="chef-own-schedule"),
    path("chefs/<uuid:pk>/schedule", ChefViewSet.as_view({"get": "schedule"}), name="chef-schedule"),
    *(
        path(f"pricing/{name}", view.as_view(COLLECTION), name=f"pricing-{name}")
        for name, view in PRICE_VIEWS.items()
    ),
    *(
        path(f"pricing/{name}/<uuid:pk>", view.as_view(CHANGEABLE), name=f"pricing-{name}-row")
        for name, view in PRICE_VIEWS.items()
    ),
    path(
        "stations/<uuid:station_pk>/travel-fee",
        TravelFeeViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="station-travel-fee",
    ),
    path("payments", PaymentViewSet.as_view(COLLECTION), name="payments"),
    path("payments/<uuid:pk>", PaymentViewSet.as_view({"get": "retrieve"}), name="payment"),
    path("payments/<uuid:pk>/refund", PaymentViewSet.as_view({"post": "refund"}), name="payment-refund"),
    path(
        "payments/<uuid:pk>/complete-refund",
        PaymentViewSet.as_view({"post": "complete_refund"}),
        name="payment-complete-refund",
    ),
]
