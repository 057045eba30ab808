"""Codes that nobody can guess or forge: gift cards, vouchers, badges and coupons, with their keys."""
