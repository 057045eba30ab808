"""The basket: its lines, and below them the total, the largest thing on the screen."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from appliance.core.facts import LineId, LineKind, Modifier
from appliance.core.view import BasketLook, LineLook, Look
from appliance.ui import pen as pens
from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.theme import TYPE, mix
from appliance.ui.widgets.box import NOWHERE, Box
from appliance.ui.widgets.offer_note import offer_note
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_


class BasketPanel(Box):
    """selected: the line that commands are about; the newest unless another was touched."""

    def __init__(
        self,
        kit: Kit,
        *,
        on_line: Callable[[LineId], None],
        on_void: Callable[[LineId], None],
    ) -> None:
        super().__init__(kit)
        self._on_line = on_line
        self._on_void = on_void
        self.lines: tuple[LineLook, ...] = ()
        self.basket: BasketLook | None = None
        self.customer = ""
        self.empty_text = ""
        self.selected: LineId | None = None
        self._foot = NOWHERE
        sizes = kit.measures
        self.rows = Rows(
            kit,
            self._paint_row,
            row_height=sizes.row_height,
            on_tap=lambda index: self._on_line(self.lines[index].line),
            on_swipe=lambda index: self._on_void(self.lines[index].line),
        )
        self.add_widget(self.rows)

    @property
    def line(self) -> LineLook | None:
        """The selected line."""
        return next((line for line in self.lines if line.line == self.selected), None)

    def select(self, line: LineId | None) -> None:
        before = self._index(self.selected)
        self.selected = line
        self.rows.repaint(before, self._index(line))
        if line is not None:
            self.rows.show_row(max(0, self._index(line)))

    def step(self, by: int) -> None:
        """The next line down (1) or up (-1)."""
        if self.lines:
            at = self._index(self.selected) + by
            self.select(self.lines[min(max(0, at), len(self.lines) - 1)].line)

    def _index(self, line: LineId | None) -> int:
        return next((i for i, row in enumerate(self.lines) if row.line == line), -1)

    def update(self, look: Look) -> None:
        """Draws only the lines that changed, and selects the one that changed last."""
        basket, held = look.basket, look.accounts.customer
        self.customer = held.name if held is not None else ""
        before, self.basket = self.basket, basket
        if basket is before and basket is not None:
            return
        new_sale = basket is None or before is None or before.sale != basket.sale
        lines = basket.lines if basket else ()
        old, self.lines = self.lines, lines
        changed = {i for i, line in enumerate(lines) if i >= len(old) or old[i] is not line} | set(
            range(len(lines), len(old))
        )
        touched = self._touched(old, lines) if not new_sale else None
        if new_sale and lines:
            touched = lines[-1].of_line or lines[-1].line
        was = self._index(self.selected)
        if touched is not None:
            self.selected = touched
        elif self._index(self.selected) < 0:
            self.selected = (lines[-1].of_line or lines[-1].line) if lines else None
        now = self._index(self.selected)
        self.rows.set_rows(len(lines), changed | {was, now})
        if touched is not None or len(lines) != len(old):
            self.rows.show_row(max(0, now))
        self.redraw()

    def _touched(self, old: tuple[LineLook, ...], lines: tuple[LineLook, ...]) -> LineId | None:
        """The line that was added or changed; None when lines only went away."""
        known = {line.line: line for line in old}
        changed = [line for line in lines if known.get(line.line) != line]
        # A deposit changes with its goods; the eye stays on those.
        fresh = [line for line in changed if line.of_line is None] or changed
        return fresh[-1].line if len(fresh) == 1 else None

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        foot = max(sizes.px(108), sizes.px(24) + 64)
        self._foot, above = rect.cut_bottom(foot)
        self.rows.place(Rect(above.x + 1, above.y, above.w - 2, above.h - sizes.px(2)))

    def paint(self, pen: Pen) -> None:
        palette, sizes = self.kit.palette, self.kit.measures
        pen.box(
            self.rect, palette.panel, radius=sizes.radius_panel, line=palette.line, width=sizes.hair
        )
        foot = self._foot
        pen.fill(Rect(foot.x + 1, foot.top, foot.w - 2, sizes.edge), palette.line)
        basket = self.basket
        if basket is None or not basket.lines:
            self._paint_empty(pen)
        inner = foot.inset(sizes.pad, sizes.px(8))
        notes, below = inner.cut_top(sizes.px(30))
        self._paint_notes(pen, notes, basket)
        total = self.kit.money(abs(basket.total_minor) if basket else 0)
        size = pens.fitting_size(
            (total,), sizes.type(TYPE.total), True, round(below.w * 0.78), sizes.type(24)
        )
        ink = palette.ink if basket and basket.lines else mix(palette.quiet, palette.panel, 0.4)
        pen.text(total, below, size, ink, bold=True, align="right")
        room = below.w - pens.text_width(total, size, True) - sizes.px(10)
        label = Rect(below.x, below.y + sizes.px(2), max(0, room), below.h - sizes.px(14))
        body = sizes.type(TYPE.body)
        pen.text(self.kit.t(_due_label(basket)), label, body, palette.ink, valign="bottom")

    def _paint_empty(self, pen: Pen) -> None:
        palette, sizes = self.kit.palette, self.kit.measures
        area = self.rows.rect.inset(sizes.px(30), sizes.px(10))
        faint = mix(palette.quiet, palette.panel, 0.55)
        icon = Rect(area.x, area.y + area.h // 2, area.w, sizes.px(64))
        pen.icon("scan", icon, sizes.px(58), faint)
        words = Rect(area.x, area.y, area.w, area.h // 2 - sizes.px(6))
        text = self.empty_text or self.kit.t("Scan the first item")
        size = sizes.type(TYPE.body)
        pen.text(text, words, size, palette.quiet, align="center", valign="top", lines=3)

    def _paint_notes(self, pen: Pen, area: Rect, basket: BasketLook | None) -> None:
        """What the total is made of: how many lines, what was taken off, the tax within."""
        palette, sizes, kit = self.kit.palette, self.kit.measures, self.kit
        size = sizes.type(TYPE.small)
        if basket is None or not basket.lines:
            pen.text(self.customer, area, size, palette.quiet)
            return
        count = kit.n("{count} line", "{count} lines", len(basket.lines))
        off = basket.discount_minor
        note = f"{count} · {kit.t('Discount')} {kit.amount(-off)}" if off else count
        if basket.offers:
            told = offer_note(kit, basket.offers)
            ways = [f"{count} · {told}", note]
            if off > sum(it.amount_minor for it in basket.offers):
                within = kit.t("includes {text}").format(text=told)
                ways.insert(0, f"{note}, {within}")
            note = next((it for it in ways if pens.text_width(it, size) <= area.w), note)
        if basket.tendered_minor:
            note = f"{count} · {kit.t('Received')} {kit.amount(basket.tendered_minor)}"
        if self.customer:
            note = f"{self.customer} · {note}"
        pen.text(note, area, size, palette.quiet)
        tax = f"{kit.t('incl. tax')} {kit.amount(basket.tax_minor)}"
        room = area.w - pens.text_width(note, size) - sizes.px(12)
        if basket.tax_minor and pens.text_width(tax, size) <= room:
            pen.text(tax, area, size, palette.quiet, align="right")

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        palette, sizes, kit = self.kit.palette, self.kit.measures, self.kit
        line = self.lines[index]
        still = Rect(self.rows.rect.x, rect.y, rect.w, rect.h)
        if rect.x < still.x:
            self._paint_swiped(pen, still, still.x - rect.x)
        corners = pens.ROUND_TOP if index == 0 else (False,) * 4
        round_by = sizes.radius_panel - 1 if index == 0 else 0
        if line.line == self.selected:
            if index == 0:
                pen.box(rect, palette.go_ground, radius=round_by, corners=corners)  # type: ignore[arg-type]
            else:
                pen.fill(rect, palette.go_ground)
            top = sizes.radius_panel if index == 0 else 0
            pen.fill(Rect(rect.x, rect.y, sizes.px(5), rect.h - top), palette.go)
        elif pressed and index:
            pen.fill(rect, palette.key)
        pen.fill(Rect(still.x, still.y, still.w, sizes.hair), palette.line)
        inner = Rect(rect.x + sizes.pad - 1, rect.y, rect.w - 2 * sizes.pad + 2, rect.h)
        body, note = sizes.type(TYPE.body), sizes.type(TYPE.note)
        if line.of_line is not None:
            inner = inner.cut_left(sizes.px(26))[1]  # a deposit stands below its goods
        quantity, rest = inner.cut_left(sizes.px(56), sizes.px(8))
        number = kit.number(line.quantity)
        fitted = pens.fitting_size((number,), body, True, quantity.w, note)
        back = line.kind is LineKind.RETURN
        strong = palette.ink if line.quantity != 1 else palette.quiet
        strong = palette.bad if back else strong
        pen.text(number, quantity, fitted, strong, bold=True)
        amount = kit.amount(line.amount_minor)
        ink = palette.bad if back else palette.ink
        pen.text(amount, rest, body, ink, bold=True, align="right")
        taken = max(sizes.px(64), pens.text_width(amount, body, True)) + sizes.px(12)
        self._paint_name(pen, line, Rect(rest.x, rest.y, rest.w - taken, rest.h), body, note)

    def _paint_name(self, pen: Pen, line: LineLook, area: Rect, body: int, note: int) -> None:
        palette = self.kit.palette
        below, good = self.line_note(line, note, area.w)
        lines = 1 if below and area.h < 2.6 * pens.line_height(body) else 2
        if not below:
            pen.text(line.name, area, body, palette.ink, lines=2)
            return
        if lines == 1:
            body = pens.fitting_size((line.name,), body, False, area.w, note)
        parts = pens.wrap(line.name, body, False, area.w, lines)
        step = pens.line_height(body)
        height = step if len(parts) == 1 else round(step * 0.9) * len(parts)
        under = round(pens.line_height(note) * 0.92)
        top = area.y + (area.h + height + under) // 2
        pen.lines(parts, Rect(area.x, top - height, area.w, height), body, palette.ink)
        ink = palette.go if good else palette.quiet
        pen.text(below, Rect(area.x, top - height - under, area.w, under), note, ink)

    def line_note(self, line: LineLook, size: int = 0, width: int = 0) -> tuple[str, bool]:
        """The line under the name: (text, whether it is good news). size, width: its type, its
        room."""
        kit = self.kit
        if line.kind is LineKind.RETURN:
            of = f"{kit.t('receipt')} {line.returns}" if line.returns else kit.t("no receipt")
            return f"{kit.t('Return')} · {of}", False
        if line.offers:
            return offer_note(kit, line.offers, size, width), True
        if line.discount_minor:
            off = kit.amount(-line.discount_minor)
            percent = line.discount.percent if line.discount else None
            if percent is not None:
                return f"{kit.percent(-percent)} · {off}", True
            return f"{kit.t('Discount')} {off}", True
        if line.kind is LineKind.DEPOSIT:
            return kit.t("Deposit") if line.of_line else kit.t("Containers back"), False
        price = f"{kit.quantity(line.quantity, line.unit)} × {kit.amount(line.unit_price_minor)}"
        if line.tare_kg is not None:
            price = f"{price} · {kit.t('container')} {kit.number(line.tare_kg)}"
        wishes = ", ".join(map(self._wish, line.modifiers))
        good, parts = False, [price if line.quantity != 1 else "", wishes]
        if line.price_list:
            good = line.unit_price_minor <= line.list_price_minor
            parts = [price, self._list_note(line), wishes]
        elif line.overridden:
            parts = [price, kit.t("price changed"), wishes]
        return " · ".join(filter(None, parts)), good

    def _wish(self, wish: Modifier) -> str:
        """ "oat milk +15.00"."""
        price = wish.price_minor
        return f"{wish.name} +{self.kit.amount(price)}" if price else wish.name

    def _list_note(self, line: LineLook) -> str:
        """Whose price it is, and how it differs from the item's own: "−10 % Опт"."""
        if not line.list_price_minor or line.unit_price_minor == line.list_price_minor:
            return line.price_list
        change = Decimal(line.unit_price_minor - line.list_price_minor) / line.list_price_minor
        percent = (100 * change).quantize(Decimal(1))
        return f"{self.kit.percent(percent)} {line.price_list}" if percent else line.price_list

    def _paint_swiped(self, pen: Pen, row: Rect, way: int) -> None:
        """What shows under a line that is pushed aside: the bin, red once it will act."""
        palette, sizes = self.kit.palette, self.kit.measures
        enough = way > sizes.swipe
        hole = Rect(row.right - way, row.y, way, row.h)
        pen.fill(hole, palette.bad if enough else palette.bad_ground)
        if way > sizes.px(40):
            pen.icon("bin", hole, sizes.px(26), palette.panel if enough else palette.bad)


def _due_label(basket: BasketLook | None) -> str:
    """Which way the money goes; a minus alone is easily overlooked."""
    return N_("To give back") if basket and basket.total_minor < 0 else N_("To pay")
