"""Lists of goods to choose from: the variants of a family, the containers that come back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.facts import LineKind
from appliance.core.item import Item, ItemId, Unit
from appliance.core.refusal import Reason, Refusal
from appliance.core.view import Look
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.lists import ListScreen
from appliance.ui.words import N_


class GoodsScreen(ListScreen):
    """Items with their prices; one touch takes one. They are looked up off the screen's thread."""

    def build(self) -> None:
        self.items: Sequence[Item] = ()
        self.left: dict[str, Decimal] = {}
        super().build()

    def count(self) -> int:
        return len(self.items)

    def ask(self) -> None:
        asked = self._asked = object()

        def found(told: tuple[Sequence[Item], dict[str, Decimal]]) -> None:
            if asked is self._asked:
                self.items, self.left = told
                self.update(self.look, self.look)

        self.desk.work(self.look_up, found)

    def look_up(self) -> tuple[Sequence[Item], dict[str, Decimal]]:
        """On the worker: the items, and what is left of them."""
        raise NotImplementedError

    def note(self, item: Item) -> str:
        raise NotImplementedError

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        item = self.items[index]
        if pressed:
            pen.fill(rect, self.kit.palette.pressed)
        area = self.paint_ground(pen, index, rect)
        price = self.kit.price(self.desk.price_now(item), item.unit)
        value = "" if item.open_price else price
        self.paint_two(pen, area, item.name, self.note(item), value=value)


class VariantsScreen(GoodsScreen):
    """Which one of a family: the key or the code of the family asks here."""

    title = N_("Which one?")
    nothing = N_("This family has no items. Add them in the catalogue.")

    def enter(self, family: str = "", quantity: Decimal | None = None, **_how: Any) -> None:
        super().enter()
        self.family, self.quantity = ItemId(family), quantity
        self.items = ()
        self.ask()

    def look_up(self) -> tuple[Sequence[Item], dict[str, Decimal]]:
        found, stock = self.desk.shelf.variants_of(self.family), self.desk.stock
        return found, stock.left([item.id for item in found]) if stock is not None else {}

    def note(self, item: Item) -> str:
        left = self.left.get(item.id)
        if left is None:
            return item.variant
        stock = f"{self.kit.t('Stock')} {self.kit.quantity(left, item.unit)}"
        return f"{item.variant} · {stock}" if item.variant else stock

    def tapped(self) -> None:
        item = self.items[self.chosen]
        self.desk.home()
        self.desk.submit(
            c.SellItem(item.id, self.quantity), refused=partial(self._more_is_asked, item)
        )

    def _more_is_asked(self, item: Item, refusal: Refusal) -> None:
        if refusal.reason is Reason.WEIGHT_NEEDED:
            self.desk.go("number", item=item, ask="weight")
        elif refusal.reason is Reason.PRICE_NEEDED:
            self.desk.go("number", item=item, ask="price")


class ContainersScreen(GoodsScreen):
    """Empty bottles and crates: each touch takes one back, without a receipt."""

    title = N_("Containers back")
    nothing = N_("No goods have a deposit. Name it in the catalogue, in the column “deposit”.")

    def enter(self, **_how: Any) -> None:
        super().enter()
        self.ask()

    def look_up(self) -> tuple[Sequence[Item], dict[str, Decimal]]:
        return self.desk.shelf.deposits(), {}

    def update(self, look: Look, before: Look) -> None:
        super().update(look, before)
        self.rows.repaint(*range(self.count()))

    def note(self, item: Item) -> str:
        back = self._taken(item.id)
        if not back:
            return self.kit.t("Touch for each one that comes back")
        return f"{self.kit.t('Taken back')} {self.kit.quantity(back, Unit.PIECE)}"

    def _taken(self, item: ItemId) -> Decimal:
        lines = self.look.basket.lines if self.look.basket else ()
        back = (it for it in lines if it.item == item and it.kind is LineKind.DEPOSIT)
        return -sum((it.quantity for it in back if it.quantity < 0), Decimal(0))

    def tapped(self) -> None:
        quantity, self.desk.multiplier = self.desk.multiplier, None
        self.desk.submit(c.ReturnDeposit(self.items[self.chosen].id, quantity))
