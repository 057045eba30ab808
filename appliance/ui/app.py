"""The touch screen as a program: opens the window, feeds the desk, ends when told to.

Everything that must be said to Kivy before it is imported is said in `prepare`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.core.keyboard import HID_KEYS
from appliance.core.view import Look
from appliance.core.wedge import KEY_GAP_MS_MAX, Typed, Wedge, WedgeScan
from appliance.ui.port import Shelf, Sources, TillPort, UiSettings
from appliance.ui.theme import BOLD, REGULAR
from appliance.ui.waker import Waker

log = logging.getLogger(__name__)

FRAMES_PER_S = 60
SETTLED_S = 2.0
_POLL_S = 0.25
_HELD_S = (KEY_GAP_MS_MAX + 5) / 1000

_NAMED = {
    8: "back",
    9: "tab",
    13: "enter",
    27: "escape",
    127: "delete",
    271: "enter",
    273: "up",
    274: "down",
    275: "right",
    276: "left",
    277: "insert",
    278: "home",
    280: "pageup",
    281: "pagedown",
    **{282 + at: f"f{at + 1}" for at in range(12)},
}


def prepare(settings: UiSettings) -> None:
    """Tells Kivy its window before anything of it is imported; safe to call again."""
    home = Path(tempfile.gettempdir()) / f"kram-screen-{os.getuid()}"
    for name, value in {
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_CONFIG": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_LOG_MODE": "PYTHON",
        "KIVY_METRICS_DENSITY": "1",
        "KIVY_METRICS_FONTSCALE": "1",
        "KIVY_DPI": "96",
        "KIVY_HOME": str(home),
    }.items():
        os.environ.setdefault(name, value)
    logging.getLogger("kivy").setLevel(logging.WARNING)
    from kivy.config import Config

    Config.set("graphics", "width", str(settings.width))
    Config.set("graphics", "height", str(settings.height))
    Config.set("graphics", "fullscreen", "auto" if settings.fullscreen else "0")
    Config.set("graphics", "resizable", "0")
    Config.set("graphics", "multisamples", "0")
    Config.set("graphics", "maxfps", str(FRAMES_PER_S))
    Config.set("graphics", "show_cursor", "0" if settings.fullscreen else "1")
    # Kivy's own is a package of its own on Debian, and not on the appliance.
    Config.set("kivy", "default_font", str(["Kram", REGULAR, REGULAR, BOLD, BOLD]))
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "window_icon", "")
    Config.set("kivy", "log_level", "warning")
    Config.set("input", "mouse", "mouse,disable_multitouch")
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        # The display server delivers touches; reading the kernel's devices too would double them.
        Config.remove_option("input", "%(name)s")


class Keyboard:
    """The window's keys: named ones at once, characters once they are no scanner's."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self._wedge = Wedge()
        self._texts = ""

    def down(self, key: int, scancode: int, modifiers: list[str]) -> bool:
        at_ns = time.monotonic_ns()
        if "ctrl" in modifiers and key == ord("z"):
            return self._desk.pressed("undo")
        name = _NAMED.get(key, "")
        plain, shifted = HID_KEYS.get(scancode, ("", ""))
        char = shifted if "shift" in modifiers else plain
        if name in ("enter", "tab") and self._wedge.waiting:
            # A scanner's end key; tab counts like Enter.
            self._hear(self._wedge.key("\r", at_ns), name)
            return True
        if name:
            self.flush()
            if name == "tab" and "shift" in modifiers:
                name = "backtab"
            return bool(self._desk.pressed(name))
        if char and "ctrl" not in modifiers and "alt" not in modifiers:
            self._hear(self._wedge.key(char, at_ns), "")
        return False

    def text(self, text: str) -> None:
        """What the system's layout made of the keys; held back as long as the wedge holds them."""
        self._texts += text
        if not self._wedge.waiting:
            self._say()

    @property
    def waiting(self) -> bool:
        """Are keys held back that may be a scanner's?"""
        return self._wedge.waiting

    def tick(self) -> None:
        self._hear(self._wedge.tick(time.monotonic_ns()), "")

    def flush(self) -> None:
        """A named key ends the waiting: what was held is a person's."""
        if self._wedge.waiting:
            self._hear(self._wedge.tick(time.monotonic_ns() + 10**9), "")

    def _hear(self, messages: list[Typed | WedgeScan], name: str) -> None:
        for message in messages:
            if isinstance(message, WedgeScan):
                self._texts = ""
                self._desk.scanned_by_window(message.data)
            elif message.text == "\r":
                if name:
                    self._desk.pressed(name)
            else:
                self._say()

    def _say(self) -> None:
        text, self._texts = self._texts, ""
        for char in text:
            if char.isprintable():
                self._desk.typed(char)


def _give_back() -> None:
    """What starting up needed and nobody uses any more goes back to the system (glibc)."""
    import ctypes
    import gc

    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def run(
    port: TillPort,
    shelf: Shelf,
    settings: UiSettings,
    stopping: threading.Event | None = None,
    *,
    on_ready: Callable[[Any], None] | None = None,
    sources: Sources | None = None,
) -> None:
    """Shows the screen on this thread until it is closed or `stopping` is set."""
    prepare(settings)
    from kivy.base import runTouchApp, stopTouchApp
    from kivy.clock import Clock
    from kivy.core.window import Window

    from appliance.ui.desk import Desk
    from appliance.ui.screens.table import SCREENS

    if Window is None:
        raise RuntimeError("no display: Kivy could open no window")
    desk = Desk(port, shelf, settings, SCREENS, sources)
    Window.clearcolor = desk.kit.palette.background
    Window.set_title("Kram")
    desk.resized(*Window.size)
    desk.load_pages()

    newest: list[Look] = [port.look]
    changed = [0.0]

    def draw(_dt: float) -> None:
        desk.show_look(newest[0])

    trigger = Clock.create_trigger(draw, -1)

    waker = Waker(Clock)

    def on_look(look: Look) -> None:
        newest[0], changed[0] = look, time.monotonic()
        trigger()
        waker.wake()

    keyboard = Keyboard(desk)

    def poll(_dt: float) -> None:
        if stopping is not None and stopping.is_set():
            stopTouchApp()

    def keys_down(_window: Any, key: int, scancode: int, _text: str, modifiers: list[str]) -> bool:
        used = keyboard.down(key, scancode, modifiers)
        Clock.schedule_once(tick, _HELD_S)
        return used

    def tick(_dt: float) -> None:
        """Kivy counts from the frame's start, so a busy frame's timer may come too early."""
        keyboard.tick()
        if keyboard.waiting:
            Clock.schedule_once(tick, _HELD_S)

    Window.bind(
        on_key_down=keys_down,
        on_textinput=lambda _window, text: keyboard.text(text),
        on_resize=lambda _window, width, height: desk.resized(width, height),
    )
    port.subscribe(on_look)
    Clock.schedule_interval(poll, _POLL_S)
    Clock.schedule_interval(desk.second, 1.0)

    def settle(_dt: float) -> None:
        """Some frames long: never while somebody waits for the screen."""
        if newest[0].basket is None and time.monotonic() - changed[0] > SETTLED_S:
            _give_back()
        else:
            Clock.schedule_once(settle, SETTLED_S)

    Clock.schedule_once(settle, SETTLED_S)
    if on_ready is not None:
        Clock.schedule_once(lambda _dt: on_ready(desk), 0)
    try:
        runTouchApp(desk)
    finally:
        desk.close()
