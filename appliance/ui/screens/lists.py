"""Lists that a person works through: suspended baskets, prints to look after, devices."""

from __future__ import annotations

from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.devices import DeviceState
from appliance.core.facts import PrintWhat
from appliance.core.refusal import Reason
from appliance.core.view import ElsewhereLook, Look, SuspendedLook, UnderWayLook
from appliance.ui import pen as pens
from appliance.ui import words
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.sentences import fleet_wire, update
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.rows import Rows


class ListScreen(Screen):
    """A titled panel of rows, with the keys of each row at its right and the way back below."""

    title = ""
    nothing = ""
    row_height = 72.0

    def build(self) -> None:
        self.chosen = 0
        self._panel = NOWHERE
        self.rows = Rows(
            self.kit,
            self.paint_row,
            row_height=max(58, self.kit.measures.px(self.row_height)),
            on_tap=self._tapped,
        )
        self.add_widget(self.rows)
        self.back = self.key(self.kit.t("Back"), self.desk.home, hotkey="escape")
        self.ways: list[Key] = []
        self.build_ways()

    def build_ways(self) -> None:
        """The keys for the chosen row."""

    def count(self) -> int:
        raise NotImplementedError

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        raise NotImplementedError

    def chose(self) -> None:
        """Another row is chosen."""

    def enter(self, **_how: Any) -> None:
        self.chosen = 0

    def update(self, look: Look, before: Look) -> None:
        self.chosen = min(self.chosen, max(0, self.count() - 1))
        self.rows.set_rows(self.count())
        self.chose()
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        pay, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        self._panel = rest
        _head, body = rest.cut_top(sizes.px(54))
        self.rows.place(Rect(body.x + 1, body.y + sizes.px(6), body.w - 2, body.h - sizes.px(6)))
        weights = (0.24, *[0.76 / max(1, len(self.ways))] * len(self.ways))
        places = pay.columns(weights, sizes.gap) if self.ways else [pay.cut_left(pay.w // 4)[0]]
        for key, place in zip((self.back, *self.ways), places, strict=True):
            key.place(place)

    def paint(self, pen: Pen) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        self.panel(pen, self._panel)
        head, body = self._panel.cut_top(sizes.px(54))
        place = head.inset(sizes.px(20), 0)
        size = sizes.type(TYPE.title)
        pen.text(self.kit.t(self.title), place, size, palette.ink, bold=True)
        pen.fill(Rect(head.x + 1, head.y, head.w - 2, sizes.hair), palette.line)
        if not self.count():
            area = body.inset(sizes.px(24))
            text = self.kit.t(self.nothing)
            pen.text(text, area, sizes.type(TYPE.body), palette.quiet, align="center", lines=3)

    def paint_ground(self, pen: Pen, index: int, rect: Rect) -> Rect:
        """A row's ground; returns where its words go."""
        sizes, palette = self.kit.measures, self.kit.palette
        if index == self.chosen and self.ways:
            pen.fill(rect, palette.go_ground)
            pen.fill(Rect(rect.x, rect.y, sizes.px(5), rect.h), palette.go)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        return rect.inset(sizes.px(20), sizes.px(6))

    def paint_two(
        self, pen: Pen, area: Rect, title: str, note: str, *, value: str = "", ink: object = None
    ) -> None:
        """A bold line over a quiet one, a value at the right."""
        sizes, palette = self.kit.measures, self.kit.palette
        size, small = sizes.type(TYPE.body), sizes.type(TYPE.small)
        if value:
            width = pens.text_width(value, sizes.type(TYPE.title), True)
            pen.text(value, area, sizes.type(TYPE.title), palette.ink, bold=True, align="right")
            area = Rect(area.x, area.y, max(0, area.w - width - sizes.px(14)), area.h)
        lines = 2 if area.h >= pens.line_height(size) + 1.8 * pens.line_height(small) else 1
        parts = pens.wrap(note, small, False, area.w, lines)
        under = pens.line_height(small) if len(parts) == 1 else 1.8 * pens.line_height(small)
        step = pens.line_height(size, True)
        top = area.y + (area.h + step + round(under)) // 2
        head = Rect(area.x, top - step, area.w, step)
        pen.text(title, head, size, ink or palette.ink, bold=True)  # type: ignore[arg-type]
        below = Rect(area.x, top - step - round(under), area.w, round(under))
        pen.lines(parts, below, small, palette.quiet)

    def _tapped(self, index: int) -> None:
        before, self.chosen = self.chosen, index
        self.rows.repaint(before, index)
        self.chose()
        self.tapped()

    def tapped(self) -> None:
        """The chosen row was touched."""

    def command(self, name: str) -> bool:
        if name in ("up", "down") and self.count():
            step = 1 if name == "down" else -1
            index = min(max(0, self.chosen + step), self.count() - 1)
            before, self.chosen = self.chosen, index
            self.rows.repaint(before, index)
            self.rows.show_row(index)
            self.chose()
            return True
        if name == "enter" and self.count():
            self.tapped()
            return True
        return False


class RecallScreen(ListScreen):
    """One touch on a basket takes it back, also from another till of the shop."""

    title = words.N_("Suspended baskets")
    nothing = words.N_("No basket is suspended")

    @property
    def baskets(self) -> tuple[SuspendedLook | ElsewhereLook | UnderWayLook, ...]:
        """Those of this till first, then what is on its way, then those of the others."""
        return (*self.look.suspended, *self.look.under_way, *self.look.elsewhere)

    def count(self) -> int:
        return len(self.baskets)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        parked = self.baskets[index]
        area = self.paint_ground(pen, index, rect)
        if pressed:
            pen.fill(rect, self.kit.palette.pressed)
        note = self.kit.n("{count} line", "{count} lines", parked.lines)
        ink = None
        match parked:
            case ElsewhereLook(till=till, can_go=goes):
                note = note if goes else self.kit.t("to be finished there")
                note = f"{self._name(till)} · {note}"
                ink = None if goes else self.kit.palette.quiet
            case UnderWayLook(to=to):
                note = self.kit.t("on its way to {till}: touch to take it back")
                note = note.format(till=self._name(to))
                ink = self.kit.palette.warn
        self.paint_two(
            pen, area, parked.name, note, value=self.kit.money(parked.total_minor), ink=ink
        )

    def _name(self, till: str) -> str:
        return self.look.tills.name(till) if self.look.tills is not None else till

    def tapped(self) -> None:
        match self.baskets[self.chosen]:
            case SuspendedLook(sale=sale):
                self.desk.submit(c.RecallSale(sale), done=self.desk.home)
            case ElsewhereLook(till=till, sale=sale):
                # Home first: a screen that opens takes away what was told before.
                self.desk.home()
                self.desk.submit(c.FetchSale(till, sale))
            case UnderWayLook(key=key):
                self.desk.submit(c.RecallHandover(key))


class MattersScreen(ListScreen):
    """Prints whose outcome is unknown or failed, or that wait for the printer."""

    title = words.N_("Prints to look after")
    nothing = words.N_("Every print came out. Nothing to do.")

    def build_ways(self) -> None:
        t = self.kit.t
        self.copy = self.key(t("Print a copy"), self._copy, hotkey="f5")
        self.came = self.key(
            t("It came out"), partial(self._settle, words.N_("It came out")), hotkey="f6"
        )
        self.drop = self.key(t("Not needed"), self._drop, hotkey="f7")
        self.ways = [self.copy, self.came, self.drop]

    def count(self) -> int:
        return len(self.look.matters)

    def chose(self) -> None:
        matter = self.look.matters[self.chosen] if self.count() else None
        open_matter = matter is not None and not matter.waiting
        receipt = open_matter and matter is not None and matter.what is PrintWhat.RECEIPT
        self.copy.change(enabled=bool(receipt))
        self.came.change(enabled=open_matter)
        waits = matter is not None and matter.waiting and matter.what is PrintWhat.RECEIPT
        self.drop.change(enabled=open_matter or waits)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        t, matter = self.kit.t, self.look.matters[index]
        area = self.paint_ground(pen, index, rect)
        title = t(words.PRINTS[matter.what]).format(number=matter.number)
        outcome = "waiting" if matter.waiting else matter.outcome
        note = t(words.OUTCOMES.get(outcome, outcome))
        ink = None if matter.waiting else self.kit.palette.warn
        self.paint_two(pen, area, title, note, ink=ink)

    def _copy(self) -> None:
        matter = self.look.matters[self.chosen]
        self.desk.submit(
            c.PrintReceipt(matter.sale), done=partial(self.desk.tell_key, "copy_printing")
        )

    def _drop(self) -> None:
        """A receipt that still waits is called off; what went wrong is settled."""
        matter = self.look.matters[self.chosen]
        if not matter.waiting:
            self._settle(words.N_("Not needed"))
            return
        told = partial(self.desk.tell_key, "settled")
        self.desk.submit(c.SkipReceipt(matter.sale), done=told)

    def _settle(self, reason: str) -> None:
        matter = self.look.matters[self.chosen]
        self.desk.submit(
            c.SettleMatter(matter.effect, self.kit.t(reason)),
            done=partial(self.desk.tell_key, "settled"),
        )


class DevicesScreen(ListScreen):
    """Each device, what state it is in, and how to mend it."""

    title = words.N_("Devices")
    nothing = words.N_("No device is set up. The till sells without; add them in its settings.")
    row_height = 82.0

    def build_ways(self) -> None:
        """An update by hand, on a machine that runs an image of Kram."""
        self.stick: Key | None = None
        if self.desk.machine is not None:
            ask = partial(self.desk.submit, c.UpdateFromStick())
            self.stick = self.key(self.kit.t("Update from stick"), ask)

    def arrange(self, rect: Rect) -> None:
        super().arrange(rect)
        if self.stick is not None:
            sizes = self.kit.measures
            pay, _ = rect.cut_bottom(sizes.pay_height, sizes.px(10))
            self.stick.place(Rect(pay.right - pay.w // 3, pay.y, pay.w // 3, pay.h))

    def count(self) -> int:
        return len(self.look.devices) + len(self._storage()) + len(self._fleet())

    def _storage(self) -> list[tuple[str, str]]:
        t, storage = self.kit.t, self.look.storage
        told = []
        if storage.full:
            told.append((t("Memory card is full"), t(words.REFUSALS[Reason.STORAGE_FULL])))
        if storage.fault:
            why = t(words.REFUSALS[Reason.STORAGE_FAULT])
            told.append((t("Memory card does not write"), why))
        if storage.recovered:
            told.append((t("Data was recovered"), storage.recovered))
        if storage.card:
            what, *found, remedy = storage.card
            # Of each mistake the place first, what to do below it.
            told += [(what, remedy), *(each.partition(". ")[::2] for each in found)]
        return told

    def _fleet(self) -> list[tuple[str, str]]:
        return [
            *fleet_wire.rows(self.kit.t, self.look.fleet, self.desk.now()),
            *update.rows(self.kit.t, self.look.update),
        ]

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        sizes, palette, t = self.kit.measures, self.kit.palette, self.kit.t
        area = self.paint_ground(pen, index, rect)
        icon, area = area.cut_left(sizes.px(34), sizes.px(12))
        storage, wire = self._storage(), self._fleet()
        if index < len(storage):
            pen.icon("alert", icon, sizes.px(26), palette.bad)
            self.paint_two(pen, area, *storage[index], ink=palette.bad)
            return
        if index < len(storage) + len(wire):
            pen.icon("alert", icon, sizes.px(26), palette.warn)
            self.paint_two(pen, area, *wire[index - len(storage)], ink=palette.warn)
            return
        health = self.look.devices[index - len(storage) - len(wire)]
        inks = {DeviceState.READY: palette.go, DeviceState.ATTENTION: palette.warn}
        ink = inks.get(health.state, palette.bad)
        pen.icon("check" if health.state is DeviceState.READY else "alert", icon, sizes.px(26), ink)
        note = words.remedy(t, health)
        if health.state is DeviceState.READY:
            note = health.detail or t("Nothing to do.")
        title = words.device_state(t, health)
        self.paint_two(pen, area, title, note, ink=None if ink is palette.go else ink)
