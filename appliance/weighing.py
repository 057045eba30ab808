"""Goods that wait for the scale: one at a time, sold with the weight that the scale tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from appliance.core import commands as c
from appliance.core.devices import Problem, WeightStatus
from appliance.core.item import Item, ItemId, Unit
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.mailbox import Envelope


class FindsItems(Protocol):
    def by_id(self, item: ItemId) -> Item | None: ...


class Weighing:
    """weigh: asks the scale under a tag that its answer bears; False without a scale."""

    def __init__(self, shelf: FindsItems, weigh: Callable[[str], bool]) -> None:
        self._shelf = shelf
        self._weigh = weigh
        self._tag = ""
        self._waiting: Envelope | None = None

    def ask(self, envelope: Envelope, tag: str) -> Envelope | Refusal | None:
        """Puts the question; gives who waited until now and does no longer."""
        assert isinstance(envelope.request, c.WeighItem)
        if self._shelf.by_id(envelope.request.item) is None:
            return refuse(Reason.NO_SUCH_ITEM, item=envelope.request.item)
        if not self._weigh(tag):
            return refuse(Reason.NO_SCALE)
        given_up, self._waiting, self._tag = self._waiting, envelope, tag
        return given_up

    def heard(self, status: WeightStatus) -> tuple[Envelope, c.AddItem | Refusal] | None:
        """Who waited for this weight, and what it makes of the goods; None: nobody did."""
        envelope = self._waiting
        if envelope is None or status.tag != self._tag:
            return None
        self._waiting = None
        assert isinstance(envelope.request, c.WeighItem)
        return envelope, _weighed(envelope.request, status, self._shelf)


def _weighed(request: c.WeighItem, status: WeightStatus, shelf: FindsItems) -> c.AddItem | Refusal:
    item = shelf.by_id(request.item)
    if item is None:
        return refuse(Reason.NO_SUCH_ITEM, item=request.item)
    if status.overload:
        return refuse(Reason.SCALE_OVERLOAD)
    if status.problem is not Problem.NONE:
        return refuse(Reason.NO_SCALE)
    if status.weight_kg is None or status.weight_kg <= 0:
        return refuse(Reason.SCALE_NOT_STABLE)
    if item.unit is Unit.PIECE:
        return c.AddItem(item, source=request.source)
    if item.tare_kg is None:
        return c.AddItem(item, status.weight_kg, source=request.source)
    net = status.weight_kg - item.tare_kg
    if net <= 0:
        return refuse(Reason.WEIGHT_UNDER_TARE, name=item.name, tare=item.tare_kg)
    return c.AddItem(item, net, source=request.source, tare_kg=item.tare_kg)
