"""Goods get what the catalogue knows beside them: their deposit, a kit's parts; a family is no goods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from appliance.core import commands as c
from appliance.core.item import Component, Item, ItemId, Unit
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.intake import Asked, Intake
from appliance.moment import Moment
from appliance.resolve import Shelf

KITS_WITHIN_MAX = 4
"""A pallet of cases of six-packs of bottles; deeper, or in a circle, is a slip in the catalogue."""

PARTS_MAX = 100
"""Parts of one line: a slip in the catalogue must not swell the journal."""

_FINEST = Decimal("0.000001")


def ready(intake: Intake, command: c.AddItem, _today: date) -> c.AddItem | Refusal:
    item, shelf = command.item, intake.shelf
    if shelf.variants_of(item.id):
        wanted = "" if command.quantity is None else f"{command.quantity.normalize():f}"
        return refuse(Reason.VARIANT_NEEDED, name=item.name, item=item.id, quantity=wanted)
    if item.components:
        parts = parts_of(item, shelf)
        whole = (shelf.by_id(it.item) for it in parts if it.quantity == it.quantity.to_integral())
        command = replace(
            command,
            item=replace(item, components=parts),
            # A case of beer is beer; a spoon of rum in a cake is no rum.
            parts=tuple(it for it in whole if it is not None and it.unit is Unit.PIECE),
        )
    if item.deposit:
        # A deposit that the catalogue has lost is not charged: the goods are sold all the same.
        command = replace(command, deposit=shelf.by_id(item.deposit))
    return command


def parts_of(item: Item, shelf: Shelf) -> tuple[Component, ...]:
    """What leaves the stock with 1 of the item: the parts of its parts where they are kits too."""
    found: dict[ItemId, Decimal] = {}
    _collect(item, Decimal(1), shelf, found, KITS_WITHIN_MAX)
    return tuple(Component(sku, quantity) for sku, quantity in found.items())


def _collect(
    item: Item, times: Decimal, shelf: Shelf, found: dict[ItemId, Decimal], deep: int
) -> None:
    for part in item.components:
        many = (part.quantity * times).quantize(_FINEST).normalize()
        within = shelf.by_id(part.item) if deep else None
        if within is not None and within.components:
            _collect(within, many, shelf, found, deep - 1)
        elif part.item in found or len(found) < PARTS_MAX:
            found[part.item] = found.get(part.item, Decimal(0)) + Decimal(f"{many:f}")


def _containers(
    intake: Intake, request: c.ReturnDeposit, _now: Moment, _today: date
) -> c.TakeBackContainers | Refusal:
    item = intake.shelf.by_id(request.item)
    if item is None:
        return refuse(Reason.NO_SUCH_ITEM, item=request.item)
    if not intake.shelf.is_deposit(item.id):
        return refuse(Reason.NOT_A_DEPOSIT, name=item.name)
    quantity = Decimal(1) if request.quantity is None else request.quantity
    return c.TakeBackContainers(item, quantity, request.source)


ASKED: dict[type, Asked] = {c.ReturnDeposit: _containers}
READY: dict[type, Callable[[Intake, Any, date], Any]] = {c.AddItem: ready}
