"""The first run's pages: one question each, large, with a default; back, on, or all the rest later."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from kivy.clock import Clock

from appliance.core.devices import Category, DeviceMessage, Scanned
from appliance.core.view import Tone
from appliance.i18n import LANGUAGES
from appliance.qr.wifi import Wifi, is_wifi, parse
from appliance.ui import words
from appliance.ui.machine_port import NetworkLook, WifiEnd
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.screens.still import LANGUAGE_NAMES
from appliance.ui.sentences import network as sentences
from appliance.ui.setup_port import Page, Setup
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.words import N_

LOOK_AGAIN_S = 2.0
"""A cable that is plugged in while the page is up is soon seen."""


class FirstScreen(Screen):
    """What all pages share: how far it is, the question, and the keys below it."""

    has_status = False
    page: ClassVar[Page]
    title: ClassVar[str] = ""
    text: ClassVar[str] = ""

    def build(self) -> None:
        t = self.kit.t
        self._head = self.body = NOWHERE
        self._give_back: Any = None
        self.back = self.key(t("Back"), partial(self.turn, -1), hotkey="escape")
        self.later = self.key(t("The rest later"), self._later, Kind.QUIET)
        self.next = self.key(t("Next"), self.go_on, Kind.PRIMARY, hotkey="enter")
        self.build_body()

    def build_body(self) -> None:
        """The keys and rows of the question."""

    @property
    def setup(self) -> Setup:
        assert self.desk.setup is not None
        return self.desk.setup

    def enter(self, **_how: Any) -> None:
        if self.desk.lend is not None:
            self._give_back = self.desk.lend(self._heard)
        self.later.change(enabled=bool(self.setup.answers.name))
        first = self.setup.pages[0] is self.page
        self.back.change(enabled=not first)
        self.opened()

    def opened(self) -> None:
        """The page is up: shows the answer as it stands."""

    def leave(self) -> None:
        if self._give_back is not None:
            self._give_back()
            self._give_back = None

    def go_on(self) -> None:
        self.turn(1)

    def turn(self, by: int, **answers: Any) -> None:
        """To the next page or the one before, and what was said here is kept."""
        pages = self.setup.pages
        at = pages.index(self.page) + by
        page = pages[min(max(0, at), len(pages) - 1)]
        self.setup.put(page, **answers)
        self.desk.go(f"first_{page}")

    def _later(self) -> None:
        self.setup.put(Page.READY)
        self.desk.go(f"first_{Page.READY}")

    # A Wi-Fi code is understood on every page.

    def _heard(self, message: DeviceMessage) -> bool:
        """On a driver's thread."""
        if not isinstance(message, Scanned):
            return False
        Clock.schedule_once(lambda _dt: self.hears(message.data), 0)
        return True

    def hears(self, code: str) -> bool:
        if self.desk.screen is not self or not is_wifi(code) or self.desk.machine is None:
            return True  # nothing is sold here
        found = parse(code)
        if isinstance(found, Wifi):
            self.desk.sounds.play("scan")
            self.desk.go("wifi", back=self.desk.name, wifi=found)
        else:
            self.desk.tell(self.kit.t(sentences.TROUBLES[found]), Tone.BAD)
        return True

    # Drawing

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        inside = rect.inset(sizes.margin)
        keys, rest = inside.cut_bottom(sizes.pay_height, sizes.px(12))
        back, later, go_on = keys.columns((0.24, 0.34, 0.42), sizes.gap)
        self.back.place(back)
        self.later.place(later)
        self.next.place(go_on)
        self._head, self.body = rest.cut_top(max(sizes.px(112), 92), sizes.px(8))
        self.arrange_body(self.body)

    def arrange_body(self, area: Rect) -> None:
        """Places the question's keys."""

    def paint(self, pen: Pen) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        head = self._head.inset(sizes.px(8), 0)
        far, rest = head.cut_top(sizes.px(26))
        pages = self.setup.pages
        of = kit.t("{number} of {count}").format(
            number=pages.index(self.page) + 1, count=len(pages)
        )
        pen.text(of, far, sizes.type(TYPE.body), palette.quiet)
        title, below = rest.cut_top(sizes.px(42))
        pen.text(kit.t(self.title), title, sizes.type(TYPE.digit), palette.ink, bold=True)
        text = self.told()
        pen.text(text, below, sizes.type(TYPE.body), palette.quiet, lines=2, valign="top")

    def told(self) -> str:
        """The line below the question."""
        return self.kit.t(self.text)


class FirstLanguageScreen(FirstScreen):
    """The two languages, each in its own words."""

    page = Page.LANGUAGE
    title = N_("Which language does the till speak?")
    text = N_("It can be changed at any time.")

    def build_body(self) -> None:
        self.choices = {
            code: self.key(LANGUAGE_NAMES[code], partial(self._chose, code), size=TYPE.amount)
            for code in LANGUAGES
        }

    def opened(self) -> None:
        for code, key in self.choices.items():
            chosen = code == self.kit.language
            key.change(kind=Kind.WAY if chosen else Kind.PLAIN)

    def arrange_body(self, area: Rect) -> None:
        sizes = self.kit.measures
        room = area.cut_top(min(area.h, sizes.px(170)))[0]
        for key, place in zip(self.choices.values(), room.columns(2, sizes.px(16)), strict=True):
            key.place(place)

    def _chose(self, code: str) -> None:
        self.setup.put(self.page, language=code)
        self.desk.dress(language=code)

    def go_on(self) -> None:
        self.turn(1, language=self.kit.language)

    def paint(self, pen: Pen) -> None:
        """What first boot has to say stands on the first page, where nobody misses it."""
        super().paint(pen)
        said = "\n".join(self.setup.notice(self.kit.language))
        if not said:
            return
        sizes, palette = self.kit.measures, self.kit.palette
        low = next(iter(self.choices.values())).rect.y - sizes.gap
        area = Rect(self.body.x, self.body.y, self.body.w, max(0, low - self.body.y))
        pen.box(area, palette.warn_ground, radius=sizes.radius)
        inner, size = area.inset(sizes.px(16), sizes.px(8)), sizes.type(TYPE.body)
        pen.text(said, inner, size, palette.warn, lines=5)


class FirstNumberScreen(FirstScreen):
    """One key each for the numbers that shops have."""

    page = Page.NUMBER
    title = N_("Which till of the shop is this?")
    text = N_("Receipts begin with its number. Each till of a shop has its own.")

    def build_body(self) -> None:
        self.numbers = [
            self.key(str(number), partial(self._chose, number), size=TYPE.amount)
            for number in range(1, 11)
        ]

    def opened(self) -> None:
        for number, key in enumerate(self.numbers, 1):
            chosen = number == self.setup.answers.number
            subtitle = self.kit.t("the only one, or the first") if number == 1 else ""
            key.change(kind=Kind.WAY if chosen else Kind.PLAIN, subtitle=subtitle)

    def arrange_body(self, area: Rect) -> None:
        places = area.grid(5, 2, self.kit.measures.px(12))
        for key, place in zip(self.numbers, places, strict=True):
            key.place(place)

    def _chose(self, number: int) -> None:
        self.turn(1, number=number)


class FirstNetworkScreen(FirstScreen):
    """Only a look: with a cable there is nothing to do."""

    page = Page.NETWORK
    title = N_("Is there a network?")

    def build_body(self) -> None:
        self.network: NetworkLook | None = None
        self._timer: Any = None
        self.wifi = self.key(
            self.kit.t("Choose a Wi-Fi network"), self._wifi, Kind.WAY, size=TYPE.main_key
        )

    def opened(self) -> None:
        self._look()

    def leave(self) -> None:
        super().leave()
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        if self.desk.machine is not None and self.desk.screen is self:
            self.desk.work(self.desk.machine.network, self._seen, long=True)

    def _seen(self, network: NetworkLook) -> None:
        if self.desk.screen is not self:
            return
        self.network = network
        self._timer = Clock.schedule_once(lambda _dt: self._look(), LOOK_AGAIN_S)
        self.wifi.change(enabled=network.wifi)
        self.redraw()

    def arrange_body(self, area: Rect) -> None:
        sizes = self.kit.measures
        place = area.cut_bottom(min(area.h, sizes.px(110)))[0]
        self.wifi.place(place.cut_left(round(place.w * 0.6))[0])

    def paint(self, pen: Pen) -> None:
        super().paint(pen)
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        network = self.network
        if network is None:
            return
        area = self.body.cut_top(sizes.px(90))[0].inset(sizes.px(8), 0)
        mark, told = area.cut_left(sizes.px(44), sizes.px(10))
        text, ink, icon = kit.t("Nothing is connected yet."), palette.warn, "unplugged"
        if network.cable:
            text, ink, icon = kit.t("The network cable works."), palette.go, "check"
        elif network.joined:
            text = kit.t(sentences.ENDS[WifiEnd.JOINED]).format(name=network.joined)
            ink, icon = palette.go, "check"
        pen.icon(icon, mark, sizes.px(36), ink)
        pen.text(text, told, sizes.type(TYPE.main_key), palette.ink, bold=True, lines=2)

    def told(self) -> str:
        return self.kit.t(
            "Plug in a cable, choose a Wi-Fi network, or scan its code. The till also sells without."
        )

    def _wifi(self) -> None:
        self.desk.go("wifi", back=self.desk.name)


class FirstReadyScreen(FirstScreen):
    """What was said, once more, and the way to the first sale."""

    page = Page.READY
    title = N_("Ready to sell")
    text = N_("What you left out can be set later. Goods come from your price list.")

    def build_body(self) -> None:
        self._wrong = ""
        self.next.change(title=self.kit.t("Start selling"))
        self.hide(self.later)

    def opened(self) -> None:
        self._wrong = ""
        self.next.change(enabled=bool(self.setup.answers.name))

    def told(self) -> str:
        if not self.setup.answers.name:
            return self.kit.t("One thing is missing: the shop's name. Go back and type it.")
        return self._wrong or super().told()

    def paint(self, pen: Pen) -> None:
        super().paint(pen)
        sizes = self.kit.measures
        self.panel(pen, self.body)
        area = self.body.inset(sizes.px(22), sizes.px(8))
        rows = self._rows()
        for (label, value), place in zip(rows, area.rows(len(rows)), strict=True):
            self.row_text(pen, place, label, value, strong=True)

    def _rows(self) -> list[tuple[str, str]]:
        kit, said = self.kit, self.setup.answers
        country = next((it for it in self.setup.countries if it.code == said.country), None)
        place = "" if country is None else country.name_en if kit.language == "en" else country.name
        vat = kit.t("with VAT") if said.vat else kit.t("without VAT")
        names = [kit.t(words.DEVICES[Category(it["category"])]) for it in said.devices]
        fleet = str(said.fleet.get("shop", "")) or kit.t("on its own")
        return [
            (kit.t("Shop"), said.name or "—"),
            (kit.t("Taxes"), f"{place}, {vat}"),
            (kit.t("Till"), str(said.number)),
            (kit.t("Devices"), ", ".join(names) or kit.t("none yet")),
            (kit.t("Fleet"), fleet),
        ]

    def go_on(self) -> None:
        wrong = self.setup.finish()
        if wrong:
            self._wrong = wrong
            self.redraw()
            return
        for key in self.every(Key):
            key.change(enabled=False)
        self.desk.tell(self.kit.t("The till starts ..."))
        self.setup.begin()
