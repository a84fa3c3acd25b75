"""Staff pages of integra; importing the package registers them."""

from integra.admin import call_session, payment_event, social_inbox, to_do

__all__ = ["call_session", "payment_event", "social_inbox", "to_do"]
