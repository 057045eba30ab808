"""The first run's typed answers: the shop's name, and the fleet that the till joins by a code."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

from kivy.clock import Clock

from appliance.core.view import Tone
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.first_run import FirstScreen
from appliance.ui.screens.text import TextScreen
from appliance.ui.setup_port import Page, Setup
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_


class FirstTextScreen(TextScreen):
    """A typed answer without the status bar, with the question above the keyboard."""

    has_status = False
    question = ""

    def build_rest(self) -> None:
        self._words = NOWHERE
        self.back.action = self.step_back

    @property
    def setup(self) -> Setup:
        assert self.desk.setup is not None
        return self.desk.setup

    def step_back(self) -> None:
        raise NotImplementedError

    def arrange(self, rect: Rect) -> None:
        super().arrange(rect.inset(self.kit.measures.margin))

    def arrange_rest(self, area: Rect) -> None:
        self._words = area

    def paint(self, pen: Pen) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        area = self._words.inset(sizes.px(20), sizes.px(4))
        size = sizes.type(TYPE.digit)
        text = self.kit.t(self.question)
        pen.text(text, area, size, palette.ink, bold=True, align="center", lines=2)

    def hears(self, code: str) -> bool:
        """Nothing is sold here."""
        return True

    def scanned(self) -> None:
        """What was typed stays."""


class FirstNameScreen(FirstTextScreen):
    """As it stands on top of each receipt."""

    placeholder = N_("Name of the shop")
    icon = "shop"
    done = N_("Next")
    question = N_("What is the shop called? Receipts begin with it.")

    def enter(self, **_how: Any) -> None:
        self.board_wanted = True
        self.set_text(self.setup.answers.name)

    def step_back(self) -> None:
        self._turn(-1)

    def finished(self) -> None:
        if self.text.strip():
            self._turn(1)

    def _turn(self, by: int) -> None:
        pages = self.setup.pages
        page = pages[max(0, pages.index(Page.NAME) + by)]
        self.setup.put(page, name=self.text.strip())
        self.desk.go(f"first_{page}")


class FirstFleetScreen(FirstScreen):
    """Most shops have one till and no fleet: the large key says so."""

    page = Page.FLEET
    title = N_("Does the shop belong to a fleet?")
    text = N_(
        "A fleet's console sees and serves the tills of many shops. It can be joined later too."
    )

    def build_body(self) -> None:
        t = self.kit.t
        self.join = self.key(t("Yes, join it with a code"), self._join, size=TYPE.main_key)
        self.alone = self.key(t("No, it is on its own"), self.go_on, Kind.WAY, size=TYPE.main_key)

    def opened(self) -> None:
        joined = str(self.setup.answers.fleet.get("shop", ""))
        told = self.kit.t("Joined: {shop}").format(shop=joined) if joined else ""
        self.join.change(subtitle=told, enabled=not joined)
        self.alone.change(enabled=not joined)

    def arrange_body(self, area: Rect) -> None:
        sizes = self.kit.measures
        room = area.cut_top(min(area.h, sizes.px(220)))[0]
        for key, place in zip((self.alone, self.join), room.columns(2, sizes.px(16)), strict=True):
            key.place(place)

    def _join(self) -> None:
        self.desk.go("first_fleet_server")


class FirstServerScreen(FirstTextScreen):
    """The console's address, as its keeper wrote it down."""

    placeholder = "fleet.example:8443"
    icon = "search"
    done = N_("Next")
    symbols = True
    text_max = 200
    question = N_("The address of the fleet's console")

    def enter(self, **_how: Any) -> None:
        self.board_wanted = True
        self.set_text("")

    def step_back(self) -> None:
        self.desk.go(f"first_{Page.FLEET}")

    def finished(self) -> None:
        typed = self.text.strip()
        if typed:
            server = typed if "://" in typed else f"https://{typed}"
            self.desk.go("first_fleet_code", server=server)

    def hears(self, code: str) -> bool:
        """The address may also be a QR code."""
        if code.startswith("https://"):
            self.set_text(code.strip())
        return True


class FirstCodeScreen(FirstScreen):
    """The code, until somebody types it in the console."""

    page = Page.FLEET
    title = N_("Type this code in the fleet's console")
    text = N_("Or open the page by scanning the picture. It holds for 15 minutes.")

    def build_body(self) -> None:
        self.code, self.web = "", ""
        self._given_up = threading.Event()
        self.hide(self.later)
        self.hide(self.next)
        self.back.action = self._give_up
        self.back.change(title=self.kit.t("Give up"))

    def enter(self, server: str = "", **_how: Any) -> None:
        self.code = self.web = ""
        self._given_up = given_up = threading.Event()
        show = partial(self._on_screen, given_up)
        job = partial(self.setup.pair, server, show, given_up)
        self.desk.work(job, partial(self._ended, given_up), long=True)

    def leave(self) -> None:
        self._given_up.set()

    def _on_screen(self, given_up: threading.Event, code: str, web: str) -> None:
        """On the errand's thread."""
        Clock.schedule_once(lambda _dt: self._show(given_up, code, web), 0)

    def _show(self, given_up: threading.Event, code: str, web: str) -> None:
        if given_up is self._given_up:
            self.code, self.web = code, web
            self.redraw()

    def _ended(self, given_up: threading.Event, why: str) -> None:
        if given_up is not self._given_up or self.desk.screen is not self:
            return
        if why:
            self.desk.go(f"first_{Page.FLEET}")
            self.desk.tell(self.kit.t(why), Tone.BAD)
        else:
            self.turn(1)
            self.desk.tell(self.kit.t("The till belongs to the fleet now."), Tone.GOOD)

    def paint(self, pen: Pen) -> None:
        super().paint(pen)
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self.body)
        if not self.code:
            text, size = kit.t("Asking the fleet for a code ..."), sizes.type(TYPE.title)
            pen.text(text, self.body, size, palette.quiet, align="center")
            return
        left, right = self.body.columns((0.62, 0.38))
        size = pens.fitting_size((self.code,), sizes.type(TYPE.change), True, left.w - 20, 30)
        pen.text(self.code, left, size, palette.ink, bold=True, align="center")
        pen.qr(self.web, right.inset(sizes.px(6)))

    def _give_up(self) -> None:
        self.desk.go(f"first_{Page.FLEET}")

    def command(self, name: str) -> bool:
        if name == "escape":
            self._give_up()
        return name == "escape"
