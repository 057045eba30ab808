"""How a line's price came about: the steps in words, each with its amount; the total last."""

from __future__ import annotations

from typing import Any

from appliance.core import commands as c
from appliance.core.facts import LineId
from appliance.core.view import Look
from appliance.core.why import WhyKind, WhyLook
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.line_more import OnLine
from appliance.ui.sentences.offers import why_rows
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_

TITLE = N_("How the price came about")
_SUMS = (WhyKind.BASE, WhyKind.TOTAL)
_LOWERS = (WhyKind.DISCOUNT, WhyKind.OFFER, WhyKind.SHARE_OF_OFFER, WhyKind.SHARE_OF_DISCOUNT)


class WhyScreen(OnLine):
    """Asks the till for the line when it opens; what came before it is faint, sums are bold."""

    def build(self) -> None:
        super().build()
        self._panel = NOWHERE
        self._asked = 0
        self.steps: list[tuple[str, str, WhyKind]] = []
        self.rows = Rows(self.kit, self._paint_row, row_height=max(48, self.kit.measures.touch(52)))
        self.add_widget(self.rows)

    def enter(self, line: LineId | None = None, **how: Any) -> None:
        super().enter(line, **how)
        self._show(None)
        if line is not None:
            self.desk.submit(c.ExplainLine(line))

    def update(self, look: Look, before: Look) -> None:
        super().update(look, before)
        why = look.why
        if why is not None and why.line == self.line_id:
            self._show(why)

    def _show(self, why: WhyLook | None) -> None:
        kit = self.kit
        self.steps = why_rows(why, kit.language, kit.currency) if why is not None else []
        self.rows.set_rows(len(self.steps), set(range(len(self.steps))))
        self.rows.show_row(0)
        self.redraw()

    def arrange_body(self, area: Rect) -> None:
        self._panel = area
        _head, body = area.cut_top(self.kit.measures.px(56))
        self.rows.place(Rect(body.x + 1, body.y + 4, body.w - 2, body.h - 8))

    def paint(self, pen: Pen) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        self.panel(pen, self._panel)
        head, _body = self._panel.cut_top(sizes.px(56))
        place = head.inset(sizes.px(14), sizes.px(4))
        name = self.line.name if self.line is not None else ""
        upper, lower = place.rows((1.1, 1))
        pen.text(self.kit.t(TITLE), upper, sizes.type(TYPE.body), palette.ink, bold=True)
        pen.text(name, lower, sizes.type(TYPE.small), palette.quiet)
        pen.fill(Rect(head.x + 1, head.y, head.w - 2, sizes.hair), palette.line)

    def _paint_row(self, pen: Pen, index: int, rect: Rect, _pressed: bool) -> None:
        text, amount, kind = self.steps[index]
        sizes, palette = self.kit.measures, self.kit.palette
        area = rect.inset(sizes.px(14), sizes.px(4))
        bold = kind in _SUMS
        ink = palette.go if kind in _LOWERS else palette.ink
        if kind in (WhyKind.TAX_INCLUDED, WhyKind.EXEMPT, WhyKind.TARE):
            ink = palette.quiet
        size, small = sizes.type(TYPE.body), sizes.type(TYPE.small)
        if kind is WhyKind.TOTAL:
            pen.fill(Rect(rect.x, rect.top - sizes.hair, rect.w, sizes.hair), palette.ink)
        wide = pens.text_width(amount, size, bold) + sizes.px(12) if amount else 0
        pen.text(amount, area, size, ink, bold=bold, align="right")
        room = Rect(area.x, area.y, max(0, area.w - wide), area.h)
        if pens.text_width(text, size, bold) <= room.w:
            pen.text(text, room, size, ink, bold=bold)
        else:
            pen.text(text, room, small, ink, bold=bold, lines=2)
