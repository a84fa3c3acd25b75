"""Integra: providers of payments, calls and social messages, matched to bookings (schema integra)."""
