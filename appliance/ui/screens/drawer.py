"""Drawer without a sale: opening it, paying in, paying out; each with its reason."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.facts import CashDirection
from appliance.core.money import exponent
from appliance.core.view import Look
from appliance.ui.entry import money_entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import NumPadScreen, Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.numpad import NumPad
from appliance.ui.words import N_

NO_SALE = (
    N_("Change a banknote"),
    N_("Check the drawer"),
    N_("Correct the change"),
    N_("Add small change"),
    N_("Receipt paper inside"),
    N_("Other"),
)
PAY_IN = (N_("Small change"), N_("Advance returned"), N_("Found surplus"), N_("Other"))
PAY_OUT = (N_("To the bank"), N_("To the supplier"), N_("Expenses"), N_("Salary"))


class NoSaleScreen(Screen):
    """One touch on a reason opens the drawer; who and why is written down."""

    def build(self) -> None:
        self._head = NOWHERE
        self.reasons = [
            self.key(self.kit.t(reason), partial(self._open, reason), size=TYPE.title)
            for reason in NO_SALE
        ]
        for number, key in enumerate(self.reasons, 1):
            key.hotkey = f"f{number}"
            key.change(hint=f"F{number}")
        self.back = self.key(self.kit.t("Back"), self.desk.home, hotkey="escape")

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        back, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        self.back.place(back.cut_left(back.w // 4)[0])
        self._head, rest = rest.cut_top(sizes.px(56), sizes.px(6))
        columns, rows = (2, 3) if sizes.portrait else (3, 2)
        for key, place in zip(self.reasons, rest.grid(columns, rows, sizes.gap), strict=True):
            key.place(place)

    def paint(self, pen: Pen) -> None:
        size = self.kit.measures.type(TYPE.main_key)
        area = self._head.inset(self.kit.measures.px(6), 0)
        text = self.kit.t("Why is the drawer opened?")
        pen.text(text, area, size, self.kit.palette.ink, bold=True)

    def _open(self, reason: str) -> None:
        shown = self.kit.t(reason)
        self.desk.home()
        told = partial(self.desk.tell_key, "drawer_opened", reason=shown)
        self.desk.submit(c.NoSale(shown), done=told)


class CashMoveScreen(NumPadScreen):
    """An amount, a reason, done."""

    direction = CashDirection.PAY_IN
    heading = N_("Pay in")
    reasons_from = PAY_IN

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.reason = ""
        self._panel = NOWHERE
        self.entry = money_entry(kit.currency)
        self.field = NumberField(kit, t(self.heading))
        self.pad = NumPad(kit, self._press, corner=self.entry.corner)
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.reasons: dict[str, Key] = {
            reason: self.key(t(reason), partial(self._because, reason), size=TYPE.title)
            for reason in self.reasons_from
        }
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.apply = self.key(t(self.heading), self._apply, Kind.PRIMARY, hotkey="enter")

    def enter(self, **_how: object) -> None:
        self.entry = self.entry.typed("clear")
        self._because(self.reasons_from[0])

    def update(self, look: Look, before: Look) -> None:
        self._show()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect, left=400, narrow=320)
        self._panel = left
        inner = left.inset(sizes.px(20), sizes.px(16))
        _, inner = inner.cut_top(sizes.px(44))
        columns = 2 if sizes.portrait else 1
        rows = -(-len(self.reasons) // columns)
        cells = inner.grid(columns, rows, sizes.gap)
        for key, place in zip(self.reasons.values(), cells, strict=False):
            key.place(place.cut_top(min(place.h, sizes.px(84)))[0])
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        back, done = pay.cut_left(round(pay.w * 0.3), sizes.gap)
        self.back.place(back)
        self.apply.place(done)
        field, pad = right.cut_top(max(sizes.px(72), 54), sizes.px(10))
        self.field.place(field)
        self.pad.place(pad)

    def paint(self, pen: Pen) -> None:
        self.panel(pen, self._panel)
        sizes = self.kit.measures
        head, _ = self._panel.inset(sizes.px(22), sizes.px(14)).cut_top(sizes.px(36))
        size = sizes.type(TYPE.title)
        pen.text(self.kit.t("What for?"), head, size, self.kit.palette.ink, bold=True)

    def _show(self) -> None:
        shown = self.entry.shown(self.kit.point)
        self.field.set(shown, placeholder="0", currency=self.kit.currency)
        self.apply.change(enabled=bool(self.entry.value), subtitle=self.kit.t(self.reason))

    def _because(self, reason: str) -> None:
        self.reason = reason
        for name, key in self.reasons.items():
            key.change(kind=Kind.WAY if name == reason else Kind.PLAIN)
        self._show()

    def _press(self, key: str) -> None:
        self.entry = self.entry.typed(key)
        self._show()

    def _apply(self) -> None:
        amount = self.entry.minor(exponent(self.kit.currency))
        if not amount:
            return
        shown = self.kit.money(amount)
        self.desk.submit(
            c.MoveCash(self.direction, amount, self.kit.t(self.reason)),
            done=partial(self._done, shown),
        )

    def _done(self, shown: str) -> None:
        self.desk.home()
        self.desk.tell_key("cash_moved", amount=f"{self.kit.t(self.heading)} {shown}")

    def scanned(self) -> None:
        self.entry = self.entry.typed("clear")
        self.desk.home()


class PayInScreen(CashMoveScreen):
    pass


class PayOutScreen(CashMoveScreen):
    direction = CashDirection.PAY_OUT
    heading = N_("Pay out")
    reasons_from = PAY_OUT
