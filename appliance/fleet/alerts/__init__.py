"""Alerts: what is wrong in the fleet, found by rules, told once to whom it concerns (docs/fleet/alerts.md)."""
