"""What the theme asks at run time: the sidebar, grouped by the rooms in which staff think, and its files."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

from common.admin.site_pages import site_page

if TYPE_CHECKING:
    from common.admin.site import HouseAdminSite


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


def opens_page(name: str) -> Callable[[HttpRequest], bool]:
    """Return the test whether the request's user may open a page of more than one table."""

    def may_open(request: HttpRequest) -> bool:
        site = cast("HouseAdminSite", admin.site)
        return site_page(name).opens_for(site.actor(request))

    return may_open


def site_entry(title: str, icon: str, name: str) -> dict[str, Any]:
    """Return the sidebar's entry for a page of more than one table."""
    link = reverse_lazy(f"admin:{name}")
    return {"title": title, "icon": icon, "link": link, "permission": opens_page(name)}


def room(title: str, *pages: dict[str, Any], collapsible: bool = False) -> dict[str, Any]:
    """Return one group of the sidebar; a group without a visible entry is not shown."""
    return {"title": title, "separator": True, "collapsible": collapsible, "items": list(pages)}


def environment(request: HttpRequest) -> list[str] | None:
    """Return the label in the header; production wears none."""
    del request
    tones = {"demo": "info", "test": "warning"}
    name: str = settings.ENVIRONMENT
    return [name.capitalize(), tones[name]] if name in tones else None


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the rooms; entries that the user may not open are left out by the theme."""
    del request
    return [
        {
            "title": "Today",
            "items": [
                {"title": "Dashboard", "icon": "space_dashboard", "link": reverse_lazy("admin:index")},
                site_entry("Calendar", "calendar_month", "calendar"),
                site_entry("To do", "checklist", "to-do"),
                site_entry("Analytics", "monitoring", "analytics"),
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
            "Messages",
            page("Conversations", "forum", "bookings.MessageThread"),
            page("Messages", "chat", "bookings.Message"),
        ),
        room(
            "Social media",
            page("Social inbox", "inbox_customize", "bookings.SocialThread"),
            page("Social messages", "sms", "bookings.SocialMessage"),
            page("Platform reviews", "reviews", "bookings.Review"),
            page("People", "person_search", "bookings.SocialIdentity"),
            page("Our pages", "public", "bookings.SocialPage"),
            collapsible=True,
        ),
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
            page("Money to match", "move_to_inbox", "integra.PaymentEvent"),
            page("Matches", "join_inner", "integra.PaymentMatch"),
        ),
        room(
            "Leads",
            page("Leads", "person_search", "leads.Lead"),
            page("Contacts", "contact_mail", "leads.LeadContact"),
            page("Wishes", "celebration", "leads.LeadContext"),
            page("History", "manage_history", "leads.LeadEvent"),
            page("Social accounts", "alternate_email", "leads.LeadSocialAccount"),
            page("Social messages", "forum", "leads.LeadSocialMessage"),
            page("Pages leads come from", "add_link", "leads.SocialMediaAccount"),
            collapsible=True,
        ),
        room(
            "Reviews & coupons",
            page("Reviews", "reviews", "feedback.CustomerReview"),
            page("Escalations", "priority_high", "feedback.ReviewEscalation"),
            page("Pictures & videos", "photo_library", "feedback.ReviewMedia"),
            page("Coupons", "local_activity", "feedback.DiscountCoupon"),
            collapsible=True,
        ),
        room(
            "QR codes",
            page("QR codes", "qr_code_2", "marketing.QrCode"),
            page("Scans", "qr_code_scanner", "marketing.QrScan"),
            collapsible=True,
        ),
        room(
            "Newsletter & SMS",
            page("Subscribers", "mail", "newsletter.Subscriber"),
            page("Wishes", "tune", "newsletter.SubscriberPreference"),
            page("Campaigns", "campaign", "newsletter.Campaign"),
            page("SMS templates", "article", "newsletter.SmsTemplate"),
            page("SMS limits", "data_usage", "newsletter.CampaignSmsLimit"),
            page("SMS queue", "schedule_send", "newsletter.SmsQueueItem"),
            page("Recipients & results", "mark_email_read", "newsletter.CampaignEvent"),
            page("SMS deliveries", "send_to_mobile", "newsletter.SmsDeliveryEvent"),
            collapsible=True,
        ),
        room(
            "Consent",
            page("Consents", "verified_user", "newsletter.ConsentRecord"),
            page("Suppressions", "notifications_off", "newsletter.Suppression"),
            page("Contact log", "contact_page", "newsletter.ContactLog"),
            collapsible=True,
        ),
        room(
            "Support & calls",
            page("Escalations", "support_agent", "support.Escalation"),
            page("Calls", "call", "integra.CallSession"),
            page("Recordings", "voicemail", "communications.CallRecording"),
            collapsible=True,
        ),
        room(
            "Supply",
            page("Orders", "shopping_cart", "supply.Order"),
            page("Links", "handshake", "supply.Link"),
            page("Products", "inventory_2", "supply.Product"),
            page("Complaints", "report", "supply.Complaint"),
            page("Suppliers", "factory", "supply.Supplier"),
            page("Consumers", "restaurant", "supply.Consumer"),
            page("Suppliers' staff", "groups", "supply.SupplierStaff"),
            page("Recipes", "menu_book", "supply.Recipe"),
            page("Ordered items", "list_alt", "supply.OrderItem"),
            page("Conversations", "forum", "supply.ChatSession"),
            page("Chat messages", "chat", "supply.ChatMessage"),
            page("Notifications", "notifications", "supply.Notification"),
            collapsible=True,
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
            page("Social notices", "webhook", "integra.SocialInboxMessage"),
            page("Idempotency keys", "lock", "events.IdempotencyKey"),
            page("Counters", "speed", "events.Counter"),
            page("Webhook endpoints", "webhook", "events.WebhookEndpoint"),
            collapsible=True,
        ),
    ]


def stylesheet(request: HttpRequest) -> str:
    """Return the address of the house's own styles."""
    del request
    return static("house/admin.css")


def script(request: HttpRequest) -> str:
    """Return the address of the house's own script."""
    del request
    return static("house/admin.js")


def favicon(request: HttpRequest) -> str:
    """Return the address of the icon in the browser's tab."""
    del request
    return static("house/flame.svg")


def login_image(request: HttpRequest) -> str:
    """Return the address of the picture beside the log-in form."""
    del request
    return static("house/login.svg")
