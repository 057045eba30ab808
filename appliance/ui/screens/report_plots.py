"""Plots of reports: columns for hours and days, a bar under each name for everything else."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.core.report_rows import Headline, ReportBar
from appliance.i18n import MINUS
from appliance.ui import pen as pens
from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.theme import TYPE, Colour, mix

COLUMNS_MAX = 31


def pale(kit: Kit) -> Colour:
    """What stands for the days before."""
    return mix(kit.palette.quiet, kit.palette.panel, 0.68)


def paint_columns(pen: Pen, kit: Kit, bars: Sequence[ReportBar], rect: Rect) -> None:
    """One column an hour or a day; pale ones behind are the days before."""
    sizes, palette = kit.measures, kit.palette
    labels, body = rect.cut_bottom(sizes.px(22), sizes.px(4))
    most = max([1, *(max(bar.amount_minor, bar.before_minor or 0) for bar in bars)])
    small = sizes.type(TYPE.note)
    body = body.cut_top(sizes.px(22))[1]
    # A single hour is no wall: columns are at most so wide, and stand in the middle.
    wide = min(body.w, len(bars) * sizes.px(90))
    body = Rect(body.x + (body.w - wide) // 2, body.y, wide, body.h)
    places = body.columns(len(bars), sizes.px(4))
    _paint_labels(pen, kit, bars, places, Rect(rect.x, labels.y, rect.w, labels.h))
    best = max(range(len(bars)), key=lambda at: bars[at].amount_minor)
    for bar, place in zip(bars, places, strict=True):
        _paint_column(pen, kit, bar, place, most)
    if bars[best].amount_minor > 0:
        bar, place = bars[best], places[best]
        tall = max(bar.amount_minor, bar.before_minor or 0)
        text = kit.amount(bar.amount_minor)
        room = pens.text_width(text, small, True) + 2
        spot = Rect(
            _under(place, room, rect), place.y + round(place.h * tall / most), room, sizes.px(22)
        )
        pen.text(text, spot, small, palette.ink, bold=True)


def _paint_labels(
    pen: Pen, kit: Kit, bars: Sequence[ReportBar], places: Sequence[Rect], area: Rect
) -> None:
    """Each column's name, or every second's, third's: as many as stand apart."""
    size, gap = kit.measures.type(TYPE.note), kit.measures.px(8)
    spots = []
    for bar, place in zip(bars, places, strict=True):
        room = pens.text_width(bar.label, size) + 2
        spots.append(Rect(_under(place, room, area), area.y, room, area.h))
    step = 1
    while any(
        left.right + gap > right.x
        for left, right in zip(spots[::step], spots[step::step], strict=False)
    ):
        step += 1
    for bar, spot in list(zip(bars, spots, strict=True))[::step]:
        pen.text(bar.label, spot, size, kit.palette.quiet)


def _under(column: Rect, width: int, within: Rect) -> int:
    """Where a word of this width begins, in the middle of its column but never over the edge."""
    return min(max(within.x, column.x + (column.w - width) // 2), within.right - width)


def _paint_column(pen: Pen, kit: Kit, bar: ReportBar, place: Rect, most: int) -> None:
    radius = kit.measures.px(3)
    if bar.before_minor and bar.before_minor > 0:
        height = max(2, round(place.h * bar.before_minor / most))
        pen.box(Rect(place.x, place.y, place.w, height), pale(kit), radius=radius)
    if bar.amount_minor > 0:
        height = max(2, round(place.h * bar.amount_minor / most))
        inset = place.w // 5 if bar.before_minor is not None else 0
        column = Rect(place.x + inset, place.y, place.w - 2 * inset, height)
        pen.box(column, kit.palette.go, radius=radius)
    pen.fill(Rect(place.x, place.y, place.w, kit.measures.hair), kit.palette.line)


def paint_row(pen: Pen, kit: Kit, bar: ReportBar, most: int, rect: Rect) -> None:
    """A name, its amount, and a bar below; the pale one is the days before."""
    sizes, palette = kit.measures, kit.palette
    text, track = rect.rows((1, 0.42))
    amount = kit.amount(bar.amount_minor)
    body, small = sizes.type(TYPE.body), sizes.type(TYPE.note)
    ink = palette.bad if bar.amount_minor < 0 else palette.ink
    pen.text(amount, text, body, ink, bold=True, align="right")
    right = text.w - max(sizes.px(92), pens.text_width(amount, body, True)) - sizes.px(14)
    note = pens.text_width(bar.note, small) if bar.note else 0
    note = min(note, right // 2)
    pen.text(bar.note, Rect(text.x + right - note, text.y, note + 1, text.h), small, palette.quiet)
    pen.text(
        bar.label,
        Rect(text.x, text.y, max(0, right - note - sizes.px(10)), text.h),
        body,
        palette.ink,
    )
    thick = max(5, sizes.px(7))
    thin = Rect(track.x, track.top - thick - 1, track.w, thick)
    if bar.before_minor:
        pen.box(_part(thin, abs(bar.before_minor), most), pale(kit), radius=thick // 2)
    if bar.amount_minor:
        tone = palette.go if bar.amount_minor > 0 else palette.bad
        slim = Rect(thin.x, thin.y + 1, thin.w, max(3, thick - 2)) if bar.before_minor else thin
        pen.box(_part(slim, abs(bar.amount_minor), most), tone, radius=thick // 2)


def largest(bars: Sequence[ReportBar]) -> int:
    return max([1, *(max(abs(bar.amount_minor), abs(bar.before_minor or 0)) for bar in bars)])


def change(kit: Kit, now: Headline, before: Headline) -> str:
    """ "+12 %" against the days compared; nothing to compare with says nothing."""
    if before.total_minor <= 0 or now.total_minor == before.total_minor:
        return ""
    percent = round(100 * (now.total_minor - before.total_minor) / before.total_minor)
    gap = "" if kit.language == "en" else "\u00a0"
    sign = "+" if percent >= 0 else MINUS
    return f"{sign}{kit.number(abs(percent))}{gap}%"


def _part(track: Rect, amount: int, most: int) -> Rect:
    return Rect(track.x, track.y, max(2, round(track.w * amount / most)), track.h)
