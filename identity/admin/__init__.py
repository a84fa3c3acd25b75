"""Staff pages of identity; importing the package registers them."""

from identity.admin import audit, links, roles, sessions, stations, to_do, users

__all__ = ["audit", "links", "roles", "sessions", "stations", "to_do", "users"]
