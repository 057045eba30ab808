"""One item that comes back although nobody has its receipt."""

from __future__ import annotations

from decimal import Decimal

from appliance.core import commands as c
from appliance.core.facts import Restock
from appliance.core.item import Item, Tracking, Unit
from appliance.core.stock import used_up
from appliance.core.view import Look
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.take_back import WEIGHT_STEP, TakeBackScreen
from appliance.ui.theme import TYPE


class ReturnItemScreen(TakeBackScreen):
    """One item whose receipt nobody has; the till knows the most that it may bring."""

    item: Item | None = None

    def enter(self, item: Item | None = None, **_how: object) -> None:
        """item: none after its number was asked for."""
        if item is None:
            return
        self.item = item
        self.reason = 0
        self.quantity = Decimal(1)
        self.where_to = Restock.SCRAP if used_up(item.components) else Restock.SHELF
        self.heading = self.kit.t("Return without a receipt")
        self.note = self.kit.t("It brings its lowest price of 30 days")

    def update(self, look: Look, before: Look) -> None:
        self.show_choice()

    def paint(self, pen: Pen) -> None:
        super().paint(pen)
        sizes, palette = self.kit.measures, self.kit.palette
        item = self.item
        if item is None:
            return
        area = Rect(self._panel.x, self._panel.y, self._panel.w, self._panel.h - self._head.h)
        area = area.inset(sizes.px(16))
        size = sizes.type(TYPE.main_key)
        name, price = area.rows((1, 1))
        pen.text(item.name, name, size, palette.ink, bold=True, lines=3, valign="bottom")
        shelf = f"{self.kit.t('Price')}: {self.kit.price(item.price_minor, item.unit)}"
        pen.text(shelf, price, sizes.type(TYPE.body), palette.quiet, valign="top")

    def name(self) -> str:
        return self.item.name if self.item else ""

    def counted(self) -> str:
        unit = self.item.unit if self.item else Unit.PIECE
        return self.kit.quantity(self.quantity, unit)

    def place_of(self) -> Restock:
        return self.where_to

    def amount_minor(self) -> int:
        return 0

    def show_choice(self) -> None:
        super().show_choice()
        self.apply.change(title=self.kit.t("Take back"), enabled=self.item is not None)

    def step(self, by: int) -> None:
        piece = self.item is None or self.item.unit is Unit.PIECE
        size = Decimal(1) if piece else WEIGHT_STEP
        if self.item is not None and self.item.tracking is Tracking.SERIAL:
            return  # each by its number
        self.quantity = max(size, self.quantity + size * by)
        self.show_choice()

    def ask_many(self) -> None:
        if self.item is not None and self.item.tracking is not Tracking.SERIAL:
            about = {"title": self.item.name, "unit": self.item.unit}
            self.desk.go("return_many", to="return_item", then=self._set, **about)

    def _set(self, quantity: Decimal) -> None:
        self.quantity = quantity
        self.show_choice()

    def put(self, place: Restock) -> None:
        self.where_to = place
        self.show_choice()

    def go_back(self) -> None:
        self.desk.go("return_search")

    def finish(self) -> None:
        if self.item is None:
            return
        if self.item.tracking is Tracking.SERIAL:
            title = self.kit.t("Scan or type the serial number")
            how = {"to": "return_item", "scan": "piece", "then": self._numbered}
            self.desk.go("stock_text", title=title, **how)
        else:
            self._take_back()

    def _numbered(self, serial: str) -> None:
        if serial:
            self._take_back(serial)

    def _take_back(self, serial: str = "") -> None:
        assert self.item is not None
        quantity, reason = self.quantity, self.reason_text
        request = c.ReturnWithoutReceipt(
            self.item.id, quantity, reason, restock=self.where_to, serial=serial
        )
        self.desk.submit(request, done=self.desk.home)
