"""Closed shifts, newest first: what each took, by how much it was off, and its Z report again."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.ui import words
from appliance.ui.kit import day
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.lists import ListScreen
from appliance.ui.widgets.key import Kind


class PastShiftsScreen(ListScreen):
    title = words.N_("Past shifts")
    nothing = words.N_("No shift was closed yet")

    def build_ways(self) -> None:
        title = self.kit.t("Print the Z report again")
        self.print = self.key(title, self._print, Kind.WAY, icon="printer", hotkey="f5")
        self.ways = [self.print]

    def enter(self, **_how: object) -> None:
        self.chosen = 0
        self.desk.submit(c.ShowShifts())

    def leave(self) -> None:
        self.desk.submit(c.ShowShifts(0))

    def count(self) -> int:
        return len(self.look.cash.past or ())

    def chose(self) -> None:
        self.print.change(enabled=self.count() > 0)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, past = self.kit, (self.look.cash.past or ())[index]
        area = self.paint_ground(pen, index, rect)
        title = f"Z {past.z_number} · {day(kit, past.closed_at)}"
        off = past.difference_minor
        told = [past.closed_by, past.drawer, kit.n("{count} sale", "{count} sales", past.sales)]
        if off:
            label = kit.t("Too much") if off > 0 else kit.t("Missing")
            told.append(f"{label} {kit.money(abs(off))}")
        if past.left_open:
            told.append(f"{kit.t('Left open')}: {kit.number(past.left_open)}")
        ink = None if not off else kit.palette.warn if off > 0 else kit.palette.bad
        note = " · ".join(filter(None, told))
        self.paint_two(pen, area, title, note, value=kit.money(past.gross_minor), ink=ink)

    def _print(self) -> None:
        known = self.look.cash.past or ()
        if self.chosen < len(known):
            past = known[self.chosen]
            told = partial(self.desk.tell_key, "report_printing")
            self.desk.submit(c.PrintZCopy(past.z_number, past.epoch), done=told)
