"""Staff pages of marketing; importing the package registers them."""

from marketing.admin import qr_code, qr_scan

__all__ = ["qr_code", "qr_scan"]
