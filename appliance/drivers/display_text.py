"""Fits words to a display's few columns and its code page. Pure."""

from __future__ import annotations

LOOK_ALIKE = {
    "і": "i", "І": "I", "ґ": "г", "Ґ": "Г", "ї": "i", "Ї": "I", "є": "е", "Є": "Е",
    "–": "-", "—": "-", "−": "-", "×": "x", "«": '"', "»": '"', "„": '"', "“": '"', "”": '"',
    "’": "'", "ʼ": "'", "…": ".", "№": "N", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
}  # fmt: skip
"""One column for one: what a code page without the letter shows instead. CP866 has ї and є, but
neither і nor ґ."""

WORDS = {"₴": "грн", "€": "EUR", "£": "GBP"}

LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "ё": "e", "ы": "y",
    "э": "e", "ъ": "", "’": "", "ʼ": "",
}  # fmt: skip
"""Resolution 55 of the Cabinet of Ministers of Ukraine (2010), letters within a word."""


def in_code_page(text: str, encoding: str) -> str:
    """The same text with only what the code page holds; "?" where nothing fits."""
    return "".join(_in_code_page(char, encoding) for char in text)


def _in_code_page(char: str, encoding: str) -> str:
    lower = char.lower()
    latin = LATIN.get(lower, "?")
    candidates = (
        char,
        WORDS.get(char, ""),
        LOOK_ALIKE.get(char, ""),
        latin if char == lower else latin.capitalize(),
    )
    for candidate in candidates[:-1]:
        if candidate and _holds(encoding, candidate):
            return candidate
    return "".join(_in_code_page(part, encoding) for part in WORDS.get(char, "")) or candidates[-1]


def _holds(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def line(text: str, width: int, encoding: str) -> bytes:
    """Exactly `width` bytes: control characters blanked, cut at the end, padded."""
    plain = "".join(char if char.isprintable() or char.isspace() else " " for char in text)
    fitted = in_code_page(plain, encoding)
    shown = "".join(" " if char.isspace() else char for char in fitted)[:width].ljust(width)
    return shown.encode(encoding)


def two_ends(left: str, right: str, width: int = 20) -> str:
    """A name at the left and an amount at the right; the name gives way, the amount never."""
    room = width - len(right) - 1
    return f"{left[: max(room, 0)]:<{max(room, 0)}} {right}"[-width:]
