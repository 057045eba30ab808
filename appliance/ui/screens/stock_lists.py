"""The stock in lists: what lies there, what expires, what to buy, which papers were booked."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.facts import StockCause
from appliance.core.stock_look import FoundLook
from appliance.core.stock_rows import LevelRow, LotRow, OrderRow, PaperRow, StockList
from appliance.core.view import Look
from appliance.ui.kit import day as kit_day
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.lists import ListScreen
from appliance.ui.screens.stock_paper import Draft, Row
from appliance.ui.sentences.stock import CAUSES
from appliance.ui.theme import TYPE
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_, in_stock

TABS = {
    "left": N_("In stock"),
    "expiring": N_("Expires soon"),
    "order": N_("To order"),
    "papers": N_("Papers"),
}
_NOTHING = {
    "left": N_("Nothing was received or sold yet"),
    "expiring": N_("Nothing expires soon"),
    "order": N_("Nothing needs to be bought"),
    "papers": N_("No paper was booked yet"),
}
BAR_DAYS = 14
"""A full bar of the days that the stock lasts."""


class StockListsScreen(ListScreen):
    """Tabs above, the chosen list below, what can be done with the chosen row at the bottom."""

    row_height = 64.0

    def build(self) -> None:
        self.tab = "left"
        self.lists: dict[str, Sequence[Any]] = {}
        self.tabs = {
            name: self.key(self.kit.t(title), partial(self._turn, name), Kind.QUIET, size=TYPE.body)
            for name, title in TABS.items()
        }
        super().build()

    def build_ways(self) -> None:
        t = self.kit.t
        self.act = self.key("", self._act, hotkey="f5")
        self.print = self.key(t("Print"), self._print, hotkey="f6")
        self.receive = self.key(
            t("Goods received"),
            lambda: self.desk.go("stock_paper", cause=StockCause.RECEIVED),
            Kind.WAY,
            hotkey="f12",
        )
        self.ways = [self.act, self.print, self.receive]

    def enter(self, **how: object) -> None:
        """tab: which list is up."""
        self._turn(str(how.get("tab", "left")))

    def _turn(self, tab: str) -> None:
        self.tab, self.chosen = tab, 0
        self.nothing = _NOTHING[tab]
        self.tabs["left"].change(title=self.kit.t(in_stock(self.look)))
        for name, key in self.tabs.items():
            key.change(kind=Kind.CHOSEN if name == tab else Kind.QUIET)
        self._load()
        self.rows.scroll_to(0)
        self.update(self.look, self.look)

    def _load(self) -> None:
        stock, tab, now = self.desk.stock, self.tab, self.desk.now()
        if stock is None:
            return
        days = self.desk.settings.expiry_days
        jobs: dict[str, Any] = {
            "left": stock.levels,
            "expiring": lambda: stock.expiring(days, now.date()),
            "order": lambda: stock.suggest(now.astimezone()),
            "papers": stock.papers,
        }
        self.desk.work(jobs[tab], partial(self._told, tab))

    def _told(self, tab: str, rows: Sequence[Any]) -> None:
        self.lists[tab] = rows
        if tab == self.tab:
            self.update(self.look, self.look)

    def update(self, look: Look, before: Look) -> None:
        done = look.done.sale if look.done else None
        if done != (before.done.sale if before.done else None):
            self._load()
        super().update(look, before)

    def count(self) -> int:
        return len(self.lists.get(self.tab, ()))

    def chose(self) -> None:
        t, row = self.kit.t, self._row()
        titles = {
            "left": t("Write off"),
            "expiring": t("Write off"),
            "order": t("Receive it"),
            "papers": t("Reverse it"),
        }
        able = row is not None
        if isinstance(row, PaperRow):
            able = not (row.voids or row.voided_by)
        kind = Kind.DANGER if self.tab == "papers" else Kind.PLAIN
        self.act.change(title=titles[self.tab], enabled=able, kind=kind)
        self.print.change(enabled=self.tab in list(StockList) and self.count() > 0)

    def _row(self) -> Any:
        rows = self.lists.get(self.tab, ())
        return rows[self.chosen] if self.chosen < len(rows) else None

    # Acts

    def _print(self) -> None:
        told = partial(self.desk.tell_key, "list_printing")
        self.desk.submit(c.PrintStockList(self.tab), done=told)

    def _act(self) -> None:
        match self._row():
            case PaperRow(number=number):
                self.desk.submit(c.VoidStockPaper(number), done=self._load)
            case LotRow() as lot:
                self._begin(StockCause.WRITE_OFF, lot, lot.left, lot=lot.lot)
            case OrderRow() as order:
                self._begin(StockCause.RECEIVED, order, order.order, cost=order.cost_minor)
            case LevelRow() as level:
                self._begin(StockCause.WRITE_OFF, level, Decimal(1))

    def _begin(
        self,
        cause: StockCause,
        row: LotRow | OrderRow | LevelRow,
        quantity: Decimal,
        *,
        lot: str = "",
        cost: Decimal | None = None,
    ) -> None:
        """A paper with this row on it."""
        draft: Draft = self.desk.drafts.setdefault(cause, Draft())
        found = FoundLook(0, row.item, row.name, row.unit, left=row.left)
        draft.rows.append(Row(found, quantity, cost, lot))
        draft.chosen = len(draft.rows) - 1
        if isinstance(row, OrderRow) and not draft.partner:
            draft.partner = row.supplier
        self.desk.go("stock_paper", cause=cause)

    # Picture

    def arrange(self, rect: Rect) -> None:
        super().arrange(rect)
        sizes = self.kit.measures
        tabs, body = self._panel.cut_top(sizes.touch(48) + 2 * sizes.px(5))
        inner = tabs.inset(sizes.px(6), sizes.px(5))
        for key, place in zip(
            self.tabs.values(), inner.columns((0.22, 0.3, 0.28, 0.2), sizes.gap), strict=True
        ):
            key.place(place)
        self.rows.place(Rect(body.x + 1, body.y + sizes.px(6), body.w - 2, body.h - sizes.px(6)))

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        area = self.paint_ground(pen, index, rect)
        row = self.lists[self.tab][index]
        match row:
            case LevelRow():
                self._paint_level(pen, area, row)
            case LotRow():
                self._paint_lot(pen, area, row)
            case OrderRow():
                self._paint_order(pen, area, row)
            case PaperRow():
                self._paint_paper(pen, area, row)

    def _paint_level(self, pen: Pen, area: Rect, row: LevelRow) -> None:
        kit = self.kit
        worth = "" if row.value_minor is None else kit.money(row.value_minor)
        note = " · ".join(filter(None, (row.category or str(row.item), worth)))
        ink = kit.palette.bad if row.left < 0 else None
        self.paint_two(pen, area, row.name, note, value=self._amount(row), ink=ink)

    def _paint_lot(self, pen: Pen, area: Rect, row: LotRow) -> None:
        kit, t = self.kit, self.kit.t
        when = kit.n("{count} day left", "{count} days left", row.days)
        if row.days < 0:
            when = t("past its day: do not sell")
        elif row.days == 0:
            when = t("last day today")
        hint = t("sell it cheaper") if 0 <= row.days <= 3 else ""
        shown = kit_day(kit, row.expiry)
        lot = "" if row.lot == row.expiry else row.lot
        note = " · ".join(filter(None, (shown, when, hint, lot)))
        ink = kit.palette.bad if row.days < 0 else kit.palette.warn if row.days <= 3 else None
        self.paint_two(pen, area, row.name, note, value=self._amount(row), ink=ink)

    def _paint_order(self, pen: Pen, area: Rect, row: OrderRow) -> None:
        """How long it lasts as a bar; the amount to buy at the right."""
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        bar, rest = area.cut_right(round(area.w * 0.3), sizes.px(14))
        bar, amount = bar.cut_left(round(bar.w * 0.5), sizes.px(10))
        left = f"{kit.t(in_stock(self.look))}: {kit.quantity(row.left, row.unit)}"
        note = " · ".join(filter(None, (row.supplier, left)))
        self.paint_two(pen, rest, row.name, note)
        size = sizes.type(TYPE.body)
        order = f"+{kit.quantity(row.order, row.unit)}"
        pen.text(order, amount, size, palette.ink, bold=True, align="right")
        lasts = row.days_left
        if lasts is None:
            return
        thick = sizes.px(10)
        line = Rect(bar.x, bar.y + bar.h // 2 - thick, bar.w, thick)
        pen.fill(line, palette.line)
        ink = palette.bad if lasts <= 1 else palette.warn if lasts <= 4 else palette.go
        filled = max(sizes.px(3), round(bar.w * min(lasts, BAR_DAYS) / BAR_DAYS))
        pen.fill(Rect(line.x, line.y, min(filled, line.w), thick), ink)
        told = kit.n("{count} day left", "{count} days left", lasts)
        above = Rect(bar.x, line.y + thick, bar.w, bar.y + bar.h - line.y - thick)
        pen.text(told, above, sizes.type(TYPE.note), palette.quiet)

    def _paint_paper(self, pen: Pen, area: Rect, row: PaperRow) -> None:
        kit, t = self.kit, self.kit.t
        title = " · ".join(
            filter(None, (t(CAUSES[StockCause(row.cause)]), row.partner or row.reason))
        )
        state = t("takes {paper} back").format(paper=row.voids) if row.voids else ""
        if row.voided_by:
            state = t("taken back")
        at = f"{row.at:%d.%m %H:%M}"
        rows = kit.n("{count} row", "{count} rows", row.rows)
        note = " · ".join(filter(None, (at, row.document, rows, state)))
        ink = kit.palette.quiet if state else None
        self.paint_two(pen, area, title, note, value=kit.money(row.value_minor), ink=ink)

    def _amount(self, row: LevelRow | LotRow) -> str:
        return self.kit.quantity(row.left, row.unit)
