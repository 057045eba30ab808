"""ESC p: a cash drawer's kick through a receipt printer. Alone, since no drawer waits for what draws."""

from __future__ import annotations


def pulse(pin: int, pulse_ms: int) -> bytes:
    """The drawer's kick on pin 2 or 5 (ESC p m t1 t2). The printer counts in steps of 2 ms."""
    steps = min(max(pulse_ms // 2, 1), 255)
    return b"\x1bp" + bytes([0 if pin == 2 else 1, steps, min(steps * 2, 255)])
