"""The X report: the drawer, the whole till or one person so far; nothing is closed."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.receipt import ReportRow, ReportSection
from appliance.core.view import Look
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.rows import Rows

Cell = ReportRow | str | None
"""A row of a column: a label with its value, a section's title, or nothing."""


class XReportScreen(Screen):
    """The same rows as on its paper, in two columns that scroll together; upright in one."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self._panel = NOWHERE
        self._columns: list[list[Cell]] = []
        self._tabs: dict[str, Key] = {}
        self.rows = Rows(kit, self._paint_row, row_height=max(26, kit.measures.px(36)))
        self.add_widget(self.rows)
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.print_key = self.key(t("Print"), self._print, Kind.PRIMARY, hotkey="enter")

    def enter(self, **_how: object) -> None:
        self._ask("" if self.look.shift is not None else "till")

    def leave(self) -> None:
        self.desk.submit(c.ShowX(None))

    @property
    def of(self) -> str:
        return self.look.cash.x.of if self.look.cash.x else ""

    def _ask(self, scope: str) -> None:
        self.rows.scroll_to(0)
        self.desk.submit(c.ShowX(scope))

    def update(self, look: Look, before: Look) -> None:
        x = look.cash.x
        if x is not before.cash.x or not self._tabs:
            blocks = [_cells(section) for section in x.sections] if x else []
            self._columns = [_joined(blocks)] if self.kit.measures.portrait else in_two(blocks)
            self._make_tabs()
            self.rows.set_rows(max(map(len, self._columns)))
        self.redraw()

    def _make_tabs(self) -> None:
        for key in self._tabs.values():
            self.remove_widget(key)
        x = self.look.cash.x
        names = {"": self.kit.t("This drawer"), "till": self.kit.t("Whole till")}
        scopes = x.scopes if x and len(x.scopes) > 1 else ()
        self._tabs = {
            scope: self.key(
                name or names[scope],
                partial(self._ask, scope),
                Kind.CHOSEN if scope == self.of else Kind.QUIET,
                size=TYPE.body,
            )
            for scope, name in scopes
        }
        if self.rect.w:
            self.arrange(self.rect)

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        pay, self._panel = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        back, rest = pay.cut_left(pay.w // 4, sizes.gap)
        self.back.place(back)
        self.print_key.place(rest.cut_right(round(pay.w * 0.42))[0])
        _, body = self._panel.cut_top(sizes.px(54))
        if self._tabs:
            tabs, body = body.cut_top(sizes.touch(48) + 2 * sizes.px(5))
            places = tabs.inset(sizes.px(6), sizes.px(5)).columns(len(self._tabs), sizes.gap)
            for key, place in zip(self._tabs.values(), places, strict=True):
                key.place(place)
        self.rows.place(Rect(body.x + 1, body.y + sizes.px(8), body.w - 2, body.h - sizes.px(12)))

    def paint(self, pen: Pen) -> None:
        self.panel(pen, self._panel)
        x = self.look.cash.x
        if x is None:
            return
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        head, _ = self._panel.cut_top(sizes.px(54))
        title = head.inset(sizes.px(20), 0)
        size = sizes.type(TYPE.title)
        pen.text(kit.t("X report"), title, size, palette.ink, bold=True)
        number = f"{kit.t('Shift')} {x.number}"
        pen.text(number, title, sizes.type(TYPE.body), palette.quiet, align="right")
        pen.fill(Rect(head.x + 1, head.y, head.w - 2, sizes.hair), palette.line)

    def _paint_row(self, pen: Pen, index: int, rect: Rect, _pressed: bool) -> None:
        sizes = self.kit.measures
        places = rect.columns(len(self._columns))
        for cells, place in zip(self._columns, places, strict=True):
            cell = cells[index] if index < len(cells) else None
            area = place.inset(sizes.px(20), 0)
            if isinstance(cell, str):
                self._paint_title(pen, area, cell)
            elif cell is not None:
                value, strong = self._value(cell), cell.strong
                self.row_text(pen, area, self.kit.t(cell.label), value, strong=strong)

    def _paint_title(self, pen: Pen, area: Rect, title: str) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        size = sizes.type(TYPE.body)
        pen.text(self.kit.t(title), area, size, palette.ink, bold=True)
        pen.fill(Rect(area.x, area.y, area.w, sizes.hair), palette.line)

    def _value(self, row: ReportRow) -> str:
        if row.amount_minor is not None:
            return self.kit.amount(row.amount_minor)
        return self.kit.number(row.count) if row.count is not None else row.text

    def _print(self) -> None:
        told = partial(self.desk.tell_key, "report_printing")
        self.desk.submit(c.PrintXReport(self.of), done=told)


def in_two(blocks: list[list[Cell]]) -> list[list[Cell]]:
    """Whole sections, in their order, so that the columns are as even as they can be."""
    parts = [(_joined(blocks[:at]), _joined(blocks[at:])) for at in range(len(blocks) + 1)]
    left, right = min(parts, key=lambda pair: max(map(len, pair)))
    return [left, right]


def _joined(blocks: list[list[Cell]]) -> list[Cell]:
    return [cell for block in blocks for cell in block]


def _cells(section: ReportSection) -> list[Cell]:
    title: list[Cell] = [section.title] if section.title else []
    return [*title, *section.rows]
