"""The day at a glance: takings by hour, item, person and more, with the days before beside them."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.report_rows import Glance, ReportBar, ReportBy, SalesReport, Span
from appliance.core.view import Look
from appliance.i18n import short_date
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens import report_plots as plots
from appliance.ui.screens.base import Screen, just_sold
from appliance.ui.screens.days import WEEKDAYS
from appliance.ui.theme import TYPE
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
CHOOSE = N_("Other days")
GLANCE = N_("At a glance")
BY = {
    ReportBy.SUMS: N_("Sums"),
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
    ReportBy.SHORTAGE: N_("Goods short or over"),
    ReportBy.STOCK: N_("Stock value"),
}
NOTHING = N_("Nothing was sold in these days")
EMPTY = {
    ReportBy.MARGIN: N_("No cost is known of what was sold. Enter costs when goods come in."),
    ReportBy.OFFER: N_("No offer took anything off in these days"),
    ReportBy.CUSTOMER: N_("No known customer bought anything in these days"),
    ReportBy.DIFFERENCE: N_("Every drawer held what it should"),
    ReportBy.SHORTAGE: N_("Nothing was written off, and no count found a difference"),
    ReportBy.STOCK: N_("Nothing lies there whose cost is known. Enter costs when goods come in."),
}
NOT_ALLOWED = N_(
    "Reports are for people who may see what was sold. Ask a manager to sign in, or to allow it"
    " to your role."
)
_COLUMNS = (ReportBy.HOUR, ReportBy.DAY)


class ReportsScreen(Screen):
    """Days above, what they are told by at the left, sums and a plot of them at the right."""

    def build(self) -> None:
        t = self.kit.t
        self.span: Span | None = Span.TODAY
        self.days = Span.TODAY.days(self.desk.now().date())
        self.by: ReportBy | None = None
        self.report: SalesReport | None = None
        self.glance: Glance | None = None
        self._head = self._plot = self._side = self._best = self._money = NOWHERE
        self._main = self._body = NOWHERE
        self.spans: dict[Span | None, Key] = {
            span: self.key(t(title), partial(self._chose_span, span), Kind.QUIET, size=TYPE.body)
            for span, title in SPANS.items()
        }
        self.spans[None] = self.key(t(CHOOSE), self._choose, Kind.QUIET, size=TYPE.body)
        sizes = self.kit.measures
        self.kinds = Rows(
            self.kit, self._paint_kind, row_height=sizes.touch(48), on_tap=self._chose_kind
        )
        self.kinds.set_rows(len(BY) + 1)
        self.rows = Rows(self.kit, self._paint_bar, row_height=max(42, sizes.px(52)))
        self.add_widget(self.kinds)
        self.add_widget(self.rows)
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.print = self.key(t("Print"), self._print, hotkey="f5")

    def enter(self, by: ReportBy | None = None, span: Span | None = None, **_how: Any) -> None:
        """As it was left; by or span: this one."""
        if by is not None:
            self.by = by
        if span is not None:
            self.span = span
        self._ask()

    def show_days(self, first: date, last: date) -> None:
        self.span, self.days = None, (first, last)
        self.desk.go("reports")

    @property
    def allowed(self) -> bool:
        return self.look.people.reports

    def _ask(self) -> None:
        """Reads the books on a worker; an answer that nobody waits for any more is dropped."""
        books, now = self.desk.books, self.desk.now()
        if self.span is not None:
            self.days = self.span.days(now.date())
        for it, key in self.spans.items():
            key.change(kind=Kind.CHOSEN if it is self.span else Kind.QUIET)
        self.spans[None].change(title=self._told() if self.span is None else self.kit.t(CHOOSE))
        self.print.change(enabled=False)
        if books is None or not self.allowed:
            self.report = self.glance = None
            self.rows.set_rows(0)
            self.kinds.set_rows(0)
            self.redraw()
            return
        by, days = self.by, self.days

        def answered(found: SalesReport | Glance) -> None:
            if (by, days) == (self.by, self.days):
                self._show(found)

        if by is None:
            self.desk.work(lambda: books.glance(*days, now), answered)
        else:
            self.desk.work(lambda: books.report(by, *days), answered)

    def _show(self, found: SalesReport | Glance) -> None:
        if isinstance(found, Glance):
            self.glance, self.report = found, found.report
        else:
            self.glance, self.report = None, found
        plain = self.glance is not None or self._as_columns
        self.rows.set_rows(0 if plain else len(self.report.bars))
        self.rows.scroll_to(0)
        self.kinds.set_rows(len(BY) + 1)
        self.kinds.show_row(0 if self.by is None else list(BY).index(self.by) + 1)
        self.print.change(enabled=bool(self.report.bars))
        self._arrange_body()
        self.redraw()

    @property
    def _as_columns(self) -> bool:
        report = self.report
        return (
            report is not None
            and report.by in _COLUMNS
            and 0 < len(report.bars) <= plots.COLUMNS_MAX
            # Money that went back is below nought, where no column can stand.
            and all(bar.amount_minor >= 0 for bar in report.bars)
        )

    def update(self, look: Look, before: Look) -> None:
        if just_sold(look, before) or look.people.reports != before.people.reports:
            self._ask()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        ways, rest = rect.cut_bottom(sizes.touch(60), sizes.px(10))
        tabs, body = rest.cut_top(sizes.touch(46), sizes.px(8))
        for key, place in zip(
            self.spans.values(), tabs.columns((1, 1, 1, 1, 0.8, 1.4), sizes.px(6)), strict=True
        ):
            key.place(place)
        back, right = ways.cut_left(ways.w // 4, sizes.gap)
        self.back.place(back)
        self.print.place(right.cut_right(round(ways.w * 0.3))[0])
        self._body = body
        side, main = body.cut_left(round(body.w * (0.32 if sizes.portrait else 0.22)), sizes.gap)
        self._side = side
        self.kinds.place(Rect(side.x + 1, side.y + 4, side.w - 2, side.h - 8))
        tall = sizes.px(150 if sizes.portrait else 94 if sizes.narrow else 84)
        self._head, self._main = main.cut_top(tall, sizes.px(8))
        self._arrange_body()

    def _arrange_body(self) -> None:
        """At a glance: the plot, and beside it (upright: below) the best items and the money."""
        sizes = self.kit.measures
        self._plot, self._best, self._money = self._main, NOWHERE, NOWHERE
        if self.glance is not None and self.report is not None and self.report.bars:
            if sizes.portrait:
                self._plot, self._best, self._money = self._main.rows(
                    (1.5, 1.15, 0.65), sizes.px(8)
                )
            else:
                self._plot, right = self._main.cut_left(round(self._main.w * 0.52), sizes.px(8))
                self._best, self._money = right.rows((1.55, 1), sizes.px(8))
        place = self._plot
        self.rows.place(Rect(place.x + 1, place.y + 4, place.w - 2, place.h - 8))

    # Drawing

    def paint(self, pen: Pen) -> None:
        if not self.allowed:
            self.panel(pen, self._body)
            self._say(pen, self.kit.t(NOT_ALLOWED), self._body)
            return
        areas = (self._side, self._head, self._plot, self._best, self._money)
        for area in areas:
            if area is not NOWHERE:
                self.panel(pen, area)
        if self.report is None:
            return
        self._paint_head(pen, self.report)
        if not self.report.bars:
            empty = NOTHING if self.by is None else EMPTY.get(self.by, NOTHING)
            self._say(pen, self.kit.t(empty), self._plot)
        elif self._as_columns:
            sizes = self.kit.measures
            inner = self._plot.inset(sizes.px(14), sizes.px(10))
            plots.paint_columns(pen, self.kit, self.report.bars, inner)
        if self.glance is not None and self.report.bars:
            self._paint_list(pen, self._best, self.kit.t("Sold best"), self.glance.items)
            self._paint_list(pen, self._money, self.kit.t("Paid with"), self.glance.tenders)

    def _say(self, pen: Pen, text: str, rect: Rect) -> None:
        sizes = self.kit.measures
        room = rect.inset(sizes.px(24), 0)
        ink = self.kit.palette.quiet
        pen.text(text, room, sizes.type(TYPE.title), ink, align="center", lines=4)

    def _paint_head(self, pen: Pen, report: SalesReport) -> None:
        kit, sizes = self.kit, self.kit.measures
        now = report.now
        figures = [
            (kit.t("Takings"), kit.money(now.total_minor)),
            (kit.t("Receipts"), kit.number(now.sales)),
            (kit.t("Average receipt"), kit.amount(now.average_minor)),
        ]
        if now.margin_minor is not None:
            figures.append((kit.t("Margin"), kit.amount(now.margin_minor)))
        area = self._head.inset(sizes.px(14), sizes.px(6))
        compared, area = area.cut_bottom(sizes.px(22))
        self._paint_compared(pen, report, compared)
        if sizes.portrait:
            upper, lower = area.rows((1, 1))
            places = [upper, *lower.columns(len(figures) - 1, 8)]
        else:
            places = area.columns((1.7, *[1.0] * (len(figures) - 1)), sizes.px(10))
        for at, ((label, value), place) in enumerate(zip(figures, places, strict=True)):
            self._paint_figure(pen, label, value, place, first=at == 0)

    def _paint_figure(self, pen: Pen, label: str, value: str, place: Rect, *, first: bool) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        top, below = place.rows((1, 1.7))
        small = sizes.type(TYPE.note)
        size = pens.fitting_size((label,), small, False, top.w, small - 2)
        pen.text(label, top, size, palette.quiet)
        wanted = sizes.type(30 if first else 22)
        size = pens.fitting_size((value,), wanted, True, below.w, small)
        pen.text(value, below, size, palette.ink, bold=True)

    def _paint_compared(self, pen: Pen, report: SalesReport, rect: Rect) -> None:
        """ "+12 % to Mon 16.11 by 14:32: 7 310,00"."""
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        small = sizes.type(TYPE.note)
        if not report.before.sales:
            return
        change = plots.change(kit, report.now, report.before)
        first, last = report.compared
        when = self._named(first, last)
        if self.glance is not None and self.glance.until:
            when = kit.t("{day} by {time}").format(day=when, time=self.glance.until)
        wide = 0
        if change:
            ink = palette.go if change.startswith("+") else palette.bad
            pen.text(change, rect, small, ink, bold=True)
            wide = pens.text_width(change, small, True) + sizes.px(8)
        text = kit.t("against {amount}, {days}").format(
            amount=kit.amount(report.before.total_minor), days=when
        )
        swatch = sizes.px(11)
        spot = Rect(rect.x + wide, rect.y + (rect.h - swatch) // 2, swatch, swatch)
        pen.box(spot, plots.pale(kit), radius=2)
        wide += swatch + sizes.px(6)
        room = Rect(rect.x + wide, rect.y, max(0, rect.w - wide), rect.h)
        pen.text(text, room, small, palette.quiet)

    def _paint_list(self, pen: Pen, rect: Rect, title: str, bars: tuple[ReportBar, ...]) -> None:
        kit, sizes = self.kit, self.kit.measures
        area = rect.inset(sizes.px(12), sizes.px(6))
        head, rest = area.cut_top(sizes.px(24))
        pen.text(title, head, sizes.type(TYPE.note), kit.palette.quiet, bold=True)
        low = sizes.px(32)
        fits = max(1, rest.h // low)
        plain = [ReportBar(bar.key, bar.label, bar.amount_minor) for bar in bars[:fits]]
        most = plots.largest(plain)
        for bar, place in zip(plain, rest.rows(max(len(plain), fits)), strict=False):
            plots.paint_row(pen, kit, bar, most, place)

    def _named(self, first: date, last: date) -> str:
        language = self.kit.language
        if first == last:
            weekday = self.kit.t(WEEKDAYS[first.weekday()])
            return f"{weekday} {short_date(first, language)}"
        return f"{short_date(first, language)} – {short_date(last, language)}"

    def _told(self) -> str:
        first, last = (short_date(it, self.kit.language) for it in self.days)
        return first if first == last else f"{first} – {last}"

    def _paint_kind(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kinds: list[ReportBy | None] = [None, *BY]
        by = kinds[index]
        sizes, palette = self.kit.measures, self.kit.palette
        if by is self.by or pressed:
            pen.fill(rect, palette.go_ground)
            pen.fill(Rect(rect.x, rect.y, sizes.px(5), rect.h), palette.go)
        text = self.kit.t(GLANCE if by is None else BY[by])
        body, note = sizes.type(TYPE.body), sizes.type(TYPE.note)
        area = rect.inset(sizes.px(14), 0)
        size = pens.fitting_size((text,), body, by is self.by, area.w, note)
        pen.text(text, area, size, palette.ink, bold=by is self.by, lines=2)

    def _paint_bar(self, pen: Pen, index: int, rect: Rect, _pressed: bool) -> None:
        if self.report is None or index >= len(self.report.bars):
            return
        sizes = self.kit.measures
        area = rect.inset(sizes.px(14), sizes.px(3))
        most = plots.largest(self.report.bars)
        plots.paint_row(pen, self.kit, self.report.bars[index], most, area)

    # What keys do

    def _chose_span(self, span: Span) -> None:
        self.span = span
        self._ask()

    def _choose(self) -> None:
        self.desk.go("days", show=self.show_days)

    def _chose_kind(self, index: int) -> None:
        self.by = None if index == 0 else list(BY)[index - 1]
        self._ask()

    def _print(self) -> None:
        if self.report is not None:
            report = self.report
            asked = c.PrintSalesReport(
                report.by.value, report.first.isoformat(), report.last.isoformat()
            )
            self.desk.submit(asked, done=lambda: self.desk.tell_key("report_printing"))

    def command(self, name: str) -> bool:
        if name in ("up", "down"):
            kinds: list[ReportBy | None] = [None, *BY]
            step = 1 if name == "down" else -1
            self.by = kinds[(kinds.index(self.by) + step) % len(kinds)]
            self._ask()
            return True
        if name in ("left", "right"):
            spans = list(SPANS)
            at = spans.index(self.span) if self.span is not None else -1
            self.span = spans[(at + (1 if name == "right" else -1)) % len(spans)]
            self._ask()
            return True
        return False
