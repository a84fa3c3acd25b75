"""Writes of leads, one use case per module."""
