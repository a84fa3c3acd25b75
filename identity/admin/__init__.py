"""Staff pages of identity; importing the package registers them."""

from identity.admin import audit, links, roles, sessions, stations, users

__all__ = ["audit", "links", "roles", "sessions", "stations", "users"]
