"""Writes of marketing, one use case per module."""
