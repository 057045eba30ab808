"""The status bar: whose till this is, and the one place that says whether all is well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from appliance.core.devices import DeviceState
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui import words
from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.sentences import fleet_wire, update
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE, Box


class StatusBar(Box):
    """A tap on the chip or the dot tells the way out; a tap on the person signs in."""

    def __init__(
        self,
        kit: Kit,
        *,
        on_trouble: Callable[[str], None],
        on_person: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(kit)
        self._on_trouble = on_trouble
        self._on_person = on_person
        self._now = now
        self._shown: tuple[Any, ...] = ()
        self._chip = NOWHERE
        self._person = NOWHERE
        self._aim = "devices"

    def update(self, look: Look) -> None:
        """Redraws only what a look at the bar would tell apart."""
        shown = (
            look.shop,
            look.till,
            look.cashier_name,
            self._clock(),
            *self.trouble(look),
        )
        if shown != self._shown:
            self._shown = shown
            self.redraw()

    def tick(self) -> None:
        if self._shown and self._shown[3] != self._clock():
            self._shown = (*self._shown[:3], self._clock(), *self._shown[4:])
            self.redraw()

    def trouble(self, look: Look) -> tuple[str, bool, str]:
        """(what is wrong or "", whether it stops something, the screen that tells more)."""
        t = self.kit.t
        if look.storage.full:
            return t("Memory card is full"), True, "devices"
        if look.storage.fault:
            return t("Memory card does not write"), True, "devices"
        device = words.worst(look.devices)
        settled = [m for m in look.matters if not m.waiting]
        if device is not None and device.state is not DeviceState.ATTENTION:
            return words.device_state(t, device), True, "devices"
        if settled:
            text = self.kit.n("{count} receipt to check", "{count} receipts to check", len(settled))
            return text, True, "matters"
        if look.pay.open:
            number = len(look.pay.open)
            text = self.kit.n(
                "{count} payment to look into", "{count} payments to look into", number
            )
            return text, True, "payments"
        if look.accounts.shorts:
            number = len(look.accounts.shorts)
            text = self.kit.n("{count} card spent twice", "{count} cards spent twice", number)
            return text, True, "shorts"
        if device is not None:
            return words.device_state(t, device), False, "devices"
        if look.storage.recovered:
            return t("Data was recovered"), False, "devices"
        if look.storage.card:
            return t("Card's file not taken"), False, "devices"
        if look.cash.full and not look.people.locked:
            return t("Much cash in the drawer"), False, "safe_drop"
        told = fleet_wire.chip(t, look.fleet, self._now()) or update.chip(t, look)
        return told, False, "devices"

    def _clock(self) -> str:
        return f"{self._now():%H:%M}"

    def paint(self, pen: Pen) -> None:
        if not self._shown:
            return
        palette, sizes = self.kit.palette, self.kit.measures
        shop, till, person, clock, wrong, stops, self._aim = self._shown
        size = sizes.type(TYPE.small + 1)
        area = self.rect.inset(sizes.px(14), 0)
        right = area.right
        right = self._word(pen, clock, area, right, size, bold=False)
        if person:
            before = right
            right = self._word(pen, person, area, right, size, bold=True)
            self._person = Rect(right, area.y, before - right, area.h)
        left = self._status(pen, area, right, size, wrong, stops)
        room = max(0, left - area.x - sizes.px(12))
        shop_width = min(room, pens.text_width(shop, size, True) + 1)
        pen.text(shop, Rect(area.x, area.y, shop_width, area.h), size, palette.ink, bold=True)
        rest = Rect(area.x + shop_width + sizes.px(14), area.y, 0, area.h)
        width = room - shop_width - sizes.px(14)
        if pens.text_width(till, size) <= width:
            pen.text(till, Rect(rest.x, rest.y, width, rest.h), size, palette.quiet)

    def _word(self, pen: Pen, text: str, area: Rect, right: int, size: int, *, bold: bool) -> int:
        palette, sizes = self.kit.palette, self.kit.measures
        width = pens.text_width(text, size, bold) + 1
        place = Rect(right - width, area.y, width, area.h)
        pen.text(text, place, size, palette.ink if bold else palette.quiet, bold=bold)
        return place.x - sizes.px(14)

    def _status(self, pen: Pen, area: Rect, right: int, size: int, wrong: str, stops: bool) -> int:
        palette, sizes = self.kit.palette, self.kit.measures
        if not wrong:
            text = self.kit.t("all is well")
            width = pens.text_width(text, size) + 1
            place = Rect(right - width, area.y, width, area.h)
            pen.text(text, place, size, palette.quiet)
            dot = sizes.px(10)
            spot = Rect(place.x - dot - sizes.px(6), area.y + (area.h - dot) // 2 - 1, dot, dot)
            pen.box(spot, palette.go, radius=dot // 2)
            self._chip = Rect(spot.x, area.y, right - spot.x, area.h)
            return spot.x
        ink, ground = (
            (palette.bad, palette.bad_ground) if stops else (palette.warn, palette.warn_ground)
        )
        room = round(area.w * 0.5)
        text = pens.wrap(wrong, size, True, room, 1)[0]
        icon = sizes.px(18)
        width = pens.text_width(text, size, True) + 2 * sizes.px(12) + icon + sizes.px(6)
        height = area.h - sizes.px(14)
        chip = Rect(right - width, area.y + (area.h - height) // 2, width, height)
        pen.box(chip, ground, radius=sizes.px(10))
        inner = chip.inset(sizes.px(12), 0)
        mark, inner = inner.cut_left(icon, sizes.px(6))
        pen.icon("alert", mark, icon, ink)
        pen.text(text, inner, size, ink, bold=True)
        self._chip = Rect(chip.x, area.y, chip.w, area.h)
        return chip.x

    def on_touch_down(self, touch: Any) -> bool:
        if not self.rect.holds(touch.x, touch.y):
            return False
        if self._chip.holds(touch.x, touch.y):
            self._on_trouble(self._aim)
        elif self._person.holds(touch.x, touch.y):
            self._on_person()
        return True
