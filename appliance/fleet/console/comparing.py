"""What a change makes of the documents of many tills: before and after, one line for each thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from appliance.catalogue.columns import Column
from appliance.fleet import goods
from appliance.fleet.console.saying import N_, Saying
from appliance.fleet.console.till_roles import role_words
from appliance.fleet.documents import Preview
from appliance.wire.document import Content

GREAT_PERCENT = 30
"""A price that moves by more is likelier a slip of the finger than a decision."""
SHOWN = 200
FIELDS = {
    Column.NAME: N_("Name of the item"), Column.PRICE: N_("Price"), Column.UNIT: N_("Unit"),
    Column.TAXES: N_("Taxes"), Column.CATEGORY: N_("Category"), Column.GTIN: N_("Barcode"),
    Column.PLU: N_("PLU"), Column.COST: N_("Cost"),
}  # fmt: skip
_NAMED = ("items", "lists", "people")
_WORDS = {
    "toml": N_("Settings"), "role": N_("Role"), "name": N_("Name"), "priority": N_("Priority"),
    "customers": N_("Customers"), "since": N_("Holds from"), "until": N_("Holds until"),
    "days": N_("Days of the week"), "hours": N_("Hours"), "version": N_("Version"),
    "url": N_("Address"), "sha256": N_("SHA-256"),
}  # fmt: skip


@dataclass(slots=True)
class Line:
    """before, after: "" for what was not or will not be there. tills: that see it happen."""

    what: str
    aspect: str
    before: str
    after: str
    is_price: bool = False
    tills: set[str] = field(default_factory=set)

    @property
    def percent(self) -> Decimal | None:
        """Of a price that had been one."""
        was, will = amount(self.before), amount(self.after)
        if not self.is_price or not was or will is None:
            return None
        tenths = ((will - was) * 100 / was).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return tenths.to_integral_value() if tenths == tenths.to_integral_value() else tenths

    @property
    def great(self) -> bool:
        """Also of what was given away and shall cost something."""
        if self.percent is not None:
            return abs(self.percent) > GREAT_PERCENT
        return self.is_price and amount(self.before) == 0 and bool(amount(self.after))


@dataclass(slots=True)
class Comparison:
    """lines: those that move most first."""

    lines: list[Line]
    tills: set[str]

    @property
    def great(self) -> int:
        return sum(it.great for it in self.lines)


def compared(say: Saying, previews: Iterable[Preview]) -> Comparison:
    found: dict[tuple[str, str, str, str], Line] = {}
    reached: set[str] = set()
    for each in previews:
        reached.update(each.tills)
        for line in _lines(say, each.patch, each.before, each.after):
            key = (line.what, line.aspect, line.before, line.after)
            found.setdefault(key, line).tills.update(each.tills)
    lines = sorted(found.values(), key=lambda it: (-_weight(it), it.what, it.aspect))
    return Comparison(lines, reached)


def _weight(line: Line) -> Decimal:
    if line.great and line.percent is None:
        return Decimal("Infinity")
    return abs(line.percent or Decimal())


def amount(text: str) -> Decimal | None:
    """A price as people write it."""
    try:
        found = Decimal(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _lines(say: Saying, patch: Content, before: Content, after: Content) -> Iterator[Line]:
    for name, change in patch.items():
        if name in _NAMED and isinstance(change, dict):
            for key, each in change.items():
                was, will = _of(before, name, key), _of(after, name, key)
                yield from _thing(say, name, key, each, was, will)
        else:
            word = say.t(_WORDS.get(name, name))
            yield Line(word, "", _text(before.get(name)), _text(after.get(name)))


def _thing(
    say: Saying, of: str, key: str, change: Any, was: Mapping[str, Any], will: Mapping[str, Any]
) -> Iterator[Line]:
    """An item, a list or a person."""
    what = f"{_name(of, will or was) or key} · {key}"
    if not isinstance(change, dict):
        gone = goods.cell(was, Column.PRICE) if of == "items" else _role(say, was.get("role"))
        yield Line(what, say.t("is taken out"), gone or "✓", "", of == "items")
        return
    for name in change:
        old, new = was.get(name), will.get(name)
        if name == "prices" and of == "lists":
            yield from _prices(what, old or {}, new or {}, change[name])
            continue
        if name == "role" and of == "people":
            yield Line(what, say.t(_WORDS[name]), _role(say, old), _role(say, new))
            continue
        column = next(
            (it for it in FIELDS if of == "items" and goods.heading({name: ""}, it) == name), None
        )
        word = FIELDS[column] if column else _WORDS.get(name, str(name))
        yield Line(what, say.t(word), _text(old), _text(new), column is Column.PRICE)


def _prices(what: str, was: Content, will: Content, change: Any) -> Iterator[Line]:
    for sku in change if isinstance(change, dict) else was:
        old, new = _steps(was.get(sku)), _steps(will.get(sku))
        for quantity in {**old, **new}:
            aspect = f"{sku} · {quantity}+" if quantity else sku
            before, after = old.get(quantity, ""), new.get(quantity, "")
            if before != after:
                yield Line(what, aspect, before, after, is_price=True)


def _steps(price: Any) -> dict[str, str]:
    """One price, or several from some quantity on."""
    if isinstance(price, dict):
        return {"" if key == "1" else key: str(each) for key, each in price.items()}
    return {} if price is None else {"": str(price)}


def _name(of: str, it: Mapping[str, Any]) -> str:
    return goods.cell(it, Column.NAME) if of == "items" else str(it.get("name", ""))


def _of(content: Content, name: str, key: str) -> Mapping[str, Any]:
    found = content.get(name, {})
    found = found.get(key, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}


def _role(say: Saying, role: Any) -> str:
    return role_words(say, _text(role))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
