"""The X display that the till draws on: the person's own, or a virtual one that nobody sees.

Whichever it is, the counter takes pictures of it and sends touches and keys to it. On the virtual
display the pointer is ours and XTEST moves it, as a touch panel's driver would. On a person's
display the pointer is theirs, so the till's window is sent events of its own instead.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PIL import Image
from Xlib import X, display, error
from Xlib.ext import xtest
from Xlib.protocol import event

from hw_sim.x_keyboard import XKeyboard

START_TIMEOUT_S = 10.0
XDOTOOL_TIMEOUT_S = 10.0
KEYS_MAX = 200
KEY_S = 0.06


class NoDisplay(RuntimeError):
    """Neither a display of the person's nor a virtual one could be opened."""


@dataclass(frozen=True, slots=True)
class Screen:
    """An open display. own: it is our Xvfb, and the till's window covers it."""

    name: str
    width: int
    height: int
    own: bool


class VirtualDisplay:
    """An Xvfb on the next free number, ended by `close`."""

    def __init__(self, width: int, height: int) -> None:
        if shutil.which("Xvfb") is None:
            raise NoDisplay("no display, and no Xvfb to make one: apt-get install xvfb")
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24"]
        self._process = subprocess.Popen(
            [*with_parent(), *command, "-nolisten", "tcp", "-noreset", "-nocursor"],
            pass_fds=[write],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(write)
        try:
            number = _first_line(read, START_TIMEOUT_S)
        finally:
            os.close(read)
        if not number:
            self.close()
            raise NoDisplay("Xvfb did not start")
        self.screen = Screen(f":{number}", width, height, own=True)

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def with_parent() -> list[str]:
    """What makes a child end with us even when we are killed ourselves (util-linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []


def persons_display(width: int, height: int) -> Screen | None:
    """The display of whoever started us, if it can be opened and is large enough for a till."""
    name = os.environ.get("DISPLAY", "")
    if not name:
        return None
    try:
        link = display.Display(name)
    except (error.DisplayError, OSError):
        return None
    try:
        root = link.screen()
        fits = root.width_in_pixels >= width and root.height_in_pixels >= height
    finally:
        link.close()
    return Screen(name, width, height, own=False) if fits else None


def _first_line(fd: int, timeout_s: float) -> str:
    held, end = b"", time.monotonic() + timeout_s
    while not held.endswith(b"\n"):
        ready, _, _ = select.select([fd], [], [], max(0.0, end - time.monotonic()))
        data = os.read(fd, 64) if ready else b""
        if not data:
            return ""
        held += data
    return held.decode().strip()


class _Link:
    """One connection to the X server, made again after an error; serialised by a lock."""

    def __init__(self, screen: Screen, till_pid: Callable[[], int | None]) -> None:
        self._screen = screen
        self._till_pid = till_pid
        self._lock = threading.Lock()
        self._display: Any = None
        self._window: Any = None
        self._window_pid: int | None = None

    def use(self, act: Callable[[Any, Any], Any]) -> Any:
        """act(display, window), or None when there is no till's window or it just went away."""
        with self._lock:
            try:
                if self._display is None:
                    self._display = display.Display(self._screen.name)
                    self._display.set_error_handler(lambda *_: None)
                window = self._till_window()
                return None if window is None else act(self._display, window)
            except (error.XError, error.ConnectionClosedError, error.DisplayError, OSError):
                self._window = None
                if self._lost():
                    self._display = None
                return None

    def _lost(self) -> bool:
        try:
            self._display.sync()
        except (error.ConnectionClosedError, OSError, AttributeError):
            return True
        return False

    def _till_window(self) -> Any:
        root = self._display.screen().root
        if self._screen.own:
            return root
        pid = self._till_pid()
        if pid is None:
            return None
        if self._window is None or pid != self._window_pid:
            atom = self._display.intern_atom("_NET_WM_PID")
            self._window = _window_of(root, atom, pid)
            self._window_pid = pid
        return self._window

    def close(self) -> None:
        with self._lock, contextlib.suppress(error.ConnectionClosedError, OSError):
            if self._display is not None:
                self._display.close()
            self._display = None


def _window_of(parent: Any, atom: int, pid: int, depth: int = 4) -> Any:
    for child in parent.query_tree().children:
        told = child.get_full_property(atom, X.AnyPropertyType)
        if told is not None and told.value and told.value[0] == pid:
            return child
        found = _window_of(child, atom, pid, depth - 1) if depth else None
        if found is not None:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the screen, as the X server gave it."""

    width: int
    height: int
    bgrx: bytes

    def image(self) -> Image.Image:
        size = (self.width, self.height)
        return Image.frombuffer("RGB", size, self.bgrx, "raw", "BGRX", 0, 1)


class Eye:
    """Takes pictures of the till's screen."""

    def __init__(self, screen: Screen, till_pid: Callable[[], int | None]) -> None:
        self._screen = screen
        self._link = _Link(screen, till_pid)

    def look(self) -> Frame | None:
        """The screen now; None while there is nothing to see."""
        frame: Frame | None = self._link.use(self._grab)
        return frame

    def _grab(self, _link: Any, window: Any) -> Frame:
        width, height = self._screen.width, self._screen.height
        if not self._screen.own:
            shape = window.get_geometry()
            width, height = shape.width, shape.height
        image = window.get_image(0, 0, width, height, X.ZPixmap, 0xFFFFFFFF)
        return Frame(width, height, image.data)

    def close(self) -> None:
        self._link.close()


class Hand:
    """Touches the till's screen and types on its keyboard."""

    def __init__(self, screen: Screen, till_pid: Callable[[], int | None]) -> None:
        self._screen = screen
        self._till_pid = till_pid
        self._link = _Link(screen, till_pid)
        self._keyboard = XKeyboard(screen.name) if screen.own else None
        self._down = False

    def press(self, x: int, y: int) -> None:
        self._pointer(X.MotionNotify, x, y)
        self._pointer(X.ButtonPress, x, y)
        self._down = True

    def move(self, x: int, y: int) -> None:
        self._pointer(X.MotionNotify, x, y)

    def release(self, x: int, y: int) -> None:
        self._pointer(X.MotionNotify, x, y)
        self._pointer(X.ButtonRelease, x, y)
        self._down = False

    def tap(self, x: int, y: int, hold_s: float = 0.05) -> None:
        """hold_s: a finger stays a few frames."""
        self.press(x, y)
        time.sleep(hold_s)
        self.release(x, y)

    def wheel(self, x: int, y: int, *, up: bool) -> None:
        self._pointer(X.MotionNotify, x, y)
        for kind in (X.ButtonPress, X.ButtonRelease):
            self._pointer(kind, x, y, button=4 if up else 5)

    def key(self, name: str) -> None:
        """One key by its X name, such as Return or U0491."""
        if self._keyboard is None or not self._keyboard.press(name):
            self._xdotool("key", name)

    def type(self, text: str) -> None:
        """Key by key, at a person's pace: a quicker one would be taken for a scanner."""
        for char in text[:KEYS_MAX]:
            self.key(f"U{ord(char):04X}")
            time.sleep(KEY_S)

    def _xdotool(self, verb: str, *words: str) -> None:
        """xdotool finds a keycode for letters that the keyboard's map lacks."""
        window = []
        if not self._screen.own:
            found = self._link.use(lambda _link, window: window.id)
            if found is None:
                return
            window = ["--window", str(found)]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                ["xdotool", verb, *window, *words],
                env={**os.environ, "DISPLAY": self._screen.name},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=XDOTOOL_TIMEOUT_S,
                check=False,
            )

    def _pointer(self, kind: int, x: int, y: int, button: int = 1) -> None:
        send = self._test if self._screen.own else self._send
        self._link.use(lambda link, window: send(link, window, kind, x, y, button))

    def _test(self, link: Any, _window: Any, kind: int, x: int, y: int, button: int) -> None:
        if kind == X.MotionNotify:
            xtest.fake_input(link, kind, x=x, y=y)
        else:
            xtest.fake_input(link, kind, button)
        link.sync()

    def _send(self, link: Any, window: Any, kind: int, x: int, y: int, button: int) -> None:
        classes = {
            X.MotionNotify: (event.MotionNotify, X.PointerMotionMask),
            X.ButtonPress: (event.ButtonPress, X.ButtonPressMask),
            X.ButtonRelease: (event.ButtonRelease, X.ButtonReleaseMask),
        }
        make, mask = classes[kind]
        held = X.Button1Mask if self._down and kind != X.ButtonPress else 0
        told = make(
            time=X.CurrentTime,
            root=link.screen().root,
            window=window,
            same_screen=1,
            child=X.NONE,
            root_x=x,
            root_y=y,
            event_x=x,
            event_y=y,
            state=held,
            detail=0 if kind == X.MotionNotify else button,
        )
        window.send_event(told, event_mask=mask, propagate=False)
        link.sync()

    def close(self) -> None:
        self._link.close()
        if self._keyboard is not None:
            self._keyboard.close()
