"""Measurements with medians, never gates: run them with ``make bench``."""
