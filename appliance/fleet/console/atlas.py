"""A map of shops from their coordinates alone: no tiles, no country's borders, no internet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from appliance.fleet.console.condition import WORST_FIRST

WIDTH, HEIGHT = 560, 380
_EDGE = 34
_CELL = 18
"""Shops that would lie on top of one another are one dot with their number."""
_SPAN_MIN = 0.02
"""Degrees: one shop, or two in a street, are not stretched over the whole map."""
_LABELS_MAX = 14
_LABEL_ROOM = (84, 18)


@dataclass(frozen=True, slots=True)
class Place:
    """condition: a word of `condition.py`. link: where a click goes."""

    name: str
    label: str
    lat: float
    lon: float
    condition: str
    link: str


@dataclass(slots=True)
class _Dot:
    x: float
    y: float
    places: list[Place]

    @property
    def condition(self) -> str:
        return min((place.condition for place in self.places), key=WORST_FIRST.index)


def drawn(places: Sequence[Place], label: str, several: str) -> Markup:
    """several: where a dot of many shops leads, with {lat} and {lon} for its middle."""
    if not places:
        return Markup("")
    dots = _gathered(places)
    parts = [_dot(dot, several) for dot in sorted(dots, key=lambda dot: -len(dot.places))]
    return Markup(  # noqa: S704 - every text in it was escaped
        f'<svg class="atlas" viewBox="0 0 {WIDTH} {HEIGHT}" role="group"'
        f' aria-label="{escape(label)}">{_labels(dots)}{"".join(parts)}</svg>'
    )


def _gathered(places: Sequence[Place]) -> list[_Dot]:
    """Projected with its own middle's degrees in true proportion, then gathered by cells."""
    south, north = min(p.lat for p in places), max(p.lat for p in places)
    west, east = min(p.lon for p in places), max(p.lon for p in places)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = min(
        (WIDTH - 2 * _EDGE) / max((east - west) * narrow, _SPAN_MIN),
        (HEIGHT - 2 * _EDGE) / max(north - south, _SPAN_MIN),
    )
    cells: dict[tuple[int, int], _Dot] = {}
    for place in places:
        x = WIDTH / 2 + (place.lon - (west + east) / 2) * narrow * scale
        y = HEIGHT / 2 - (place.lat - (south + north) / 2) * scale
        cell = (round(x / _CELL), round(y / _CELL))
        cells.setdefault(cell, _Dot(x, y, [])).places.append(place)
    return list(cells.values())


def _dot(dot: _Dot, several: str) -> str:
    many = len(dot.places)
    radius = 6.5 if many == 1 else min(17.0, 8 + 1.7 * math.sqrt(many))
    first = dot.places[0]
    link = first.link if many == 1 else several.format(lat=first.lat, lon=first.lon)
    name = first.name if many == 1 else f"{first.label or first.name} · {many}"
    number = f'<text x="{dot.x:.1f}" y="{dot.y + 4:.1f}">{many}</text>' if many > 1 else ""
    return (
        f'<a href="{escape(link)}"><title>{escape(name)}</title><circle class="{dot.condition}"'
        f' cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{radius:.1f}"/>{number}{_sign(dot, many)}</a>'
    )


def _sign(dot: _Dot, many: int) -> str:
    """What is wrong is told by a ring, too: colour is never the only sign."""
    if dot.condition not in ("lost", "late"):
        return ""
    radius = 10.5 if many == 1 else min(21.0, 12 + 1.7 * math.sqrt(many))
    return (
        f'<circle class="ring {dot.condition}" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{radius:.1f}"/>'
    )


def _labels(dots: Sequence[_Dot]) -> str:
    """Names of the places with most shops, none over another."""
    taken: list[tuple[float, float]] = []
    shown = []
    for dot in sorted(dots, key=lambda dot: (-len(dot.places), dot.places[0].label)):
        name = dot.places[0].label
        x, y = dot.x, dot.y + (20 if len(dot.places) == 1 else 30)
        near = any(abs(x - a) < _LABEL_ROOM[0] and abs(y - b) < _LABEL_ROOM[1] for a, b in taken)
        if name and not near and len(taken) < _LABELS_MAX:
            taken.append((x, y))
            shown.append(f'<text class="name" x="{x:.1f}" y="{y:.1f}">{escape(name)}</text>')
    return "".join(shown)
