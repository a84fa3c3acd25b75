"""Every path of the product; each app mounts its own below /api/v1."""

from django.contrib import admin
from django.urls import include, path

from common.api.urls import api_urls, health_urls

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/public/", include("bookings.api.public.urls")),
    path("api/v1/supply/", include("supply.api.urls")),
    path("api/v1/", include("events.api.urls")),
    path("api/v1/", include("identity.api.urls")),
    path("api/v1/", include("bookings.api.urls")),
    path("api/v1/", include("integra.api.urls")),
    path("webhooks/", include("integra.api.webhook_urls")),
    *health_urls,
    *api_urls,  # last: its catch-all answers every other path below /api
]

handler400 = "common.api.problems.bad_request"
handler404 = "common.api.problems.not_found"
handler500 = "common.api.problems.server_error"
