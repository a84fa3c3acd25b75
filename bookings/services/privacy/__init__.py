"""Data protection for customers: what is theirs, its export and its erasure (P-5, P-6)."""

from bookings.services.privacy.erasure import Receipt, erase_customer, verify_receipt
from bookings.services.privacy.exports import export_customer, export_own
from bookings.services.privacy.requests import request_erasure

__all__ = [
    "Receipt",
    "erase_customer",
    "export_customer",
    "export_own",
    "request_erasure",
    "verify_receipt",
]
