"""The keyboard of a virtual display: a US and a Ukrainian layout, set once, pressed through XTEST.

Letters come from the key that has them and the layout is turned before it, as a person does. To map
a letter onto a spare key for each press, as xdotool does, loses letters: the window reads the new
map too late.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from Xlib import XK, X, display
from Xlib.ext import xtest

LAYOUTS = ("us", "ua")
SETXKBMAP_TIMEOUT_S = 10.0
_CORE_KEYBOARD = 0x100
_COLUMNS = 2
"""Of a key's keysyms a layout has two: plain, and with shift."""


@dataclass(frozen=True, slots=True)
class _Key:
    code: int
    layout: int
    shift: bool


class XKeyboard:
    """Keys of one X server by their names (Return, U0491) or by the letter they make."""

    def __init__(self, name: str) -> None:
        self._lock = threading.Lock()
        subprocess.run(
            ["setxkbmap", "-display", name, "-layout", ",".join(LAYOUTS)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SETXKBMAP_TIMEOUT_S,
            check=True,
        )
        self._link = display.Display(name)
        self._xlib, self._xkb = _xkb(name)
        self._letters, self._codes = _layout(self._link)

    def press(self, name: str) -> bool:
        """False: no key of the layouts makes it."""
        char = chr(int(name[1:], 16)) if _is_code_point(name) else name
        key = self._letters.get(char)
        if key is None:
            code = self._codes.get(XK.string_to_keysym(name))
            if code is None:
                return False
            key = _Key(code, layout=0, shift=False)
        with self._lock:
            self._xlib.XkbLockGroup(self._xkb, _CORE_KEYBOARD, key.layout)
            self._xlib.XSync(self._xkb, 0)
            shift = [self._codes[XK.XK_Shift_L]] if key.shift else []
            for code in (*shift, key.code):
                xtest.fake_input(self._link, X.KeyPress, code)
            for code in (key.code, *shift):
                xtest.fake_input(self._link, X.KeyRelease, code)
            self._link.sync()
        return True

    def close(self) -> None:
        self._link.close()
        self._xlib.XCloseDisplay(self._xkb)


def _is_code_point(name: str) -> bool:
    return len(name) >= 5 and name[0] == "U" and all(x in "0123456789ABCDEF" for x in name[1:])


def _xkb(name: str) -> tuple[Any, Any]:
    """libX11 with a connection of its own: python-xlib does not speak XKB."""
    xlib = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
    xlib.XOpenDisplay.argtypes, xlib.XOpenDisplay.restype = [ctypes.c_char_p], ctypes.c_void_p
    xlib.XkbLockGroup.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]
    xlib.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
    xlib.XCloseDisplay.argtypes = [ctypes.c_void_p]
    link = xlib.XOpenDisplay(name.encode())
    if not link:
        raise OSError(f"no display {name}")
    return xlib, link


def _layout(link: Any) -> tuple[Mapping[str, _Key], Mapping[int, int]]:
    """Which key makes a letter, and which has a keysym."""
    first, last = link.display.info.min_keycode, link.display.info.max_keycode
    letters: dict[str, _Key] = {}
    codes: dict[int, int] = {}
    for code, keysyms in enumerate(link.get_keyboard_mapping(first, last - first + 1), first):
        for column, keysym in enumerate(keysyms[: len(LAYOUTS) * _COLUMNS]):
            layout, shift = divmod(column, _COLUMNS)
            char = _char(keysym)
            if char:
                letters.setdefault(char, _Key(code, layout, bool(shift)))
            if column == 0 and keysym:
                codes.setdefault(keysym, code)
    return letters, codes


def _char(keysym: int) -> str:
    """Latin-1 as it is, the old Cyrillic page by KOI8-U, all others by their code point."""
    if 0x20 <= keysym <= 0x7E or 0xA0 <= keysym <= 0xFF:
        return chr(keysym)
    if 0x6A0 <= keysym <= 0x6FF:
        return bytes([keysym & 0xFF]).decode("koi8-u")
    return chr(keysym & 0xFFFFFF) if keysym > 0x01000000 else ""
