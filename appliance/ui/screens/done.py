"""Done: the change, huge; where the receipt is; and the next customer."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core.devices import Problem
from appliance.core.state import ReceiptStatus
from appliance.core.view import DoneLook, Look
from appliance.ui import pen as pens
from appliance.ui import words
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.screens.cash import split_text
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind

_RECEIPT = {
    ReceiptStatus.OPEN: words.N_("Receipt {number}: print it?"),
    ReceiptStatus.WAITING: words.N_("Receipt {number} waits for the printer"),
    ReceiptStatus.PRINTING: words.N_("Receipt {number} is printing"),
    ReceiptStatus.PRINTED: words.N_("Receipt {number} is printed · saved"),
    ReceiptStatus.UNKNOWN: words.N_("Receipt {number}: look whether it came out"),
    ReceiptStatus.FAILED: words.N_("Receipt {number} did not come out"),
    ReceiptStatus.SKIPPED: words.N_("Receipt {number}: no paper · saved"),
}
_UNDECIDED = (ReceiptStatus.OPEN, ReceiptStatus.SKIPPED)
_WELL = (ReceiptStatus.PRINTED, ReceiptStatus.PRINTING, ReceiptStatus.SKIPPED, ReceiptStatus.OPEN)


class DoneScreen(Screen):
    """Scanning goes straight on to the next sale; nothing here has to be answered."""

    def build(self) -> None:
        t = self.kit.t
        self._main = self._side = NOWHERE
        self.print_key = self.key(
            t("Print the receipt"), lambda: self.desk.submit(c.PrintReceipt()), hotkey="f5"
        )
        self.skip = self.key(
            t("No receipt"), lambda: self.desk.submit(c.SkipReceipt()), hotkey="f6"
        )
        self.next = self.key(
            t("Next customer"),
            self.desk.home,
            Kind.PRIMARY,
            subtitle=t("or just scan"),
            hotkey="enter",
        )

    def update(self, look: Look, before: Look) -> None:
        if look.done is None:
            return
        t, status = self.kit.t, look.done.receipt
        title = t("Print the receipt") if status in _UNDECIDED else t("One more copy")
        busy = status in (ReceiptStatus.WAITING, ReceiptStatus.PRINTING)
        self.print_key.change(title=title, enabled=not busy)
        self.skip.change(enabled=status in (ReceiptStatus.OPEN, ReceiptStatus.WAITING))
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        if sizes.portrait:
            self._side, self._main = rect.cut_bottom(round(rect.h * 0.4))
        else:
            self._side, self._main = rect.cut_right(max(sizes.px(330), 250))
        side = self._side.inset(sizes.px(22))
        key, rest = side.cut_bottom(max(sizes.px(96), 72))
        self.next.place(key)
        for button in (self.print_key, self.skip):
            place, rest = rest.cut_top(max(sizes.px(64), 52), sizes.px(10))
            button.place(place)

    def paint(self, pen: Pen) -> None:
        done = self.look.done
        if done is None:
            return
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self.rect)
        if sizes.portrait:
            line = Rect(self.rect.x + 1, self._side.top, self.rect.w - 2, sizes.hair)
        else:
            line = Rect(self._side.x, self.rect.y + 1, sizes.hair, self.rect.h - 2)
        pen.fill(line, palette.line)
        area = self._main.inset(sizes.px(20), sizes.px(12))
        head, label = sizes.type(24), kit.t("Change")
        text = kit.money(done.change_minor)
        if done.due_minor < 0:
            label, text = kit.t("Given back"), kit.money(-done.due_minor)
        elif not done.change_minor:
            label = kit.t("No change") if done.cash else kit.t("Paid")
            text = kit.money(done.paid_minor)
        large = pens.fitting_size((text,), sizes.type(TYPE.change_done), True, area.w, 32)
        tall = pens.line_height(large, True)
        heights = [sizes.px(36), tall, sizes.px(30), sizes.px(30), sizes.px(44)]
        top = area.y + (area.h + sum(heights)) // 2
        places = []
        for height in heights:
            places.append(Rect(area.x, top - height, area.w, height))
            top -= height
        ink = palette.go if done.change_minor else palette.ink
        pen.text(label, places[0], head, ink, bold=True, align="center")
        pen.text(text, places[1], large, ink, bold=True, align="center")
        paid = f"{kit.t('received')} {kit.amount(done.paid_minor)} · "
        paid += f"{kit.t('to pay')} {kit.amount(done.due_minor)}"
        body = sizes.type(TYPE.title)
        if done.due_minor >= 0 and done.cash:
            pen.text(paid, places[2], body, palette.quiet, align="center")
        if done.change_minor:
            split = split_text(self, done.change_minor)
            pen.text(split, places[3], sizes.type(TYPE.body), palette.quiet, align="center")
        self._paint_receipt(pen, places[4], done)

    def _paint_receipt(self, pen: Pen, place: Rect, done: DoneLook) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        text = kit.t(_RECEIPT[done.receipt]).format(number=done.number)
        if done.receipt_problem and done.receipt not in _WELL:
            text += f": {kit.t(words.PROBLEMS[Problem(done.receipt_problem)])}"
        well = done.receipt in _WELL
        ink = palette.quiet if well else palette.warn
        size = sizes.type(TYPE.body)
        text = pens.wrap(text, size, False, place.w - sizes.px(30), 1)[0]
        width = pens.text_width(text, size)
        dot = sizes.px(22)
        x = place.x + (place.w - width - dot - sizes.px(6)) // 2
        mark = Rect(x, place.y, dot, place.h)
        pen.icon("check" if well else "alert", mark, dot, palette.go if well else palette.warn)
        pen.text(text, Rect(x + dot + sizes.px(6), place.y, width + 2, place.h), size, ink)

    def typed(self, text: str) -> bool:
        self.desk.home()
        self.desk.typed(text)
        return True
