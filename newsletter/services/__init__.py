"""Writes of the newsletter, one use case per module."""
