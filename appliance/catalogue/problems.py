"""What can be wrong with a row of a price list, and how to put ten thousand of them in few words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    NO_KEY = "no_key"
    NO_NAME = "no_name"
    NO_PRICE = "no_price"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    TOO_MANY_DECIMALS = "too_many_decimals"
    NOT_A_GTIN = "not_a_gtin"
    CHECK_DIGIT = "check_digit"
    ROUNDED_GTIN = "rounded_gtin"
    GTIN_TAKEN = "gtin_taken"
    SKU_TWICE = "sku_twice"
    GTIN_TWICE = "gtin_twice"
    BAD_SKU = "bad_sku"
    NOT_A_PLU = "not_a_plu"
    UNKNOWN_TAX = "unknown_tax"
    UNKNOWN_UNIT = "unknown_unit"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_A_COLOUR = "not_a_colour"
    NOT_AN_AGE = "not_an_age"
    TOO_LONG = "too_long"
    MOJIBAKE = "mojibake"
    SPARE_CELLS = "spare_cells"
    NOT_COMPONENTS = "not_components"
    NOT_A_STOCK_POLICY = "not_a_stock_policy"
    NOT_A_TRACKING = "not_a_tracking"
    NOT_HOURS = "not_hours"
    NOT_DAYS = "not_days"
    NOT_A_TIME = "not_a_time"
    NOT_CHOICES = "not_choices"
    NOT_UKTZED = "not_uktzed"
    NOT_CONTENT = "not_content"
    NOT_POSITIVE = "not_positive"
    BELOW_MIN_PRICE = "below_min_price"
    REORDER_WRONG = "reorder_wrong"
    ITSELF = "itself"
    UNKNOWN_ITEM = "unknown_item"
    PRICE_TWICE = "price_twice"
    TOO_MANY_BREAKS = "too_many_breaks"


# What is wrong, and what to do: English, the keys of the translations.
WORDS: dict[Kind, tuple[str, str]] = {
    Kind.NO_KEY: ("no SKU and no barcode", "give the item an SKU"),
    Kind.NO_NAME: ("the name is empty", "write the item's name"),
    Kind.NO_PRICE: ("a new item without a price", "write its price, or mark it open price"),
    Kind.NOT_A_NUMBER: ("not a number", "write digits with a decimal point or comma"),
    Kind.NEGATIVE: ("less than zero", "write a price of zero or more"),
    Kind.TOO_LARGE: ("too large to be meant", "check the number of digits"),
    Kind.TOO_MANY_DECIMALS: ("more decimals than there can be", "round it"),
    Kind.NOT_A_GTIN: ("not a barcode number", "write 8, 12, 13 or 14 digits, or leave it empty"),
    Kind.CHECK_DIGIT: ("the last digit of the barcode is wrong", "scan the code or type it again"),
    Kind.ROUNDED_GTIN: (
        "the spreadsheet rounded the barcode",
        "format the column as text and export again",
    ),
    Kind.GTIN_TAKEN: ("another item of the catalogue has this barcode", "remove it from one"),
    Kind.SKU_TWICE: ("this SKU is in the file already", "remove one of the rows"),
    Kind.GTIN_TWICE: ("this barcode is in the file already", "remove it from one of the rows"),
    Kind.BAD_SKU: ("not an SKU", "write up to 64 letters and digits without spaces at the ends"),
    Kind.NOT_A_PLU: ("not a PLU", "write up to 6 digits"),
    Kind.UNKNOWN_TAX: ("unknown tax", "use a code of the shop's tax table"),
    Kind.UNKNOWN_UNIT: ("unknown unit", "write pcs, kg, l or m"),
    Kind.NOT_YES_OR_NO: ("neither yes nor no", "write yes or no"),
    Kind.NOT_A_COLOUR: ("not a colour", "write six hexadecimal digits, such as DDB879"),
    Kind.NOT_AN_AGE: ("not an age", "write whole years from 0 to 120"),
    Kind.TOO_LONG: ("too long", "shorten it"),
    Kind.MOJIBAKE: ("letters were damaged before this file was saved", "export it again as UTF-8"),
    Kind.NOT_COMPONENTS: ("not a list of goods", "write SKU*quantity; SKU*quantity"),
    Kind.NOT_A_STOCK_POLICY: ("not a rule for missing stock", "write allow, warn or block"),
    Kind.NOT_A_TRACKING: ("not a way to follow stock", "write none, lot or serial"),
    Kind.NOT_HOURS: ("not hours of the day", "write them as 10:00-22:00"),
    Kind.NOT_DAYS: ("not days of the week", "write them as 1-5 or Mon,Sat"),
    Kind.NOT_A_TIME: ("not a date", "write it as 2026-12-01 or 2026-12-01 08:00"),
    Kind.NOT_CHOICES: ("not a list of choices", "write Milk: cow | oat +15.00"),
    Kind.NOT_UKTZED: ("not a customs code", "write 4 to 10 digits"),
    Kind.NOT_CONTENT: ("not what a package holds", "write 0.9 l, 450 g or 6×0.33 l"),
    Kind.NOT_POSITIVE: ("not more than zero", "write a number above zero, or leave it empty"),
    Kind.BELOW_MIN_PRICE: (
        "the price is below the item's least price",
        "raise the price or lower the least price",
    ),
    Kind.REORDER_WRONG: (
        "ordered up to less than the point of ordering",
        "make reorder_to at least reorder_point",
    ),
    Kind.ITSELF: ("the item refers to itself", "name another item's SKU"),
    Kind.UNKNOWN_ITEM: (
        "no such item in the catalogue",
        "correct the SKU or import the item first",
    ),
    Kind.PRICE_TWICE: (
        "this item and quantity are in the file already",
        "remove one of the rows",
    ),
    Kind.TOO_MANY_BREAKS: ("too many quantity steps for one item", "leave at most 20"),
    Kind.SPARE_CELLS: ("more cells than headings", "put texts with the delimiter in quotes"),
}

_VALUE_CHARS_MAX = 60


@dataclass(frozen=True, slots=True)
class RowError:
    """column: the heading as the file has it. line: in the file, counted from 1."""

    line: int
    column: str
    value: str
    kind: Kind
    detail: str = ""

    @property
    def what(self) -> str:
        return WORDS[self.kind][0] + (f" ({self.detail})" if self.detail else "")

    @property
    def remedy(self) -> str:
        return WORDS[self.kind][1]


class CellError(ValueError):
    """One cell that cannot be read; the row adds where it stands."""

    def __init__(self, kind: Kind, detail: str = "") -> None:
        super().__init__(WORDS[kind][0])
        self.kind = kind
        self.detail = detail


@dataclass(slots=True)
class Problems:
    """Every bad row is counted; the first `kept_max` errors, and examples of each kind, are kept."""

    kept_max: int = 1_000
    examples_max: int = 3
    kept: list[RowError] = field(default_factory=list)
    counts: dict[Kind, int] = field(default_factory=dict)
    examples: dict[Kind, list[RowError]] = field(default_factory=dict)
    bad_rows: int = 0

    def add_row(self, errors: Iterable[RowError]) -> None:
        self.bad_rows += 1
        for error in errors:
            self.counts[error.kind] = self.counts.get(error.kind, 0) + 1
            if len(self.kept) < self.kept_max:
                self.kept.append(error)
            shown = self.examples.setdefault(error.kind, [])
            if len(shown) < self.examples_max:
                shown.append(error)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def by_kind(self) -> list[tuple[Kind, int, list[RowError]]]:
        """The most frequent kind first."""
        ranked = sorted(self.counts.items(), key=lambda pair: -pair[1])
        return [(kind, count, self.examples[kind]) for kind, count in ranked]


def shortened(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _VALUE_CHARS_MAX else text[: _VALUE_CHARS_MAX - 1] + "…"
