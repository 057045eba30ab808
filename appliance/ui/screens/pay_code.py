"""The customer scans a code and pays in their bank's app: what the cashier sees meanwhile."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core.facts import TenderOutcome
from appliance.core.pay_look import AskedLook
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen, just_sold
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_

_DO = {
    True: N_("Look into the bank's app: press “Paid” only when the money is there."),
    False: N_("The bank answers by itself. Only wait."),
}
_DONT = {
    True: N_("A picture on the customer's phone is no proof."),
    False: N_("Do not take the money a second time."),
}


class PayCodeScreen(Screen):
    """Up for as long as the code may be scanned; then the terminal's page asks what became of it."""

    def build(self) -> None:
        t = self.kit.t
        self._square = self._panel = NOWHERE
        self.paid = self.key(t("Paid"), self._paid, Kind.PRIMARY, hotkey="f12")
        self.unpaid = self.key(t("Not paid"), self._unpaid, Kind.DANGER)
        self.unsure = self.key(t("Not sure"), self._not_sure)
        self.cancel = self.key(t("Call it off"), self._cancel, Kind.DANGER)
        self.paper = self.key(t("Print the code"), self._print)

    @property
    def asked(self) -> AskedLook | None:
        return self.look.pay.asked

    def update(self, look: Look, before: Look) -> None:
        if look.pay.code is None:
            if not just_sold(look, before) and self.desk.name == "pay_code":
                sold_on = look.basket is not None and look.basket.lines
                home = self.desk.home_name
                self.desk.go("cash" if home == "sale" and sold_on else home)
            return
        if self.rect.w:
            self.arrange(self.rect)
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        asked, sizes = self.asked, self.kit.measures
        if asked is None:
            return
        for key in (self.paid, self.unpaid, self.unsure, self.cancel):
            self.hide(key)
        self._square, right = self.halves(rect, left=500, narrow=400)
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        paper, self._panel = right.cut_bottom(max(sizes.px(64), 54), sizes.px(10))
        self.paper.place(paper)
        if not asked.by_hand:
            self.show(self.cancel, pay)
            self.cancel.change(enabled=not asked.cancelling)
            return
        unpaid, unsure, paid = pay.columns((0.28, 0.3, 0.42), sizes.gap)
        self.show(self.unpaid, unpaid)
        self.show(self.unsure, unsure)
        self.show(self.paid, paid)

    def paint(self, pen: Pen) -> None:
        asked, code = self.asked, self.look.pay.code
        if asked is None or code is None:
            return
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self._square)
        pen.qr(code.code, self._square.inset(sizes.px(5)))
        area = self._panel
        head, area = area.cut_top(sizes.px(58))
        size = sizes.type(TYPE.title)
        pen.text(kit.t("The customer scans the code"), head, size, palette.ink, bold=True, lines=2)
        big, area = area.cut_top(max(sizes.px(72), 52))
        due = kit.money(asked.amount_minor)
        large = pens.fitting_size((due,), sizes.type(TYPE.change), True, big.w, 26)
        pen.text(due, big, large, palette.ink, bold=True)
        until, area = area.cut_top(sizes.px(28))
        valid = f"{kit.t('Valid until')} {code.until}"
        pen.text(valid, until, sizes.type(TYPE.body), palette.quiet)
        number, area = area.cut_top(sizes.px(28), sizes.px(4))
        if code.reference:
            told = f"{kit.t('Payment number')} {code.reference}"
            pen.text(told, number, sizes.type(TYPE.body), palette.quiet)
        warning, area = area.cut_bottom(max(sizes.px(76), 62), sizes.px(8))
        pen.text(kit.t(_DO[asked.by_hand]), area, size, palette.ink, lines=3)
        pen.box(warning, palette.warn_ground, radius=sizes.radius)
        inner = warning.inset(sizes.px(12), sizes.px(6))
        mark, inner = inner.cut_left(sizes.px(28), sizes.px(10))
        pen.icon("alert", mark, sizes.px(26), palette.warn)
        note = kit.t(_DONT[asked.by_hand])
        if asked.cancelling:
            note = kit.t("It was asked to cancel. Wait for its last word: it may still approve.")
        pen.text(note, inner, size, palette.warn, bold=True, lines=3)

    def _tell(self, outcome: TenderOutcome) -> None:
        if self.asked is not None:
            self.desk.submit(c.ConfirmTender(self.asked.tender, outcome))

    def _paid(self) -> None:
        self._tell(TenderOutcome.APPROVED)

    def _unpaid(self) -> None:
        self._tell(TenderOutcome.DECLINED)

    def _not_sure(self) -> None:
        self._tell(TenderOutcome.UNKNOWN)

    def _cancel(self) -> None:
        if self.asked is not None:
            self.desk.submit(c.CancelTender(self.asked.tender))

    def _print(self) -> None:
        self.desk.submit(c.PrintPayCode())

    def command(self, name: str) -> bool:
        return name == "escape"
