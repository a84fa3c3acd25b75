"""The look of the admin: name, colours, and where its rooms come from; read by the settings."""

from typing import Any

from django.urls import reverse_lazy

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

THEME: dict[str, Any] = {
    "SITE_TITLE": "My Hibachi",
    "SITE_HEADER": "My Hibachi",
    "SITE_SUBHEADER": "Back office",
    "SITE_SYMBOL": "outdoor_grill",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "config.sidebar.favicon"},
    ],
    "STYLES": ["config.sidebar.stylesheet"],
    "SCRIPTS": ["config.sidebar.script"],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "ENVIRONMENT": "config.sidebar.environment",
    "BORDER_RADIUS": "8px",
    "COLORS": {"primary": EMBER},
    "ACCOUNT": {
        "navigation": [{"title": "Two-step log-in", "link": reverse_lazy("admin:mfa")}],
    },
    "LOGIN": {"image": "config.sidebar.login_image"},
    "SIDEBAR": {
        "show_search": False,
        "command_search": False,
        "show_all_applications": False,
        "navigation": "config.sidebar.sidebar",
    },
}
