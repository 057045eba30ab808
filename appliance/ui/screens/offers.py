"""What is on offer: what runs, what comes and when; and of the chosen one all there is to know."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from appliance.core.offer_rows import OfferCost, OfferRow
from appliance.core.report_rows import Span
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.sentences.offered import OfferWords
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_

COST_DAYS = Span.WEEK
NOTHING = N_("There are no offers now, and none are coming")
AS_IF = N_("As if it had run on all these days. Cheaper goods sell more: that is not in it.")
AS_IF_ANYBODY = N_("As if it had run on all these days and everybody had had its coupon.")


class OffersScreen(Screen):
    """A touch on an offer tells it whole; who may see the books also sees what it cost."""

    def build(self) -> None:
        t, sizes = self.kit.t, self.kit.measures
        self.offers: list[OfferRow] = []
        self.chosen = 0
        self.cost: OfferCost | None = None
        self.costs = False
        self._asked = 0
        self.words = OfferWords(self.kit.language, self.kit.currency)
        self._list = self._page = NOWHERE
        self.rows = Rows(self.kit, self._paint_row, row_height=sizes.touch(62), on_tap=self._choose)
        self.add_widget(self.rows)
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.cost_key = self.key(t("What it cost"), self._turn, icon="chart", hotkey="f5")
        self.coupon = self.key(
            t("Type a coupon"), lambda: self.desk.go("coupon"), Kind.WAY, icon="tag", hotkey="f6"
        )

    def enter(self, **_how: Any) -> None:
        self.costs = False
        desk = self.desk.offers
        if desk is not None:
            now = self.desk.now().replace(tzinfo=None)
            self.desk.work(lambda: desk.list(now), self._show)

    def _show(self, offers: list[OfferRow]) -> None:
        self.offers = offers
        self.rows.set_rows(len(offers), set(range(len(offers))))
        self._choose(min(self.chosen, max(0, len(offers) - 1)))

    @property
    def row(self) -> OfferRow | None:
        return self.offers[self.chosen] if self.chosen < len(self.offers) else None

    def update(self, look: Look, before: Look) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        may = self.look.people.reports and self.row is not None
        self.costs = self.costs and may
        title = "What it gives" if self.costs else "What it cost"
        self.cost_key.change(title=self.kit.t(title), enabled=may)
        basket = self.look.basket
        paid = bool(basket and basket.tenders)
        self.coupon.change(enabled=self.look.shift is not None and not paid)
        self.redraw()

    def minute(self) -> None:
        self.enter()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        ways, body = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        self._list, self._page = self.halves(body)
        it = self._list
        self.rows.place(Rect(it.x + 1, it.y + 4, it.w - 2, it.h - 8))
        back, right = ways.cut_left(ways.w // 4, sizes.gap)
        cost, coupon = right.cut_left(right.w // 2, sizes.gap)
        for key, place in ((self.back, back), (self.cost_key, cost), (self.coupon, coupon)):
            key.place(place)

    # Drawing

    def paint(self, pen: Pen) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        self.panel(pen, self._list)
        self.panel(pen, self._page)
        row = self.row
        if row is None:
            area, size = self._list.inset(sizes.px(24)), sizes.type(TYPE.title)
            text = self.kit.t(NOTHING)
            pen.text(text, area, size, palette.quiet, align="center", lines=3)
            return
        area = self._page.inset(sizes.px(18), sizes.px(12))
        name = row.offer.name(self.kit.language)
        size = sizes.type(TYPE.title)
        lines = pens.wrap(name, size, True, area.w, 2)
        head, area = area.cut_top(len(lines) * pens.line_height(size, True), sizes.px(8))
        pen.lines(lines, head, size, palette.ink, bold=True)
        if self.costs:
            self._paint_cost(pen, area)
        else:
            now = self.desk.now().replace(tzinfo=None)
            for label, value in self.words.rows(row, now):
                area = self._paint_told(pen, area, label, value)

    def _paint_told(self, pen: Pen, area: Rect, label: str, value: str) -> Rect:
        """A label beside its value, which takes as many lines as it needs; what is left below."""
        sizes, palette = self.kit.measures, self.kit.palette
        size = sizes.type(TYPE.body)
        wide = round(area.w * 0.3)
        step = pens.line_height(size)
        most = max(1, min(4, area.h // step))
        parts = pens.wrap(value, size, False, area.w - wide, most)
        row, below = area.cut_top(min(area.h, len(parts) * step), sizes.px(9))
        top = Rect(row.x, row.top - step, wide - sizes.px(8), step)
        small = pens.fitting_size((label,), sizes.type(TYPE.small), False, top.w, 9)
        pen.text(label, top, small, palette.quiet)
        pen.lines(parts, Rect(row.x + wide, row.y, row.w - wide, row.h), size, palette.ink)
        return below

    def _paint_cost(self, pen: Pen, area: Rect) -> None:
        kit, sizes, cost = self.kit, self.kit.measures, self.cost
        small = sizes.type(TYPE.small)
        if cost is None:
            pen.text("…", area, sizes.type(TYPE.digit), kit.palette.quiet, align="center")
            return
        would, step = cost.would, sizes.px(32)
        note = kit.t(AS_IF_ANYBODY if cost.anybody else AS_IF)
        parts = pens.wrap(note, small, False, area.w, 3)
        foot, area = area.cut_bottom(len(parts) * pens.line_height(small), sizes.px(6))
        pen.lines(parts, foot, small, kit.palette.quiet)
        share = 1000 * would.cost_minor // cost.taken_minor if cost.taken_minor > 0 else 0
        rows = [
            (kit.t("Taken in 7 days"), kit.amount(cost.taken_minor)),
            (kit.t("The offer gave"), self._times(cost.gave_minor, cost.times)),
            (kit.t("It would have given"), self._times(would.given_minor, would.touched)),
            (
                kit.t("Less taken"),
                f"{kit.amount(-would.cost_minor)} = {kit.percent(Decimal(share) / 10)}",
            ),
        ]
        for label, value in rows:
            row, area = area.cut_top(step)
            self.row_text(pen, row, label, value)
        for sku, of in would.skus.items():
            if area.h < step:
                break
            row, area = area.cut_top(step)
            inner = row.cut_left(sizes.px(16))[1]
            name = (cost.named or {}).get(sku, sku)
            value = kit.amount(-of.given_minor)
            pen.text(value, inner, small, kit.palette.go, align="right")
            room = inner.w - pens.text_width(value, small) - sizes.px(10)
            pen.text(name, Rect(inner.x, inner.y, room, inner.h), small, kit.palette.quiet)

    def _times(self, minor: int, receipts: int) -> str:
        kit = self.kit
        if not receipts:
            return kit.amount(minor)
        return f"{kit.amount(-minor)} · {kit.n('{count} receipt', '{count} receipts', receipts)}"

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        row = self.offers[index]
        if index == self.chosen or pressed:
            pen.fill(rect, palette.go_ground)
        if index == self.chosen:
            pen.fill(Rect(rect.x, rect.y, sizes.px(5), rect.h), palette.go)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        inner = rect.inset(sizes.px(16), sizes.px(6))
        body, small = sizes.type(TYPE.body), sizes.type(TYPE.small)
        when = self.words.short_when(row, self.desk.now().replace(tzinfo=None))
        ink = palette.go if row.runs else palette.quiet
        pen.text(when, inner, small, ink, bold=row.runs, align="right")
        room = inner.w - pens.text_width(when, small, row.runs) - sizes.px(12)
        name, note = Rect(inner.x, inner.y, room, inner.h).rows((1.15, 1))
        told = row.offer.name(kit.language)
        size = pens.fitting_size((told,), body, True, name.w, small)
        pen.text(told, name, size, palette.ink if row.runs else palette.quiet, bold=True)
        pen.text(self._needs(row), note, sizes.type(TYPE.note), palette.quiet)

    def _needs(self, row: OfferRow) -> str:
        """What the customer must have for it, else what it is about."""
        kit, when = self.kit, row.offer.when
        needs = []
        if when.coupon is not None:
            needs.append(kit.t("coupon “{word}”").format(word=when.coupon))
        if when.group is not None:
            needs.append(kit.t("group “{group}”").format(group=when.group))
        return " · ".join(needs) or ", ".join(row.goods) or kit.t("all goods")

    # What keys do

    def _choose(self, index: int) -> None:
        self.chosen, self.cost = index, None
        self._asked += 1
        self.rows.set_rows(len(self.offers), set(range(len(self.offers))))
        self.rows.show_row(index)
        self._show_keys()
        if self.costs:
            self._ask_cost()

    def _turn(self) -> None:
        self.costs = not self.costs
        self._show_keys()
        if self.costs and self.cost is None:
            self._ask_cost()

    def _ask_cost(self) -> None:
        """Reads the books on a worker, which goes on at once when something else is asked."""
        desk, row = self.desk.offers, self.row
        if desk is None or row is None:
            return
        first, last = COST_DAYS.days(self.desk.now().date())

        self._asked += 1
        mine = self._asked

        def wanted() -> bool:
            return self._asked == mine

        def answered(cost: OfferCost) -> None:
            if wanted():
                self.cost = cost
                self.redraw()

        self.desk.work(lambda: desk.cost(row.offer, first, last, wanted), answered)

    def leave(self) -> None:
        """Nobody waits for the books any more."""
        self._asked += 1

    def command(self, name: str) -> bool:
        if name in ("up", "down") and self.offers:
            step = 1 if name == "down" else -1
            self._choose(min(max(0, self.chosen + step), len(self.offers) - 1))
            return True
        return False
