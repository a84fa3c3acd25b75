"""Leads: people who may become customers, their contacts, context and history (schema lead)."""
