"""Chaos: a whole fleet of real processes that are killed, cut off and lied to while it sells.

`make chaos` runs it; docs/fleet/chaos.md says what happens and what must hold.
"""
