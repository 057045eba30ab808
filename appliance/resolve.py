"""What a scanned or typed code means for this shop: an item to add, a person, or why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from appliance.core import commands as c
from appliance.core.barcode import Decoded, decode
from appliance.core.barcode.content import Content, content
from appliance.core.barcode.decode import ELEMENT_STRING, LINK
from appliance.core.item import Item, ItemId, Unit
from appliance.core.money import exponent, to_minor
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse

CARD_NUMBER = "uid:"
"""How the readers' drivers begin a card's own number."""

_GRAM = Decimal("0.001")
_SHOWN_MAX = 60
"""Characters of a strange code that a refusal repeats."""


class Shelf(Protocol):
    """Where items are found; the catalogue is one. All verbs are reads and quick.

    refresh: turn to a newer version if there is one, and say whether there was.
    """

    @property
    def version(self) -> int: ...

    @property
    def count(self) -> int: ...

    def refresh(self) -> bool: ...

    def by_id(self, item: ItemId) -> Item | None: ...

    def by_gtin(self, gtin: str) -> Item | None: ...

    def by_plu(self, plu: str) -> Item | None: ...

    def by_base(self, base: str) -> Item | None: ...

    def by_code(self, text: str) -> Item | None: ...

    def variants_of(self, family: ItemId) -> list[Item]: ...

    def is_deposit(self, item: ItemId) -> bool: ...


def resolve(
    scan: c.Scan, shelf: Shelf, policy: Policy, today: date, hour: time | None = None
) -> c.AddItem | Refusal:
    """The command that a code stands for. Codes of goods past their date are refused.

    hour: for goods that expire within a day; without it they are good until the day ends.
    """
    meaning = decode(scan.code, region=policy.region, today=today, rules=policy.barcode_rules)
    shown = readable(scan.code)
    if scan.code.startswith(CARD_NUMBER):
        return refuse(Reason.TAG_UNKNOWN)  # a person's or a customer's card is taken before
    if meaning.kind == "badge":
        return refuse(Reason.BADGE_UNKNOWN)  # the door knows all others
    if meaning.kind == "voucher" or (meaning.kind == "link" and meaning.gtin is None):
        return refuse(Reason.CODE_NOT_FOR_SALE, code=shown)
    if meaning.kind == "invalid":
        own = shelf.by_code(shown)
        if own is None:
            malformed = meaning.error in (ELEMENT_STRING, LINK)
            return refuse(Reason.LABEL_WRONG if malformed else Reason.CODE_INVALID, code=shown)
        return _plain(own, scan)
    if meaning.kind in ("weighed", "priced", "counted"):
        return _variable(meaning, scan, shelf, policy, shown)
    item = shelf.by_gtin(meaning.gtin) if meaning.gtin else shelf.by_code(shown)
    if item is None:
        return refuse(Reason.CODE_UNKNOWN, code=shown)
    told = content(meaning)
    past = _past(told, today, hour)
    if past is not None:
        return refuse(Reason.CODE_EXPIRED, code=shown, name=item.name, date=past)
    return _labelled(item, told, scan, policy, shown)


def readable(code: str) -> str:
    """A strange code as a refusal repeats it: short, and without what no font has."""
    return "".join(ch if ch.isprintable() else " " for ch in code.strip())[:_SHOWN_MAX]


def _past(told: Content, today: date, hour: time | None) -> str | None:
    """The day, or the hour, up to which the goods could be sold, when it is over."""
    if told.expired(today, hour):
        until = told.expiry_time if told.expiry == today else None
        return f"{told.expiry} {until:%H:%M}" if until else str(told.expiry)
    return str(told.sell_by) if told.sell_by is not None and told.sell_by < today else None


def _labelled(
    item: Item, told: Content, scan: c.Scan, policy: Policy, shown: str
) -> c.AddItem | Refusal:
    """Goods with whatever else the maker, or a scale, wrote into their code. A price in a foreign
    currency says nothing here: the shop's own holds."""
    added = _plain(item, scan)
    price = told.price_in(policy.currency)
    amount = None if price is None else _minor(price, policy)
    if price is not None and not amount:
        return refuse(Reason.LABEL_WRONG, code=shown)
    if item.unit is Unit.KILOGRAM and told.weight_kg is not None:
        added = replace(added, quantity=told.weight_kg.quantize(_GRAM, ROUND_HALF_UP))
    elif item.unit is Unit.PIECE and told.count is not None:
        added = replace(added, quantity=told.count * (scan.quantity or Decimal(1)))
    elif amount is not None:
        added = replace(added, quantity=true_quantity(item, amount))
    return replace(
        added,
        amount_minor=amount,
        lot=told.lot or "",
        serial=told.serial or "",
        expiry="" if told.expiry is None else told.expiry.isoformat(),
    )


def _minor(price: Decimal, policy: Policy) -> int | None:
    """None of a price that is finer than the currency."""
    if price != round(price, exponent(policy.currency)):
        return None
    return to_minor(price, policy.currency)


def _plain(item: Item, scan: c.Scan) -> c.AddItem:
    return c.AddItem(item, scan.quantity, source=scan.source, code=scan.code)


def _weighed(item: Item, weight_kg: Decimal, scan: c.Scan) -> c.AddItem:
    return c.AddItem(item, weight_kg, source=scan.source, code=scan.code)


def _variable(
    meaning: Decoded, scan: c.Scan, shelf: Shelf, policy: Policy, shown: str
) -> c.AddItem | Refusal:
    """A label of the shop's own scale: the weight, the price or the count stands in the code."""
    item = shelf.by_base(meaning.base or "") or shelf.by_plu(meaning.plu or "")
    if item is None:
        return refuse(Reason.CODE_UNKNOWN, code=shown)
    if meaning.weight is not None:
        return _weighed(item, Decimal(meaning.weight), scan)
    if meaning.count is not None:
        return c.AddItem(item, Decimal(meaning.count), source=scan.source, code=scan.code)
    amount = _minor(Decimal(meaning.price or "0"), policy)
    if not amount:
        # A scale without a price prints noughts; nobody is to have the goods for nothing.
        return refuse(Reason.CODE_INVALID if amount is None else Reason.LABEL_WRONG, code=shown)
    return c.AddItem(
        item,
        true_quantity(item, amount),
        amount_minor=amount,
        source=scan.source,
        code=scan.code,
    )


def true_quantity(item: Item, amount_minor: int) -> Decimal:
    """The weight behind a price label, so that stock goes down by what was sold: 54.90 at 39.90
    a kilogram is 1.376 kg. A piece, or an item without a price, counts as 1."""
    if item.unit.decimals == 0 or item.price_minor <= 0:
        return Decimal(1)
    weight = (Decimal(amount_minor) / item.price_minor).quantize(_GRAM, ROUND_HALF_UP)
    return max(weight, _GRAM)
