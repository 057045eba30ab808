"""The card terminals that stand in the shop: who looked at each, when the next look is due."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.state import ListedTerminal
from appliance.ui.kit import day
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.lists import ListScreen
from appliance.ui.screens.text import TextScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_


class TerminalListScreen(ListScreen):
    """Whoever looked says so here; a manager may have to allow it."""

    title = N_("Terminals to be looked at")
    nothing = N_("No terminal is on the list. Add each one: till terminals add")
    row_height = 82.0

    def build_ways(self) -> None:
        t = self.kit.t
        self.odd = self.key(t("Something is odd"), self._something, Kind.DANGER)
        self.gone = self.key(t("It is gone"), self._left_shop)
        self.fine = self.key(t("Inspected today"), self._inspected, Kind.PRIMARY, hotkey="f12")
        self.ways = [self.odd, self.gone, self.fine]

    def enter(self, serial: str = "", **_how: object) -> None:
        """serial: the terminal that is chosen; else the first."""
        known = [it.serial for it in self.look.pay.listed]
        self.chosen = known.index(serial) if serial in known else 0

    @property
    def _chosen(self) -> ListedTerminal | None:
        known = self.look.pay.listed
        return known[self.chosen] if self.chosen < len(known) else None

    def count(self) -> int:
        return len(self.look.pay.listed)

    def chose(self) -> None:
        for key in self.ways:
            key.change(enabled=self._chosen is not None)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, it = self.kit, self.look.pay.listed[index]
        palette, area = kit.palette, self.paint_ground(pen, index, rect)
        late = it.serial in {one.name for one in self.look.pay.to_look_at}
        looked = kit.t("looked at {day}").format(day=day(kit, it.on))
        due = kit.t("due by {day}") if not late else kit.t("was due by {day}")
        told = [it.place, looked, due.format(day=day(kit, it.due))]
        if it.tampered:
            told = [kit.t("Take no card on it. Call a manager and the bank."), it.seen, it.place]
        title = f"{it.make} {it.model} · {it.serial}"
        word = N_("odd") if it.tampered else N_("overdue") if late else N_("fine")
        ink = palette.bad if it.tampered else palette.warn if late else None
        note = " · ".join(filter(None, told))
        self.paint_two(pen, area, title, note, value=kit.t(word), ink=ink)

    def _inspected(self) -> None:
        it = self._chosen
        if it is not None:
            told = partial(self.desk.tell_key, "terminal_inspected", serial=it.serial)
            self.desk.submit(c.InspectTerminal(it.serial), done=told)

    def _something(self) -> None:
        if self._chosen is not None:
            self.desk.go("terminal_odd", serial=self._chosen.serial)

    def _left_shop(self) -> None:
        if self._chosen is not None:
            self.desk.go("terminal_gone", serial=self._chosen.serial)


class _AboutTerminal(TextScreen):
    """A sentence about one terminal."""

    icon = "terminal"
    done = N_("Note it")
    told = ""

    def build_rest(self) -> None:
        self.serial = ""
        self._words = NOWHERE
        self.back.action = self._leave

    def enter(self, serial: str = "", **_how: object) -> None:
        """Back from a manager's PIN without one named: the same one, with what was typed."""
        if serial:
            self.serial, self.board_wanted = serial, True
            self.set_text("")

    def arrange_rest(self, area: Rect) -> None:
        self._words = area

    def paint(self, pen: Pen) -> None:
        sizes, kit = self.kit.measures, self.kit
        size, area = sizes.type(TYPE.body), self._words.inset(sizes.px(24), sizes.px(10))
        text = f"{self.serial} · {kit.t(self.told)}"
        pen.text(text, area, size, kit.palette.quiet, align="center", lines=2)

    def request(self, text: str) -> c.Request:
        raise NotImplementedError

    def finished(self) -> None:
        text = self.text.strip()
        if text:
            self.desk.submit(self.request(text), done=self._leave)

    def _leave(self) -> None:
        self.desk.go("terminal_list")


class TerminalOddScreen(_AboutTerminal):
    placeholder = N_("What looks odd?")
    told = N_("Take no card on it until the bank has seen it.")

    def request(self, text: str) -> c.Request:
        return c.InspectTerminal(self.serial, tampered=True, seen=text)


class TerminalGoneScreen(_AboutTerminal):
    placeholder = N_("Where did it go?")
    told = N_("It leaves the list; its past stays in the journal.")

    def request(self, text: str) -> c.Request:
        return c.RetireTerminal(self.serial, text)
