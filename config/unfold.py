"""The look of the admin: name, colours, and the sidebar, grouped by the rooms in which staff think."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy


def opens(label: str) -> Callable[[HttpRequest], bool]:
    """Return the test whether the request's user may open the list of a model."""

    def may_open(request: HttpRequest) -> bool:
        page = admin.site.get_model_admin(apps.get_model(label))
        return page.has_module_permission(request)

    return may_open


def page(title: str, icon: str, label: str) -> dict[str, Any]:
    """Return the sidebar's entry for the list of a model."""
    name = label.lower().replace(".", "_")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{name}_changelist"),
        "permission": opens(label),
    }


def room(title: str, *pages: dict[str, Any], collapsible: bool = False) -> dict[str, Any]:
    """Return one group of the sidebar; a group without a visible entry is not shown."""
    return {"title": title, "separator": True, "collapsible": collapsible, "items": list(pages)}


def environment(request: HttpRequest) -> list[str] | None:
    """Return the label in the header; production wears none."""
    del request
    tones = {"demo": "info", "test": "warning"}
    name: str = settings.ENVIRONMENT
    return [name.capitalize(), tones[name]] if name in tones else None


SIDEBAR = [
    {
        "title": "Today",
        "items": [
            {"title": "Dashboard", "icon": "space_dashboard", "link": reverse_lazy("admin:index")},
        ],
    },
    room(
        "Bookings",
        page("Bookings", "event", "bookings.Booking"),
        page("Holds", "hourglass_top", "bookings.ReservationHold"),
        page("Slots taken", "calendar_view_day", "bookings.SlotClaim"),
        page("Reminders", "notifications", "bookings.BookingReminder"),
    ),
    room("Customers", page("Customers", "group", "bookings.Customer")),
    room("Chefs", page("Chefs", "outdoor_grill", "bookings.Chef")),
    room(
        "Prices",
        page("Price tiers", "sell", "bookings.PricingTier"),
        page("Menu", "restaurant_menu", "bookings.MenuItem"),
        page("Add-ons", "add_circle", "bookings.AddonItem"),
        page("Price rules", "rule", "bookings.DynamicPricingRule"),
        page("Travel fees", "directions_car", "bookings.TravelFeeConfiguration"),
        collapsible=True,
    ),
    room(
        "Money",
        page("Payments", "payments", "bookings.Payment"),
        page("Deposits", "savings", "bookings.Deposit"),
        page("Price adjustments", "exposure", "bookings.PriceAdjustment"),
    ),
    room(
        "People & stations",
        page("Stations", "storefront", "identity.Station"),
        page("Users", "badge", "identity.User"),
        page("Station links", "link", "identity.StationUser"),
        page("Roles", "shield_person", "identity.Role"),
        page("Role assignments", "assignment_ind", "identity.UserRole"),
        page("Permissions", "key", "identity.Permission"),
        page("Codes of roles", "rule_settings", "identity.RolePermission"),
        page("Station tokens", "vpn_key", "identity.StationAccessToken"),
        page("Log-ins", "login", "identity.RefreshToken"),
        page("Linked accounts", "account_circle", "identity.OAuthAccount"),
        collapsible=True,
    ),
    room(
        "System",
        page("Audit log", "history_edu", "identity.StationAuditLog"),
        page("System events", "monitor_heart", "bookings.SystemEvent"),
        page("Domain events", "timeline", "events.DomainEvent"),
        page("Outbox", "outbox", "events.OutboxMessage"),
        page("Inbox", "inbox", "events.InboxMessage"),
        page("Idempotency keys", "lock", "events.IdempotencyKey"),
        page("Counters", "speed", "events.Counter"),
        page("Webhook endpoints", "webhook", "events.WebhookEndpoint"),
        collapsible=True,
    ),
]

EMBER = {
    "50": "oklch(98% .016 60)",
    "100": "oklch(95.4% .038 58)",
    "200": "oklch(90.1% .076 55)",
    "300": "oklch(83.7% .128 52)",
    "400": "oklch(75% .183 45)",
    "500": "oklch(66% .205 38)",
    "600": "oklch(55.3% .195 34)",
    "700": "oklch(48% .17 33)",
    "800": "oklch(41% .14 33)",
    "900": "oklch(36% .11 34)",
    "950": "oklch(24% .07 32)",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "My Hibachi",
    "SITE_HEADER": "My Hibachi",
    "SITE_SUBHEADER": "Back office",
    "SITE_SYMBOL": "outdoor_grill",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("house/flame.svg")},
    ],
    "STYLES": [lambda _request: static("house/admin.css")],
    "SCRIPTS": [lambda _request: static("house/admin.js")],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "ENVIRONMENT": "config.unfold.environment",
    "BORDER_RADIUS": "8px",
    "COLORS": {"primary": EMBER},
    "LOGIN": {"image": lambda _request: static("house/login.svg")},
    "SIDEBAR": {
        "show_search": False,
        "command_search": False,
        "show_all_applications": False,
        "navigation": SIDEBAR,
    },
}
