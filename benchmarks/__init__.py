"""Figures of the product, printed as a table by `make bench`; never asserted in tests."""
