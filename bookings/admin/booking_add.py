"""Staff book a party by phone or across the counter: the same service as the website's (D-1)."""

from datetime import time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from bookings.enums import BookingSource
from bookings.models import Booking
from bookings.requests import BookingRequest
from bookings.services.bookings import create_booking
from common.admin.forms import ActionForm, add_refusal, posted
from common.admin.scoping import ScopedAdmin
from common.exceptions import DomainError
from identity.models import Station
from identity.selectors import station_settings

SOURCES = (
    BookingSource.PHONE,
    BookingSource.WALK_IN,
    BookingSource.EMAIL,
    BookingSource.SMS,
    BookingSource.REFERRAL,
)


class BookingAddForm(ActionForm):
    """The request of a party, as staff write it down."""

    station = forms.ModelChoiceField(queryset=Station.objects.none(), empty_label=None)
    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    slot = forms.ChoiceField(help_text="Local time of the station.")
    adults = forms.IntegerField(min_value=1, max_value=100, help_text="13 and older")
    kids = forms.IntegerField(min_value=0, max_value=100, initial=0, help_text="6 to 12")
    toddlers = forms.IntegerField(min_value=0, max_value=100, initial=0, help_text="Under 6")
    first_name = forms.CharField(max_length=100)
    last_name = forms.CharField(max_length=100)
    email = forms.EmailField(label="E-mail", max_length=255)
    phone = forms.CharField(max_length=25)
    address = forms.CharField(max_length=300)
    postal_code = forms.CharField(label="ZIP code", max_length=10)
    allergens = forms.CharField(initial="none", help_text='Separated by commas; "none" when there are none.')
    special_requests = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    notes = forms.CharField(
        label="Internal notes", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    source = forms.ChoiceField(choices=[(source.value, source.label) for source in SOURCES])
    ask_deposit = forms.BooleanField(label="Ask for the deposit at once", required=False, initial=True)
    sms_consent = forms.BooleanField(label="The customer agreed to SMS", required=False)
    override_reason = forms.CharField(
        max_length=500, required=False, help_text="Waives the lead time, for who may override."
    )

    def offer(self, stations: list[Station]) -> None:
        """Offer these stations and their slots."""
        field = self.fields["station"]
        field.queryset = Station.objects.filter(pk__in=[station.pk for station in stations]).order_by("code")  # type: ignore[attr-defined]  # a model choice
        slots = sorted({slot for station in stations for slot in station_settings(station).slots})
        words = [slot.isoformat("minutes") for slot in slots]
        self.fields["slot"].choices = list(zip(words, words, strict=True))  # type: ignore[attr-defined]  # a choice field

    def booking_request(self) -> BookingRequest:
        """Return what the service is asked for."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        station, slot = data.pop("station"), time.fromisoformat(data.pop("slot"))
        words = (word.strip() for word in data.pop("allergens").split(","))
        return BookingRequest(
            **data, station_id=station.pk, slot=slot, allergens=tuple(word for word in words if word)
        )


class BookingAddPage(ScopedAdmin[Booking]):
    """The page `add/`: outside of Django's transaction, since a lost slot leaves a trace of its own (D-6)."""

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form, book what is posted."""
        del form_url, extra_context
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BookingAddForm(posted(request), obj=None, request=request)
        form.offer(self.bookable_stations(request))
        form.take_from_query(("station", "date", "slot"))
        refusal: DomainError | None = None
        if request.method == "POST" and form.is_valid():
            try:
                booking = create_booking(
                    request=form.booking_request(), by=self.actor(request), at=timezone.now()
                )
            except DomainError as error:
                refusal = error
                add_refusal(form, error)
            else:
                messages.success(request, f"{booking.reference} is booked.")
                name = f"{self.admin_site.name}:bookings_booking_change"
                return HttpResponseRedirect(reverse(name, args=[booking.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": "Book a party",
            "opts": self.opts,
            "form": form,
            "alternatives": refusal.extra.get("alternatives", ()) if refusal else (),
            "back_url": reverse(f"{self.admin_site.name}:bookings_booking_changelist"),
        }
        status = refusal.status if refusal else 200
        return TemplateResponse(request, "house/action.html", context, status=status)

    def bookable_stations(self, request: HttpRequest) -> list[Station]:
        """Return the stations where the actor may book."""
        scope = self.actor(request).scope(self.codes.add)
        stations = Station.objects.order_by("code")
        return list(stations if scope.everywhere else stations.filter(pk__in=scope.stations))
