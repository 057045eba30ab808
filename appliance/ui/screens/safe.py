"""Cash that leaves the cashier's hands: notes into the safe, the drawer to another cashier."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.money import exponent
from appliance.core.refusal import Reason, Refusal
from appliance.core.view import Look
from appliance.ui.entry import money_entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import NumPadScreen, Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.numpad import NumPad

TAKERS_MAX = 12
BAG_DIGITS = 12


class SafeDropScreen(NumPadScreen):
    """How much, and the number on the bag. The till proposes notes once the drawer holds many."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self._panel = NOWHERE
        self.mode = "amount"
        self.entry, self.bag = money_entry(kit.currency), ""
        self.field = NumberField(kit, "")
        self.pad = NumPad(kit, self._press)
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.modes = {
            "amount": self.key(t("Amount"), partial(self._turn, "amount"), Kind.QUIET),
            "bag": self.key(t("Bag number"), partial(self._turn, "bag"), Kind.QUIET),
        }
        self.proposed = self.key(t("As proposed"), self._propose, Kind.WAY, size=TYPE.title)
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.apply = self.key(t("Into the safe"), self._apply, Kind.PRIMARY, hotkey="enter")

    @property
    def proposed_minor(self) -> int:
        return sum(value * count for value, count in self.look.cash.drop)

    @property
    def amount_minor(self) -> int:
        return self.entry.minor(exponent(self.kit.currency)) or 0

    def enter(self, **_how: object) -> None:
        self.entry, self.bag = self.entry.typed("clear"), ""
        self._turn("amount")

    def update(self, look: Look, before: Look) -> None:
        self._show()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect, left=400, narrow=320)
        self._panel = left
        inner = left.inset(sizes.px(20), sizes.px(18))
        self.proposed.place(inner.cut_bottom(sizes.touch(64))[0])
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        back, done = pay.cut_left(round(pay.w * 0.3), sizes.gap)
        self.back.place(back)
        self.apply.place(done)
        modes, right = right.cut_top(sizes.touch(48), sizes.px(8))
        for key, place in zip(self.modes.values(), modes.columns(2, 4), strict=True):
            key.place(place)
        field, pad = right.cut_top(max(sizes.px(72), 54), sizes.px(10))
        self.field.place(field)
        self.pad.place(pad)

    def paint(self, pen: Pen) -> None:
        self.panel(pen, self._panel)
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        area = self._panel.inset(sizes.px(22), sizes.px(18))
        head, area = area.cut_top(sizes.px(40), sizes.px(6))
        pen.text(kit.t("Into the safe"), head, sizes.type(TYPE.title), palette.ink, bold=True)
        body = sizes.type(TYPE.body)
        if not self.look.cash.drop:
            text, area = area.cut_top(sizes.px(70))
            note = kit.t("The drawer holds no more than it should. You may still put some away.")
            pen.text(note, text, body, palette.quiet, lines=3, valign="top")
            return
        text, area = area.cut_top(sizes.px(52), sizes.px(4))
        note = kit.t("The drawer holds much. Put these notes away:")
        pen.text(note, text, body, palette.ink, lines=2, valign="top")
        for value, count in self.look.cash.drop:
            row, area = area.cut_top(sizes.px(34))
            label = f"{kit.number(count)} × {kit.short(value)}"
            self.row_text(pen, row, label, kit.amount(value * count))

    def _show(self) -> None:
        kit, bag = self.kit, self.bag
        self.proposed.change(
            enabled=bool(self.proposed_minor),
            subtitle=kit.money(self.proposed_minor) if self.proposed_minor else "",
        )
        if self.mode == "amount":
            self.field.set(self.entry.shown(kit.point), placeholder="0", currency=kit.currency)
        else:
            self.field.set(bag, placeholder="—", unit="")
        for mode, key in self.modes.items():
            key.change(kind=Kind.CHOSEN if mode == self.mode else Kind.QUIET)
        told = f"{kit.t('Bag')} {bag} · {kit.money(self.amount_minor)}" if bag else ""
        self.apply.change(enabled=bool(self.amount_minor), subtitle=told)
        self.redraw()

    def _turn(self, mode: str) -> None:
        self.mode = mode
        self.pad.set_corner(self.entry.corner if mode == "amount" else "00")
        self._show()

    def _propose(self) -> None:
        self.entry = self.entry.holding(self.proposed_minor)
        self._turn("bag")

    def _press(self, key: str) -> None:
        """A bag's number is no number: its zeros count."""
        if self.mode == "amount":
            self.entry = self.entry.typed(key)
        elif key == "back":
            self.bag = self.bag[:-1]
        elif key.isdecimal():
            self.bag = (self.bag + key)[:BAG_DIGITS]
        self._show()

    def _apply(self) -> None:
        bag = self.bag
        if not bag:
            self._turn("bag")
            return
        told = self.kit.money(self.amount_minor)
        self.desk.submit(
            c.DropToSafe(bag, self.amount_minor),
            done=partial(self._done, told, bag),
        )

    def _done(self, told: str, bag: str) -> None:
        self.desk.home()
        self.desk.tell_key("dropped", amount=told, bag=bag)

    def scanned(self) -> None:
        self.desk.home()


class HandoverScreen(Screen):
    """Who takes the drawer. Counted before or not: the slip says which, and both answer for it."""

    def build(self) -> None:
        t = self.kit.t
        self._head = NOWHERE
        self.takers: list[tuple[str, Key]] = []
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.count = self.key(
            t("Count first"), partial(self.desk.go, "handover_count"), Kind.WAY, icon="count"
        )

    def enter(self, *, reason: str = "", **_how: object) -> None:
        """reason: of what the count before it found off."""
        self.reason = reason
        for _, key in self.takers:
            self.remove_widget(key)
        known = [(it.id, it.name) for it in self.look.people.staff] or self.desk.settings.cashiers
        others = [it for it in known if it[0] != (self.look.cash.owner or self.look.cashier)]
        self.takers = [
            (
                staff,
                self.key(name, partial(self._give, staff, name), icon="person", size=TYPE.title),
            )
            for staff, name in others[:TAKERS_MAX]
        ]
        if self.rect.w:
            self.arrange(self.rect)
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        ways, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        back, right = ways.cut_left(ways.w // 4, sizes.gap)
        self.back.place(back)
        self.count.place(right.cut_right(round(ways.w * 0.4))[0])
        self._head, rest = rest.cut_top(sizes.px(64), sizes.px(6))
        columns, rows = (2, 6) if sizes.portrait else (4, 3)
        for (_, key), place in zip(self.takers, rest.grid(columns, rows, sizes.gap), strict=False):
            key.place(place)

    def update(self, look: Look, before: Look) -> None:
        if look.shift is None:
            self.desk.home()
        self.redraw()

    def paint(self, pen: Pen) -> None:
        kit, sizes = self.kit, self.kit.measures
        shift = self.look.shift
        text = kit.t("Who takes the drawer?")
        if shift is not None and shift.counted_minor is not None:
            text += f" {kit.t('Counted')}: {kit.money(shift.counted_minor)}"
        else:
            text += " " + kit.t("It is not counted.")
        area = self._head.inset(sizes.px(6), 0)
        pen.text(text, area, sizes.type(TYPE.title), kit.palette.ink, bold=True, lines=2)

    def _give(self, staff: str, name: str) -> None:
        request = c.HandOver(staff, self.reason)
        self.desk.submit(request, done=partial(self._done, staff, name), refused=self._refused)

    def _refused(self, refusal: Refusal) -> None:
        if refusal.reason is Reason.DIFFERENCE_REASON:
            self.desk.go("handover_count")

    def _done(self, staff: str, name: str) -> None:
        """Who answers for the drawer also sells at it: by PIN or badge where the shop has them."""
        if self.look.people.guarded:
            self.desk.go("staff", chosen=staff)
        else:
            self.desk.home()
            self.desk.submit(c.SignIn(staff))
        self.desk.tell_key("handed_over", name=name)
