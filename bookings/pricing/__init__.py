"""Prices as pure functions: no clock, no I/O, no writes (Q-1); money is integer cents, distance is miles."""
