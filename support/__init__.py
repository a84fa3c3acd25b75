"""Support: escalations from a conversation to a human being (schema support)."""
