from django.urls import path

from bookings.api.public.orders import (
    HoldSignatureView,
    HoldView,
    PublicBookingView,
    PublicHoldView,
    QuoteMailView,
    QuoteView,
)
from bookings.api.public.payments import HoldPaymentView
from bookings.api.public.site import (
    AvailabilityView,
    BookedDatesView,
    PoliciesView,
    PriceListView,
    PublicStationViewSet,
)

urlpatterns = [
    path("stations", PublicStationViewSet.as_view({"get": "list"}), name="public-stations"),
    path("availability", AvailabilityView.as_view(), name="public-availability"),
    path("booked-dates", BookedDatesView.as_view(), name="public-booked-dates"),
    path("price-list", PriceListView.as_view(), name="public-price-list"),
    path("policies", PoliciesView.as_view(), name="public-policies"),
    path("quotes", QuoteView.as_view(), name="public-quotes"),
    path("quote-emails", QuoteMailView.as_view(), name="public-quote-emails"),
    path("bookings", PublicBookingView.as_view(), name="public-bookings"),
    path("holds", PublicHoldView.as_view(), name="public-holds"),
    path("holds/<str:token>", HoldView.as_view(), name="public-hold"),
    path("holds/<str:token>/sign", HoldSignatureView.as_view(), name="public-hold-sign"),
    path("holds/<str:token>/pay", HoldPaymentView.as_view(), name="public-hold-pay"),
]
