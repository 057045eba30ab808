"""Barcode meaning."""
