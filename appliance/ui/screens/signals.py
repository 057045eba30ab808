"""Signals by person: what stands out from the others, to be asked about; no verdict on anybody."""

from __future__ import annotations

from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.report_rows import Span
from appliance.core.signals import PersonSignals, SignalCount, SignalKind, SignalsReport
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_

SPANS = {
    Span.TODAY: N_("Today"),
    Span.WEEK: N_("7 days"),
    Span.MONTH: N_("30 days"),
    Span.YEAR: N_("Year"),
}
KINDS = {
    SignalKind.VOIDED_SALES: N_("Baskets voided before payment"),
    SignalKind.VOIDED_LINES: N_("Lines voided before payment"),
    SignalKind.VOIDED_TENDERS: N_("Money handed back before the end"),
    SignalKind.VOIDED_COMPLETED: N_("Finished sales voided"),
    SignalKind.NO_SALES: N_("Drawer opened without a sale"),
    SignalKind.UNPROVEN_RETURNS: N_("Returns without a receipt"),
    SignalKind.DISCOUNTS: N_("Discounts by hand"),
    SignalKind.OVERRIDES: N_("Prices lowered by hand"),
    SignalKind.APPROVALS: N_("Allowed by somebody else"),
    SignalKind.WRONG_PINS: N_("Wrong PINs"),
}


class SignalsScreen(Screen):
    """Days above, people at the left, and what the chosen one did at the right."""

    def build(self) -> None:
        t, sizes = self.kit.t, self.kit.measures
        self.span = Span.WEEK
        self.chosen = 0
        self.report: SignalsReport | None = None
        self._head = self._side = self._main = NOWHERE
        self.spans: dict[Span, Key] = {
            span: self.key(t(title), partial(self._ask, span), Kind.QUIET, size=TYPE.body)
            for span, title in SPANS.items()
        }
        self.people = Rows(
            self.kit, self._paint_person, row_height=sizes.touch(64), on_tap=self._chose
        )
        self.counts = Rows(self.kit, self._paint_count, row_height=sizes.touch(56))
        self.add_widget(self.people)
        self.add_widget(self.counts)
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.print = self.key(t("Print"), self._print, icon="printer", hotkey="f5")

    def enter(self, **_how: Any) -> None:
        self._ask(self.span)

    def _ask(self, span: Span) -> None:
        books, self.span = self.desk.books, span
        for it, key in self.spans.items():
            key.change(kind=Kind.CHOSEN if it is span else Kind.QUIET)
        if books is None:
            return
        days = span.days(self.desk.now().date())

        def answered(report: SignalsReport) -> None:
            if (report.first, report.last) == days:
                self._show(report)

        self.desk.work(lambda: books.signals(*days), answered)

    def _show(self, report: SignalsReport) -> None:
        self.report, self.chosen = report, 0
        self.people.set_rows(len(report.people), set(range(len(report.people))))
        self.people.show_row(0)
        self._show_person()
        self.print.change(enabled=bool(report.people))
        self.redraw()

    @property
    def person(self) -> PersonSignals | None:
        people = self.report.people if self.report is not None else ()
        return people[self.chosen] if self.chosen < len(people) else None

    def _show_person(self) -> None:
        count = len(self.person.signals) if self.person is not None else 0
        self.counts.set_rows(count, set(range(count)))
        self.counts.show_row(0)
        self.redraw()

    def update(self, look: Look, before: Look) -> None:
        """Yesterday's answer is good enough until somebody asks anew."""

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        ways, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        tabs, body = rest.cut_top(sizes.touch(48), sizes.px(8))
        for key, place in zip(
            self.spans.values(), tabs.columns(len(SPANS), sizes.gap), strict=True
        ):
            key.place(place)
        back, right = ways.cut_left(ways.w // 4, sizes.gap)
        self.back.place(back)
        self.print.place(right.cut_right(round(ways.w * 0.3))[0])
        self._side, main = body.cut_left(round(body.w * 0.36), sizes.gap)
        side = self._side
        self.people.place(Rect(side.x + 1, side.y + 4, side.w - 2, side.h - 8))
        self._head, self._main = main.cut_top(sizes.px(58), sizes.px(8))
        it = self._main
        self.counts.place(Rect(it.x + 1, it.y + 4, it.w - 2, it.h - 8))

    # Drawing

    def paint(self, pen: Pen) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        for area in (self._side, self._head, self._main):
            self.panel(pen, area)
        note = kit.t("A signal is a question, not an answer: ask before you judge.")
        upper, lower = self._head.inset(sizes.px(14), sizes.px(5)).rows((1, 1))
        pen.text(note, upper, sizes.type(TYPE.small), palette.ink)
        if self.report is not None:
            pen.text(self._measure(self.report), lower, sizes.type(TYPE.note), palette.quiet)
        if self.report is None or (self.person is not None and self.person.signals):
            return
        text = kit.t("Nothing to look at in these days")
        pen.text(text, self._main, sizes.type(TYPE.body), palette.quiet, align="center")

    def _measure(self, report: SignalsReport) -> str:
        limit = report.threshold
        told = self.kit.t("Marked: at least {least} times, and {times} × as often as is usual")
        return told.format(
            least=self.kit.number(limit.at_least), times=self.kit.number(limit.times_median)
        )

    def _paint_person(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        if self.report is None or index >= len(self.report.people):
            return
        person, kit = self.report.people[index], self.kit
        sizes, palette = kit.measures, kit.palette
        if index == self.chosen or pressed:
            pen.fill(rect, palette.go_ground)
            pen.fill(Rect(rect.x, rect.y, sizes.px(5), rect.h), palette.go)
        area = rect.inset(sizes.px(14), sizes.px(4))
        out = sum(it.stands_out for it in person.signals)
        if out:
            mark, area = area.cut_right(sizes.px(30), sizes.px(6))
            pen.icon("alert", mark, sizes.px(24), palette.warn)
        name, note = area.rows((1.2, 1))
        pen.text(person.name or person.cashier, name, sizes.type(TYPE.body), palette.ink, bold=True)
        sales = kit.n("{count} sale", "{count} sales", person.sales)
        told = f"{sales} · {kit.money(person.total_minor)}"
        pen.text(told, note, sizes.type(TYPE.note), palette.quiet)

    def _paint_count(self, pen: Pen, index: int, rect: Rect, _pressed: bool) -> None:
        """How often and how much; below, how often that is for 100 sales and what is usual."""
        if self.person is None or index >= len(self.person.signals):
            return
        it, kit = self.person.signals[index], self.kit
        sizes, palette = kit.measures, kit.palette
        area = rect.inset(sizes.px(14), sizes.px(3))
        ink = palette.warn if it.stands_out else palette.ink
        body, small = sizes.type(TYPE.body), sizes.type(TYPE.note)
        top, below = area.rows((1.2, 1))
        count = f"{kit.number(it.count)} ×"
        wide = pens.text_width(count, body, True) + sizes.px(10)
        pen.text(count, top, body, ink, bold=True, align="right")
        name = kit.t(KINDS[it.kind])
        space = Rect(top.x, top.y, top.w - wide, top.h)
        size = pens.fitting_size((name,), body, it.stands_out, space.w, small)
        pen.text(name, space, size, ink, bold=it.stands_out)
        amount = kit.money(it.amount_minor) if it.amount_minor else ""
        pen.text(amount, below, small, palette.quiet, align="right")
        room = Rect(below.x, below.y, below.w - pens.text_width(amount, small) - 10, below.h)
        pen.text(self._rate(it), room, small, palette.quiet)

    def _rate(self, it: SignalCount) -> str:
        kit = self.kit
        told = kit.t("of 100 sales {rate}, usual {usual}").format(
            rate=kit.number(it.per_100), usual=kit.number(it.usual)
        )
        return f"{kit.t('Look at it')} · {told}" if it.stands_out else told

    # What keys do

    def _chose(self, index: int) -> None:
        self.chosen = index
        count = len(self.report.people) if self.report is not None else 0
        self.people.repaint(*range(count))
        self._show_person()

    def _print(self) -> None:
        if self.report is not None:
            asked = c.PrintSignals(self.report.first.isoformat(), self.report.last.isoformat())
            self.desk.submit(asked, done=lambda: self.desk.tell_key("report_printing"))

    def command(self, name: str) -> bool:
        people = len(self.report.people) if self.report is not None else 0
        if name in ("up", "down") and people:
            self._chose((self.chosen + (1 if name == "down" else -1)) % people)
            return True
        if name in ("left", "right"):
            spans = list(SPANS)
            self._ask(spans[(spans.index(self.span) + (1 if name == "right" else -1)) % len(spans)])
            return True
        return False
