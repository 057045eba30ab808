"""The shift opens with a float."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.money import exponent
from appliance.core.view import Look
from appliance.ui.entry import money_entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.numpad import NumPad


class OpenShiftScreen(Screen):
    """The float that lies in the drawer; what was left last time is the suggestion."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.entry = money_entry(kit.currency)
        self._panel = NOWHERE
        self.field = NumberField(kit, t("Float in the drawer"))
        self.pad = NumPad(kit, self._press, corner=self.entry.corner)
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.notes = [
            self.key(kit.short(amount), partial(self._put, amount), size=TYPE.title)
            for amount in round_floats(self.look)
        ]
        self.devices = self.key(t("Devices"), partial(self.desk.go, "devices"))
        self.settings = self.key(t("Settings"), partial(self.desk.go, "settings"))
        self.drawer = self.key("", partial(self.desk.go, "drawers"), Kind.WAY, icon="drawer")
        self.remove_widget(self.drawer)
        self.open = self.key(t("Open the shift"), self._open, Kind.PRIMARY, hotkey="enter")

    def enter(self, **_how: object) -> None:
        self.entry = self.entry.typed("clear")

    def update(self, look: Look, before: Look) -> None:
        used = next((it for it in look.cash.drawers if it.in_use), None)
        if used is not None:
            self.drawer.change(title=used.name, subtitle=self.kit.t("Another drawer"))
        if bool(look.cash.drawers) != (self.drawer.parent is not None) and self.rect.w:
            self.arrange(self.rect)
        self._show()

    @property
    def float_minor(self) -> int:
        typed = self.entry.minor(exponent(self.kit.currency))
        return self.look.suggested_float_minor if typed is None else typed

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect, left=400, narrow=320)
        self._panel = left
        inner = left.inset(sizes.px(20), sizes.px(18))
        keys, _ = inner.cut_bottom(max(sizes.px(64), 50))
        first, second = keys.columns(2, sizes.gap)
        self.devices.place(first)
        self.settings.place(second)
        if self.look.cash.drawers:
            _, above = inner.cut_bottom(keys.h, sizes.gap)
            self.show(self.drawer, above.cut_bottom(keys.h)[0])
        else:
            self.hide(self.drawer)
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        self.open.place(pay)
        field, pad = right.cut_top(max(sizes.px(72), 54), sizes.px(10))
        self.field.place(field)
        if self.notes:
            notes, pad = pad.cut_top(sizes.touch(56), sizes.px(10))
            for key, place in zip(
                self.notes, notes.columns(len(self.notes), sizes.gap), strict=True
            ):
                key.place(place)
        self.pad.place(pad)

    def paint(self, pen: Pen) -> None:
        self.panel(pen, self._panel)
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        area = self._panel.inset(sizes.px(22), sizes.px(22))
        icon, area = area.cut_top(sizes.px(64), sizes.px(8))
        pen.icon("shop", icon.cut_left(sizes.px(60))[0], sizes.px(58), palette.go)
        shop, area = area.cut_top(sizes.px(40))
        pen.text(self.look.shop, shop, sizes.type(TYPE.digit), palette.ink, bold=True)
        rest, area = area.cut_top(sizes.px(28), sizes.px(14))
        pen.text(self.look.till, rest, sizes.type(TYPE.body), palette.quiet)
        text = kit.t("The shift is closed. Count the change in the drawer and open it.")
        body = sizes.type(TYPE.body)
        pen.text(text, area, body, palette.ink, lines=4, valign="top")

    def _show(self) -> None:
        kit = self.kit
        suggested = kit.amount(self.look.suggested_float_minor)
        shown = self.entry.shown(kit.point)
        self.field.set(shown, placeholder=suggested, currency=kit.currency)
        who = self.look.cashier_name
        self.open.change(subtitle=f"{who} · {kit.money(self.float_minor)}" if who else "")
        self.redraw()

    def _press(self, key: str) -> None:
        self.entry = self.entry.typed(key)
        self._show()

    def _put(self, amount: int) -> None:
        """A round float at one touch; a second touch says the same."""
        self.entry = self.entry.holding(amount)
        self._show()

    def _open(self) -> None:
        if not self.look.cashier:
            self.desk.go("staff", then_open=self.float_minor)
            return
        told = partial(self.desk.tell_key, "shift_opened")
        self.desk.submit(c.OpenShift(self.float_minor), done=told)

    def typed(self, text: str) -> bool:
        self._press(text)
        return True

    def command(self, name: str) -> bool:
        if name == "back":
            self._press("back")
            return True
        return name == "escape"


def round_floats(look: Look) -> tuple[int, ...]:
    """Floats that shops start with: nothing, one large note, two, five of it."""
    unit = 10 ** exponent(look.currency)
    notes = [d.value_minor for d in look.denominations if d.is_note and d.value_minor % unit == 0]
    if not notes:
        return ()
    top = max(notes)
    return (0, top // 2, top, 2 * top) if top // 2 % unit == 0 else (0, top, 2 * top, 5 * top)
