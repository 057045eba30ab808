"""Read one cell of a price list: numbers, barcodes, units, taxes, as people write them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from appliance.catalogue.encoding import read_twice
from appliance.catalogue.problems import CellError, Kind
from appliance.core.item import Unit

NAME_CHARS_MAX = 200
SKU_CHARS_MAX = 64
_NUMBER_MAX = Decimal(10) ** 11
_CACHE = 65_536  # different prices, units and taxes repeat; barcodes do not and are not cached

_UNITS = {
    name: unit
    for unit, names in {
        Unit.PIECE: "h87 c62 шт штука штуки штук од одиниця pc pcs pce piece pieces unit units each"
        " ea уп упак упаковка пач пачка пара бут пляшка 2009",
        Unit.KILOGRAM: "kgm кг кілограм кілограми килограмм kg kilo kilogram kilograms 0301",
        Unit.LITRE: "ltr л літр літри литр l lt liter litre liters litres",
        Unit.METRE: "mtr м метр метри m meter metre meters metres",
    }.items()
    for name in names.split()
}
_YES = frozenset("yes y true 1 так т да д + on".split())
_NO = frozenset("no n false 0 ні н нет - off".split())

_CURRENCY = re.compile(
    r"^(?:₴|грн\.?|uah|\$|€|usd|eur)|(?:₴|грн\.?|uah|\$|€|usd|eur)$", re.IGNORECASE
)
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'’]")
_DIGITS = re.compile(r"[+-]?\d+(?:\.\d+)?|[+-]?\.\d+")
_ROUNDED = re.compile(r"\d[.,]?\d*[eE]\+?\d+")
_SEPARATORS = re.compile(r"[\s;,|/]+")
_TAX_SEPARATORS = re.compile(r"[;,|+\s]+")
_DAMAGED = re.compile("\ufffd|\\?{3,}")


def text_of(cell: object) -> str:
    """A cell as text on one line, without invisible characters; a whole number without ".0"."""
    if cell is None:
        return ""
    # Most cells: nothing to clean.
    if type(cell) is str and cell.isascii() and cell.isprintable() and "  " not in cell:
        return cell.strip()
    if isinstance(cell, float):
        return _float_text(cell)
    text = str(cell)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def _float_text(cell: float) -> str:
    """A spreadsheet's 46.900000000000006 is 46.9: it keeps 15 digits."""
    return format(Decimal(format(cell, ".15g")).normalize(), "f")


def name(text: str) -> str:
    if not text:
        raise CellError(Kind.NO_NAME)
    if _DAMAGED.search(text) or (not text.isascii() and read_twice(text)):
        raise CellError(Kind.MOJIBAKE)
    return limited(text, NAME_CHARS_MAX)


def limited(text: str, chars_max: int) -> str:
    if len(text) > chars_max:
        raise CellError(Kind.TOO_LONG, f"{len(text)} > {chars_max}")
    return text


def sku(text: str) -> str:
    if len(text) > SKU_CHARS_MAX:
        raise CellError(Kind.BAD_SKU)
    return text


@lru_cache(_CACHE)
def number(text: str) -> Decimal:
    """With comma or point for the decimals; both, or one of them repeated, tell the thousands.

    One separator alone is always the decimal one: 1,234 is refused as a price rather than sold
    for a thousand times too much or too little.
    """
    plain = _SPACES.sub("", _CURRENCY.sub("", text.strip())).replace("\u2212", "-")
    comma, point = plain.count(","), plain.count(".")
    if comma and point:
        thousands = "," if plain.rindex(".") > plain.rindex(",") else "."
        plain = plain.replace(thousands, "")
    elif comma > 1 or point > 1:
        plain = plain.replace("," if comma else ".", "")
    plain = plain.replace(",", ".")
    if not plain.isascii() or not _DIGITS.fullmatch(plain):
        raise CellError(Kind.NOT_A_NUMBER)
    value = Decimal(plain)
    if abs(value) >= _NUMBER_MAX:
        raise CellError(Kind.TOO_LARGE)
    return value


@lru_cache(_CACHE)
def amount_minor(text: str, decimals: int) -> int:
    value = number(text)
    if value < 0:
        raise CellError(Kind.NEGATIVE)
    scaled = value.scaleb(decimals)
    if scaled != scaled.to_integral_value():
        raise CellError(Kind.TOO_MANY_DECIMALS, f"> {decimals}")
    return int(scaled)


def quantity(text: str, unit: Unit) -> Decimal:
    value = number(text)
    if value != value.quantize(Decimal(1).scaleb(-unit.decimals)):
        raise CellError(Kind.TOO_MANY_DECIMALS, f"> {unit.decimals}")
    return value


def gtins(text: str) -> tuple[str, ...]:
    """14 digits each; several are divided by spaces, commas or semicolons."""
    if len(text) == 13 and text.isascii() and text.isdigit():
        return (_checked("0" + text),)
    if _ROUNDED.fullmatch(text):
        raise CellError(Kind.ROUNDED_GTIN)
    found: dict[str, None] = {}
    for part in _SEPARATORS.split(text):
        if not part:
            continue
        if not (part.isascii() and part.isdigit()) or len(part) not in (8, 12, 13, 14):
            raise CellError(Kind.NOT_A_GTIN, part[:20])
        found[_checked(part.zfill(14))] = None
    return tuple(found)


def gtin_of_number(text: str) -> str:
    """A barcode kept as a number has lost its leading zeros: fill up to the next length."""
    if not (text.isascii() and text.isdigit()):
        return text
    return text.zfill(next((n for n in (8, 12, 13, 14) if len(text) <= n), 14))


def _checked(gtin14: str) -> str:
    digits = gtin14.encode()
    # 48 is "0": seven digits count threefold, seven once, so 28 zeros are taken off.
    total = 3 * sum(digits[0::2]) + sum(digits[1::2]) - 48 * 28
    if total % 10 or gtin14 == "0" * 14:
        raise CellError(Kind.CHECK_DIGIT, gtin14.lstrip("0"))
    return gtin14


def plu(text: str) -> str:
    if text and not (text.isascii() and text.isdigit() and len(text) <= 6 and text.strip("0")):
        raise CellError(Kind.NOT_A_PLU)
    return text


@lru_cache(_CACHE)
def unit(text: str) -> Unit:
    found = _UNITS.get(text.lower().rstrip(".")) if text else Unit.PIECE
    if found is None:
        raise CellError(Kind.UNKNOWN_UNIT)
    return found


def yes_no(text: str, default: bool) -> bool:
    lower = text.lower()
    if not lower:
        return default
    if lower in _YES:
        return True
    if lower in _NO:
        return False
    raise CellError(Kind.NOT_YES_OR_NO)


def colour(text: str) -> str:
    digits = text.lstrip("#").upper()
    if digits and not re.fullmatch("[0-9A-F]{6}", digits):
        raise CellError(Kind.NOT_A_COLOUR)
    return digits


def age(text: str) -> int:
    plain = text.removesuffix("+") or "0"
    if not (plain.isascii() and plain.isdigit() and int(plain[:4]) <= 120):
        raise CellError(Kind.NOT_AN_AGE)
    return int(plain)


def tax_codes(text: str) -> list[str]:
    return [part for part in _TAX_SEPARATORS.split(text) if part]
