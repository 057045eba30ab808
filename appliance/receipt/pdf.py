"""A layout as a one-page PDF as wide as the paper roll and as long as the receipt."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from appliance.receipt import codes, wrap
from appliance.receipt.image import qr_scale
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
from appliance.receipt.metrics import BOLD, MM_80, REGULAR, Metrics

POINTS_PER_INCH = 72
MARGIN_MM = 4
_SUBSTITUTES = str.maketrans({"\u2212": "\u2013"})


def to_pdf(layout: Layout, metrics: Metrics = MM_80) -> bytes:
    """Real text in real fonts: it can be searched and copied."""
    _register_fonts()
    height = _Page(None, layout, metrics).draw()
    scale = POINTS_PER_INCH / metrics.dpi
    margin = MARGIN_MM / 25.4 * POINTS_PER_INCH
    target = io.BytesIO()
    size = (metrics.width * scale + 2 * margin, height * scale + 2 * margin)
    canvas = Canvas(target, pagesize=size, invariant=1)
    canvas.setTitle(layout.title)
    canvas.translate(margin, size[1] - margin)
    canvas.scale(scale, scale)
    _Page(canvas, layout, metrics).draw()
    canvas.save()
    return target.getvalue()


class _Page:
    """Draws in printer dots from the top down; without a canvas it only measures the height."""

    def __init__(self, canvas: Canvas | None, layout: Layout, metrics: Metrics) -> None:
        self._canvas = canvas
        self._layout = layout
        self._metrics = metrics
        self._y = 0
        self._left = metrics.margin
        self._right = metrics.width - metrics.margin
        widest = max((_width(tail, Style(), metrics) for tail in layout.tails), default=0.0)
        self._tail = widest + metrics.gap / 2 if widest else 0.0

    def draw(self) -> int:
        for block in self._layout.blocks:
            self._block(block)
        return self._y

    def _block(self, block: Block) -> None:
        metrics = self._metrics
        match block:
            case Text():
                self._text(block)
            case Columns():
                self._columns(block)
            case Rule() | Ruler():
                self._y += metrics.rule_space
                self._box(self._left, 0, self._right - self._left, metrics.rule)
                self._y += metrics.rule + metrics.rule_space
            case Feed():
                self._y += metrics.half_feed * block.halves
            case QrCode():
                matrix = codes.qr(block.data)
                scale = qr_scale(len(matrix), metrics)
                self._y += metrics.half_feed
                self._modules(matrix, scale, scale)
                self._y += metrics.half_feed
            case Barcode():
                self._modules((codes.code128(block.data),), 2, metrics.barcode_height)
                self._text(Text(block.data, Style(Size.SMALL)))
            case Picture():
                self._picture(block)
            case Cut():
                return

    def _text(self, block: Text) -> None:
        room = self._right - self._left
        style = block.style
        for row in wrap.balanced(block.text, room, lambda text: _width(text, style, self._metrics)):
            spare = room - _width(row, style, self._metrics)
            before = {Align.LEFT: 0.0, Align.CENTRE: spare / 2, Align.RIGHT: spare}[block.align]
            self._write(row, self._left + before, style)
            self._y += self._metrics.row(style.size)

    def _columns(self, block: Columns) -> None:
        style, metrics = block.style, self._metrics
        left = self._left + (metrics.indent if block.indent else 0)
        end = self._right - (0 if block.tail is None else self._tail)

        def measure(text: str) -> float:
            return _width(text, style, metrics)

        pairs = wrap.columns(block.left, block.right, end - left, metrics.gap, measure)
        if block.whole and len(pairs) > 1 and style.size is not Size.SMALL:
            self._columns(replace(block, style=replace(style, size=style.size.smaller)))
            return
        for words, amount in pairs:
            self._write(words, left, style)
            self._write(amount, end - measure(amount), style)
            if amount and block.tail:
                self._write(block.tail, self._right - measure(block.tail), style)
            self._y += metrics.row(style.size)

    def _picture(self, block: Picture) -> None:
        if not Path(block.path).is_file():
            return
        try:
            picture = ImageReader(block.path)
        except OSError:
            return
        width, height = picture.getSize()
        scale = min(self._metrics.width / width, self._metrics.logo_height_max / height, 1)
        width, height = width * scale, height * scale
        if self._canvas is not None:
            x = (self._metrics.width - width) / 2
            self._canvas.drawImage(picture, x, -self._y - height, width, height, mask="auto")
        self._y += round(height)

    def _modules(self, matrix: codes.Matrix, width: int, height: int) -> None:
        start = (self._metrics.width - len(matrix[0]) * width) / 2
        for y, row in enumerate(matrix):
            for x, dark in enumerate(row):
                if dark:
                    self._box(start + x * width, y * height, width, height)
        self._y += len(matrix) * height

    def _box(self, x: float, down: float, width: float, height: float) -> None:
        if self._canvas is not None:
            self._canvas.rect(x, -self._y - down - height, width, height, stroke=0, fill=1)

    def _write(self, text: str, x: float, style: Style) -> None:
        if self._canvas is None or not text:
            return
        size = self._metrics.sizes[style.size]
        baseline = (self._metrics.row(style.size) + round(size * 0.72)) // 2
        self._canvas.setFont(_font(style), size)
        self._canvas.drawString(x, -self._y - baseline, text.translate(_SUBSTITUTES))


def _font(style: Style) -> str:
    return "NotoSans-Bold" if style.bold else "NotoSans"


def _width(text: str, style: Style, metrics: Metrics) -> float:
    size = metrics.sizes[style.size]
    return float(pdfmetrics.stringWidth(text.translate(_SUBSTITUTES), _font(style), size))


@cache
def _register_fonts() -> None:
    pdfmetrics.registerFont(TTFont("NotoSans", str(REGULAR)))
    pdfmetrics.registerFont(TTFont("NotoSans-Bold", str(BOLD)))
