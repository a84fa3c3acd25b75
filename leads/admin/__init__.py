"""Staff pages of leads; importing the package registers them."""

from leads.admin import contact, history, lead, page, social

__all__ = ["contact", "history", "lead", "page", "social"]
