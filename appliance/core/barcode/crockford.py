"""Crockford's base 32 for codes that people type: no I, L, O or U, and two check symbols.

The check symbols are those of a Reed-Solomon code over the field of 32 elements (x^5 + x^2 + 1): up
to 31 symbols they find every two wrong ones and every two that changed places, beyond that every
single wrong one; a random text passes once in 1,024.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})

CHECK_LENGTH = 2
_GENERATOR_ORDER = 31


def _powers() -> tuple[int, ...]:
    """x^0 .. x^30 in the field."""
    found, element = [], 1
    for _ in range(_GENERATOR_ORDER):
        found.append(element)
        element <<= 1
        if element & 0b100000:
            element ^= 0b100101
    return tuple(found)


_POWER = _powers()
_LOGARITHM = {element: exponent for exponent, element in enumerate(_POWER)}


def tidy(typed: str) -> str:
    """What was meant: capitals, no blanks or hyphens, 0 for the letter O, 1 for I and L."""
    return typed.upper().translate(_READ_AS)


def is_symbols(text: str) -> bool:
    return all(symbol in _VALUES for symbol in text)


def check_symbols(text: str) -> str:
    """The two symbols that follow a text of the alphabet."""
    return "".join(ALPHABET[_weighted(text, step)] for step in (1, 2))


def _weighted(text: str, step: int) -> int:
    """The sum of the symbols times x^(step * place), places counted from 1 at the left."""
    total = 0
    for place, symbol in enumerate(text, start=1):
        value = _VALUES[symbol]
        if value:
            total ^= _POWER[(_LOGARITHM[value] + step * place) % _GENERATOR_ORDER]
    return total


def symbols_of_number(number: int) -> str:
    """The shortest symbols of a whole number from 0 up."""
    symbols = ALPHABET[number & 31]
    while number := number >> 5:
        symbols = ALPHABET[number & 31] + symbols
    return symbols


def number_of_symbols(symbols: str) -> int:
    number = 0
    for symbol in symbols:
        number = number << 5 | _VALUES[symbol]
    return number


def symbols_of_bytes(data: bytes) -> str:
    """Five bits a symbol, the last one filled up with zeros."""
    length = -(-len(data) * 8 // 5)
    number = int.from_bytes(data, "big") << (length * 5 - len(data) * 8)
    return symbols_of_number(number).rjust(length, "0") if length else ""


def bytes_of_symbols(symbols: str) -> bytes | None:
    """The bytes that gave these symbols; None when none did."""
    length = len(symbols) * 5 // 8
    number = number_of_symbols(symbols) >> (len(symbols) * 5 - length * 8)
    data = number.to_bytes(length, "big")
    return data if symbols_of_bytes(data) == symbols else None
