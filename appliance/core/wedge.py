"""Tells a keyboard-wedge scanner from a person, by how fast the keys come.

For scanners whose keys reach the screen's window because nobody grabbed them. Times are those of
the key events, in monotonic nanoseconds: a screen that was busy must not make slow typing look
fast, so stamp the keys when they arrive, not when they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

KEY_GAP_MS_MAX = 50
"""A wedge sends a key each 1 to 20 ms; the fastest typist needs 60 ms over six keys in a row."""

SCAN_CHARS_MIN = 6
"""The shortest label in a shop is an EAN-8 or UPC-E; a typed PLU has four or five digits."""

HELD_CHARS_MAX = 8192

ENDS = "\r\n"


@dataclass(frozen=True, slots=True)
class Typed:
    """A person's keys, in order; the screen treats them as if they came just now."""

    text: str


@dataclass(frozen=True, slots=True)
class WedgeScan:
    """A whole code; at_ns: when its last key came."""

    data: str
    at_ns: int


@dataclass(slots=True)
class Wedge:
    """Holds keys back while they may be a scan, at most KEY_GAP_MS_MAX after the last of them."""

    gap_ms_max: int = KEY_GAP_MS_MAX
    chars_min: int = SCAN_CHARS_MIN
    _held: str = ""
    _last_ns: int = 0

    @property
    def waiting(self) -> bool:
        """Are keys held back? Then call `tick` when gap_ms_max have passed."""
        return bool(self._held)

    def key(self, char: str, at_ns: int) -> list[Typed | WedgeScan]:
        """One key, as the US layout writes it; "\\r" or "\\n" is Enter."""
        out = self.tick(at_ns)
        self._last_ns = at_ns
        if char not in ENDS:
            self._held += char
            return out + (self._release() if len(self._held) > HELD_CHARS_MAX else [])
        if len(self._held) < self.chars_min:
            return [*out, *self._release(), Typed(char)]
        code, self._held = self._held, ""
        return [*out, WedgeScan(code, at_ns)]

    def tick(self, now_ns: int) -> list[Typed | WedgeScan]:
        """Time has passed: held keys that were no scan are a person's."""
        if now_ns - self._last_ns <= self.gap_ms_max * 1_000_000:
            return []
        return self._release()

    def _release(self) -> list[Typed | WedgeScan]:
        held, self._held = self._held, ""
        return [Typed(held)] if held else []
