"""The end of the terminals' day: their own sums beside the till's, and what explains a difference."""

from __future__ import annotations

from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.pay_look import TerminalLook
from appliance.core.state import TerminalSums
from appliance.core.view import Look
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.lists import ListScreen
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_


def verdict(it: TerminalLook) -> str:
    if it.waiting:
        return N_("It is being asked")
    if it.difference_minor:
        return N_("It differs")
    if not it.open:
        return N_("Nothing to compare")
    if it.by_hand or not it.told:
        return N_("Compare by hand")
    return N_("Not asked yet") if it.said is None else N_("It adds up")


class TerminalsScreen(ListScreen):
    """A row a terminal; a touch on it shows its payments in doubt one by one."""

    title = N_("Terminals: sums of the day")
    nothing = N_("No terminal is set up. Add [[payments]] to the settings.")

    def build_ways(self) -> None:
        t = self.kit.t
        self.ask = self.key(t("Ask for its sums"), partial(self._ask, False), Kind.WAY)
        self.close = self.key(t("Close its batch"), partial(self._ask, True))
        self.one_by_one = self.key(t("One by one"), self.tapped, Kind.PRIMARY, hotkey="f12")
        self.ways = [self.ask, self.close, self.one_by_one]

    @property
    def _chosen(self) -> TerminalLook | None:
        known = self.look.pay.terminals
        return known[self.chosen] if self.chosen < len(known) else None

    def count(self) -> int:
        return len(self.look.pay.terminals)

    def chose(self) -> None:
        it = self._chosen
        asks = it is not None and not it.by_hand and not it.waiting
        self.ask.change(enabled=asks)
        self.close.change(enabled=asks)
        self.one_by_one.change(enabled=it is not None and it.open)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, it = self.kit, self.look.pay.terminals[index]
        area = self.paint_ground(pen, index, rect)
        palette = kit.palette
        ink = palette.bad if it.difference_minor else palette.warn
        good = not it.open or (it.said is not None and not it.difference_minor)
        off = kit.money(it.difference_minor) if it.difference_minor else ""
        title = f"{it.name} · {kit.t(verdict(it))}"
        note = told(kit, it)
        self.paint_two(pen, area, title, note, value=off, ink=palette.go if good else ink)

    def tapped(self) -> None:
        it = self._chosen
        if it is not None and it.open:
            self.desk.go("terminal_day", terminal=it.name)

    def _ask(self, close: bool) -> None:
        it = self._chosen
        if it is not None:
            self.desk.submit(c.AskTotals(it.name, close))


def told(kit: Any, it: TerminalLook) -> str:
    """ "By the till 12 × 4 560,00 · by the terminal 13 × 4 610,00"."""
    ours = kit.t("By the till {sums}").format(sums=_sums(kit, it.ours))
    if it.said is None:
        return ours
    return f"{ours} · " + kit.t("by the terminal {sums}").format(sums=_sums(kit, it.said))


def _sums(kit: Any, sums: TerminalSums) -> str:
    taken = f"{sums.count} × {kit.money(sums.amount_minor)}"
    if not sums.refunds:
        return taken
    return f"{taken} − {sums.refunds} × {kit.money(sums.refunds_minor)}"


_KINDS = {
    "unknown": N_("Without an answer"),
    "by_hand": N_("Decided by hand"),
    "astray": N_("Came late"),
}


class TerminalDayScreen(ListScreen):
    """One terminal: each payment that a person or nobody answered for, and how it was settled."""

    nothing = N_("No payment here is in doubt. Compare the terminal's slip with the till's list.")

    def build_ways(self) -> None:
        t = self.kit.t
        self.name = ""
        self.till_right = self.key(
            t("The till is right"), partial(self._accept, N_("The till is right"))
        )
        self.terminal_right = self.key(t("It adds up"), self._done, Kind.PRIMARY, hotkey="f12")
        self.ways = [self.till_right, self.terminal_right]

    def enter(self, terminal: str = "", **_how: Any) -> None:
        """Back from a manager's PIN without one named: the same one."""
        self.name = terminal or self.name
        self.chosen = 0

    @property
    def terminal(self) -> TerminalLook | None:
        return next((it for it in self.look.pay.terminals if it.name == self.name), None)

    def count(self) -> int:
        it = self.terminal
        return 0 if it is None else len(it.doubts)

    def update(self, look: Look, before: Look) -> None:
        it = self.terminal
        if it is None or not it.open:
            self.desk.go("terminals")
            return
        off = bool(it.difference_minor)
        self.title = f"{it.name} · {self.kit.t(verdict(it))}"
        self.till_right.change(enabled=off and not it.waiting)
        right = self.kit.t("The terminal is right") if off else self.kit.t("It adds up")
        self.terminal_right.change(title=right, enabled=not it.waiting)
        super().update(look, before)

    def paint(self, pen: Pen) -> None:
        super().paint(pen)
        it = self.terminal
        if it is None:
            return
        sizes, palette = self.kit.measures, self.kit.palette
        foot, _ = self._panel.cut_bottom(max(sizes.px(64), 54))
        inner = foot.inset(sizes.px(20), sizes.px(6))
        off = self.kit.money(it.difference_minor) if it.difference_minor else ""
        ink = palette.bad if off else palette.ink
        title = self.kit.t("Difference") if off else self.kit.t(verdict(it))
        self.paint_two(pen, inner, title, told(self.kit, it), value=off, ink=ink)

    def arrange(self, rect: Rect) -> None:
        super().arrange(rect)
        sizes = self.kit.measures
        place = self.rows.rect
        _foot, rows = place.cut_bottom(max(sizes.px(64), 54))
        self.rows.place(rows)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, it = self.kit, self.terminal
        assert it is not None
        area, doubt = self.paint_ground(pen, index, rect), it.doubts[index]
        title = f"{doubt.sale}-{doubt.tender} · {kit.t(_KINDS[doubt.kind])}"
        if doubt.explains:
            title += " · " + kit.t("this is the difference")
        booked = kit.t("booked {amount}").format(amount=kit.money(doubt.amount_minor))
        note = " · ".join(filter(None, (booked, doubt.reference)))
        ink = kit.palette.bad if doubt.explains else None
        self.paint_two(pen, area, title, note, value=kit.money(doubt.asked_minor), ink=ink)

    def _done(self) -> None:
        off = self.terminal is not None and self.terminal.difference_minor
        self._accept(N_("The terminal is right") if off else "")

    def _accept(self, reason: str) -> None:
        self.desk.submit(
            c.AcceptTotals(self.name, self.kit.t(reason) if reason else ""),
            done=partial(self.desk.tell_key, "terminal_settled"),
        )
