"""Bridges from the fleet to what others speak; each is switched on in bridges.toml (docs/fleet/integrator.md)."""
