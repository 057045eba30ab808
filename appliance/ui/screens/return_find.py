"""Which receipt is it? By number, sum, days, goods or whose it was; or goods without any receipt."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from appliance import i18n
from appliance.core import commands as c
from appliance.core.money import exponent
from appliance.core.returns_look import ReceiptRow
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.entry import money_entry
from appliance.ui.kit import day as kit_day
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import NumPadScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.numpad import NumPad
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_

MODES = {"number": N_("By number"), "sum": N_("By sum")}
NUMBER_LENGTH_MAX = 20


class ReturnFindScreen(NumPadScreen):
    """A scanned receipt opens by itself, a customer's card lists theirs; without a scanner it is two
    touches in the list."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.mode = "number"
        self.text = self.asked = ""
        self.entry = money_entry(kit.currency)
        self._list = self._head = NOWHERE
        self.rows = Rows(
            kit, self._paint_row, row_height=max(52, kit.measures.px(62)), on_tap=self._open
        )
        self.add_widget(self.rows)
        self.modes = {
            mode: self.key(t(title), partial(self._turn, mode), size=TYPE.body)
            for mode, title in MODES.items()
        }
        self.days = self.key(t("By day"), self._by_day, size=TYPE.body)
        self.goods = self.key(t("By goods"), self._by_goods, size=TYPE.body)
        self.field = NumberField(kit, "")
        self.add_widget(self.field)
        self.pad = NumPad(kit, self._press)
        self.add_widget(self.pad)
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.without = self.key(
            t("Without a receipt"), lambda: self.desk.go("return_search"), size=TYPE.body
        )
        self.find = self.key(t("Find"), self._find, Kind.PRIMARY, hotkey="enter")

    @property
    def receipts(self) -> tuple[ReceiptRow, ...]:
        return self.look.receipts.receipts if self.look.receipts else ()

    def enter(self, ask: c.FindReceipt | None = None, asked: str = "", **_how: object) -> None:
        """ask: which ones to list, else the newest; asked: the same in words."""
        self._turn("number")
        self._ask(ask or c.FindReceipt(newest=True), asked)

    def _ask(self, ask: c.FindReceipt, asked: str) -> None:
        self.asked = asked
        self.desk.submit(ask)

    def leave(self) -> None:
        """A list that nobody sees hears no customer's card either."""
        if self.look.receipts is not None and self.look.receipts.receipt is None:
            self.desk.submit(c.FindReceipt())

    def update(self, look: Look, before: Look) -> None:
        if look.receipts is not before.receipts or look is before:
            self.rows.set_rows(len(self.receipts))
            self.rows.scroll_to(0)
        self._show()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect)
        self._list = left
        self._head, body = left.cut_top(sizes.px(50))
        self.rows.place(Rect(body.x + 1, body.y + sizes.px(6), body.w - 2, body.h - sizes.px(6)))
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        places = pay.columns((0.24, 0.36, 0.4), sizes.gap)
        for key, place in zip((self.back, self.without, self.find), places, strict=True):
            key.place(place)
        modes, right = right.cut_top(sizes.touch(46), sizes.px(8))
        ways = (*self.modes.values(), self.days, self.goods)
        for key, place in zip(ways, modes.columns(len(ways), sizes.px(6)), strict=True):
            key.place(place)
        field, pad = right.cut_top(max(sizes.px(66), 52), sizes.px(8))
        self.field.place(field)
        self.pad.place(pad)

    def paint(self, pen: Pen) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        self.panel(pen, self._list)
        head = self._head.inset(sizes.px(16), 0)
        whose = self.look.receipts.whose if self.look.receipts else ""
        title = whose or self.asked or self.kit.t("Return: which receipt?")
        size = sizes.type(TYPE.title)
        size = pens.fitting_size((title,), size, True, head.w, sizes.type(TYPE.note))
        pen.text(title, head, size, palette.ink, bold=True)
        pen.fill(Rect(self._head.x + 1, self._head.y, self._head.w - 2, sizes.hair), palette.line)
        if not self.receipts:
            area = self.rows.rect.inset(sizes.px(20))
            text = self.kit.t("Scan the receipt or the customer's card, or type the number")
            if whose or self.asked:
                text = self.kit.t("No such receipt. Look for it another way.")
            pen.text(text, area, sizes.type(TYPE.body), palette.quiet, align="center", lines=3)

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        row = self.receipts[index]
        if pressed:
            pen.fill(rect, palette.pressed)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        inner = rect.inset(sizes.px(16), sizes.px(4))
        size = sizes.type(TYPE.body)
        amount = kit.amount(row.due_minor)
        pen.text(amount, inner, size, palette.ink, bold=True, align="right")
        room = inner.w - pens.text_width(amount, size, True) - sizes.px(12)
        name, note = Rect(inner.x, inner.y, room, inner.h).rows((1.15, 1))
        pen.text(row.number, name, size, palette.ink, bold=True, valign="bottom")
        at = i18n.date_time(datetime.fromisoformat(row.at), kit.language)
        about = f"{at} · {kit.n('{count} line', '{count} lines', row.lines)}"
        pen.text(about, note, sizes.type(TYPE.note), palette.quiet, valign="top")

    # What keys do

    def _turn(self, mode: str) -> None:
        self.mode, self.text = mode, ""
        self.entry = money_entry(self.kit.currency)
        self.pad.set_corner(self.entry.corner if mode == "sum" else "00")
        for name, key in self.modes.items():
            key.change(kind=Kind.WAY if name == mode else Kind.PLAIN)
        self._show()

    def _show(self) -> None:
        kit = self.kit
        if self.mode == "number":
            self.field.set(self.text, placeholder="", label=kit.t("Number"))
        else:
            shown = self.entry.shown(kit.point)
            self.field.set(shown, placeholder="0", currency=kit.currency, label=kit.t("To pay"))
        self.find.change(enabled=bool(self.text or self.entry.text))
        self.redraw()

    def _press(self, key: str) -> None:
        if self.mode == "sum":
            self.entry = self.entry.typed(key)
        elif key == "back":
            self.text = self.text[:-1]
        elif key == "clear":
            self.text = ""
        elif all(char in "0123456789-/" for char in key):
            self.text = (self.text + key)[:NUMBER_LENGTH_MAX]
        self._show()

    def _find(self) -> None:
        if self.mode == "number" and self.text:
            self.desk.submit(c.FindReceipt(code=self.text))
        minor = self.entry.minor(exponent(self.kit.currency))
        if self.mode == "sum" and minor:
            self._ask(c.FindReceipt(amount_minor=minor), self.kit.money(minor))

    def _by_day(self) -> None:
        self.desk.go("days", show=self._show_days, back="returns")

    def _show_days(self, first: date, last: date) -> None:
        words = [kit_day(self.kit, day.isoformat()) for day in sorted({first, last})]
        ask = c.FindReceipt(on=first.isoformat(), to=last.isoformat())
        self.desk.go("returns", ask=ask, asked=" – ".join(words))

    def _by_goods(self) -> None:
        self.desk.go("receipts_with")

    def _open(self, index: int) -> None:
        if index < len(self.receipts):
            self.desk.submit(c.FindReceipt(code=self.receipts[index].number))

    def scanned(self) -> None:
        self._turn("number")
