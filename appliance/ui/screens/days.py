"""Choosing days on a month's page, for a report or a list: the first day, then the last."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_

MONTHS = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_WEEKS = 6


class DaysScreen(Screen):
    """Two touches: from, to. The same day twice is that day alone."""

    def build(self) -> None:
        t = self.kit.t
        self.first: date | None = None
        self.last: date | None = None
        self._show: Callable[[date, date], None] = lambda _first, _last: None
        self._from = "reports"
        self._names: list[Rect] = []
        self._title = Rect(0, 0, 0, 0)
        self.month = self._today().replace(day=1)
        self.earlier = self.key("‹", partial(self._turn, -1), size=TYPE.amount, hotkey="pageup")
        self.later = self.key("›", partial(self._turn, 1), size=TYPE.amount, hotkey="pagedown")
        self.days = [
            self.key("", partial(self._chose, at), Kind.QUIET, size=TYPE.title)
            for at in range(7 * _WEEKS)
        ]
        self.back = self.key(t("Back"), self._back, hotkey="escape")
        self.ready = self.key(t("Show"), self._done, Kind.PRIMARY, hotkey="enter")

    def _today(self) -> date:
        return self.desk.now().date()

    def enter(
        self,
        show: Callable[[date, date], None] | None = None,
        back: str = "reports",
        **_how: Any,
    ) -> None:
        """show: what to do with the days. back: the page that asks."""
        if show is not None:
            self._show, self._from = show, back
            self.first = self.last = None
            self.month = self._today().replace(day=1)
        self._paint_days()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        ways, rest = rect.cut_bottom(sizes.touch(60), sizes.px(8))
        head, rest = rest.cut_top(sizes.touch(46), sizes.px(2))
        self.earlier.place(head.cut_left(sizes.touch(96))[0])
        self.later.place(head.cut_right(sizes.touch(96))[0])
        self._title = head.centred(head.w - 2 * sizes.touch(110), head.h)
        names, grid = rest.cut_top(sizes.px(24), sizes.px(2))
        gap = max(3, sizes.px(4))
        self._names = names.columns(7, gap)
        for key, place in zip(self.days, grid.grid(7, _WEEKS, gap), strict=True):
            key.place(place)
        back, right = ways.cut_left(ways.w // 4, sizes.gap)
        self.back.place(back)
        self.ready.place(right.cut_right(round(ways.w * 0.4))[0])

    def paint(self, pen: Pen) -> None:
        sizes, palette, t = self.kit.measures, self.kit.palette, self.kit.t
        title = f"{t(MONTHS[self.month.month - 1])} {self.month.year}"
        pen.text(
            title, self._title, sizes.type(TYPE.main_key), palette.ink, bold=True, align="center"
        )
        for name, place in zip(WEEKDAYS, self._names, strict=False):
            pen.text(t(name), place, sizes.type(TYPE.note), palette.quiet, align="center")

    def _day(self, at: int) -> date:
        monday = self.month - timedelta(self.month.weekday())
        return monday + timedelta(at)

    def _paint_days(self) -> None:
        today = self._today()
        last_month = today.replace(day=1)
        for at, key in enumerate(self.days):
            day = self._day(at)
            inside = (day.year, day.month) == (self.month.year, self.month.month)
            chosen = self.first is not None and self.first <= day <= (self.last or self.first)
            key.change(
                title=str(day.day) if inside else "",
                kind=Kind.WAY if chosen and inside else Kind.PLAIN if inside else Kind.QUIET,
                enabled=inside and day <= today,
            )
        self.later.change(enabled=self.month < last_month)
        self.ready.change(enabled=self.first is not None)
        self.redraw()

    def _turn(self, by: int) -> None:
        edge = 0 if by < 0 else calendar.monthrange(self.month.year, self.month.month)[1] + 1
        self.month = (self.month + timedelta(edge - 1)).replace(day=1)
        self._paint_days()

    def _chose(self, at: int) -> None:
        day = self._day(at)
        if self.first is None or self.last is not None:
            self.first, self.last = day, None
        else:
            self.first, self.last = min(self.first, day), max(self.first, day)
        self._paint_days()

    def _back(self) -> None:
        self.desk.go(self._from)

    def _done(self) -> None:
        if self.first is not None:
            self._show(self.first, self.last or self.first)

    def command(self, name: str) -> bool:
        if name in ("left", "right"):
            if name == "left" or self.later.face.enabled:
                self._turn(-1 if name == "left" else 1)
            return True
        return False
