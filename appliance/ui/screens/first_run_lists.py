"""The first run's lists: the country and its taxes, and the devices that are plugged in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from kivy.clock import Clock

from appliance.core.devices import Category
from appliance.ui import words
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.first_run import FirstScreen
from appliance.ui.setup_port import Page, Proposal
from appliance.ui.theme import TYPE
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_

LOOK_AGAIN_S = 1.0


class FirstTaxesScreen(FirstScreen):
    """A country and yes or no: its rates hold by their dates from then on."""

    page = Page.TAXES
    title = N_("Does the shop pay VAT?")
    text = N_("Rates and small coins follow the country's law. Prices in the list hold the tax.")

    def build_body(self) -> None:
        t = self.kit.t
        self.country = ""
        self.rows = Rows(
            self.kit,
            self._paint_row,
            row_height=max(50, self.kit.measures.px(54)),
            on_tap=self._chose,
        )
        self.add_widget(self.rows)
        self.without = self.key(
            t("No, without VAT"), partial(self._say, vat=False), Kind.WAY, size=TYPE.main_key
        )
        self.with_vat = self.key(
            t("Yes, with VAT"), partial(self._say, vat=True), Kind.WAY, size=TYPE.main_key
        )

    def opened(self) -> None:
        said = self.setup.answers
        self.country = said.country
        self.without.change(kind=Kind.PLAIN if said.vat else Kind.WAY)
        self.with_vat.change(kind=Kind.WAY if said.vat else Kind.PLAIN)
        self.rows.set_rows(len(self.setup.countries))

    def arrange_body(self, area: Rect) -> None:
        sizes = self.kit.measures
        rows, right = area.columns((0.5, 0.5), sizes.gap)
        self._panel = rows
        self.rows.place(rows.inset(1, sizes.px(6)))
        for key, place in zip((self.without, self.with_vat), right.rows(2, sizes.gap), strict=True):
            key.place(place)

    def paint(self, pen: Pen) -> None:
        super().paint(pen)
        self.panel(pen, self._panel)

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        country = self.setup.countries[index]
        if country.code == self.country or pressed:
            pen.fill(rect, palette.go_ground)
            pen.fill(Rect(rect.x, rect.y, sizes.px(5), rect.h), palette.go)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        area = rect.inset(sizes.px(18), 0)
        name = country.name_en if kit.language == "en" else country.name
        self.row_text(pen, area, name, country.currency, ink=palette.ink)

    def _chose(self, index: int) -> None:
        self.country = self.setup.countries[index].code
        self.rows.set_rows(self.rows.count)

    def _say(self, *, vat: bool) -> None:
        self.turn(1, country=self.country, vat=vat)

    def go_on(self) -> None:
        self.turn(1, country=self.country)


class FirstDevicesScreen(FirstScreen):
    """What is plugged in, each with a mark that a touch sets or takes away."""

    page = Page.DEVICES
    title = N_("These devices are plugged in")
    text = N_("Touch one to use it or not. What you plug in now appears by itself.")

    def build_body(self) -> None:
        self.found: Sequence[Proposal] | None = None
        self._unwanted: set[str] = set()
        self._wanted: set[str] = set()
        self._timer: Any = None
        self.rows = Rows(
            self.kit,
            self._paint_row,
            row_height=max(58, self.kit.measures.px(66)),
            on_tap=self._tapped,
        )
        self.add_widget(self.rows)

    def opened(self) -> None:
        self._look()

    def leave(self) -> None:
        super().leave()
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        if self.desk.screen is self:
            self.desk.work(self.setup.proposals, self._seen)

    def _seen(self, found: Sequence[Proposal]) -> None:
        if self.desk.screen is not self:
            return
        self._timer = Clock.schedule_once(lambda _dt: self._look(), LOOK_AGAIN_S)
        if found == self.found:
            return
        if self.found is None:
            kept = {str(it["name"]) for it in self.setup.answers.devices}
            self._wanted |= {it.key for it in found if it.table["name"] in kept}
            self._unwanted |= {it.key for it in found if kept and it.table["name"] not in kept}
        self.found = found
        self.rows.set_rows(len(found))
        self.redraw()

    def uses(self, device: Proposal) -> bool:
        return device.key in self._wanted or (device.sure and device.key not in self._unwanted)

    def _tapped(self, index: int) -> None:
        assert self.found is not None
        device = self.found[index]
        if self.uses(device):
            self._wanted.discard(device.key)
            self._unwanted.add(device.key)
        else:
            self._wanted.add(device.key)
            self._unwanted.discard(device.key)
        self.rows.set_rows(len(self.found))

    def arrange_body(self, area: Rect) -> None:
        self.rows.place(area.inset(1, self.kit.measures.px(6)))

    def paint(self, pen: Pen) -> None:
        super().paint(pen)
        self.panel(pen, self.body)
        sizes, palette = self.kit.measures, self.kit.palette
        if self.found is not None and not self.found:
            text = self.kit.t("Nothing was found. Plug it in and switch it on, or go on without.")
            area, size = self.body.inset(sizes.px(30)), sizes.type(TYPE.title)
            pen.text(text, area, size, palette.quiet, align="center", lines=3)

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        assert self.found is not None
        device = self.found[index]
        used = self.uses(device)
        if used or pressed:
            pen.fill(rect, palette.go_ground)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        mark, area = rect.inset(sizes.px(18), sizes.px(6)).cut_left(sizes.px(34), sizes.px(12))
        box = mark.centred(sizes.px(28), sizes.px(28))
        pen.box(box, palette.panel, radius=sizes.px(6), line=palette.quiet, width=sizes.edge)
        if used:
            pen.icon("check", box, sizes.px(24), palette.go)
        category = kit.t(words.DEVICES[Category(device.category)])
        state = kit.t("the till uses it") if used else kit.t("not used")
        upper, lower = area.rows((1.15, 1))
        size = sizes.type(TYPE.title)
        pen.text(category, upper, size, palette.ink, bold=True, valign="bottom")
        pen.text(state, upper, sizes.type(TYPE.small), palette.quiet, align="right")
        pen.text(device.name, lower, sizes.type(TYPE.small), palette.quiet, valign="top")

    def go_on(self) -> None:
        chosen = tuple(it.table for it in self.found or () if self.uses(it))
        self.turn(1, devices=chosen)
