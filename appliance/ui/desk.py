"""The desk: shows one screen at a time, and carries view, keys, scans and messages to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from kivy.clock import Clock

from appliance.core import commands as c
from appliance.core.facts import LineSource
from appliance.core.item import Item
from appliance.core.price_steps import item_price
from appliance.core.refusal import Reason, Refusal
from appliance.core.view import Look, Notice, Tone
from appliance.ui import theme, training_band, words
from appliance.ui.ask_more import ask_more
from appliance.ui.focus import FocusRing
from appliance.ui.json_request import request_of
from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.port import (
    Answer,
    QuickPage,
    Shelf,
    Sources,
    TillPort,
    UiSettings,
)
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.sounds import Sounds
from appliance.ui.turning import HOME, page_for
from appliance.ui.widgets.basket import BasketPanel
from appliance.ui.widgets.box import Box
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.status import StatusBar
from appliance.ui.widgets.toast import Toast

T = TypeVar("T")
DEAF_AFTER_TURN_S = 0.2
"""After a screen changed by itself or by a tap, a second tap of a trembling finger is not heard."""


class Desk(Box):
    """The root widget. Screens ask it for everything that is not their own drawing."""

    def __init__(
        self,
        port: TillPort,
        shelf: Shelf,
        settings: UiSettings,
        screens: Mapping[str, type[Screen]],
        sources: Sources | None = None,
    ) -> None:
        read = sources or Sources()
        self.port = port
        self.shelf = shelf
        self.settings = settings
        self.look: Look = port.look
        self.now = read.now
        self._minute = self.now().replace(tzinfo=None, second=0, microsecond=0)
        self.stock = read.stock
        self.books = read.books
        self.offers = read.offers
        self.bench = read.bench
        self.machine = read.machine
        self.support = read.support
        self.lend = read.lend
        self.setup = read.setup
        self.drafts: dict[Any, Any] = {}
        super().__init__(self._make_kit(settings.width, settings.height))
        self.sounds = Sounds(on=settings.sounds)
        self.pages: tuple[QuickPage, ...] = ()
        self._multiplier: Decimal | None = None
        self.keyboard_used = False
        self._classes = screens
        self._made: dict[str, Screen] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="shelf")
        self._notice_seen = self.look.notice.serial if self.look.notice else 0
        self._done_seen = self.look.done.sale if self.look.done else None
        self._turned_at = 0.0
        self._ring = FocusRing()
        self.touched_at = time.monotonic()
        self._locking = False
        self._closed = False
        self._band = Rect(0, 0, 0, 0)
        self.screen: Screen | None = None
        self.name = ""
        self._furnish()

    def _make_kit(self, width: int, height: int) -> Kit:
        return Kit(
            self._palette(),
            theme.measures(width, height),
            self.settings.language,
            self.look.currency,
        )

    def _palette(self) -> theme.Palette:
        palette = theme.PALETTES[self.settings.theme]
        return theme.training(palette) if self.look.people.training else palette

    def _furnish(self) -> None:
        """Everything that wears the palette and speaks the language."""
        self.status = StatusBar(
            self.kit,
            on_trouble=self.go,
            on_person=lambda: self.go("staff"),
            now=self.now,
        )
        self.basket = BasketPanel(
            self.kit,
            on_line=lambda line: self.go("line", line=line),
            on_void=lambda line: self.submit(c.VoidLine(line)),
        )
        self.toast = Toast(self.kit)
        self._made = {}

    # Turning pages

    def start(self) -> None:
        self.load_pages()
        self.go(self.home_name)

    @property
    def home_name(self) -> str:
        if self.setup is not None:
            return f"first_{self.setup.page}"
        if self.look.pay.asked is not None:
            return "terminal" if self.look.pay.code is None else "pay_code"
        if self.look.people.locked:
            return "staff"
        return "sale" if self.look.shift is not None else "open_shift"

    def go(self, name: str, **how: Any) -> None:
        """Shows a screen; a locked till has only the one that unlocks it."""
        if self.look.people.locked and name != "idle":
            name, how = "staff", {}
        if self.screen is not None:
            self.screen.leave()
            self.remove_widget(self.screen)
        screen = self._made.get(name)
        if screen is None:
            screen = self._made[name] = self._classes[name](self)
        self.name, self.screen = name, screen
        self._ring.forget()
        self._turned_at = time.monotonic()
        self.toast.dismiss()
        self.add_widget(screen)
        screen.enter(**how)
        screen.update(self.look, self.look)
        self._lay_out()
        self._show_hints()

    def home(self) -> None:
        self.go(self.home_name)

    def dress(self, **changes: Any) -> None:
        """Another language, palette or sound, at once."""
        self.settings = replace(self.settings, **changes)
        self.sounds.on = self.settings.sounds
        self.resized(self.rect.w, self.rect.h)

    def resized(self, width: int, height: int) -> None:
        """Builds everything anew for a window of this size."""
        self.kit = self._make_kit(width, height)
        self.clear_widgets()
        self.screen = None
        self._furnish()
        self.rect = Rect(0, 0, width, height)
        self.go(self.name or self.home_name)
        self.redraw()

    def _lay_out(self) -> None:
        if self.screen is None or not self.rect.w:
            return
        sizes = self.kit.measures
        area = self.rect
        if self.look.people.training:
            self._band, area = area.cut_top(training_band.height(self.kit))
        has_bar = self.screen.has_status and self.setup is None
        if has_bar:
            bar, area = area.cut_top(sizes.status_height)
            self.show(self.status, bar)
            self.status.update(self.look)
        else:
            self.hide(self.status)
        if self.screen.has_status:
            area = Rect(
                area.x + sizes.margin,
                area.y + sizes.margin,
                area.w - 2 * sizes.margin,
                area.h - (sizes.margin if has_bar else 2 * sizes.margin),
            )
        self.screen.place(area)

    def arrange(self, rect: Rect) -> None:
        self._lay_out()

    def paint(self, pen: Pen) -> None:
        pen.fill(self.rect, self.kit.palette.background)
        if self.look.people.training:
            training_band.paint(pen, self.kit, self._band)

    def adopt(self, widget: Box, screen: Screen) -> None:
        """Lends a shared widget (the basket) to the screen that is up."""
        if widget.parent is not screen:
            if widget.parent is not None:
                widget.parent.remove_widget(widget)
            screen.add_widget(widget)

    # The till's view

    def show_look(self, look: Look) -> None:
        """A new view, on the screen's own thread."""
        before, self.look = self.look, look
        if look.currency != self.kit.currency:
            self.resized(self.rect.w, self.rect.h)
        if before.multiplier is not None and look.multiplier is None:
            self._multiplier = None
        scanned = bool(look.scan_ns) and look.scan_ns != before.scan_ns
        if scanned:
            self._scan_came()
        self._turn_by_itself(look, before)
        self.status.update(look)
        if self.screen is not None:
            self.screen.update(look, before)
        notice = look.notice
        fresh = notice is not None and notice.serial != self._notice_seen
        if notice is not None and fresh:
            self._notice_seen = notice.serial
            self._tell_notice(notice)
        if scanned and not (fresh and notice and notice.tone is Tone.BAD):
            self.sounds.play("scan")
        if before.catalogue_version != look.catalogue_version:
            self.load_pages()

    def _turn_by_itself(self, look: Look, before: Look) -> None:
        """The pages that the till's state turns."""
        done = look.done.sale if look.done else None
        if look.people.training != before.people.training:
            self._done_seen = done
            if before.people.training:
                self._notice_seen = -1  # that it is over is worth saying
            self.name = ""
            self.resized(self.rect.w, self.rect.h)
            return
        sold = done is not None and done != self._done_seen
        page = page_for(look, before, self.name, sold=sold)
        if page == "done":
            self._done_seen = done
            self.multiplier = None
        if page == HOME:
            self.home()
        elif page == "return_lines":
            self.go(page, back=self.name)
        elif page:
            self.go(page)

    def _scan_came(self) -> None:
        """A scan ends whatever was half typed."""
        self.touched_at = time.monotonic()
        if self.screen is not None:
            self.screen.scanned()
        if self.name in ("idle", "done"):
            self.home()

    def _tell_notice(self, notice: Notice) -> None:
        if notice.key in (Reason.PERMISSION_NEEDED, Reason.AGE_CHECK_NEEDED):
            self.sounds.play("refused")  # the page that came up says it all
            return
        if ask_more(self, notice):
            return
        text = words.sentence(self.kit.t, notice.key, notice.params, self.kit.language)
        undo = None
        if notice.undo is not None:
            request = request_of(notice.undo)
            undo = (lambda: self.submit(request)) if request is not None else None
        self.tell(text, notice.tone, undo)

    def tell(
        self, text: str, tone: Tone = Tone.PLAIN, undo: Callable[[], None] | None = None
    ) -> None:
        """A toast; a refusal also sounds."""
        if tone is Tone.BAD:
            self.sounds.play("refused")
        if self.toast.parent is not None:
            self.remove_widget(self.toast)
        self.add_widget(self.toast)
        self.toast.tell(text, tone, undo, self._toast_area())

    def tell_key(self, key: str, **params: str) -> None:
        self.tell(words.sentence(self.kit.t, key, params, self.kit.language))

    def _toast_area(self) -> Rect:
        """Over the basket's last lines, or at the lower left of what has no basket."""
        sizes = self.kit.measures
        if self.basket.parent is not None and self.basket.parent is self.screen:
            rows = self.basket.rows.rect
            return rows.inset(sizes.px(12), sizes.px(10))
        width = min(self.rect.w - 2 * sizes.px(24), sizes.px(560))
        bottom = sizes.pay_height + 2 * sizes.margin
        return Rect(sizes.px(24), bottom, width, sizes.px(60))

    # Asking the till and the shelf

    def submit(
        self,
        request: c.Request,
        *,
        done: Callable[[], None] | None = None,
        refused: Callable[[Refusal], None] | None = None,
    ) -> None:
        """Asks the till. The answer comes back on the screen's thread; refusals show themselves."""

        def reply(answer: Answer) -> None:
            if isinstance(answer, Refusal):
                if refused is not None:
                    refused(answer)
            elif done is not None:
                done()

        if done is None and refused is None:
            self.port.submit(request)
            return
        self.port.submit(request, reply=lambda answer: _on_screen_thread(lambda: reply(answer)))

    @property
    def multiplier(self) -> Decimal | None:
        """How many of the next item. The till knows it too: a scan does not pass the screen."""
        return self._multiplier

    @multiplier.setter
    def multiplier(self, quantity: Decimal | None) -> None:
        if quantity != self._multiplier:
            self._multiplier = quantity
            self.submit(c.AimScanner(self.look.price_check, quantity))

    def scan(self, code: str, source: LineSource) -> None:
        """A code that came through the window's keyboard, or was typed."""
        quantity, self.multiplier = self.multiplier, None
        if self.look.price_check:
            self.submit(c.CheckPrice(code))
            return
        self.submit(c.Scan(code, quantity, source))

    def work(self, job: Callable[[], T], then: Callable[[T], None], *, long: bool = False) -> None:
        """Runs a job off the screen's thread and hands its result back on it. long: the next search
        shall not wait for it."""

        def run() -> None:
            result = job()
            _on_screen_thread(lambda: then(result))

        if self._closed:
            return  # the clock of a page that looks around by itself
        if long:
            threading.Thread(target=run, name="errand", daemon=True).start()
        else:
            self._worker.submit(run)

    def load_pages(self) -> None:
        def loaded(pages: tuple[QuickPage, ...]) -> None:
            self.pages = pages
            if self.screen is not None:
                self.screen.update(self.look, self.look)

        self.work(lambda: tuple(self.shelf.quick_keys()), loaded)

    def close(self) -> None:
        self._closed = True
        self._worker.shutdown(wait=False, cancel_futures=True)

    # Keyboard and touch

    def scanned_by_window(self, code: str) -> None:
        """A keyboard wedge that nobody grabbed typed a whole code into the window."""
        self.touched_at = time.monotonic()
        if self.screen is not None:
            if self.screen.hears(code):
                return
            self.screen.scanned()
        if self.name in ("idle", "done"):
            self.home()
        self.scan(code, LineSource.SCAN)
        self.sounds.play("scan")

    def typed(self, text: str) -> None:
        self.touched_at = time.monotonic()
        if self.screen is not None:
            self.screen.typed(text)

    def pressed(self, name: str) -> bool:
        """A named key. The screen hears it first, then its hotkeys, then the focus ring."""
        self.touched_at = time.monotonic()
        if not self.keyboard_used:
            self.keyboard_used = True
            self._show_hints()
        if self.screen is None:
            return False
        if (name == "enter" and self._ring.press()) or self.screen.command(name):
            return True
        for key in self.screen.every(Key):
            if key.hotkey == name and key.face.enabled:
                key.press()
                return True
        if name == "undo":
            return self.toast.undo()
        if name == "escape":
            if self.toast.parent is not None:
                self.toast.dismiss()
            elif self.name != self.home_name:
                self.home()
            return True
        return self._ring.step(name, self.screen.every(Key))

    def _show_hints(self) -> None:
        if not self.keyboard_used or self.screen is None:
            return
        for key in self.screen.every(Key):
            if not key.hints_shown and key.face.hint:
                key.hints_shown = True
                key.redraw()

    def on_touch_down(self, touch: Any) -> bool:
        self.touched_at = time.monotonic()
        if self.touched_at - self._turned_at < DEAF_AFTER_TURN_S:
            return True
        self._ring.drop()
        if self.look.people.training and self._band.holds(touch.x, touch.y):
            self.submit(c.EndTraining())
            return True
        return bool(super().on_touch_down(touch))

    def _minute_turned(self) -> None:
        """Price lists begin and end by the minute; the pages know those of about a day."""
        now = self.now().replace(tzinfo=None, second=0, microsecond=0)
        if now == self._minute:
            return
        fresh = now.replace(minute=0) == self._minute.replace(minute=0)
        self._minute = now
        if not fresh:
            self.load_pages()
        elif self.screen is not None:
            self.screen.minute()

    def price_now(self, item: Item) -> int:
        """What one costs now, by the price lists that hold."""
        return item_price(item, self.now().replace(tzinfo=None))[0]

    def second(self, _dt: float = 0.0) -> None:
        """Once a second: the clock, and locking and blanking a screen that nobody uses."""
        self.status.tick()
        self._minute_turned()
        idle_s = time.monotonic() - self.touched_at
        self._locking = self._locking and idle_s > self.settings.blank_after_s
        if self.settings.blank_after_s and idle_s > self.settings.blank_after_s:
            basket, people = self.look.basket, self.look.people
            if (people.guarded or people.training) and not people.locked and not self._locking:
                self._locking = True
                self.submit(c.LockTill(idle=True))
            if self.name != "idle" and not (basket and basket.lines):
                self.go("idle")


def _on_screen_thread(job: Callable[[], None]) -> None:
    Clock.schedule_once(lambda _dt: job(), 0)
