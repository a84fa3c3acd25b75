"""Writes of feedback, one use case per module."""
