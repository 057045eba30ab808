"""What a person sees: an Xvfb of our own, and when its pixels changed."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageChops
from Xlib import X, display, error
from Xlib.ext import damage

from hw_sim.x_display import VirtualDisplay


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the screen in pixels, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


class Watcher:
    """Notes the moment of each change of the screen, as the X server tells it (DAMAGE).

    Times are CLOCK_MONOTONIC nanoseconds, which all processes of a machine share.
    """

    def __init__(self, name: str) -> None:
        self._eye = display.Display(name)
        self._events = display.Display(name)
        self._root: Any = self._eye.screen().root
        self._changed = threading.Condition()
        self._last_ns = 0
        self._closing = False
        root = self._events.screen().root
        self._events.damage_query_version()
        root.damage_create(damage.DamageReportRawRectangles)
        self._events.sync()
        self._thread = threading.Thread(target=self._listen, name="damage", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with suppress(error.ConnectionClosedError, OSError, ValueError):
            while not self._closing:
                select.select([self._events], [], [], 0.2)
                if not self._events.pending_events():
                    continue
                now = time.monotonic_ns()
                while self._events.pending_events():
                    self._events.next_event()
                with self._changed:
                    self._last_ns = now
                    self._changed.notify_all()

    @property
    def last_ns(self) -> int:
        return self._last_ns

    def wait(self, after_ns: int, timeout_s: float) -> int:
        """The moment of a change later than `after_ns`; 0 when none came."""
        with self._changed:
            came = self._changed.wait_for(lambda: self._last_ns > after_ns, timeout_s)
            return self._last_ns if came else 0

    def quiet(self, for_s: float, timeout_s: float = 20.0) -> None:
        """Returns once nothing changed for so long."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            last = self._last_ns
            if not self.wait(last, for_s):
                return
        raise RuntimeError("the screen does not come to rest")

    def grab(self, area: Area) -> bytes:
        image = self._root.get_image(area.x, area.y, area.width, area.height, X.ZPixmap, 0xFFFFFFFF)
        data: bytes = image.data
        return data

    def close(self) -> None:
        self._closing = True
        self._thread.join()
        for link in (self._eye, self._events):
            link.close()


def likeness(one: bytes, other: bytes, area: Area) -> float:
    """The part of all pixels that are the same."""
    pictures = [
        Image.frombuffer("RGB", (area.width, area.height), data, "raw", "BGRX", 0, 1)
        for data in (one, other)
    ]
    other_pixels = ImageChops.difference(*pictures).convert("L").point(lambda v: 255 if v else 0)
    return other_pixels.histogram()[0] / (area.width * area.height)


@contextmanager
def own_screen(width: int, height: int) -> Iterator[tuple[str, Watcher]]:
    virtual = VirtualDisplay(width, height)
    try:
        watcher = Watcher(virtual.screen.name)
        try:
            yield virtual.screen.name, watcher
        finally:
            watcher.close()
    finally:
        virtual.close()
