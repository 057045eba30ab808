"""Goods by their name, for a return: which receipts hold them, or what comes back without one."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core.item import Item
from appliance.ui.screens.text import SearchScreen
from appliance.ui.words import N_


class ReturnSearchScreen(SearchScreen):
    """Which item comes back without a receipt?"""

    question = N_("What comes back without a receipt?")

    def enter(self, text: str = "", **how: object) -> None:
        super().enter(text, **how)
        self.field.placeholder = self.kit.t(self.question)
        self.back.action = lambda: self.desk.go("returns")

    def _small_number(self) -> int | None:
        return None

    def _sell(self, index: int) -> None:
        self.text, item = "", self.found[index]
        self.take(item)

    def take(self, item: Item) -> None:
        self.desk.go("return_item", item=item)

    def finished(self) -> None:
        if self.found:
            self._sell(min(self.chosen, len(self.found) - 1))


class ReceiptsWithScreen(ReturnSearchScreen):
    """Which item is on the receipt that is looked for?"""

    question = N_("What is on the receipt?")

    def take(self, item: Item) -> None:
        self.desk.go("returns", ask=c.FindReceipt(text=str(item.id)), asked=item.name)
