"""The till's screen as a stream of the parts that changed, each a small PNG."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import ImageChops

from hw_sim.x_display import Frame

HEAD = struct.Struct(">6H")
"""x, y, width and height of the part, then width and height of the whole screen."""


@dataclass(slots=True)
class ScreenStream:
    """One watcher's; `last` is what it has seen."""

    last: Frame | None = None

    def part(self, now: Frame) -> bytes | None:
        """What must be drawn over `last` to show `now`; None when nothing."""
        before, self.last = self.last, now
        image = now.image()
        box: tuple[int, int, int, int] | None = (0, 0, now.width, now.height)
        if before is not None and (before.width, before.height) == (now.width, now.height):
            if before.bgrx == now.bgrx:
                return None
            box = ImageChops.difference(before.image(), image).getbbox()
            if box is None:
                return None
        assert box is not None
        left, upper, right, lower = box
        held = io.BytesIO()
        image.crop(box).save(held, "PNG", compress_level=1)
        head = HEAD.pack(left, upper, right - left, lower - upper, now.width, now.height)
        return head + held.getvalue()
