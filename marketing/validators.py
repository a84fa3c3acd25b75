"""Where a QR code may lead (QR-1)."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError


def check_destination(url: str) -> None:
    """Accept an https address, or a path of our own site from its root; ValidationError for others."""
    if not _leads_somewhere(url):
        raise ValidationError("Give an https address, or a path of our site such as /quote.")


def _leads_somewhere(url: str) -> bool:
    # Browsers read a backslash as a slash and skip blanks, so that "/\host" would leave our site.
    if "\\" in url or " " in url or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme or parts.netloc:
        return parts.scheme == "https" and bool(parts.hostname)
    return url.startswith("/") and not url.startswith("//")
