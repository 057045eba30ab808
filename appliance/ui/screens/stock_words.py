"""Words that the stock asks for: a supplier, a lot, a piece's number, goods by their name."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.view import Look
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.text import SearchScreen, TextScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.words import N_


class StockTextScreen(TextScreen):
    """A word for the paper: who, which document, a lot or a serial number; scans fill it too."""

    icon = "search"
    done = N_("Done")

    def build_rest(self) -> None:
        self.presets: list[Key] = []
        self.to = "stock_paper"
        self.back.action = lambda: self.desk.go(self.to)
        self.ready = self.key(self.kit.t("Done"), self.finished, Kind.PRIMARY, hotkey="f12")

    def enter(self, **how: object) -> None:
        """title; text: as it stands; presets: words to tap; then: called with the text. to: the page
        that asks. scan: what a scan is here, "piece", "lot" or just "text"."""
        self.board_wanted = True
        self.to = str(how.get("to", "stock_paper"))
        self.desk.submit(c.AimStock(str(how.get("scan", "text"))))
        self.field.placeholder = str(how.get("title", ""))
        self.then = how.get("then")
        for key in self.presets:
            self.remove_widget(key)
        words = how.get("presets") or ()
        assert isinstance(words, list | tuple)
        self.presets = [
            self.key(word, partial(self._take, word), Kind.WAY, size=TYPE.body) for word in words
        ]
        self.set_text(str(how.get("text", "")))
        if self.rect.w:
            self.arrange(self.rect)

    def arrange_rest(self, area: Rect) -> None:
        sizes = self.kit.measures
        if self.presets:
            row, area = area.cut_top(sizes.touch(56), sizes.gap)
            places = row.columns(len(self.presets), sizes.gap)
            for key, place in zip(self.presets, places, strict=True):
                key.place(place)
        place, _ = area.cut_top(min(area.h, sizes.pay_height))
        _, right = place.cut_left(round(place.w * 0.6), sizes.gap)
        self.ready.place(right)

    def _take(self, word: str) -> None:
        self.set_text(word)
        self.finished()

    def scanned(self) -> None:
        """Handled by who asked: the till tells what was scanned."""

    def update(self, look: Look, before: Look) -> None:
        if look.stock.text and look.stock.text != before.stock.text:
            self.set_text(look.stock.text)
            self.finished()

    def leave(self) -> None:
        self.desk.submit(c.AimStock())

    def finished(self) -> None:
        text, then = self.text.strip(), self.then
        self.text = ""
        self.desk.go(self.to)
        if callable(then):
            then(text)
            if self.desk.screen is not None:
                self.desk.screen.update(self.look, self.look)


class StockFindScreen(SearchScreen):
    """The search, for a paper or a count: nothing is sold."""

    def enter(self, text: str = "", **how: object) -> None:
        self.to = str(how.get("to", "stock_paper"))
        self.back.action = lambda: self.desk.go(self.to)
        super().enter(text)

    def leave(self) -> None:
        """Its scans are the next page's."""

    def _sell(self, index: int) -> None:
        self._taken(str(self.found[index].id))

    def finished(self) -> None:
        text = self.text.strip()
        if text.isdecimal():
            self._taken(text)
        elif self.found:
            self._sell(min(self.chosen, len(self.found) - 1))

    def _taken(self, code: str) -> None:
        self.text = ""
        self.desk.go(self.to)
        self.desk.submit(c.FindForStock(code))

    def _small_number(self) -> int | None:
        return None

    def scanned(self) -> None:
        self.text = ""
        self.desk.go(self.to)


class SerialScreen(TextScreen):
    """The number of the piece that is being sold: scanned, or typed."""

    icon = "search"
    placeholder = N_("Serial number")
    done = N_("Sell")

    def enter(self, **_how: object) -> None:
        self.board_wanted = True
        self.field.placeholder = self.kit.t("Scan or type the serial number")
        self.set_text("")

    def build_rest(self) -> None:
        self.sell = self.key(self.kit.t("Sell"), self.finished, Kind.PRIMARY, hotkey="f12")

    def leave(self) -> None:
        self.desk.submit(c.AimStock())

    def arrange_rest(self, area: Rect) -> None:
        sizes = self.kit.measures
        place, _ = area.cut_top(min(area.h, sizes.pay_height))
        _, right = place.cut_left(round(place.w * 0.6), sizes.gap)
        self.sell.place(right)

    def paint(self, pen: Pen) -> None:
        key, sizes = self.sell.rect, self.kit.measures
        area = Rect(self.rect.x + sizes.px(6), key.y, key.x - self.rect.x - sizes.px(16), key.h)
        size = sizes.type(TYPE.title)
        pen.text(self.look.stock.name, area, size, self.kit.palette.ink, bold=True, lines=2)

    def changed(self) -> None:
        self.sell.change(enabled=bool(self.text.strip()))

    def scanned(self) -> None:
        """The scan is the number."""

    def finished(self) -> None:
        item, serial = self.look.stock.item, self.text.strip()
        if item is not None and serial:
            self.desk.submit(c.SellTraced(item, serial))
