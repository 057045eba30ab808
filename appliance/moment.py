"""What is true only of this moment: notices, a price check, a weight. Shown, never journalled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol

from appliance import __version__
from appliance.core import codec
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import Problem, WeightStatus
from appliance.core.item import Item, ItemId, Unit
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State
from appliance.core.undo import undo_of
from appliance.core.view import Look, Notice, PriceLook, StorageLook, Tone, WeightLook


class HasFact(Protocol):
    @property
    def fact(self) -> f.Fact: ...


class FindsItems(Protocol):
    def by_id(self, item: ItemId) -> Item | None: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """serial numbers notices and price checks, so that a screen tells a new one from an old."""

    serial: int = 0
    notice: Notice | None = None
    price_check: bool = False
    multiplier: Decimal | None = None
    price: PriceLook | None = None
    weight: WeightLook | None = None
    held: Problem = Problem.NONE
    storage: StorageLook = field(default_factory=StorageLook)

    def told(self, key: str, tone: str = "plain", **params: str) -> Moment:
        notice = Notice(self.serial + 1, Tone(tone), key, params)
        return replace(self, serial=self.serial + 1, notice=notice)

    def refused(self, refusal: Refusal) -> Moment:
        return self.told(refusal.reason.value, "bad", **refusal.params)

    def with_storage(self, **changed: object) -> Moment:
        return replace(self, storage=replace(self.storage, **changed))  # type: ignore[arg-type]

    def with_weight(self, status: WeightStatus) -> Moment:
        return replace(self, weight=WeightLook(status.weight_kg, status.stable))

    def with_price(self, found: c.AddItem, stock: Decimal | None) -> Moment:
        item = found.item
        price = PriceLook(
            serial=self.serial + 1,
            item=item.id,
            name=item.name,
            unit=item.unit,
            price_minor=item.price_minor,
            stock=stock,
            amount_minor=found.amount_minor,
            quantity=found.quantity,
        )
        return replace(self, serial=self.serial + 1, price=price)

    def after(self, before: State, answer: Sequence[HasFact] | Refusal) -> Moment:
        """The notice that a request of a person at this till leaves, if any."""
        if isinstance(answer, Refusal):
            return self.refused(answer)
        facts = [record.fact for record in answer]
        told = _notice(before, facts)
        if told is None:
            return self
        key, params = told
        undo = undo_of(before, facts)
        notice = Notice(
            self.serial + 1,
            Tone.PLAIN,
            key,
            params,
            None if undo is None else request_json(undo),
        )
        return replace(self, serial=self.serial + 1, notice=notice)

    def over(self, look: Look, revision: int, at_ns: int, scan_ns: int) -> Look:
        """The whole view: the state's, with this moment's parts."""
        done = look.done
        if done is not None and self.held is not Problem.NONE:
            done = replace(done, receipt_problem=self.held.value)
        return replace(
            look,
            revision=revision,
            done=done,
            notice=self.notice,
            price_check=self.price_check,
            multiplier=self.multiplier,
            price=self.price,
            weight=self.weight,
            storage=self.storage,
            at_ns=at_ns,
            scan_ns=scan_ns,
        )


def version() -> str:
    return __version__


def _notice(before: State, facts: Sequence[f.Fact]) -> tuple[str, dict[str, str]] | None:
    for fact in facts:
        match fact:
            case f.LineVoided(line=line):
                return "line_voided", {"name": _line_name(before, line)}
            case f.SaleVoided(total_minor=total) if total:
                return "sale_voided", {}
            case f.SaleSuspended(name=name):
                return "sale_suspended", {"name": name}
            case f.SaleRecalled():
                return "sale_recalled", {}
            case f.LineDiscounted(line=line, discount=discount) if discount is not None:
                return "line_discounted", {"name": _line_name(before, line)}
            case f.BasketDiscounted(discount=discount) if discount is not None:
                return "basket_discounted", {}
            case f.LinePriceOverridden(line=line):
                return "price_overridden", {"name": _line_name(before, line)}
            case f.CashierSignedIn(name=name):
                return "signed_in", {"name": name}
    return None


def _line_name(state: State, line: f.LineId) -> str:
    if state.sale is None or not 0 < line <= len(state.sale.lines):
        return ""
    return state.sale.lines[line - 1].name


def weighed_item(
    request: c.Request, status: WeightStatus, shelf: FindsItems
) -> c.AddItem | Refusal:
    """The item that waited for the scale, with its weight; or why it cannot be sold yet."""
    assert isinstance(request, c.WeighItem)
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
    return c.AddItem(item, status.weight_kg, source=request.source)


def request_json(request: c.Request) -> dict[str, object]:
    """A request as the JSON object that the local socket takes: {"command": "void_line", ..}."""
    return {"command": request_name(type(request)), **codec.to_json(request)}


def request_name(kind: type) -> str:
    """VoidLine is "void_line"."""
    name = kind.__name__
    return "".join("_" + ch.lower() if ch.isupper() else ch for ch in name).lstrip("_")
