"""Check digits and check characters of the GS1 General Specifications."""

from __future__ import annotations

from appliance.core.barcode.character_sets import SET_32, SET_82

_TWO_MINUS = "0246891357"
_THREE = "0369258147"
_FIVE_PLUS = "0516273849"
_FIVE_MINUS = "0594837261"

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)


def is_digits(text: str) -> bool:
    """Only 0-9, and at least one: `str.isdigit` alone knows the digits of every script."""
    return text.isascii() and text.isdigit()


def check_digit(digits: str) -> str:
    """The digit that follows these: weights 3, 1, 3.. from the right, up to the next ten."""
    total = 3 * sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2]))
    return str(-total % 10)


def has_right_check_digit(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    return check_digit(digits[:-1]) == digits[-1]


def value_check_digit(field: str) -> str:
    """The price/weight check digit of a field of 4 or 5 digits (General Specifications 7.9)."""
    if len(field) == 4:
        tables = (_TWO_MINUS, _TWO_MINUS, _THREE, _FIVE_MINUS)
        return str(3 * _weighted(field, tables) % 10)
    tables5 = (_FIVE_PLUS, _TWO_MINUS, _FIVE_MINUS, _FIVE_PLUS, _TWO_MINUS)
    return str(_FIVE_MINUS.index(str(-_weighted(field, tables5) % 10)))


def _weighted(field: str, tables: tuple[str, ...]) -> int:
    return sum(int(table[int(digit)]) for digit, table in zip(field, tables, strict=True))


def check_characters(text: str) -> str | None:
    """The check character pair that follows a global model number, or None when it cannot have one
    (too long, or a character outside set 82)."""
    if len(text) > len(_PRIMES) or any(c not in SET_82 for c in text):
        return None
    total = sum(SET_82.index(c) * prime for c, prime in zip(reversed(text), _PRIMES, strict=False))
    high, low = divmod(total % 1021, 32)
    return SET_32[high] + SET_32[low]


def expand_upc_e(code: str) -> str | None:
    """The 12 digits of UPC-A that 8 digits of UPC-E stand for; None unless they start with 0 or 1
    and the check digit is that of the expanded number."""
    if code[0] not in "01":
        return None
    system, d, check = code[0], code[1:7], code[7]
    match d[5]:
        case "0" | "1" | "2":
            body = d[0:2] + d[5] + "0000" + d[2:5]
        case "3":
            body = d[0:3] + "00000" + d[3:5]
        case "4":
            body = d[0:4] + "00000" + d[4]
        case _:
            body = d[0:5] + "0000" + d[5]
    expanded = system + body + check
    return expanded if has_right_check_digit(expanded) else None
