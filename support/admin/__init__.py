"""Staff pages of support; importing the package registers them."""

from support.admin import escalation

__all__ = ["escalation"]
