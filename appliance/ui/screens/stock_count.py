"""Counting the shelves while the till sells: which counts go on, and one of them."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from appliance.core import commands as c
from appliance.core.stock_look import FoundLook
from appliance.core.stock_rows import DifferenceRow, LevelRow
from appliance.core.view import Look
from appliance.ui.entry import Entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import NumPadScreen
from appliance.ui.screens.lists import ListScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.numpad import NumPad
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_


class CountsScreen(ListScreen):
    """Counts that go on come first; below, what else could be counted."""

    title = N_("Count the shelves")
    nothing = N_("No goods are known yet")

    def build_ways(self) -> None:
        self.scopes: list[str] = []

    def enter(self, **_how: object) -> None:
        self.chosen = 0
        stock = self.desk.stock
        if stock is not None:
            self.desk.work(stock.categories, self._told)

    def _told(self, scopes: object) -> None:
        assert isinstance(scopes, list | tuple)
        self.scopes = list(scopes)
        self.update(self.look, self.look)

    def _rows(self) -> list[tuple[int, str]]:
        """(count, scope); count 0: not begun."""
        going = [(it.count, it.scope) for it in self.look.stock.counts]
        taken = {scope for _, scope in going}
        if "" in taken:
            return going
        free = [(0, scope) for scope in self.scopes if scope not in taken]
        return [*going, *([] if going else [(0, "")]), *free]

    def count(self) -> int:
        return len(self._rows())

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        t, (count, scope) = self.kit.t, self._rows()[index]
        area = self.paint_ground(pen, index, rect)
        if pressed:
            pen.fill(rect, self.kit.palette.pressed)
        name = scope or t("Everything")
        note = t("Goes on: touch to continue") if count else t("Touch to begin")
        ink = self.kit.palette.go if count else None
        self.paint_two(pen, area, name, note, value=f"№ {count}" if count else "", ink=ink)

    def tapped(self) -> None:
        count, scope = self._rows()[self.chosen]
        if count:
            self.desk.go("counting", count=count)
            return
        self.desk.submit(c.StartCount(scope), done=self._begun)

    def _begun(self) -> None:
        counts = self.desk.look.stock.counts
        if counts:
            self.desk.go("counting", count=counts[-1].count)


class CountingScreen(NumPadScreen):
    """A scan adds one; typed digits are all that lies there."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.number = 0
        self.tab = "counted"
        self.entry = Entry()
        self.found: FoundLook | None = None
        self.rows_counted: tuple[DifferenceRow, ...] = ()
        self.rows_left: tuple[LevelRow, ...] = ()
        self._head = NOWHERE
        self.rows = Rows(
            kit, self._paint_row, row_height=max(50, kit.measures.px(56)), on_tap=self._choose
        )
        self.add_widget(self.rows)
        self.tabs = {
            name: self.key(t(title), partial(self._turn, name), Kind.QUIET, size=TYPE.body)
            for name, title in (("counted", N_("Counted")), ("left", N_("Not yet counted")))
        }
        self.field = NumberField(kit, "")
        self.add_widget(self.field)
        self.pad = NumPad(kit, self._press)
        self.add_widget(self.pad)
        self.set = self.key(t("So many lie there"), self._set, Kind.WAY, hotkey="enter")
        self.back = self.key(t("Back"), lambda: self.desk.go("stock_counts"), hotkey="escape")
        self.find = self.key(t("Find"), self._find, hotkey="f3")
        self.drop = self.key(t("Throw away"), partial(self._finish, False), Kind.DANGER)
        self.apply = self.key(
            t("Apply"), partial(self._finish, True), Kind.PRIMARY, hotkey="f12", subtitle=" "
        )

    def enter(self, count: int | None = None, **_how: object) -> None:
        if count is not None:
            self.number, self.found, self.tab = count, None, "counted"
        self.seen = self.look.stock.found.serial if self.look.stock.found else 0
        self.desk.submit(c.AimStock("count", self.number))
        self._turn(self.tab)

    def leave(self) -> None:
        self.desk.submit(c.AimStock())

    def update(self, look: Look, before: Look) -> None:
        if all(it.count != self.number for it in look.stock.counts):
            self.desk.go("stock_counts")
            return
        found = look.stock.found
        if found is not None and found.serial > self.seen:
            self.seen, self.found = found.serial, found
            self.entry = Entry(decimals=found.unit.decimals, whole_max=6)
            self.pad.set_corner("." if found.unit.decimals else "00")
            self._load()
        self._show()

    def _load(self) -> None:
        """The lists, as the journal has them now."""
        stock, number = self.desk.stock, self.number
        if stock is not None:
            self.desk.work(
                lambda: (tuple(stock.differences(number)), tuple(stock.uncounted(number))),
                self._told,
            )

    def _told(self, lists: tuple[tuple[DifferenceRow, ...], tuple[LevelRow, ...]]) -> None:
        self.rows_counted, self.rows_left = lists
        self._show()

    def _turn(self, tab: str) -> None:
        self.tab = tab
        for name, key in self.tabs.items():
            key.change(kind=Kind.CHOSEN if name == tab else Kind.QUIET)
        self._load()
        self._show()

    def _show(self) -> None:
        kit, found = self.kit, self.found
        rows = self.rows_counted if self.tab == "counted" else self.rows_left
        self.rows.set_rows(len(rows))
        shown = self.entry.shown(kit.point)
        unit = kit.unit(found.unit) if found else ""
        known = found.counted if found is not None else None
        hint = "0" if known is None else kit.number(known)
        label = kit.t("On the shelf")
        self.field.set(shown, placeholder=hint, unit=unit, label=label)
        typed = found is not None and self.entry.value is not None
        self.set.change(enabled=typed)
        kept = kit.t("the rest stays as it is")
        rest = kept if self.tab == "counted" else kit.t("the rest is not there")
        any_row = bool(self.rows_counted) or self.tab == "left"
        # A number that still stands in the field would be lost with the count.
        self.apply.change(subtitle=rest, enabled=any_row and not typed)
        badge = str(len(self.rows_left)) if self.rows_left else ""
        self.tabs["left"].change(badge=badge)
        self.redraw()

    def _press(self, key: str) -> None:
        if self.found is not None:
            self.entry = self.entry.typed(key)
            self._show()

    def _set(self) -> None:
        value = self.entry.value
        if self.found is None or value is None:
            return
        request = c.CountItem(self.number, self.found.item, value, lot=self.found.lot)
        self.desk.submit(request, done=self._taken)

    def _taken(self) -> None:
        self.entry = self.entry.typed("clear")
        self._load()

    def _choose(self, index: int) -> None:
        """A row touched: type what lies there of it."""
        rows = self.rows_counted if self.tab == "counted" else self.rows_left
        row = rows[index]
        lot = row.lot if isinstance(row, DifferenceRow) else ""
        counted = row.counted if isinstance(row, DifferenceRow) else None
        known = row.expected if isinstance(row, DifferenceRow) else row.left
        self.found = FoundLook(
            self.seen, row.item, row.name, row.unit, left=known, lot=lot, counted=counted
        )
        self.entry = Entry(decimals=row.unit.decimals, whole_max=6)
        self.pad.set_corner("." if row.unit.decimals else "00")
        self._show()

    def _find(self) -> None:
        self.desk.go("stock_find", to="counting")

    def _finish(self, apply: bool) -> None:
        told = "count_applied" if apply else "count_dropped"
        rest = apply and self.tab == "left"
        self.desk.submit(
            c.FinishCount(self.number, apply, rest), done=partial(self.desk.tell_key, told)
        )

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        pay, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        places = pay.columns((0.17, 0.17, 0.25, 0.41), sizes.gap)
        keys = (self.back, self.find, self.drop, self.apply)
        for key, place in zip(keys, places, strict=True):
            key.place(place)
        left, right = self.halves(rest)
        tabs, left = left.cut_top(sizes.touch(48), sizes.gap)
        for key, place in zip(
            self.tabs.values(), tabs.columns((0.42, 0.58), sizes.gap), strict=True
        ):
            key.place(place)
        self.rows.place(left.inset(1, 2))
        self._head, right = right.cut_top(max(sizes.px(58), 50), sizes.gap)
        shown, right = right.cut_top(max(sizes.px(64), 50), sizes.gap)
        done, shown = shown.cut_right(round(shown.w * 0.46), sizes.gap)
        self.set.place(done)
        self.field.place(shown)
        self.pad.place(right)

    def paint(self, pen: Pen) -> None:
        sizes, palette, kit = self.kit.measures, self.kit.palette, self.kit
        self.panel(pen, self.rows.rect.inset(-1, -2))
        found, size = self.found, sizes.type(TYPE.title)
        head = self._head.inset(sizes.px(4), 0)
        if found is None:
            text = kit.t("Scan what lies on the shelf: each scan adds one")
            pen.text(text, head, sizes.type(TYPE.body), palette.quiet, lines=2)
        else:
            name, note = head.rows((1.3, 1))
            pen.text(found.name, name, size, palette.ink, bold=True, valign="bottom")
            known = "" if found.left is None else kit.quantity(found.left, found.unit)
            told = f"{kit.t('In stock')}: {known}" if known else ""
            pen.text(told, note, sizes.type(TYPE.small), palette.quiet, valign="top")
        if not self.rows.count:
            empty = kit.t("Nothing was counted yet")
            if self.tab == "left":
                empty = kit.t("Everything was counted")
            area = self.rows.rect.inset(sizes.px(18))
            body = sizes.type(TYPE.body)
            pen.text(empty, area, body, palette.quiet, align="center", lines=2)

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        if pressed:
            pen.fill(rect, palette.pressed)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        inner = rect.inset(sizes.px(14), sizes.px(4))
        size, small = sizes.type(TYPE.body), sizes.type(TYPE.note)
        room = Rect(inner.x, inner.y, round(inner.w * 0.64), inner.h)
        side = Rect(room.right, inner.y, inner.right - room.right, inner.h)
        name, note = room.rows((1.15, 1))
        if self.tab == "left":
            row = self.rows_left[index]
            pen.text(row.name, name, size, palette.ink, valign="bottom")
            pen.text(row.category or row.item, note, small, palette.quiet, valign="top")
            left = kit.quantity(row.left, row.unit)
            pen.text(left, side, size, palette.ink, bold=True, align="right")
            return
        found = self.rows_counted[index]
        pen.text(found.name, name, size, palette.ink, valign="bottom")
        of = f"{kit.number(found.counted)} / {kit.number(found.expected)}"
        pen.text(
            " · ".join(filter(None, (of, found.lot))), note, small, palette.quiet, valign="top"
        )
        upper, lower = side.rows((1.15, 1))
        off = found.difference
        if not off:
            pen.icon("check", side.cut_right(sizes.px(24))[0], sizes.px(20), palette.go)
            return
        ink = palette.ink if off > 0 else palette.bad
        told = signed(kit.number(abs(off)), off)
        pen.text(told, upper, size, ink, bold=True, align="right", valign="bottom")
        if found.value_minor is not None:
            value = signed(kit.amount(abs(found.value_minor)), Decimal(found.value_minor))
            pen.text(value, lower, small, palette.quiet, align="right", valign="top")

    def scanned(self) -> None:
        """Scans count."""


def signed(text: str, value: Decimal) -> str:
    """With a real minus, or a plus."""
    return f"{'−' if value < 0 else '+'}{text}"
