"""Times on staff pages are wall times of the company, not UTC."""

from collections.abc import Callable
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone


class AdminTimeZoneMiddleware:
    """Renders and reads the forms of the admin in `COMPANY_TIME_ZONE`; the API stays in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    @cached_property
    def prefix(self) -> str:
        """Path of the admin; looked up on the first request, when the URLs are loaded."""
        return reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(self.prefix):
            return self.get_response(request)
        with timezone.override(ZoneInfo(settings.COMPANY_TIME_ZONE)):
            return self.get_response(request)
