"""Diagrams and data dictionary, written from the models alone."""
