"""Writes of communications, one use case per module."""
