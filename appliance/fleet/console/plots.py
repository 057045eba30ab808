"""Plots as SVG, drawn on the server: lines over a day or a week, with axes that can be read.

Colours are classes of console.css, so that a plot follows the page into the dark. Each plot is
drawn twice, for wide and for narrow pages; the style sheet shows the one that fits, and its type is
never scaled below what can be read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_TOP, _BOTTOM, _RIGHT = 12, 26, 14
_LETTER = 7.6
"""The width of a digit at the plots' 13 px."""
_STEPS = (1, 2, 2.5, 5, 10)
_TICKS = 4
_FLAT = 1e-6
"""Values so near to each other are one line, not a mountain."""


@dataclass(frozen=True, slots=True)
class Series:
    """kind: a class of the style sheet: now, before, or limit. points: (x, y); a y of None is a
    gap. told: for each point what it says when it is pointed at."""

    name: str
    kind: str
    points: Sequence[tuple[float, float | None]]
    told: Sequence[str] = ()
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What a plot is about. label: for whoever hears the page. ticks: of the x axis."""

    label: str
    ticks: Sequence[tuple[float, str]]
    written: Callable[[float], str]
    low: float = 0.0
    high: float | None = None
    height: int = 220


def lines(frame: Frame, series: Sequence[Series], wide: int = 760, narrow: int = 330) -> Markup:
    """Both sizes of a plot, of which the page shows one."""
    return _drawn(frame, series, wide, "wide") + _drawn(frame, series, narrow, "narrow")


def scale(low: float, high: float, count: int = _TICKS) -> list[float]:
    """Round numbers from at most `low` to at least `high`."""
    span = high - low if high - low > _FLAT else max(abs(high), 1.0)
    power = 10.0 ** math.floor(math.log10(span / count))
    step = next(power * each for each in _STEPS if power * each * count >= span * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = 2 - math.floor(math.log10(step))
    return [round(number * step, digits) for number in range(first, max(last, first + 1) + 1)]


def _drawn(frame: Frame, series: Sequence[Series], width: int, size: str) -> Markup:
    values = [y for each in series for _, y in each.points if y is not None]
    high = max([*values, frame.low]) if frame.high is None else frame.high
    marks = scale(min([*values, frame.low]), high)
    names = [frame.written(mark) for mark in marks]
    left = round(max(map(len, names)) * _LETTER) + 12
    box = _Box(
        left,
        _TOP,
        width - _RIGHT,
        frame.height - _BOTTOM,
        marks[0],
        marks[-1],
        _reach(frame, series),
    )
    parts = [_grid(box, marks, names), _hours(box, frame.ticks, width)]
    parts += [_areas(box, each) for each in series if each.filled]
    parts += [_series(box, each) for each in series]
    return Markup(  # noqa: S704 - every text in it was escaped
        f'<svg class="plot {size}" viewBox="0 0 {width} {frame.height}" role="img"'
        f' aria-label="{escape(frame.label)}">{"".join(parts)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float
    low: float
    high: float
    reach: tuple[float, float]

    def x(self, value: float) -> float:
        first, last = self.reach
        return self.left + (self.right - self.left) * (value - first) / ((last - first) or 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return self.bottom - (self.bottom - self.top) * share


def _reach(frame: Frame, series: Sequence[Series]) -> tuple[float, float]:
    every = [x for each in series for x, _ in each.points] + [x for x, _ in frame.ticks]
    return (min(every), max(every)) if every else (0.0, 1.0)


def _grid(box: _Box, marks: Sequence[float], names: Sequence[str]) -> str:
    rows = []
    for mark, name in zip(marks, names, strict=True):
        y = box.y(mark)
        rows.append(
            f'<path class="grid" d="M{box.left:.1f} {y:.1f}H{box.right:.1f}"/>'
            f'<text class="mark" x="{box.left - 8:.1f}" y="{y + 4.5:.1f}">{escape(name)}</text>'
        )
    return "".join(rows)


def _hours(box: _Box, ticks: Sequence[tuple[float, str]], width: int) -> str:
    """As many names under the axis as there is room for."""
    room = max((len(name) for _, name in ticks), default=1) * _LETTER + 14
    every = max(1, math.ceil(len(ticks) * room / (width - box.left)))
    shown = []
    for x, name in ticks[::every]:
        at = box.x(x)
        edge = "end" if at > box.right - room / 3 else "middle"
        shown.append(
            f'<text class="tick {edge}" x="{at:.1f}" y="{box.bottom + 19:.1f}">{escape(name)}</text>'
        )
    return "".join(shown)


def _areas(box: _Box, series: Series) -> str:
    """Below all lines, or a line behind would be hidden."""
    return "".join(
        f'<path class="area {series.kind}" d="M{run[0][0]:.1f} {box.bottom:.1f}L{_path(run)}'
        f'L{run[-1][0]:.1f} {box.bottom:.1f}Z"/>'
        for run in _runs(box, series.points)
        if len(run) > 1
    )


def _path(run: Sequence[tuple[float, float]]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in run)


def _series(box: _Box, series: Series) -> str:
    drawn = []
    for run in _runs(box, series.points):
        drawn.append(f'<path class="line {series.kind}" d="M{_path(run)}"/>')
        if len(run) == 1:
            x, y = run[0]
            drawn.append(f'<circle class="dot {series.kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')
    for (at, value), told in zip(series.points, series.told, strict=False):
        if value is not None:
            drawn.append(
                f'<circle class="point {series.kind}" cx="{box.x(at):.1f}" cy="{box.y(value):.1f}" r="9">'
                f"<title>{escape(told)}</title></circle>"
            )
    return "".join(drawn)


def _runs(
    box: _Box, points: Sequence[tuple[float, float | None]]
) -> list[list[tuple[float, float]]]:
    """The points on paper, broken where nothing is known."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((box.x(x), box.y(y)))
    return [run for run in runs if run]
