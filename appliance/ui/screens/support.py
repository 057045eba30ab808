"""Help from afar: a report as QR codes in turn, to be filmed with a phone, or as a file on a stick."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock

from appliance.core.view import Tone
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.sentences import support as sentences
from appliance.ui.support_port import StickEnd
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind

FRAME_S = 0.25


class SupportScreen(Screen):
    """The report is made anew each time the page is opened, and forgotten when it is left."""

    def build(self) -> None:
        t = self.kit.t
        self.frames: list[str] = []
        self.shown = 0
        self._ticks: Any = None
        self._square = self._panel = NOWHERE
        self.back = self.key(t("Back"), lambda: self.desk.go("settings"), hotkey="escape")
        self.stick = self.key(t("Onto a USB stick"), self._stick, Kind.PRIMARY, hotkey="f12")

    def enter(self, **_how: Any) -> None:
        support = self.desk.support
        self.frames, self.shown = [], 0
        self.stick.change(enabled=True)
        if support is not None:
            self.desk.work(support.frames, self._made, long=True)

    def leave(self) -> None:
        if self._ticks is not None:
            self._ticks.cancel()
            self._ticks = None
        self.frames = []

    def _made(self, frames: list[str]) -> None:
        if self.desk.screen is not self:
            return
        if not frames:
            self.desk.tell(self.kit.t(sentences.NO_REPORT), Tone.BAD)
            return
        self.frames, self.shown = frames, 0
        self._ticks = Clock.schedule_interval(lambda _dt: self._turn(), FRAME_S)
        self.redraw()

    def _turn(self) -> None:
        self.shown = (self.shown + 1) % len(self.frames)
        self.redraw()

    def _stick(self) -> None:
        if self.desk.support is not None:
            self.stick.change(enabled=False)
            self.desk.work(self.desk.support.to_stick, self._written, long=True)

    def _written(self, end: StickEnd) -> None:
        self.stick.change(enabled=True)
        tone = Tone.GOOD if end is StickEnd.WRITTEN else Tone.BAD
        self.desk.tell(self.kit.t(sentences.ENDS[end]), tone)

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        self._square, right = self.halves(rect, left=560, narrow=440)
        keys, self._panel = right.cut_bottom(sizes.pay_height, sizes.px(10))
        back, stick = keys.cut_left(round(keys.w * 0.34), sizes.gap)
        if self.desk.support is not None and self.desk.support.has_stick:
            self.back.place(back)
            self.show(self.stick, stick)
        else:
            self.back.place(keys)
            self.hide(self.stick)

    def paint(self, pen: Pen) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self._square)
        inner = self._square.inset(sizes.px(6))
        title, area = self._panel.cut_top(sizes.px(74))
        size, body = sizes.type(TYPE.title), sizes.type(TYPE.body)
        pen.text(kit.t("Report for whoever helps"), title, size, palette.ink, bold=True, lines=2)
        if not self.frames:
            wait = kit.t("Looking at everything ... some seconds")
            pen.text(wait, inner, body, palette.quiet, align="center", lines=2)
        else:
            pen.qr(self.frames[self.shown], inner)
        number, area = area.cut_bottom(sizes.px(30))
        told = kit.t(
            "Film the codes with a phone until all of them have been there, and send the film. "
            "Nothing of customers, sales or cards is in them."
        )
        words, _ = area.cut_top(max(sizes.px(130), 104))
        pen.text(told, words, body, palette.ink, lines=5)
        if self.frames:
            at = f"{self.shown + 1} / {len(self.frames)}"
            pen.text(at, number, body, palette.quiet)
