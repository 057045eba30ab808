"""Kram: a till for a small shop, from the scanner's wire to the printed receipt."""

__version__ = "0.1.0"
