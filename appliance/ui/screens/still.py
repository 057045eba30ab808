"""Quiet screens: price check, settings, and the blank of an idle till."""

from __future__ import annotations

from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.view import Look, PriceLook
from appliance.i18n import LANGUAGES
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import Field
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.words import in_stock

LANGUAGE_NAMES = {"uk": "Українська", "en": "English"}


class PriceCheckScreen(Screen):
    """Scans are looked up here, not sold, until the screen is left."""

    def build(self) -> None:
        t = self.kit.t
        self._panel = NOWHERE
        self._since = 0
        self._searching = False
        self.field = Field(
            self.kit, t("Scan, or type a name or a code"), on_tap=lambda: self._search("")
        )
        self.add_widget(self.field)
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.sell = self.key(t("Sell it"), self._sell, Kind.PRIMARY, hotkey="enter")

    def enter(self, **_how: Any) -> None:
        self._searching = False
        self.desk.submit(c.AimScanner(price_check=True))

    def leave(self) -> None:
        """However it was left, from here on a scan sells; only its own search goes on looking."""
        if not self._searching:
            self.desk.submit(c.AimScanner(price_check=False))

    def _search(self, text: str) -> None:
        self._searching = True
        self.desk.go("search", text=text)

    def update(self, look: Look, before: Look) -> None:
        self.sell.change(enabled=look.price is not None and look.shift is not None)
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        field, rest = rect.cut_top(sizes.field_height, sizes.px(10))
        self.field.place(field)
        pay, self._panel = rest.cut_bottom(sizes.pay_height, sizes.px(10))
        back, right = pay.cut_left(pay.w // 4, sizes.gap)
        self.back.place(back)
        self.sell.place(right.cut_right(round(pay.w * 0.42))[0])

    def paint(self, pen: Pen) -> None:
        self.panel(pen, self._panel)
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        area = self._panel.inset(sizes.px(30), sizes.px(20))
        price = self.look.price
        if price is None:
            upper, lower = area.rows((1.2, 1))
            place = Rect(upper.x, upper.y, upper.w, upper.h)
            pen.icon("price_check", place, sizes.px(84), palette.quiet)
            text = kit.t("Scan an item to see its price. Nothing is sold.")
            size = sizes.type(TYPE.title)
            pen.text(text, lower, size, palette.quiet, align="center", valign="top", lines=3)
            return
        notes, told = self._notes(price), self._told(price)
        shares = (1, 1.5, 0.6, 0.55 * len(told)) if told else (1, 1.7, 1, 0.01)
        name, middle, below, offers = area.rows(shares)
        size = sizes.type(TYPE.digit)
        pen.text(price.name, name, size, palette.ink, bold=True, align="center", lines=2)
        unit = "" if price.unit.decimals == 0 else f" / {kit.unit(price.unit)}"
        text = kit.money(price.price_minor) + unit
        size = pens.fitting_size((text,), sizes.type(88), True, middle.w, 30)
        pen.text(text, middle, size, palette.go, bold=True, align="center")
        size = sizes.type(TYPE.title)
        pen.text(" · ".join(notes), below, size, palette.quiet, align="center", valign="top")
        for line, place in zip(told, offers.rows((1,) * len(told)), strict=True):
            pen.text(line, place, size, palette.ink, align="center")

    def _notes(self, price: PriceLook) -> list[str]:
        """What lies there, and what this one label says."""
        kit, notes, told = self.kit, [], price.told
        if told is not None and told.per_minor is not None and told.per_unit is not None:
            notes.append(f"{kit.money(told.per_minor)} / {kit.unit(told.per_unit)}")
        if price.stock is not None:
            left = f"{kit.number(price.stock)} {kit.unit(price.unit)}"
            notes.append(f"{kit.t(in_stock(self.look))}: {left}")
        if price.quantity is not None and price.quantity != 1:
            notes.append(f"{kit.t('This label')}: {kit.quantity(price.quantity, price.unit)}")
        if price.amount_minor is not None:
            notes.append(kit.money(price.amount_minor))
        return notes

    def _told(self, price: PriceLook) -> list[str]:
        """Whose price it is, cheaper by the dozen, and the price that comes."""
        kit, told, lines = self.kit, price.told, []
        if told is None:
            return []
        if told.offers:
            names = (it.get(kit.language) or next(iter(it.values()), "") for it in told.offers)
            lines.append(kit.t("On offer: {names}").format(names=" · ".join(names)))
        if told.list:
            line = kit.t("Price list “{name}”").format(name=told.list)
            usual = told.usual_minor
            if usual is not None:
                line += " · " + kit.t("otherwise {price}").format(price=kit.money(usual))
            lines.append(line)
        if told.breaks:
            lines.append(
                " · ".join(
                    kit.t("from {quantity}: {price}").format(
                        quantity=f"{kit.number(it.quantity)} {kit.unit(price.unit)}",
                        price=kit.money(it.price_minor),
                    )
                    for it in told.breaks
                )
            )
        if told.coming is not None:
            then, today = told.coming.at, self.desk.now().date()
            day = "" if then.date() == today else kit.t("tomorrow") + " "
            line = kit.t("from {time}: {price}")
            price_then = kit.money(told.coming.price_minor)
            lines.append(line.format(time=f"{day}{then:%H:%M}", price=price_then))
        return lines

    def _sell(self) -> None:
        price = self.look.price
        if price is None:
            return
        self.desk.home()
        if price.unit.decimals and price.quantity is None:
            self.desk.submit(c.WeighItem(price.item))
        else:
            self.desk.submit(c.SellItem(price.item, price.quantity))

    def typed(self, text: str) -> bool:
        self._search(text)
        return True


class SettingsScreen(Screen):
    """What a person may want differently at once: language, palette, sound."""

    def build(self) -> None:
        t = self.kit.t
        self._panel = NOWHERE
        self._labels: list[tuple[Rect, str, str]] = []
        dress, now = self.desk.dress, self.desk.settings
        self.groups: list[tuple[str, str, list[Key]]] = []
        self._group(
            "language",
            t("Language"),
            [
                (LANGUAGE_NAMES[code], now.language == code, partial(dress, language=code))
                for code in LANGUAGES
            ],
        )
        self._group(
            "sun",
            t("Colours"),
            [
                (t("Light"), now.theme == "light", partial(dress, theme="light")),
                (t("Dark"), now.theme == "dark", partial(dress, theme="dark")),
            ],
        )
        self._group(
            "sound_on",
            t("Sounds"),
            [
                (t("On"), now.sounds, partial(dress, sounds=True)),
                (t("Off"), not now.sounds, partial(dress, sounds=False)),
            ],
        )
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        go = self.desk.go
        self.ways: list[Key] = []
        if self.desk.machine is not None:
            self.ways.append(self.key(t("Wi-Fi"), partial(go, "wifi")))
        if self.desk.support is not None:
            self.ways.append(self.key(t("Help from afar"), partial(go, "support")))
        if self.desk.bench is not None:
            self.ways.append(self.key(t("Bench test"), partial(go, "bench_test")))

    def _group(self, icon: str, label: str, choices: list[tuple[str, bool, Any]]) -> None:
        keys = [
            self.key(title, action, Kind.WAY if on else Kind.PLAIN, size=TYPE.title)
            for title, on, action in choices
        ]
        self.groups.append((icon, label, keys))

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        back, self._panel = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        first, rest = back.cut_left(back.w // 4, sizes.gap)
        self.back.place(first)
        for key, place in zip(self.ways, rest.columns(3, sizes.gap)[::-1], strict=False):
            key.place(place)
        area = self._panel.inset(sizes.px(24), sizes.px(20))
        height = min(sizes.px(96), area.h // len(self.groups))
        self._labels = []
        for icon, label, keys in self.groups:
            row, area = area.cut_top(height)
            row = row.inset(0, sizes.px(8))
            name, places = row.cut_left(round(row.w * 0.34), sizes.gap)
            self._labels.append((name, icon, label))
            for key, place in zip(keys, places.columns(len(keys), sizes.gap), strict=True):
                key.place(place)

    def paint(self, pen: Pen) -> None:
        self.panel(pen, self._panel)
        sizes, palette = self.kit.measures, self.kit.palette
        for place, icon, label in self._labels:
            mark, words = place.cut_left(sizes.px(40), sizes.px(8))
            pen.icon(icon, mark, sizes.px(28), palette.quiet)
            pen.text(label, words, sizes.type(TYPE.title), palette.ink, bold=True)


class IdleScreen(Screen):
    """A dark screen with the time: saves the panel, shows no numbers. Touch or scan wakes it."""

    has_status = False

    def paint(self, pen: Pen) -> None:
        sizes = self.kit.measures
        ground, ink = (0.05, 0.05, 0.045, 1.0), (0.62, 0.6, 0.56, 1.0)
        pen.fill(self.rect, ground)
        upper, lower = self.rect.rows((1.25, 1))
        clock = f"{self.desk.now():%H:%M}"
        pen.text(clock, upper, sizes.type(96), ink, align="center", valign="bottom")
        name, hint, _ = lower.inset(sizes.px(20), 0).rows((0.5, 0.5, 1))
        pen.text(self.look.shop, name, sizes.type(TYPE.digit), ink, align="center")
        text = self.kit.t("Touch the screen or scan")
        pen.text(text, hint, sizes.type(TYPE.body), ink, align="center")

    def on_touch_down(self, touch: Any) -> bool:
        """The touch that wakes does nothing else."""
        self.desk.home()
        return True

    def typed(self, text: str) -> bool:
        self.desk.home()
        return True

    def command(self, name: str) -> bool:
        self.desk.home()
        return True
