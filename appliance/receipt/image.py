"""A layout as a picture in printer dots: for PNG files, and for printing what no code page holds."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from appliance.receipt import codes, wrap
from appliance.receipt.layout import (
    Align,
    Barcode,
    Block,
    Columns,
    Cut,
    Feed,
    Layout,
    Picture,
    QrCode,
    Rule,
    Ruler,
    Size,
    Style,
    Text,
)
from appliance.receipt.metrics import MM_80, Metrics, font_path

INK = 255
"""Strips are drawn light on dark, so that a bit that is set is a dot that is burned."""

# Noto Sans has no U+2212; its en dash has the same height and nearly the width of a digit.
_SUBSTITUTES = str.maketrans({"\u2212": "\u2013"})


def to_image(layout: Layout, metrics: Metrics = MM_80, *, padding: int = 0) -> Image.Image:
    """Black on white, one bit per dot, exactly what a raster printer burns."""
    return on_paper(to_strips(layout, metrics), metrics, padding=padding)


def to_png(layout: Layout, metrics: Metrics = MM_80, *, padding: int = 24) -> bytes:
    """A PNG file with white paper around it."""
    target = io.BytesIO()
    to_image(layout, metrics, padding=padding).save(
        target, "PNG", optimize=True, dpi=(metrics.dpi, metrics.dpi)
    )
    return target.getvalue()


def on_paper(strips: Iterator[Image.Image], metrics: Metrics, padding: int = 0) -> Image.Image:
    """Strips one below another on white paper."""
    rows = list(strips)
    height = sum(strip.height for strip in rows)
    paper = Image.new("1", (metrics.width + 2 * padding, height + 2 * padding))
    top = padding
    for strip in rows:
        paper.paste(strip, (padding, top))
        top += strip.height
    return ImageOps.invert(paper)


def to_strips(layout: Layout, metrics: Metrics = MM_80) -> Iterator[Image.Image]:
    """One strip of the paper's full width for each row, set bits where it is black."""
    tail = max((_width(tail, Style(), metrics) for tail in layout.tails), default=0)
    tail_width = tail + metrics.gap // 2 if tail else 0
    for block in layout.blocks:
        yield from block_strips(block, metrics, tail_width)


def block_strips(block: Block, metrics: Metrics, tail_width: int = 0) -> Iterator[Image.Image]:
    match block:
        case Text():
            yield from _text(block, metrics)
        case Columns():
            yield from _columns(block, metrics, tail_width)
        case Rule():
            yield _rule(metrics)
        case Ruler():
            yield _ruler(metrics)
        case Feed():
            yield _blank(metrics, metrics.half_feed * block.halves)
        case QrCode():
            yield _qr(block, metrics)
        case Barcode():
            yield from _barcode(block, metrics)
        case Picture():
            yield from _picture(block, metrics)
        case Cut():
            return


def _text(block: Text, metrics: Metrics) -> Iterator[Image.Image]:
    room = metrics.width - 2 * metrics.margin
    rows = wrap.balanced(block.text, room, lambda text: _width(text, block.style, metrics))
    for row in rows:
        spare = room - _width(row, block.style, metrics)
        before = {Align.LEFT: 0, Align.CENTRE: spare // 2, Align.RIGHT: spare}[block.align]
        strip = _blank(metrics, metrics.row(block.style.size))
        _write(strip, row, metrics.margin + before, block.style, metrics)
        yield strip


def _columns(block: Columns, metrics: Metrics, tail_width: int) -> Iterator[Image.Image]:
    style = block.style
    indent = metrics.margin + (metrics.indent if block.indent else 0)
    end = metrics.width - metrics.margin - (0 if block.tail is None else tail_width)
    room = end - indent

    def measure(text: str) -> int:
        return _width(text, style, metrics)

    pairs = wrap.columns(block.left, block.right, room, metrics.gap, measure)
    if block.whole and len(pairs) > 1 and style.size is not Size.SMALL:
        smaller = replace(block, style=replace(style, size=style.size.smaller))
        yield from _columns(smaller, metrics, tail_width)
        return
    for left, right in pairs:
        strip = _blank(metrics, metrics.row(style.size))
        _write(strip, left, indent, style, metrics)
        if right:
            _write(strip, right, end - measure(right), style, metrics)
            if block.tail:
                at = metrics.width - metrics.margin - measure(block.tail)
                _write(strip, block.tail, at, style, metrics)
        yield strip


def _rule(metrics: Metrics) -> Image.Image:
    strip = _blank(metrics, 2 * metrics.rule_space + metrics.rule)
    right = metrics.width - metrics.margin - 1
    bottom = metrics.rule_space + metrics.rule - 1
    ImageDraw.Draw(strip).rectangle((metrics.margin, metrics.rule_space, right, bottom), fill=INK)
    return strip


def _ruler(metrics: Metrics) -> Image.Image:
    """Every dot of the head has its part: what is missing on paper is missing there."""
    style, ticks, band = Style(Size.SMALL), metrics.row(Size.SMALL), metrics.row(Size.SMALL) // 2
    strip = _blank(metrics, 2 * metrics.row(Size.SMALL) + band)
    pen, right = ImageDraw.Draw(strip), metrics.width - 1
    pen.rectangle((0, 2 * ticks, right, strip.height - 1), fill=INK)
    for edge in (0, right - 1):
        pen.rectangle((edge, 0, edge + 1, strip.height - 1), fill=INK)
    for mm in range(int(metrics.width * 25.4 / metrics.dpi) + 1):
        at = round(mm * metrics.dpi / 25.4)
        long = ticks if mm % 10 == 0 else ticks * 2 // 3 if mm % 5 == 0 else ticks // 3
        pen.line((at, 2 * ticks - long, at, 2 * ticks), fill=INK)
        number = str(mm)
        left = at - _width(number, style, metrics) // 2
        if mm and mm % 10 == 0 and at + _width(number, style, metrics) < right:
            written = _blank(replace(metrics, width=_width(number, style, metrics)), ticks)
            _write(written, number, 0, style, metrics)
            strip.paste(written, (left, 0))
    return strip


def qr_scale(modules: int, metrics: Metrics) -> int:
    """Dots for each module: as large as the paper's limit allows, never under 3 (0.4 mm)."""
    return max(metrics.qr_width_max // modules, 3)


def _qr(block: QrCode, metrics: Metrics) -> Image.Image:
    matrix = codes.qr(block.data)
    scale = qr_scale(len(matrix), metrics)
    small = Image.new("1", (len(matrix), len(matrix)))
    small.putdata([INK * module for row in matrix for module in row])
    drawn = small.resize((small.width * scale, small.height * scale), Image.Resampling.NEAREST)
    if codes.is_signed(block.data):
        _sign(drawn)
    quiet = min(codes.QR_QUIET * scale, metrics.half_feed)
    strip = _blank(metrics, drawn.height + 2 * quiet)
    strip.paste(drawn, ((metrics.width - drawn.width) // 2, quiet))
    return strip


def _sign(drawn: Image.Image) -> None:
    """The hryvnia sign in a light circle in the middle."""
    side = drawn.width
    radius = round(side * codes.SIGN_SHARE / 2)
    middle, pen = side // 2, ImageDraw.Draw(drawn)
    pen.ellipse([middle - radius, middle - radius, middle + radius, middle + radius], fill=0)
    font = _font(bold=True, size=round(1.4 * radius))
    pen.text((middle, middle), codes.SIGN, fill=INK, font=font, anchor="mm")


def _barcode(block: Barcode, metrics: Metrics) -> Iterator[Image.Image]:
    bars = codes.code128(block.data)
    scale = max(min((metrics.width - 2 * metrics.margin) // (len(bars) + 20), 3), 1)
    strip = _blank(metrics, metrics.barcode_height)
    start = (metrics.width - len(bars) * scale) // 2
    draw = ImageDraw.Draw(strip)
    for place, dark in enumerate(bars):
        if dark:
            left = start + place * scale
            draw.rectangle((left, 0, left + scale - 1, metrics.barcode_height - 1), fill=INK)
    yield strip
    yield from _text(Text(block.data, Style(Size.SMALL)), metrics)


def _picture(block: Picture, metrics: Metrics) -> Iterator[Image.Image]:
    drawn = _logo(block.path, metrics.width, metrics.logo_height_max)
    if drawn is not None:
        strip = _blank(metrics, drawn.height)
        strip.paste(drawn, ((metrics.width - drawn.width) // 2, 0))
        yield strip


@lru_cache(maxsize=4)
def _logo(path: str, width_max: int, height_max: int) -> Image.Image | None:
    """A picture in set bits, dithered; None when there is none: a receipt needs no logo."""
    try:
        with Image.open(Path(path)) as source:
            flat = Image.new("RGBA", source.size, "white")
            flat.alpha_composite(source.convert("RGBA"))
    except (OSError, ValueError):
        return None
    flat.thumbnail((width_max, height_max), Image.Resampling.LANCZOS)
    return ImageOps.invert(flat.convert("L")).convert("1")


def _blank(metrics: Metrics, height: int) -> Image.Image:
    return Image.new("1", (metrics.width, height))


def _write(strip: Image.Image, text: str, left: int, style: Style, metrics: Metrics) -> None:
    if text:
        ink = _ink(text, style, metrics.sizes[style.size], strip.height)
        strip.paste(ink, (left, 0))


@lru_cache(maxsize=1024)
def _ink(text: str, style: Style, size: int, height: int) -> Image.Image:
    """A text as set bits; kept, because a shop's receipts repeat their words.

    Put together from kept glyphs: FreeType hints a glyph in 30 microseconds, a paste takes two.
    """
    pad = size // 2
    ink = Image.new("1", (_length(text, style.bold, size) + pad, height))
    at = 0
    for character in text.translate(_SUBSTITUTES):
        advance, glyph = _glyph(character, style.bold, size, height)
        if glyph is not None:
            ink.paste(INK, (at - pad, 0), glyph)
        at += advance
    return ink


@lru_cache(maxsize=4096)
def _glyph(character: str, bold: bool, size: int, height: int) -> tuple[int, Image.Image | None]:
    """One glyph's advance and set bits, with half its size of room left and right of it."""
    font = _font(bold, size)
    advance = round(font.getlength(character))
    if character.isspace():
        return advance, None
    pad = size // 2
    grey = Image.new("L", (advance + 2 * pad, height))
    baseline = (height + round(size * 0.72)) // 2
    ImageDraw.Draw(grey).text((pad, baseline), character, fill=INK, font=font, anchor="ls")
    return advance, grey.point(_THRESHOLD, "1")


# A little under half: thermal dots are round, and thin strokes must not break.
_THRESHOLD = [0] * 112 + [INK] * 144


def _width(text: str, style: Style, metrics: Metrics) -> int:
    return _length(text, style.bold, metrics.sizes[style.size])


def _length(text: str, bold: bool, size: int) -> int:
    return sum(_advance(character, bold, size) for character in text.translate(_SUBSTITUTES))


@lru_cache(maxsize=4096)
def _advance(character: str, bold: bool, size: int) -> int:
    return round(_font(bold, size).getlength(character))


@lru_cache(maxsize=16)
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    # Basic layout: our scripts need no shaping, and every machine draws the same dots.
    path = font_path(Style(bold=bold))
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
