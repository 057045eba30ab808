"""The day at a glance: takings by hour, item, person and more, with the days before beside them."""

from __future__ import annotations

from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.report_rows import Headline, ReportBy, SalesReport, Span
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE, mix
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_

SPANS = {
    Span.TODAY: N_("Today"),
    Span.YESTERDAY: N_("Yesterday"),
    Span.WEEK: N_("7 days"),
    Span.MONTH: N_("30 days"),
    Span.YEAR: N_("Year"),
}
BY = {
    ReportBy.HOUR: N_("Hours"),
    ReportBy.DAY: N_("Days"),
    ReportBy.ITEM: N_("Items"),
    ReportBy.CATEGORY: N_("Categories"),
    ReportBy.MARGIN: N_("Margin"),
    ReportBy.CASHIER: N_("Cashiers"),
    ReportBy.TENDER: N_("Money"),
    ReportBy.TAX: N_("Taxes"),
    ReportBy.OFFER: N_("Offers"),
    ReportBy.CUSTOMER: N_("Customers"),
    ReportBy.DIFFERENCE: N_("Drawer differences"),
    ReportBy.STOCK: N_("Stock value"),
}
_COLUMNS = (ReportBy.HOUR, ReportBy.DAY)
_COLUMNS_MAX = 31


class ReportsScreen(Screen):
    """Days above, what they are told by at the left, sums and a plot of them at the right."""

    def build(self) -> None:
        t = self.kit.t
        self.span = Span.TODAY
        self.by = ReportBy.HOUR
        self.report: SalesReport | None = None
        self._head = self._plot = self._side = NOWHERE
        self.spans: dict[Span, Key] = {
            span: self.key(t(title), partial(self._ask, span, None), Kind.QUIET, size=TYPE.body)
            for span, title in SPANS.items()
        }
        low = self.kit.measures.narrow
        self.kinds = Rows(
            self.kit, self._paint_kind, row_height=self.kit.measures.touch(46), on_tap=self._chose
        )
        self.kinds.set_rows(len(BY))
        self.rows = Rows(
            self.kit, self._paint_bar, row_height=self.kit.measures.px(46 if low else 50)
        )
        self.add_widget(self.kinds)
        self.add_widget(self.rows)
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.print = self.key(t("Print"), self._print, icon="printer", hotkey="f5")

    def enter(self, by: ReportBy | None = None, span: Span | None = None, **_how: Any) -> None:
        self._ask(span or self.span, by)

    def _ask(self, span: Span, by: ReportBy | None) -> None:
        books = self.desk.books
        self.span, self.by = span, by or self.by
        for it, key in self.spans.items():
            key.change(kind=Kind.CHOSEN if it is span else Kind.QUIET)
        if books is None:
            return
        asked = (self.by, *span.days(self.desk.now().date()))

        def answered(report: SalesReport) -> None:
            if (report.by, report.first, report.last) == asked:
                self._show(report)

        self.desk.work(lambda: books.report(*asked), answered)

    def _show(self, report: SalesReport) -> None:
        self.report = report
        self.rows.set_rows(0 if self._as_columns else len(report.bars))
        self.rows.set_rows(
            0 if self._as_columns else len(report.bars), set(range(len(report.bars)))
        )
        self.rows.show_row(0)
        self.kinds.set_rows(len(BY), set(range(len(BY))))
        self.print.change(enabled=bool(report.bars))
        self.redraw()

    @property
    def _as_columns(self) -> bool:
        report = self.report
        return report is not None and report.by in _COLUMNS and len(report.bars) <= _COLUMNS_MAX

    def update(self, look: Look, before: Look) -> None:
        if look.done is not before.done and look.done is not None:
            self._ask(self.span, self.by)

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        ways, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        tabs, body = rest.cut_top(sizes.touch(44), sizes.px(8))
        for key, place in zip(
            self.spans.values(), tabs.columns(len(SPANS), sizes.gap), strict=True
        ):
            key.place(place)
        back, right = ways.cut_left(ways.w // 4, sizes.gap)
        self.back.place(back)
        self.print.place(right.cut_right(round(ways.w * 0.3))[0])
        side, main = body.cut_left(round(body.w * (0.34 if sizes.portrait else 0.22)), sizes.gap)
        self._side = side
        self.kinds.place(Rect(side.x + 1, side.y + 4, side.w - 2, side.h - 8))
        self._head, plot = main.cut_top(sizes.px(64 if sizes.narrow else 76), sizes.px(8))
        self._plot = plot
        self.rows.place(Rect(plot.x + 1, plot.y + 4, plot.w - 2, plot.h - 8))

    # Drawing

    def paint(self, pen: Pen) -> None:
        for area in (self._side, self._head, self._plot):
            self.panel(pen, area)
        if self.report is None:
            return
        self._paint_head(pen, self.report)
        if not self.report.bars:
            text = self.kit.t("Nothing was sold in these days")
            size = self.kit.measures.type(TYPE.body)
            pen.text(text, self._plot, size, self.kit.palette.quiet, align="center")
        elif self._as_columns:
            self._paint_columns(pen, self.report)

    def _paint_head(self, pen: Pen, report: SalesReport) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        now, before = report.now, report.before
        figures = [
            (kit.t("Takings"), kit.money(now.total_minor), _change(now, before)),
            (kit.t("Receipts"), kit.number(now.sales), ""),
            (kit.t("Average"), kit.amount(now.average_minor), ""),
            (kit.t("Discounts"), kit.amount(-now.discount_minor), ""),
        ]
        if now.margin_minor is not None:
            figures.append((kit.t("Margin"), kit.amount(now.margin_minor), ""))
        if sizes.narrow or sizes.portrait:
            figures = figures[:4]
        weights = (1.5, *[1.0] * (len(figures) - 1))
        area = self._head.inset(sizes.px(14), sizes.px(4))
        for (label, value, change), place in zip(figures, area.columns(weights, 8), strict=True):
            top, below = place.rows((1, 1.25))
            small = sizes.type(TYPE.small)
            pen.text(label, top, small, palette.quiet, valign="bottom")
            if change:
                ink = palette.go if change.startswith("+") else palette.bad
                left = pens.text_width(label, small) + sizes.px(8)
                spot = Rect(top.x + left, top.y, top.w - left, top.h)
                pen.text(change, spot, small, ink, bold=True, valign="bottom")
            size = pens.fitting_size((value,), sizes.type(TYPE.digit), True, below.w, small)
            pen.text(value, below, size, palette.ink, bold=True, valign="top")

    def _paint_columns(self, pen: Pen, report: SalesReport) -> None:
        """One column an hour or a day; pale ones behind are the days before."""
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        area = self._plot.inset(sizes.px(14), sizes.px(10))
        labels, body = area.cut_bottom(sizes.px(22), sizes.px(4))
        most = max(max(bar.amount_minor, bar.before_minor or 0) for bar in report.bars) or 1
        small = sizes.type(TYPE.note)
        body = body.cut_top(sizes.px(20))[1]
        places = body.columns(len(report.bars), sizes.px(3))
        named = max(1, round(len(report.bars) * sizes.px(38) / max(1, body.w)))
        best = max(report.bars, key=lambda bar: bar.amount_minor)
        for at, (bar, place) in enumerate(zip(report.bars, places, strict=True)):
            if bar.before_minor:
                height = round(place.h * bar.before_minor / most)
                pale = mix(palette.quiet, palette.panel, 0.75)
                pen.box(Rect(place.x, place.y, place.w, height), pale, radius=2)
            if bar.amount_minor > 0:
                height = max(2, round(place.h * bar.amount_minor / most))
                inset = place.w // 6 if bar.before_minor is not None else 0
                pen.box(
                    Rect(place.x + inset, place.y, place.w - 2 * inset, height),
                    palette.go,
                    radius=2,
                )
            if bar is best:
                top = place.y + round(place.h * bar.amount_minor / most)
                text = kit.amount(bar.amount_minor)
                wide = pens.text_width(text, small, True)
                x = min(max(area.x, place.x + place.w // 2 - wide // 2), area.right - wide)
                spot = Rect(x, top, wide + 2, sizes.px(20))
                pen.text(text, spot, small, palette.ink, bold=True)
            if at % named == 0:
                spot = Rect(place.x - 20, labels.y, place.w + 40, labels.h)
                pen.text(bar.label, spot, small, palette.quiet, align="center")

    def _paint_kind(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        by, title = list(BY.items())[index]
        sizes, palette = self.kit.measures, self.kit.palette
        if by is self.by or pressed:
            pen.fill(rect, palette.go_ground)
            pen.fill(Rect(rect.x, rect.y, sizes.px(5), rect.h), palette.go)
        text = self.kit.t(title)
        body, note = sizes.type(TYPE.body), sizes.type(TYPE.note)
        area = rect.inset(sizes.px(14), 0)
        size = pens.fitting_size((text,), body, by is self.by, area.w, note)
        pen.text(text, area, size, palette.ink, bold=by is self.by)

    def _paint_bar(self, pen: Pen, index: int, rect: Rect, _pressed: bool) -> None:
        """A name, its amount, and a bar below; the pale one is the days before."""
        if self.report is None or index >= len(self.report.bars):
            return
        bar, kit = self.report.bars[index], self.kit
        sizes, palette = kit.measures, kit.palette
        most = max(max(abs(b.amount_minor), b.before_minor or 0) for b in self.report.bars) or 1
        area = rect.inset(sizes.px(14), sizes.px(3))
        text, track = area.rows((1, 0.34))
        amount = kit.amount(bar.amount_minor)
        body, small = sizes.type(TYPE.body), sizes.type(TYPE.small)
        ink = palette.bad if bar.amount_minor < 0 else palette.ink
        pen.text(amount, text, body, ink, bold=True, align="right")
        right = text.w - pens.text_width(amount, body, True) - sizes.px(14)
        note = pens.text_width(bar.note, small) if bar.note else 0
        if bar.note:
            spot = Rect(text.x, text.y, right, text.h)
            pen.text(bar.note, spot, small, palette.quiet, align="right")
        name = Rect(text.x, text.y, max(0, right - note - sizes.px(10)), text.h)
        pen.text(bar.label, name, body, palette.ink)
        thin = Rect(track.x, track.y + 1, track.w, max(4, track.h - 2))
        if bar.before_minor:
            pale = mix(palette.quiet, palette.panel, 0.75)
            pen.box(_part(thin, bar.before_minor, most), pale, radius=2)
        if bar.amount_minor:
            tone = palette.go if bar.amount_minor > 0 else palette.bad
            slim = Rect(thin.x, thin.y + thin.h // 4, thin.w, max(3, thin.h // 2))
            pen.box(_part(slim, abs(bar.amount_minor), most), tone, radius=2)

    # What keys do

    def _chose(self, index: int) -> None:
        self._ask(self.span, list(BY)[index])

    def _print(self) -> None:
        if self.report is not None:
            report = self.report
            asked = c.PrintSalesReport(
                report.by.value, report.first.isoformat(), report.last.isoformat()
            )
            self.desk.submit(asked, done=lambda: self.desk.tell_key("report_printing"))

    def command(self, name: str) -> bool:
        kinds, at = list(BY), list(BY).index(self.by)
        if name in ("up", "down"):
            self._ask(self.span, kinds[(at + (1 if name == "down" else -1)) % len(kinds)])
            return True
        if name in ("left", "right"):
            spans = list(SPANS)
            step = 1 if name == "right" else -1
            self._ask(spans[(spans.index(self.span) + step) % len(spans)], self.by)
            return True
        return False


def _change(now: Headline, before: Headline) -> str:
    """ "+12 %" against the days before; nothing to compare with says nothing."""
    if not before.total_minor or now.total_minor == before.total_minor:
        return ""
    percent = round(100 * (now.total_minor - before.total_minor) / abs(before.total_minor))
    return f"{percent:+d} %".replace("-", "−")


def _part(track: Rect, amount: int, most: int) -> Rect:
    return Rect(track.x, track.y, max(2, round(track.w * amount / most)), track.h)
