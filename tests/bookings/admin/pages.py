"""How tests work the booking's page."""

from django.urls import reverse


def do(client, booking, action, **data):
    address = reverse("admin:bookings_booking_do", args=[booking.pk, action])
    return client.post(address, {"seen": booking.version, **data})


def change(booking):
    return reverse("admin:bookings_booking_change", args=[booking.pk])


def messages_of(answer):
    return [str(message) for message in answer.wsgi_request._messages]
