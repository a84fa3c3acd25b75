"""Writes of support, one use case per module."""
