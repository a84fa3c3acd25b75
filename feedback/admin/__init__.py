"""Staff pages of feedback; importing the package registers them."""

from feedback.admin import coupon, escalation, media, review

__all__ = ["coupon", "escalation", "media", "review"]
