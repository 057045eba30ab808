"""What every codec raises for input that it cannot read."""

from __future__ import annotations


class Malformed(ValueError):
    """The input is not what its norm says; the text names the place, for people."""
