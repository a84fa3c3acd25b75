"""Staff pages of communications; importing the package registers them."""

from communications.admin import call_recording

__all__ = ["call_recording"]
