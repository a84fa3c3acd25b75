"""How pages show money, times and states."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString

TONES = {
    "info": "bg-blue-100 text-blue-700 dark:bg-blue-500/20 dark:text-blue-400",
    "danger": "bg-red-100 text-red-700 dark:bg-red-500/20 dark:text-red-400",
    "warning": "bg-orange-100 text-orange-700 dark:bg-orange-500/20 dark:text-orange-400",
    "success": "bg-green-100 text-green-700 dark:bg-green-500/20 dark:text-green-400",
    "default": "bg-base-500/8 text-base-700 dark:bg-base-500/20 dark:text-base-200",
}


def money(cents: int | None, currency: str = "USD") -> str:
    """Return `$1,234.56` for cents; other currencies by their code."""
    if cents is None:
        return "-"
    sign = "-" if cents < 0 else ""
    symbol = "$" if currency == "USD" else f"{currency} "
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{symbol}{whole:,}.{rest:02d}"


def local_time(instant: datetime | None, zone: str) -> str:
    """Return an instant as wall time of the station, with its zone's short name."""
    if instant is None:
        return "-"
    return f"{instant.astimezone(ZoneInfo(zone)):%a %d %b %Y, %H:%M %Z}"


def badge(text: str, tone: str = "default") -> SafeString:
    """Return a small coloured label; `tone` is one of TONES."""
    return format_html(
        '<span class="inline-block font-semibold h-6 leading-6 px-2 rounded-default text-[11px] uppercase '
        'whitespace-nowrap {}">{}</span>',
        TONES.get(tone, TONES["default"]),
        text,
    )
