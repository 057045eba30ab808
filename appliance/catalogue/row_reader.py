"""Turn one row of a price list into an item, or into everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

from appliance.catalogue import cells, traits
from appliance.catalogue.columns import Column
from appliance.catalogue.problems import CellError, Kind, RowError, shortened
from appliance.catalogue.tables import Cell, Table
from appliance.core.item import Item, ItemId, Unit
from appliance.core.money import exponent

_CATEGORY_CHARS_MAX = 60
_PICTURE_CHARS_MAX = 100
_STANDARD_VARIANTS = {"regular", "default", "звичайний", "standard"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a price list is read by.

    tax_codes: those of the shop's tax table; empty means that any is right. tax_aliases: what
    other programs call them, in lower case: {"20%": ("VAT20",)}. encoding, delimiter: empty to
    find out.
    """

    currency: str = "UAH"
    tax_codes: frozenset[str] = frozenset()
    tax_aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that is right by itself. An empty id: the catalogue knows the item by its GTIN."""

    line: int
    item: Item
    stock: Decimal | None


class RowReader:
    def __init__(self, table: Table, settings: Settings) -> None:
        self._headings = table.headings
        self._columns = table.columns
        self._numbers_lose_zeros = table.kind == "xlsx"
        self._settings = settings
        self._decimals = exponent(settings.currency)
        self._taxes_seen: dict[str, tuple[str, ...]] = {}
        self._width = len(table.headings)
        self._places = list(table.columns.items())
        self._blank = dict.fromkeys(Column, "")
        self._trait_columns = tuple(c for c in traits.FIELDS if c in table.columns)

    def read(self, line: int, row: Sequence[Cell]) -> ReadRow | list[RowError]:
        texts = self._blank.copy()
        for column, place in self._places:
            if place < len(row):
                texts[column] = cells.text_of(row[place])
        if self._numbers_lose_zeros:
            self._fill_up_gtin(texts, row)
        if len(row) <= self._width or not any(row[self._width :]):
            try:
                return self._row(line, texts)
            except CellError:
                pass
        # Rare, so it may take its time: read each cell on its own to name all that is wrong.
        return self._errors(line, texts, row)

    def _row(self, line: int, texts: dict[Column, str]) -> ReadRow:
        unit = self._unit(texts)
        gtins = cells.gtins(texts[Column.GTIN]) if texts[Column.GTIN] else ()
        sku = cells.sku(texts[Column.SKU])
        plu = cells.plu(texts[Column.PLU])
        if not (sku or gtins or plu):
            raise CellError(Kind.NO_KEY)
        item = Item(
            id=ItemId(sku or ("" if gtins else plu)),
            name=self._name(texts),
            price_minor=self._price(texts),
            unit=unit,
            gtins=gtins,
            plu=plu,
            taxes=self._taxes(texts[Column.TAXES]),
            category=cells.limited(texts[Column.CATEGORY], _CATEGORY_CHARS_MAX),
            colour=cells.colour(texts[Column.COLOUR]),
            picture=cells.limited(texts[Column.PICTURE], _PICTURE_CHARS_MAX),
            discountable=cells.yes_no(texts[Column.DISCOUNTABLE], default=True),
            open_price=cells.yes_no(texts[Column.OPEN_PRICE], default=False),
            age_min=cells.age(texts[Column.AGE_MIN]),
            cost_minor=self._cost(texts),
        )
        if any(map(texts.__getitem__, self._trait_columns)):
            item = replace(item, **traits.read_all(texts, self._trait_columns, sku, self._decimals))
        return ReadRow(line, item, self._stock(texts, unit))

    # Each of these reads what its columns say, or what their absence means

    def _name(self, texts: dict[Column, str]) -> str:
        if Column.NAME not in self._columns:
            return ""
        name, variant = texts[Column.NAME], texts[Column.VARIANT]
        told = texts[Column.PARENT] and variant in name  # an item of a family, named in full
        if variant and not told and variant.lower() not in _STANDARD_VARIANTS:
            return cells.name(f"{name} {variant}".strip())
        return cells.name(name)

    def _price(self, texts: dict[Column, str]) -> int:
        text = texts[Column.PRICE]
        if text:
            return cells.amount_minor(text, self._decimals)
        if Column.PRICE in self._columns and not cells.yes_no(
            texts[Column.OPEN_PRICE], default=False
        ):
            raise CellError(Kind.NO_PRICE)
        return 0

    def _cost(self, texts: dict[Column, str]) -> int | None:
        text = texts[Column.COST]
        return cells.amount_minor(text, self._decimals) if text else None

    def _unit(self, texts: dict[Column, str]) -> Unit:
        if Column.UNIT in self._columns:
            return cells.unit(texts[Column.UNIT])
        weighed = cells.yes_no(texts[Column.WEIGHED], default=False)
        return Unit.KILOGRAM if weighed else Unit.PIECE

    def _unit_or_kilogram(self, texts: dict[Column, str]) -> Unit:
        """A wrong unit is told once, by its own column."""
        try:
            return self._unit(texts)
        except CellError:
            return Unit.KILOGRAM

    def _stock(self, texts: dict[Column, str], unit: Unit) -> Decimal | None:
        text = texts[Column.STOCK]
        return cells.quantity(text, unit) if text else None

    def _taxes(self, text: str) -> tuple[str, ...]:
        known = self._taxes_seen.get(text)
        if known is None:
            known = self._taxes_seen[text] = self._tax_codes(text)
        return known

    def _tax_codes(self, text: str) -> tuple[str, ...]:
        whole = self._settings.tax_aliases.get(text.lower())
        if whole is not None:
            return whole
        found: dict[str, None] = {}
        for code in cells.tax_codes(text):
            alias = self._settings.tax_aliases.get(code.lower())
            if alias is not None:
                found |= dict.fromkeys(alias)
            elif self._settings.tax_codes and code not in self._settings.tax_codes:
                raise CellError(
                    Kind.UNKNOWN_TAX, f"≠ {', '.join(sorted(self._settings.tax_codes))}"
                )
            else:
                found[code] = None
        return tuple(found)

    def _fill_up_gtin(self, texts: dict[Column, str], row: Sequence[Cell]) -> None:
        place = self._columns.get(Column.GTIN, -1)
        if 0 <= place < len(row) and isinstance(row[place], int | float):
            texts[Column.GTIN] = cells.gtin_of_number(texts[Column.GTIN])

    def _traits_together(self, texts: dict[Column, str]) -> None:
        columns = (Column.COMPONENTS, Column.PARENT, Column.DEPOSIT)
        traits.read_all(texts, columns, cells.sku(texts[Column.SKU]), self._decimals)

    def _errors(self, line: int, texts: dict[Column, str], row: Sequence[Cell]) -> list[RowError]:
        readers: dict[Column, Callable[[], object]] = {
            Column.SKU: lambda: cells.sku(texts[Column.SKU]),
            Column.GTIN: lambda: cells.gtins(texts[Column.GTIN]),
            Column.PLU: lambda: cells.plu(texts[Column.PLU]),
            Column.NAME: lambda: self._name(texts),
            Column.PRICE: lambda: self._price(texts),
            Column.COST: lambda: self._cost(texts),
            Column.UNIT: lambda: self._unit(texts),
            Column.STOCK: lambda: self._stock(texts, self._unit_or_kilogram(texts)),
            Column.TAXES: lambda: self._taxes(texts[Column.TAXES]),
            Column.CATEGORY: lambda: cells.limited(texts[Column.CATEGORY], _CATEGORY_CHARS_MAX),
            Column.COLOUR: lambda: cells.colour(texts[Column.COLOUR]),
            Column.PICTURE: lambda: cells.limited(texts[Column.PICTURE], _PICTURE_CHARS_MAX),
            Column.DISCOUNTABLE: lambda: cells.yes_no(texts[Column.DISCOUNTABLE], default=True),
            Column.OPEN_PRICE: lambda: cells.yes_no(texts[Column.OPEN_PRICE], default=False),
            Column.AGE_MIN: lambda: cells.age(texts[Column.AGE_MIN]),
        }
        for column in self._trait_columns:
            readers[column] = partial(traits.read, texts, column, self._decimals)
        readers[Column.COMPONENTS] = lambda: self._traits_together(texts)
        errors: list[RowError] = []
        for column, read in readers.items():
            try:
                read()
            except CellError as problem:
                seen = any(e.kind is problem.kind and e.value == texts[column] for e in errors)
                if not seen:
                    errors.append(self.error(line, column, texts[column], problem))
        if not (texts[Column.SKU] or texts[Column.GTIN] or texts[Column.PLU]):
            errors.append(self.error(line, Column.SKU, "", CellError(Kind.NO_KEY)))
        spare = row[self._width :]
        if any(spare):
            text = " ".join(cells.text_of(cell) for cell in spare)
            errors.append(RowError(line, "", shortened(text), Kind.SPARE_CELLS))
        assert errors, "a row was refused and every cell of it is right"
        return errors

    def error(self, line: int, column: Column, value: str, problem: CellError) -> RowError:
        place = self._columns.get(column, -1)
        heading = self._headings[place] if place >= 0 else column.value
        return RowError(line, heading, shortened(value), problem.kind, problem.detail)
