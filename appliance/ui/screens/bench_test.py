"""The bench test on the till's own screen: what was tried, what is asked, and the signed result."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from kivy.clock import Clock

from appliance.core import commands as c
from appliance.core.verdict import Verdict
from appliance.ui import pen as pens
from appliance.ui.bench_port import Asked, BenchLook, Run, Said, StepLook
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE, Colour
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_

VERDICTS = {
    Verdict.PASSED: N_("works"),
    Verdict.FAILED: N_("does not work"),
    Verdict.ABSENT: N_("absent"),
    Verdict.SKIPPED: N_("left out"),
}
_ICONS = {Verdict.PASSED: "check", Verdict.FAILED: "close", Verdict.SKIPPED: "right"}


class BenchScreen(Screen):
    """The steps at the left, the one in hand at the right; for a touch, targets all over."""

    has_status = False

    def build(self) -> None:
        t = self.kit.t
        self.bench: BenchLook | None = None
        self._run: Run | None = None
        self._panel = self._right = self._hint = NOWHERE
        self._touched: set[int] = set()
        self.yes = self.key(t("Yes"), partial(self._say, Said.YES), Kind.PRIMARY, hotkey="enter")
        self.no = self.key("", partial(self._say, Said.NO), Kind.DANGER)
        self.skip = self.key(t("Leave it out"), partial(self._say, Said.SKIP))
        self.again = self.key(t("Play it again"), self._play, icon="sound_on")
        self.back = self.key(t("End the test"), self._leave, Kind.QUIET, hotkey="escape")
        self.targets = [
            self.key("", partial(self._touch, at), Kind.WAY, icon="plus") for at in range(5)
        ]
        self.hide_all()

    def hide_all(self) -> None:
        for key in (self.yes, self.no, self.skip, self.again, *self.targets):
            self.hide(key)

    def enter(self, **_how: Any) -> None:
        """The journal has it before a device moves."""
        self.bench, self._run = None, None
        self.desk.submit(c.BeginBenchTest(), done=self._begin, refused=lambda _: self.desk.home())

    def leave(self) -> None:
        if self._run is not None:
            self._run.stop()
            self._run = None

    def _begin(self) -> None:
        if self.desk.bench is None or self.desk.screen is not self:
            return
        self._run = self.desk.bench(
            lambda look: Clock.schedule_once(lambda _dt: self._show_bench(look), 0)
        )

    def _show_bench(self, look: BenchLook) -> None:
        fresh = self.bench is None or look.serial != self.bench.serial
        self.bench = look
        self.desk.touched_at = time.monotonic()  # a test is no idle till
        if fresh:
            self._touched = set()
            if look.asked is Asked.SOUND:
                self._play()
        self.arrange(self.rect)
        self.redraw()

    @property
    def _asked(self) -> Asked:
        return self.bench.asked if self.bench is not None else Asked.NOTHING

    def arrange(self, rect: Rect) -> None:
        if not rect.w:
            return
        sizes, look = self.kit.measures, self.bench
        self.hide_all()
        self._hint = NOWHERE
        inside = rect.inset(sizes.margin)
        if self._asked is Asked.TOUCH:
            self._arrange_targets(rect)
            return
        self._panel, right = self.halves(inside, left=400, narrow=320)
        keys, self._right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        if look is not None and look.code:
            self.back.change(title=self.kit.t("Done"), kind=Kind.PRIMARY, size=TYPE.main_key)
            self.show(self.back, keys)
            return
        self.back.change(title=self.kit.t("End the test"), kind=Kind.QUIET, size=TYPE.key)
        bar, self._right = self._right.cut_bottom(sizes.function_height, sizes.px(10))
        end, rest = bar.cut_left(round(bar.w * 0.46), sizes.gap)
        self.show(self.back, end)
        if self._asked is Asked.NOTHING:
            return
        self.show(self.skip, rest)
        no, yes = keys.cut_left(round(keys.w * 0.4), sizes.gap)
        self.show(self.no, no)
        if self._asked is Asked.WAIT:
            self.no.change(title=self.kit.t("It does not"))
            self._hint = yes
            return
        self.no.change(title=self.kit.t("No"))
        self.show(self.yes, yes)
        if self._asked is Asked.SOUND:
            again, self._right = self._right.cut_bottom(sizes.pay_height, sizes.px(10))
            self.show(self.again, again)

    def _arrange_targets(self, rect: Rect) -> None:
        """Four in the corners, where panels fail first, and one in the middle."""
        sizes = self.kit.measures
        side = max(sizes.px(96), 76)
        far_x, far_y = rect.right - side, rect.top - side
        middle = rect.centred(side, side)
        corners = [(rect.x, far_y), (far_x, far_y), (far_x, rect.y), (rect.x, rect.y)]
        places = [*(Rect(x, y, side, side) for x, y in corners), middle]
        for at, (key, place) in enumerate(zip(self.targets, places, strict=True)):
            done = at in self._touched
            key.change(kind=Kind.PRIMARY if done else Kind.WAY, icon="check" if done else "plus")
            self.show(key, place)
        below = Rect(rect.x + side + sizes.gap, rect.y, rect.w - 2 * (side + sizes.gap), side)
        keys = below.cut_bottom(sizes.function_height)[0]
        no, skip = keys.columns(2, sizes.gap)
        self.no.change(title=self.kit.t("It does not"))
        self.show(self.no, no)
        self.show(self.skip, skip)
        above = middle.top + sizes.gap
        self._right = Rect(below.x, above, below.w, rect.top - above)
        self.hide(self.back)
        self._panel = NOWHERE

    def paint(self, pen: Pen) -> None:
        look, sizes, palette = self.bench, self.kit.measures, self.kit.palette
        if look is None:
            return
        if look.asked is Asked.TOUCH:
            text, size = look.saying.told(self.kit.t), sizes.type(TYPE.main_key)
            pen.text(text, self._right, size, palette.ink, bold=True, align="center", lines=4)
            return
        self.panel(pen, self._panel)
        area = self._panel.inset(sizes.px(14), sizes.px(8))
        for at, (step, row) in enumerate(zip(look.steps, area.rows(len(look.steps)), strict=True)):
            self._paint_step(pen, row, step, now=at == look.at)
        if look.done:
            self._paint_result(pen, look)
        else:
            self._paint_step_in_hand(pen, look)

    def _paint_step(self, pen: Pen, row: Rect, step: StepLook, *, now: bool) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        if now:
            ground = Rect(self._panel.x + 1, row.y, self._panel.w - 2, row.h)
            pen.fill(ground, palette.go_ground)
        mark, words = row.cut_left(sizes.px(26), sizes.px(8))
        size = sizes.type(TYPE.small)
        icon = _ICONS.get(step.verdict) if step.verdict is not None else None
        if icon is not None:
            pen.icon(icon, mark, sizes.px(20), self._ink(step.verdict))
        told = self.kit.t(VERDICTS[step.verdict]) if step.verdict is not None else ""
        pen.text(told, words, size, self._ink(step.verdict), align="right")
        room = words.w - pens.text_width(told, size) - sizes.px(8)
        faint = step.verdict is Verdict.ABSENT
        ink = palette.quiet if faint else palette.ink
        title = Rect(words.x, words.y, max(0, room), words.h)
        pen.text(self.kit.t(step.title), title, size, ink, bold=now)

    def _ink(self, verdict: Verdict | None) -> Colour:
        palette = self.kit.palette
        inks = {Verdict.PASSED: palette.go, Verdict.FAILED: palette.bad}
        inks[Verdict.SKIPPED] = palette.warn
        return inks.get(verdict, palette.quiet) if verdict is not None else palette.quiet

    def _paint_step_in_hand(self, pen: Pen, look: BenchLook) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        area = self._right.inset(sizes.px(10), sizes.px(6))
        head, area = area.cut_top(sizes.px(30), sizes.px(4))
        of = kit.t("{number} of {count}").format(number=look.at + 1, count=len(look.steps))
        pen.text(of, head, sizes.type(TYPE.body), palette.quiet)
        title, area = area.cut_top(sizes.px(46), sizes.px(8))
        step = look.steps[look.at]
        pen.text(kit.t(step.title), title, sizes.type(TYPE.digit), palette.ink, bold=True)
        text = look.saying.told(kit.t)
        pen.text(text, area, sizes.type(TYPE.main_key), palette.ink, lines=6, valign="top")
        if self._hint is not NOWHERE:
            hint, place = kit.t("The test goes on by itself."), self._hint.inset(sizes.px(8), 0)
            pen.text(hint, place, sizes.type(TYPE.body), palette.quiet, align="center", lines=2)

    def _paint_result(self, pen: Pen, look: BenchLook) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        area = self._right.inset(sizes.px(10), sizes.px(2))
        head, area = area.cut_top(sizes.px(44), sizes.px(2))
        good = look.passed
        text = kit.t("Bench test passed" if good else "Bench test: not passed")
        ink = palette.go if good else palette.bad
        pen.text(text, head, sizes.type(TYPE.digit), ink, bold=True)
        why = [it for it in look.steps if it.verdict is Verdict.FAILED]
        told = [f"{kit.t(it.title)}: {it.says.told(kit.t)}" for it in why]
        room = sizes.px(52) if told else sizes.px(28)
        below, area = area.cut_top(room, sizes.px(4))
        if not look.code:
            wait = kit.t("The result is being signed and printed.")
            told = [look.saying.told(kit.t) or wait]
        elif not told:
            told = [kit.t("Everything that is here works.")]
        size = sizes.type(TYPE.small)
        pen.text(" ".join(told), below, size, palette.ink, lines=2, valign="top")
        if look.code:
            pen.qr(look.code, area)

    def _say(self, said: Said) -> None:
        if self._run is not None and self.bench is not None:
            self._run.answer(said, self.bench.serial)

    def _touch(self, at: int) -> None:
        self._touched.add(at)
        self.arrange(self.rect)
        if len(self._touched) == len(self.targets):
            self._say(Said.YES)

    def _play(self) -> None:
        self.desk.sounds.play("scan")

    def _leave(self) -> None:
        self.desk.go("settings")

    def hears(self, code: str) -> bool:
        if self._run is not None:
            self._run.scanned(code)
        return self._run is not None

    def scanned(self) -> None:
        """Scans are the test's own here."""

    def command(self, name: str) -> bool:
        if name == "escape":
            self._leave()
        return name == "escape"
