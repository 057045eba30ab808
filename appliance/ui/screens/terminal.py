"""A terminal was asked: what to do and what not to do until it has answered, and when it does not."""

from __future__ import annotations

import time
from typing import Any

from kivy.clock import Clock

from appliance.core import commands as c
from appliance.core.facts import TenderOutcome
from appliance.core.pay_look import AskedLook, OpenPaymentLook
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui import words
from appliance.ui.entry import Entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.asked_words import said, who
from appliance.ui.screens.base import Screen, just_sold
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.numpad import NumPad
from appliance.ui.words import N_

SLIP_DIGITS = 12
"""An RRN; a card number is longer and does not fit."""

_HEADS = {
    "take": N_("Take the payment on the terminal"),
    "back": N_("Give the money back on the terminal"),
    "wait": N_("Waiting for the terminal"),
    "unsure": N_("Nobody knows whether the money moved"),
    "lost": N_("Nobody knows whether the money moved"),
}
_NOT_NOW = (
    N_("Do not charge the card again, here or on another terminal."),
    N_("Do not take cash for it."),
    N_("Do not hand out the goods before it is clear."),
)
_MEANWHILE = N_("Look at the terminal's slip: did it print “approved”?")
_AGAIN_IN = N_("The till asks the terminal again in {seconds} s.")
_NOT_YET = N_("Waiting for the customer …")
_SHOWS = N_("The terminal shows")
_CANCEL = N_("Cancel on the terminal")
_DO = {
    "take": N_("Type this amount on the terminal, then say here what it showed."),
    "back": N_("Make a refund or a reversal of this amount there, then say here what it showed."),
    "wait": N_("The customer pays on the terminal. It will answer by itself."),
    "unsure": N_("Look at the terminal's slip or its journal, or set the basket aside."),
    "lost": N_("The till asks the terminal again by itself."),
}
_DONT = {
    "take": N_("Do not hand out the goods before the terminal says “approved”."),
    "back": N_("Do not give cash as well."),
    "wait": N_("Do not switch it off, and do not take the money a second time."),
    "unsure": N_("Do not take the money a second time: the customer would pay twice."),
}


def _next_page(look: Look) -> str:
    """Where the sale goes on: paid in spite of a cancel, it is finished or handed back."""
    if look.basket is None or not look.basket.lines:
        return "sale"
    return "cash" if look.basket.left_minor else "pay"


class TerminalScreen(Screen):
    """Stays up until there is an answer, or the basket with its unknown payment is set aside."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.entry = Entry(whole_max=SLIP_DIGITS)
        self._panel = NOWHERE
        self.field = NumberField(kit, t("Number on the slip"))
        self.pad = NumPad(kit, self._press, corner="00")
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.yes = self.key(t("Approved"), self._approved, Kind.PRIMARY, hotkey="f12")
        self.no = self.key(t("Declined"), self._declined, Kind.DANGER)
        self.unsure = self.key(t("Not sure"), self._not_sure)
        self.cancel = self.key(t(_CANCEL), self._cancel, Kind.DANGER)
        self.again = self.key(t("Ask again"), self._again, Kind.WAY)
        self.aside = self.key(t("Set aside"), self._aside, Kind.PRIMARY)
        self.next = self.key(t("Serve the next customer"), self._aside, Kind.PRIMARY)
        self.decide = self.key(t("A manager decides"), self._decide)
        self._rules = NOWHERE
        self._ticks: Any = None

    def enter(self, **_how: object) -> None:
        self.entry = self.entry.typed("clear")
        self._ticks = Clock.schedule_interval(lambda _dt: self._tick(), 1.0)

    def leave(self) -> None:
        if self._ticks is not None:
            self._ticks.cancel()
            self._ticks = None

    def _tick(self) -> None:
        """The seconds until the terminal is asked again."""
        if self._state == "lost" and self.asked is not None and self.asked.again_ns:
            self.redraw()

    @property
    def asked(self) -> AskedLook | None:
        return self.look.pay.asked

    @property
    def _state(self) -> str:
        asked = self.asked
        if asked is None or asked.unsure:
            return "unsure" if asked is None or asked.by_hand else "lost"
        if not asked.by_hand:
            return "wait"
        return "back" if asked.amount_minor < 0 else "take"

    def update(self, look: Look, before: Look) -> None:
        if look.pay.asked is None:
            if not just_sold(look, before) and self.desk.name == "terminal":
                self.desk.go(_next_page(look))
            return
        if self.rect.w:
            self.arrange(self.rect)
        self._show()

    def arrange(self, rect: Rect) -> None:
        asked = self.asked
        if asked is None:
            return
        sizes = self.kit.measures
        self._panel, right = self.halves(rect, left=520, narrow=420)
        for key in (self.yes, self.no, self.unsure, self.cancel, self.again, self.aside):
            self.hide(key)
        self.hide(self.next)
        self.hide(self.decide)
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        if self._state == "wait":
            self.hide(self.field)
            self.hide(self.pad)
            self.show(self.cancel, pay)
            self._rules = right
            return
        if self._state == "lost":
            self.hide(self.field)
            self.hide(self.pad)
            self.show(self.next, pay)
            row, right = right.cut_bottom(sizes.touch(60), sizes.px(10))
            first, second = row.columns(2, sizes.gap)
            self.show(self.again, first)
            self.show(self.decide, second)
            self._rules = right
            return
        if asked.unsure:
            first, second = pay.columns((0.42, 0.58), sizes.gap)
            self.show(self.again, first)
            self.show(self.aside, second)
            row, right = right.cut_bottom(max(sizes.px(64), 54), sizes.px(10))
            no, yes = row.columns(2, sizes.gap)
            self.show(self.no, no)
            self.show(self.yes, yes)
        else:
            no, unsure, yes = pay.columns((0.28, 0.28, 0.44), sizes.gap)
            self.show(self.no, no)
            self.show(self.unsure, unsure)
            self.show(self.yes, yes)
        field, right = right.cut_top(max(sizes.px(72), 54), sizes.px(10))
        self.show(self.field, field)
        self.show(self.pad, right)

    def _show(self) -> None:
        kit, asked = self.kit, self.asked
        if asked is None:
            return
        self.field.set(self.entry.text, placeholder="—")
        again = kit.t("Ask now") if self._state == "lost" else kit.t("Ask again")
        self.again.change(title=again, enabled=not asked.by_hand)
        self.cancel.change(title=self._said(_CANCEL), enabled=not asked.cancelling)
        paid, not_paid = kit.t("Was paid"), kit.t("Was not paid")
        self.yes.change(
            title=paid if asked.unsure else kit.t("Approved"),
            kind=Kind.PLAIN if asked.unsure else Kind.PRIMARY,
        )
        self.no.change(title=not_paid if asked.unsure else kit.t("Declined"))
        self.redraw()

    def paint(self, pen: Pen) -> None:
        asked = self.asked
        if asked is None:
            return
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self._panel)
        area = self._panel.inset(sizes.px(22), sizes.px(16))
        state = self._state
        head, area = area.cut_top(sizes.px(66))
        ink = palette.warn if state in ("unsure", "lost") else palette.ink
        size = sizes.type(TYPE.main_key)
        pen.text(self._said(_HEADS[state]), head, size, ink, bold=True, lines=2)
        name, area = area.cut_top(sizes.px(30))
        what = kit.t(words.TENDERS[asked.type])
        pen.text(f"{what} · {kit.t(who(asked))}", name, sizes.type(TYPE.body), palette.quiet)
        big, area = area.cut_top(max(sizes.px(96), 72))
        text = kit.money(abs(asked.amount_minor))
        large = pens.fitting_size((text,), sizes.type(TYPE.change), True, big.w, 26)
        pen.text(text, big, large, palette.ink, bold=True)
        body = sizes.type(TYPE.title)
        if state == "lost":
            told, _ = area.cut_bottom(max(sizes.px(104), 84))
            pen.box(told, palette.background, radius=sizes.radius)
            inner = told.inset(sizes.px(14), sizes.px(8))
            pen.text(self._again_in(), inner, body, palette.ink, lines=3)
            self._paint_rules(pen)
            return
        warning, area = area.cut_bottom(max(sizes.px(104), 84), sizes.px(10))
        pen.text(self._said(_DO[state]), area, body, palette.ink, lines=4)
        pen.box(warning, palette.warn_ground, radius=sizes.radius)
        inner = warning.inset(sizes.px(14), sizes.px(8))
        mark, inner = inner.cut_left(sizes.px(30), sizes.px(10))
        pen.icon("alert", mark, sizes.px(28), palette.warn)
        note = self._said(_DONT[state])
        if asked.cancelling:
            note = kit.t("It was asked to cancel. Wait for its last word: it may still approve.")
        pen.text(note, inner, body, palette.warn, bold=True, lines=3)
        if state == "wait":
            self._paint_display(pen, asked)

    def _again_in(self) -> str:
        """ "Asking again in 12 s"."""
        asked = self.asked
        if asked is None or not asked.again_ns:
            return self._said(_DO["lost"])
        seconds = max(0, -((time.monotonic_ns() - asked.again_ns) // 1_000_000_000))
        return self._said(_AGAIN_IN).format(seconds=seconds)

    def _said(self, text: str) -> str:
        return self.kit.t(said(text, self.asked))

    def _paint_rules(self, pen: Pen) -> None:
        """In plain words what not to do, and where to look."""
        sizes, palette = self.kit.measures, self.kit.palette
        self.panel(pen, self._rules)
        area = self._rules.inset(sizes.px(18), sizes.px(12))
        foot, area = area.cut_bottom(area.h // 4, sizes.px(6))
        size = sizes.type(TYPE.body)
        for rule, place in zip(_NOT_NOW, area.grid(1, len(_NOT_NOW), sizes.px(4)), strict=True):
            mark, words_at = place.cut_left(sizes.px(28), sizes.px(10))
            pen.icon("close", mark, sizes.px(26), palette.bad)
            pen.text(self._said(rule), words_at, size, palette.ink, bold=True, lines=3)
        pen.fill(Rect(foot.x, foot.top, foot.w, sizes.hair), palette.line)
        mark, words_at = foot.cut_left(sizes.px(28), sizes.px(10))
        pen.icon("search", mark, sizes.px(26), palette.quiet)
        pen.text(self._said(_MEANWHILE), words_at, size, palette.ink, lines=2)

    def _paint_display(self, pen: Pen, asked: AskedLook) -> None:
        """What the terminal shows its customer, as on its own display."""
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self._rules)
        area = self._rules.inset(sizes.px(18), sizes.px(14))
        head, area = area.cut_top(sizes.px(30))
        label = self._said(_SHOWS)
        pen.text(label, head, sizes.type(TYPE.body), palette.quiet, align="center")
        shown = kit.t(asked.says) if asked.says else self._said(_NOT_YET)
        pen.text(
            shown, area, sizes.type(TYPE.main_key), palette.ink, bold=True, align="center", lines=5
        )

    def _press(self, key: str) -> None:
        self.entry = self.entry.typed(key)
        self._show()

    def _tell(self, outcome: TenderOutcome) -> None:
        asked, basket = self.asked, self.look.basket
        if asked is None or basket is None:
            return
        reference, self.entry = self.entry.text, self.entry.typed("clear")
        if asked.by_hand:
            told = c.ConfirmTender(asked.tender, outcome, reference=reference)
            self.desk.submit(told)
            return
        reason = self.kit.t("by the terminal's slip")
        self.desk.submit(
            c.ResolveTender(basket.sale, asked.tender, outcome, reason, reference=reference)
        )

    def _approved(self) -> None:
        self._tell(TenderOutcome.APPROVED)

    def _declined(self) -> None:
        self._tell(TenderOutcome.DECLINED)

    def _not_sure(self) -> None:
        self._tell(TenderOutcome.UNKNOWN)

    def _cancel(self) -> None:
        if self.asked is not None:
            self.desk.submit(c.CancelTender(self.asked.tender))

    def _again(self) -> None:
        if self.asked is not None:
            self.desk.submit(c.InquireTender(self.asked.tender))

    def _aside(self) -> None:
        """Under a name that says what is the matter, so that it is found again."""
        asked = self.asked
        if asked is not None:
            name = f"{self.kit.t('Payment unclear')} {self.desk.now():%H:%M}"
            self.desk.submit(c.SuspendSale(name), done=self.desk.home)

    def _decide(self) -> None:
        asked, basket = self.asked, self.look.basket
        if asked is None or basket is None:
            return
        payment = OpenPaymentLook(
            *(basket.sale, asked.tender, asked.type, asked.amount_minor),
            detail=asked.detail,
            unsure=True,
            asked=asked.tender,
            port=asked.port,
        )
        self.desk.go("verdict", payment=payment)

    def typed(self, text: str) -> bool:
        self._press(text)
        return True

    def command(self, name: str) -> bool:
        if name == "back":
            self._press("back")
            return True
        return name == "escape"
