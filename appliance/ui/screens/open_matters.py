"""The end of a day: what is still open and how each is settled, foreign notes."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.money import exponent
from appliance.core.open_matters import MONEY, MatterKind, OpenMatter
from appliance.core.shift_look import ForeignHeld
from appliance.core.view import Look
from appliance.i18n import money
from appliance.ui import words
from appliance.ui.entry import Entry, money_entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import NumPadScreen
from appliance.ui.screens.lists import ListScreen
from appliance.ui.sentences.shift import MATTERS
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.numpad import NumPad

PAGES: dict[MatterKind, str] = {
    MatterKind.UNKNOWN_PAYMENT: "payments",
    MatterKind.STRAY: "payments",
    MatterKind.REVERSAL: "payments",
    MatterKind.TERMINAL_DIFFERS: "terminals",
    MatterKind.TERMINAL_OPEN: "terminals",
    MatterKind.TERMINAL_TAMPERED: "terminal_list",
    MatterKind.TERMINAL_UNSEEN: "terminal_list",
    MatterKind.SHORT_ACCOUNT: "shorts",
    MatterKind.OTHER_SHIFT: "drawers",
    MatterKind.FOREIGN: "foreign_count",
    MatterKind.PRINT: "matters",
    MatterKind.PRINT_WAITING: "matters",
    MatterKind.UNDER_WAY: "recall",
    MatterKind.SUSPENDED: "recall",
    MatterKind.STOCK_COUNT: "stock_counts",
}
"""Where each is settled. A drawer that stands open is pushed shut."""


class OpenMattersScreen(ListScreen):
    """Seen before the count. Only money in doubt stops the close, and a manager may allow it."""

    title = words.N_("Still open")
    nothing = words.N_("Nothing is left open. Count the drawer and close.")

    def build_ways(self) -> None:
        t = self.kit.t
        self.settle = self.key(t("Settle it"), self.tapped, Kind.WAY)
        self.close = self.key(t("Count and close"), self._close, Kind.PRIMARY, hotkey="f12")
        self.ways = [self.settle, self.close]

    @property
    def _chosen(self) -> OpenMatter | None:
        known = self.look.cash.matters
        return known[self.chosen] if self.chosen < len(known) else None

    @property
    def _money(self) -> bool:
        return any(it.kind in MONEY for it in self.look.cash.matters)

    def count(self) -> int:
        return len(self.look.cash.matters)

    def chose(self) -> None:
        matter = self._chosen
        self.settle.change(enabled=matter is not None and matter.kind in PAGES)
        told = self.kit.t("A manager has to allow it") if self._money else ""
        self.close.change(subtitle=told, enabled=self.look.shift is not None)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, matter = self.kit, self.look.cash.matters[index]
        area = self.paint_ground(pen, index, rect)
        title, way_out = (kit.t(it) for it in MATTERS[matter.kind])
        name = self._name(matter)
        value = "" if matter.amount_minor is None else kit.money(matter.amount_minor)
        ink = kit.palette.bad if matter.kind in MONEY else kit.palette.warn
        self.paint_two(
            pen, area, f"{title}: {name}" if name else title, way_out, value=value, ink=ink
        )

    def _name(self, matter: OpenMatter) -> str:
        if matter.kind is MatterKind.SHORT_ACCOUNT:
            shorts = self.look.accounts.shorts
            return next((f"…{it.hint}" for it in shorts if it.account == matter.name), "")
        if matter.kind is MatterKind.OTHER_SHIFT:
            drawers = self.look.cash.drawers
            return next((it.name for it in drawers if it.id == matter.name), matter.name)
        if matter.kind in (MatterKind.PRINT, MatterKind.PRINT_WAITING):
            prints = self.look.matters
            return next((it.number for it in prints if it.effect == matter.effect), "")
        return matter.name

    def tapped(self) -> None:
        matter = self._chosen
        page = PAGES.get(matter.kind) if matter is not None else None
        if matter is not None and page == "terminal_list":
            self.desk.go(page, serial=matter.name)
        elif page is not None:
            self.desk.go(page)

    def _close(self) -> None:
        self.desk.go("close", anyway=self._money)


class ForeignCountScreen(NumPadScreen):
    """How much lies in the drawer of one currency after the other; blind where the shop is."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self._panel = NOWHERE
        self.code = ""
        self.entry = Entry()
        self._tabs: dict[str, Key] = {}
        self.field = NumberField(kit, t("Counted"))
        self.pad = NumPad(kit, self._press)
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.back = self.key(t("Back"), self._leave, hotkey="escape")
        self.apply = self.key(t("Counted"), self._apply, Kind.PRIMARY, hotkey="enter")

    def enter(self, **_how: object) -> None:
        held = self.look.cash.foreign
        waiting = [it.currency for it in held if it.waits] or [it.currency for it in held]
        self._choose(waiting[0] if waiting else "")

    def _choose(self, code: str) -> None:
        self.code = code
        self.entry = money_entry(code)
        self.pad.set_corner(self.entry.corner)
        for key in self._tabs.values():
            self.remove_widget(key)
        self._tabs = {
            it.currency: self.key(
                it.currency,
                partial(self._choose, it.currency),
                Kind.WAY if it.currency == code else Kind.PLAIN,
            )
            for it in self.look.cash.foreign
        }
        if self.rect.w:
            self.arrange(self.rect)
        self._show()

    def update(self, look: Look, before: Look) -> None:
        if look.shift is None:
            self.desk.home()
        elif {it.currency for it in look.cash.foreign} != set(self._tabs):
            self._choose(self.code)
        self._show()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        self._panel, right = self.halves(rect, left=400, narrow=320)
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        back, done = pay.cut_left(round(pay.w * 0.3), sizes.gap)
        self.back.place(back)
        self.apply.place(done)
        if self._tabs:
            tabs, right = right.cut_top(sizes.touch(52), sizes.px(8))
            places = tabs.columns(len(self._tabs), sizes.gap)
            for key, place in zip(self._tabs.values(), places, strict=True):
                key.place(place)
        field, pad = right.cut_top(max(sizes.px(72), 54), sizes.px(10))
        self.field.place(field)
        self.pad.place(pad)

    def paint(self, pen: Pen) -> None:
        self.panel(pen, self._panel)
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        area = self._panel.inset(sizes.px(22), sizes.px(18))
        head, area = area.cut_top(sizes.px(40), sizes.px(6))
        pen.text(kit.t("Foreign notes"), head, sizes.type(TYPE.title), palette.ink, bold=True)
        told, area = area.cut_top(sizes.px(84), sizes.px(6))
        text = kit.t("Count what lies in the drawer of each currency.")
        pen.text(text, told, sizes.type(TYPE.body), palette.quiet, lines=3, valign="top")
        for held in self.look.cash.foreign:
            row, area = area.cut_top(sizes.px(40))
            ink = palette.warn if held.waits or self._off(held) else None
            self.row_text(pen, row, held.currency, self._told(held), strong=True, ink=ink)

    def _off(self, held: ForeignHeld) -> int:
        if held.counted_minor is None or held.expected_minor is None:
            return 0
        return held.counted_minor - held.expected_minor

    def _told(self, held: ForeignHeld) -> str:
        kit, off = self.kit, self._off(held)
        if held.waits:
            return kit.t("not counted yet")
        if not off:
            return kit.t("It adds up")
        label = kit.t("Too much") if off > 0 else kit.t("Missing")
        return f"{label} {money(abs(off), held.currency, kit.language)}"

    def _show(self) -> None:
        shown = self.entry.shown(self.kit.point)
        self.field.set(shown, placeholder="0", currency=self.code)
        self.apply.change(enabled=bool(self.code), subtitle=self.code)
        self.redraw()

    def _press(self, key: str) -> None:
        self.entry = self.entry.typed(key)
        self._show()

    def _apply(self) -> None:
        if self.code:
            minor = self.entry.minor(exponent(self.code)) or 0
            self.desk.submit(c.CountForeign(self.code, minor), done=self._counted)

    def _counted(self) -> None:
        """On to the next currency; the last result stays to be read."""
        waiting = [it.currency for it in self.look.cash.foreign if it.waits]
        self._choose(waiting[0] if waiting else self.code)

    def _leave(self) -> None:
        self.desk.go("open_matters" if self.look.cash.matters else "close")


class DrawersScreen(ListScreen):
    """Which drawer the money goes to from here on."""

    title = words.N_("Which drawer?")
    nothing = words.N_("This till has one drawer.")

    def build_ways(self) -> None:
        self.use = self.key(self.kit.t("Work at it"), self.tapped, Kind.PRIMARY, hotkey="f12")
        self.ways = [self.use]

    def count(self) -> int:
        return len(self.look.cash.drawers)

    def chose(self) -> None:
        drawers = self.look.cash.drawers
        used = self.chosen < len(drawers) and drawers[self.chosen].in_use
        self.use.change(enabled=bool(drawers) and not used)

    def enter(self, **_how: object) -> None:
        drawers = self.look.cash.drawers
        self.chosen = next((at for at, it in enumerate(drawers) if not it.in_use), 0)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, drawer = self.kit, self.look.cash.drawers[index]
        area = self.paint_ground(pen, index, rect)
        if drawer.open:
            note = kit.t("Open, {name} answers for it").format(name=drawer.owner or "—")
        else:
            note = kit.t("Its shift is closed")
        if drawer.theirs:
            note += " · " + kit.t("somebody else's")
        value = kit.t("in use") if drawer.in_use else ""
        self.paint_two(pen, area, drawer.name, note, value=value)

    def tapped(self) -> None:
        drawers = self.look.cash.drawers
        if self.chosen < len(drawers) and not drawers[self.chosen].in_use:
            drawer = drawers[self.chosen]
            told = partial(self._chosen, drawer.name)
            self.desk.submit(c.ChooseDrawer(drawer.id), done=told)

    def _chosen(self, name: str) -> None:
        self.desk.home()
        self.desk.tell_key("drawer_chosen", drawer=name)
