"""A map of shops from their coordinates alone: no tiles, no country's borders, no internet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from appliance.fleet.console.condition import WORST_FIRST

SIZES = {"wide": (560, 380), "narrow": (330, 270)}
_EDGE = 34
_NEAR = 26
"""Shops that would lie on top of one another are one dot with their number."""
_ABOVE = 24
_SPAN_MIN = 0.02
"""Degrees: one shop, or two in a street, are not stretched over the whole map."""


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


@lru_cache(maxsize=64)
def drawn(places: tuple[Place, ...], label: str, several: str) -> Markup:
    """In both sizes, of which the page shows one. several: where a dot of many shops leads, with
    {lat} and {lon} for its middle."""
    if not places:
        return Markup("")
    return Markup("").join(_map(places, label, several, size) for size in SIZES)


def _map(places: Sequence[Place], label: str, several: str, size: str) -> Markup:
    width, height = SIZES[size]
    spots = _spots(places, width, height)
    dots = _gathered(spots)
    parts = [_dot(dot, several) for dot in sorted(dots, key=lambda dot: -len(dot.places))]
    return Markup(  # noqa: S704 - every text in it was escaped
        f'<svg class="atlas {size}" viewBox="0 0 {width} {height}" role="group"'
        f' aria-label="{escape(label)}">{_labels(spots)}{"".join(parts)}</svg>'
    )


def _spots(places: Sequence[Place], width: int, height: int) -> list[_Dot]:
    """Where each place lies on paper; the map's middle has its degrees in true proportion."""
    south, north = min(p.lat for p in places), max(p.lat for p in places)
    west, east = min(p.lon for p in places), max(p.lon for p in places)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = min(
        (width - 2 * _EDGE) / max((east - west) * narrow, _SPAN_MIN),
        (height - 2 * _EDGE) / max(north - south, _SPAN_MIN),
    )
    return [
        _Dot(
            width / 2 + (place.lon - (west + east) / 2) * narrow * scale,
            height / 2 - (place.lat - (south + north) / 2) * scale,
            [place],
        )
        for place in places
    ]


def _gathered(spots: Sequence[_Dot]) -> list[_Dot]:
    """Spots of one small square are one dot, and so are dots that lie near to each other."""
    squares: dict[tuple[int, int], _Dot] = {}
    for spot in spots:
        square = (int(spot.x * 2 // _NEAR), int(spot.y * 2 // _NEAR))
        squares.setdefault(square, _Dot(spot.x, spot.y, [])).places.extend(spot.places)
    dots: list[_Dot] = []
    for spot in sorted(squares.values(), key=lambda it: -len(it.places)):
        near = next((it for it in dots if math.hypot(it.x - spot.x, it.y - spot.y) < _NEAR), None)
        if near is None:
            dots.append(spot)
        else:
            near.places += spot.places
    return dots


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


def _labels(spots: Sequence[_Dot]) -> str:
    """The name of each region above its shops."""
    regions: dict[str, list[_Dot]] = {}
    for spot in spots:
        regions.setdefault(spot.places[0].label, []).append(spot)
    shown = []
    for name, each in regions.items():
        x, y = sum(it.x for it in each) / len(each), min(it.y for it in each) - _ABOVE
        shown.append(f'<text class="name" x="{x:.1f}" y="{y:.1f}">{escape(name)}</text>')
    return "".join(shown)
