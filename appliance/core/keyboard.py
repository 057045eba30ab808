"""What a key of the US layout writes: by the kernel's key codes, and by USB HID usages.

A keyboard-wedge scanner types on a US keyboard whatever layout the till's person has switched on,
so codes are read from keys, never from the letters the system makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Keymap = dict[int, tuple[str, str]]
"""Key code -> (plain, with shift)."""

_PLAIN = "1234567890-=\tqwertyuiop[]\rasdfghjkl;'`\\zxcvbnm,./ "
_SHIFTED = '!@#$%^&*()_+\tQWERTYUIOP{}\rASDFGHJKL:"~|ZXCVBNM<>? '
_KEYPAD = "0123456789.*-+/\r"

# linux/input-event-codes.h, in the order of the strings above.
_EVDEV = [*range(2, 14), 15, *range(16, 29), *range(30, 42), *range(43, 54), 57]
_EVDEV_KEYPAD = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 83, 55, 74, 78, 98, 96]

# USB HID Usage Tables, page 7 (keyboard); SDL's scan codes are the same numbers.
_HID_OF = {
    **{letter: 4 + at for at, letter in enumerate("abcdefghijklmnopqrstuvwxyz")},
    **{digit: 30 + at for at, digit in enumerate("1234567890")},
    **dict(zip("\r\t -=[]\\;'`,./", [40, 43, *range(44, 50), *range(51, 57)], strict=True)),
}
_HID_KEYPAD = [98, *range(89, 98), 99, 85, 86, 87, 84, 88]


def _keymap(codes: list[int], keypad: list[int]) -> Keymap:
    main = zip(codes, zip(_PLAIN, _SHIFTED, strict=True), strict=True)
    pad = zip(keypad, ((char, char) for char in _KEYPAD), strict=True)
    return dict(main) | dict(pad)


EVDEV_KEYS: Keymap = _keymap(_EVDEV, _EVDEV_KEYPAD)
HID_KEYS: Keymap = _keymap([_HID_OF[char] for char in _PLAIN], _HID_KEYPAD)

_KEYPAD_DIGITS = dict(zip(_EVDEV_KEYPAD[:10], "0123456789", strict=True))

_SHIFT = frozenset({42, 54})
_CTRL = frozenset({29, 97})
_ALT = frozenset({56, 100})

RELEASED, PRESSED = 0, 1


@dataclass(slots=True)
class KeyReader:
    """Turns the kernel's key events of a wedge into characters.

    Control characters come as Ctrl with a key (GS is Ctrl+]) or as Alt with its number on the
    keypad (Alt+0 2 9), depending on how the scanner is set up; both are read.
    """

    _held: set[int] = field(default_factory=set)
    _alt_number: str = ""

    def event(self, code: int, value: int) -> str:
        """One EV_KEY event; gives the character that it wrote, or nothing."""
        if value == RELEASED:
            self._held.discard(code)
            return self._end_of_alt() if code in _ALT else ""
        if value != PRESSED:
            return ""
        self._held.add(code)
        if self._held & _ALT:
            self._alt_number += _KEYPAD_DIGITS.get(code, "")
            return ""
        plain, shifted = EVDEV_KEYS.get(code, ("", ""))
        if self._held & _CTRL and plain and plain not in "\r\t ":
            return chr(ord(plain.upper()) & 0x1F)
        return shifted if self._held & _SHIFT else plain

    def reset(self) -> None:
        """Keys were lost: nobody knows what is held."""
        self._held.clear()
        self._alt_number = ""

    def _end_of_alt(self) -> str:
        number, self._alt_number = self._alt_number, ""
        return chr(int(number)) if number and int(number) < 0x80 else ""
