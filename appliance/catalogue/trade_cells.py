"""Read and write the cells of what only some goods have: recipes, hours, choices, stock rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from appliance.catalogue import cells
from appliance.catalogue.problems import CellError, Kind
from appliance.core import sale_hours
from appliance.core.item import Choice, Component, Content, ItemId, StockPolicy, Tracking, Unit
from appliance.core.money import from_minor

_COMPONENTS_MAX = 50
_CHOICES_MAX = 20
_OPTIONS_MAX = 30
_DAY_MIN = 24 * 60

_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–—]\s*(\d{1,2})(?::(\d{2}))?")
_CHOICE = re.compile(r"([^:|;()]+?)\s*(?:\((\d{1,2})\s*[-–]\s*(\d{1,2})\))?\s*:\s*(.+)")
_OPTION = re.compile(r"([^:|;()+]+?)\s*(?:\+\s*([\d.,\s]+))?")

_CONTENT = re.compile(r"(?:(\d{1,4})\s*[x×х*]\s*)?(\d[\d.,]{0,9})\s*([a-zа-яіїє]{1,2})\.?")
_MEASURES = {
    word: (unit, Decimal(part))
    for unit, part, words in (
        (Unit.KILOGRAM, "1", "kg кг"),
        (Unit.KILOGRAM, "0.001", "g г гр"),
        (Unit.LITRE, "1", "l л"),
        (Unit.LITRE, "0.01", "cl сл"),
        (Unit.LITRE, "0.001", "ml мл"),
    )
    for word in words.split()
}

_POLICIES = {
    word: policy
    for policy, words in {
        StockPolicy.ALLOW: "allow yes так дозволити дозволено разрешить",
        StockPolicy.WARN: "warn попередити попереджати предупредить",
        StockPolicy.BLOCK: "block no ні заборонити заборонено запретить",
    }.items()
    for word in words.split()
}
_TRACKINGS = {
    word: tracking
    for tracking, words in {
        Tracking.NONE: "none no ні немає нет -",
        Tracking.LOT: "lot batch партія партії партія/термін серія партия",
        Tracking.SERIAL: "serial серійний номер номери серийный",
    }.items()
    for word in words.split()
}


def components(text: str) -> tuple[Component, ...]:
    """ "1001*12; 2040*0.018": SKU and how much of it goes into one."""
    found: dict[ItemId, Component] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        sku, star, count = part.replace("×", "*").rpartition("*")
        item = ItemId(cells.sku((sku if star else part).strip()))
        try:
            quantity = cells.quantity(count, Unit.KILOGRAM) if star else Decimal(1)
        except CellError as problem:
            raise CellError(Kind.NOT_COMPONENTS, part[:20]) from problem
        if not item or quantity <= 0 or item in found:
            raise CellError(Kind.NOT_COMPONENTS, part[:20])
        found[item] = Component(item, quantity)
    if len(found) > _COMPONENTS_MAX:
        raise CellError(Kind.NOT_COMPONENTS, f"{len(found)} > {_COMPONENTS_MAX}")
    return tuple(found.values())


def components_text(parts: Iterable[Component]) -> str:
    return "; ".join(f"{part.item}*{part.quantity:f}" for part in parts)


def positive(text: str, unit: Unit) -> Decimal | None:
    if not text:
        return None
    value = cells.quantity(text, unit)
    if value <= 0:
        raise CellError(Kind.NOT_POSITIVE)
    return value


def not_negative(text: str, unit: Unit) -> Decimal | None:
    if not text:
        return None
    value = cells.quantity(text, unit)
    if value < 0:
        raise CellError(Kind.NEGATIVE)
    return value


def stock_policy(text: str) -> StockPolicy:
    found = _POLICIES.get(text.lower()) if text else StockPolicy.ALLOW
    if found is None:
        raise CellError(Kind.NOT_A_STOCK_POLICY)
    return found


def tracking(text: str) -> Tracking:
    found = _TRACKINGS.get(text.lower()) if text else Tracking.NONE
    if found is None:
        raise CellError(Kind.NOT_A_TRACKING)
    return found


def content(text: str) -> Content | None:
    """ "0.9 l", "450 г", "6×0,33 л" in kilograms or litres."""
    if not text:
        return None
    found = _CONTENT.fullmatch(text.lower())
    measure = _MEASURES.get(found[3]) if found else None
    if found is None or measure is None:
        raise CellError(Kind.NOT_CONTENT, text[:20])
    quantity = cells.quantity(found[2], Unit.KILOGRAM) * int(found[1] or 1) * measure[1]
    if quantity <= 0:
        raise CellError(Kind.NOT_CONTENT, text[:20])
    return Content(Decimal(f"{quantity.normalize():f}"), measure[0])


def content_text(told: Content | None) -> str:
    """As `content` reads it back."""
    if told is None:
        return ""
    whole, part = ("l", "ml") if told.unit is Unit.LITRE else ("kg", "g")
    fine = told.quantity != round(told.quantity, 3)
    return f"{told.quantity.scaleb(3):f} {part}" if fine else f"{told.quantity:f} {whole}"


def uktzed(text: str) -> str:
    digits = text.replace(" ", "")
    if digits and not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 10):
        raise CellError(Kind.NOT_UKTZED)
    return digits


def hours(text: str) -> tuple[tuple[int, int], ...]:
    """ "10:00-22:00, 23-24" in minutes of the day. Over midnight: "22:00-06:00" is one span."""
    spans = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;]", text))):
        found = _HOURS.fullmatch(part)
        if not found:
            raise CellError(Kind.NOT_HOURS, part[:20])
        first, first_min, last, last_min = (int(group or 0) for group in found.groups())
        start, end = first * 60 + first_min, last * 60 + last_min
        right = first_min < 60 and last_min < 60 and start < _DAY_MIN and 0 < end <= _DAY_MIN
        if not right or start == end:
            raise CellError(Kind.NOT_HOURS, part[:20])
        spans.append((start, end))
    return tuple(spans)


def hours_text(spans: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{sale_hours.clock(start)}-{sale_hours.clock(end)}" for start, end in spans)


def when_sold(text: str) -> tuple[tuple[int, int], ...]:
    """The hours of `hours`, also of some weekdays alone: "mon-fri 08:00-23:00; sat 10-22"."""
    spans = sale_hours.parse(text)
    if spans is None:
        raise CellError(Kind.NOT_HOURS, text[:20])
    return spans


def choices(text: str, decimals: int) -> tuple[Choice, ...]:
    """ "Milk: cow | oat +15.00; Syrup (0-2): vanilla +10 | caramel +10"."""
    groups = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        found = _CHOICE.fullmatch(part)
        if not found:
            raise CellError(Kind.NOT_CHOICES, part[:20])
        name, least, most, options = found.groups()
        listed = tuple(_option(option.strip(), decimals) for option in options.split("|"))
        lower, upper = (int(least), int(most)) if most else (0, 1)
        if len(listed) > _OPTIONS_MAX or not lower <= upper or not 1 <= upper <= len(listed):
            raise CellError(Kind.NOT_CHOICES, part[:20])
        groups.append(Choice(name.strip(), listed, lower, upper))
    if len(groups) > _CHOICES_MAX:
        raise CellError(Kind.NOT_CHOICES, f"{len(groups)} > {_CHOICES_MAX}")
    return tuple(groups)


def _option(text: str, decimals: int) -> tuple[str, int]:
    found = _OPTION.fullmatch(text)
    if not found:
        raise CellError(Kind.NOT_CHOICES, text[:20])
    name, price = found.groups()
    return name.strip(), cells.amount_minor(price.strip(), decimals) if price else 0


def choices_text(groups: Iterable[Choice], currency: str) -> str:
    return "; ".join(
        f"{group.name} ({group.least}-{group.most}): "
        + " | ".join(
            f"{name} +{from_minor(price, currency):f}" if price else name
            for name, price in group.options
        )
        for group in groups
    )
