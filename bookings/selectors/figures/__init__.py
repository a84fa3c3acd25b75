"""Figures of a period: how many parties, how full the slots, how much money."""
