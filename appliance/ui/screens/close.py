"""Closing the shift: a blind count by denominations, then the difference, then the Z report."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.facts import DenominationCount
from appliance.core.refusal import Reason, Refusal
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.entry import Entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_

WHY_OFF = (N_("Wrong change"), N_("Not written down"), N_("Unknown"))
"""What a cashier can say of a difference; the last holds until another is chosen."""


class _Counter:
    """One denomination's row: value, less, how many, more, sum."""

    def __init__(self, screen: CloseScreen, value_minor: int) -> None:
        self.value_minor = value_minor
        self.screen = screen
        size = TYPE.title
        self.less = screen.key("", partial(screen.step, self, -1), icon="minus", size=size)
        self.more = screen.key("", partial(screen.step, self, 1), icon="plus", size=size)
        self.number = screen.key("0", partial(screen.choose, self), Kind.QUIET, size=TYPE.title)
        self.entry = Entry(whole_max=5)
        self.rect = NOWHERE

    @property
    def count(self) -> int:
        return int(self.entry.value or 0)

    def place(self, rect: Rect) -> None:
        sizes = self.screen.kit.measures
        self.rect = rect
        side = min(sizes.touch(48), rect.h)
        y = rect.y + (rect.h - side) // 2
        name = round(rect.w * 0.2)
        self.less.place(Rect(rect.x + name, y, side, side))
        middle = max(sizes.px(52), 40)
        self.number.place(Rect(rect.x + name + side, y, middle, side))
        self.more.place(Rect(rect.x + name + side + middle, y, side, side))

    def paint(self, pen: Pen) -> None:
        kit, sizes, palette = self.screen.kit, self.screen.kit.measures, self.screen.kit.palette
        size = sizes.type(TYPE.title)
        name = Rect(self.rect.x, self.rect.y, self.less.rect.x - self.rect.x, self.rect.h)
        told = kit.short(self.value_minor)
        size = pens.fitting_size((told,), size, True, name.w - sizes.px(4), 13)
        pen.text(told, name, size, palette.ink, bold=True)
        right = self.more.rect.right
        place = Rect(right, self.rect.y, self.rect.right - right, self.rect.h)
        total = self.count * self.value_minor
        ink = palette.ink if total else palette.quiet
        body = sizes.type(TYPE.body)
        text = kit.whole(total)
        body = pens.fitting_size((text,), body, False, place.w - sizes.px(6), 13)
        pen.text(text, place, body, ink, align="right")
        if self.screen.chosen is self:
            pen.box(
                self.number.rect,
                palette.panel,
                radius=sizes.radius,
                line=palette.accent,
                width=sizes.edge,
            )


class CloseScreen(Screen):
    """First the count, blind; then, only then, what should have been there."""

    ends = N_("Close the shift")

    def build(self) -> None:
        t = self.kit.t
        self._count = self._side = NOWHERE
        self.chosen: _Counter | None = None
        self._shift: int | None = None
        self.counters = [_Counter(self, d.value_minor) for d in self.look.denominations]
        self.typing = self.anyway = False
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.count_key = self.key(t("Compare"), self._compare, Kind.PRIMARY, hotkey="enter")
        self.close = self.key(t(self.ends), self._close, Kind.PRIMARY, hotkey="enter")
        self.again = self.key(t("Count again"), self._again, hotkey="f2")
        self.matters = self.key("", partial(self.desk.go, "matters"), Kind.QUIET)
        self.parked = self.key("", partial(self.desk.go, "recall"), Kind.QUIET)
        self.drawer = self.key(t("Open the drawer"), self._open_drawer, hotkey="f3")
        self.reason = WHY_OFF[-1]
        self.reasons = {
            reason: self.key(t(reason), partial(self._because, reason), size=TYPE.small)
            for reason in WHY_OFF
        }
        for key in (self.close, self.again, self.matters, self.parked, *self.reasons.values()):
            self.remove_widget(key)

    @property
    def counted(self) -> bool:
        shift = self.look.shift
        return bool(shift and shift.counted_minor is not None and not self.typing)

    @property
    def counted_minor(self) -> int:
        shift = self.look.shift
        if self.counted and shift is not None and shift.counted_minor is not None:
            return shift.counted_minor
        return sum(row.count * row.value_minor for row in self.counters)

    def enter(self, *, anyway: bool = False, **_how: object) -> None:
        """anyway: over money of which nobody knows where it is, once that list was seen."""
        self.anyway = anyway
        self.typing = False
        self.chosen = None
        shift = self.look.shift.shift if self.look.shift else None
        if shift != self._shift:
            self._shift = shift
            self.reason = WHY_OFF[-1]
            for row in self.counters:
                row.entry = row.entry.typed("clear")

    def update(self, look: Look, before: Look) -> None:
        if look.shift is None:
            return
        if self.rect.w:
            self.place(self.rect)

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        if sizes.portrait:
            side, self._count = rect.cut_bottom(round(rect.h * 0.42), sizes.margin)
        else:
            side, self._count = rect.cut_right(round(rect.w * 0.378), sizes.margin)
        pay, self._side = side.cut_bottom(sizes.pay_height, sizes.px(10))
        area = self._count.inset(sizes.px(22), sizes.px(10))
        _, area = area.cut_top(sizes.px(34))
        rows = -(-len(self.counters) // 2)
        cells = [
            cell
            for line in area.rows(max(1, rows), sizes.px(4))
            for cell in line.columns(2, sizes.px(26))
        ]
        for row, cell in zip(self.counters, cells, strict=False):
            row.place(cell)
            row.number.change(title=self.kit.number(row.count))
        shift = self.look.shift
        back, main = pay.cut_left(round(pay.w * 0.32), sizes.gap)
        if self.counted:
            self.hide(self.count_key)
            self.show(self.close, main)
            once = shift is not None and shift.attempt < 2
            if once:
                self.hide(self.back)
                self.show(self.again, back)
            else:
                self.hide(self.again)
                self.show(self.back, back)
        else:
            self.hide(self.close)
            self.hide(self.again)
            self.show(self.back, back)
            self.show(self.count_key, main)
        for row in self.counters:
            for key in (row.less, row.more, row.number):
                key.change(enabled=not self.counted)
        self.close.change(subtitle=self._ends_with())
        self._arrange_links()
        self._arrange_foot()

    def _ends_with(self) -> str:
        number = self.look.shift.z_number if self.look.shift else 0
        return f"{self.kit.t('Z report No.')} {number}"

    @property
    def off_minor(self) -> int:
        """What was counted beyond what should be there; 0 before the count."""
        shift = self.look.shift
        if not self.counted or shift is None or shift.expected_minor is None:
            return 0
        return self.counted_minor - shift.expected_minor

    def _arrange_foot(self) -> None:
        """Before the count the drawer can be opened; after it a difference gets its reason."""
        sizes = self.kit.measures
        foot, _ = self._side.inset(sizes.px(14), sizes.px(14)).cut_bottom(sizes.touch(52))
        if self.counted:
            self.hide(self.drawer)
        else:
            self.show(self.drawer, foot)
        places = foot.columns(len(self.reasons), sizes.px(6))
        for (reason, key), place in zip(self.reasons.items(), places, strict=True):
            if self.off_minor:
                self.show(key, place)
                key.change(kind=Kind.WAY if reason == self.reason else Kind.PLAIN)
            else:
                self.hide(key)

    def _arrange_links(self) -> None:
        """Open matters stand beside the count and lead where they can be settled."""
        sizes = self.kit.measures
        places = self._rows()
        for key, label, count in (
            (self.parked, "parked", len(self.look.suspended)),
            (self.matters, "matters", len(self.look.matters)),
        ):
            place = places.get(label)
            if count and place is not None:
                width = sizes.px(60)
                spot = Rect(place.right - width, place.y, width + sizes.px(8), place.h)
                self.show(key, spot)
            else:
                self.hide(key)

    def _rows(self) -> dict[str, Rect]:
        sizes = self.kit.measures
        area = self._side.inset(sizes.px(22), sizes.px(16))
        names = ["head", "total", "sales", "parked", "matters"]
        heights = [30, 66, 34, 56, 56]
        if self.counted:
            names[2:2] = ["expected", "difference"]
            heights[2:2] = [34, 40]
        places = {}
        for name, height in zip(names, heights, strict=True):
            places[name], area = area.cut_top(sizes.px(height))
        return places

    def paint(self, pen: Pen) -> None:
        shift = self.look.shift
        if shift is None:
            return
        kit, sizes, palette, t = self.kit, self.kit.measures, self.kit.palette, self.kit.t
        self.panel(pen, self._count)
        self.panel(pen, self._side)
        hint, _ = self._count.inset(sizes.px(22), sizes.px(10)).cut_top(sizes.px(34))
        body = sizes.type(TYPE.body)
        text = t("Count the drawer. What should be there is shown after the count.")
        fitted = pens.fitting_size((text,), body, False, hint.w, 13)
        pen.text(text, hint, fitted, palette.quiet)
        for row in self.counters:
            row.paint(pen)
        places = self._rows()
        pen.text(t("Counted"), places["head"], body, palette.quiet)
        total = kit.money(self.counted_minor)
        place = places["total"]
        size = pens.fitting_size((total,), sizes.type(TYPE.total), True, place.w, 22)
        pen.text(total, place, size, palette.ink, bold=True)
        pen.fill(Rect(place.x, place.y, place.w, sizes.hair), palette.line)
        if self.counted and shift.expected_minor is not None:
            self._paint_difference(pen, places, shift.expected_minor)
        self.row_text(pen, places["sales"], t("Sales"), kit.number(shift.sales), strong=True)
        for name, label, count in (
            ("parked", t("Suspended baskets"), len(self.look.suspended)),
            ("matters", t("Prints to look after"), len(self.look.matters)),
        ):
            value = f"{kit.number(count)} ›" if count else kit.number(0)
            ink = palette.warn if count else None
            self.row_text(pen, places[name], label, value, strong=True, ink=ink)

    def _paint_difference(self, pen: Pen, places: dict[str, Rect], expected: int) -> None:
        kit, palette, t = self.kit, self.kit.palette, self.kit.t
        self.row_text(pen, places["expected"], t("Should be there"), kit.amount(expected))
        off = self.off_minor
        label = t("It adds up") if off == 0 else t("Too much") if off > 0 else t("Missing")
        value = kit.money(abs(off)) if off else kit.money(0)
        ink = palette.go if off == 0 else palette.warn if off > 0 else palette.bad
        self.row_text(pen, places["difference"], label, value, ink=ink)

    # What keys do

    def step(self, row: _Counter, by: int) -> None:
        count = max(0, row.count + by)
        row.entry = Entry(text=str(count), whole_max=5)
        self.chosen = row
        self._changed(row)

    def choose(self, row: _Counter) -> None:
        """The next digits typed are this denomination's, from the first digit anew."""
        self.chosen = row
        row.entry = row.entry.typed("clear")
        self._changed(row)

    def _changed(self, row: _Counter) -> None:
        row.number.change(title=self.kit.number(row.count))
        self.redraw()

    def _compare(self) -> None:
        counts = tuple(DenominationCount(row.value_minor, row.count) for row in self.counters)
        self.typing = False
        self.chosen = None
        self.desk.submit(c.CountDrawer(counts))

    def _again(self) -> None:
        self.typing = True
        self.place(self.rect)

    def _close(self) -> None:
        number = str(self.look.shift.z_number) if self.look.shift else ""
        told = partial(self.desk.tell_key, "shift_closed", number=number)
        request = c.CloseShift(self.why_off, anyway=self.anyway)
        self.desk.submit(request, done=told, refused=self._refused)

    @property
    def why_off(self) -> str:
        return self.kit.t(self.reason) if self.off_minor else ""

    def _refused(self, refusal: Refusal) -> None:
        """The page that names the money is the page that helps."""
        if refusal.reason is Reason.MATTERS_OPEN:
            self.desk.go("open_matters")

    def _because(self, reason: str) -> None:
        self.reason = reason
        self.place(self.rect)

    def _open_drawer(self) -> None:
        """To count it, which the reports tell from opening it for anything else."""
        reason = self.kit.t("Counting")
        told = partial(self.desk.tell_key, "drawer_opened", reason=reason)
        self.desk.submit(c.NoSale(reason, counting=True), done=told)

    def typed(self, text: str) -> bool:
        if self.counted or not self.counters:
            return True
        if self.chosen is None:
            self.choose(self.counters[0])
        row = self.chosen
        if row is not None:
            row.entry = row.entry.typed(text)
            self._changed(row)
        return True

    def command(self, name: str) -> bool:
        if self.counted or not self.counters:
            return False
        if name in ("up", "down", "tab", "backtab"):
            at = self.counters.index(self.chosen) if self.chosen else -1
            at += 1 if name in ("down", "tab") else -1
            self.choose(self.counters[max(0, at) % len(self.counters)])
            return True
        if name == "back" and self.chosen is not None:
            self.chosen.entry = self.chosen.entry.typed("back")
            self._changed(self.chosen)
            return True
        return False


class HandoverCountScreen(CloseScreen):
    """The same count, before another cashier takes the drawer; what is off has its reason here."""

    ends = N_("Who takes it")

    def _ends_with(self) -> str:
        return self.kit.t("Hand the drawer over")

    def _close(self) -> None:
        self.desk.go("handover", reason=self.why_off)
