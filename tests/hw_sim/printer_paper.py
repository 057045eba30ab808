"""The simulated printer's paper: dots that were burned, receipts that were cut off."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import qrcode
import zxingcpp
from barcode import Code128
from PIL import Image, ImageDraw, ImageFont, ImageOps

CELL_WIDTH, CELL_HEIGHT = 12, 24
"""Font A of the usual 203 dpi head."""

_MONO = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
_ANY = Path(__file__).parents[2] / "appliance/fonts/NotoSans-Regular.ttf"


class Paper:
    """What came out since the last cut, and what was cut off before. Set bits are black."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.cut_off: list[Image.Image] = []
        self._strips: list[Image.Image] = []

    @property
    def rows(self) -> int:
        """How much hangs out of the printer, in dots."""
        return sum(strip.height for strip in self._strips)

    def add(self, strip: Image.Image) -> None:
        self._strips.append(strip)

    def feed(self, rows: int) -> None:
        if rows > 0:
            self.add(Image.new("1", (self.width, rows)))

    def cut(self) -> None:
        """Only a printed piece counts: a cut of bare paper leaves no receipt."""
        piece = self.hanging()
        self._strips.clear()
        if ImageOps.invert(piece).getbbox() is not None:
            self.cut_off.append(piece)

    def hanging(self) -> Image.Image:
        """The uncut piece, black on white."""
        height = max(self.rows, 1)
        whole = Image.new("1", (self.width, height))
        top = 0
        for strip in self._strips:
            whole.paste(strip, (0, top))
            top += strip.height
        return ImageOps.invert(whole)

    def latest(self) -> Image.Image:
        """What a person would look at: the piece that is coming out, else the last one cut."""
        hanging = self.hanging()
        if ImageOps.invert(hanging).getbbox() is None and self.cut_off:
            return self.cut_off[-1]
        return hanging


def png(image: Image.Image, margin: int = 24) -> bytes:
    """A PNG with white paper around, as eyes and readers of codes need it."""
    target = io.BytesIO()
    ImageOps.expand(image.convert("L"), margin, 255).save(target, "PNG")
    return target.getvalue()


def codes(image: Image.Image) -> list[str]:
    """The codes that a reader sees on a piece of paper."""
    return [str(code.text) for code in zxingcpp.read_barcodes(image)]


def bits(data: bytes, row_bytes: int, rows: int, width: int, left: int) -> Image.Image:
    """Raster data as a strip of the paper's width; what lies right of the head is lost."""
    strip = Image.new("1", (width, rows))
    strip.paste(Image.frombytes("1", (row_bytes * 8, rows), data), (left, 0))
    return strip


@lru_cache(maxsize=2048)
def glyph(character: str, width: int, height: int, bold: bool) -> Image.Image:
    """One character of the printer's own font, so many times as wide and high."""
    cell = Image.new("L", (CELL_WIDTH, CELL_HEIGHT))
    draw = ImageDraw.Draw(cell)
    font = _font()
    at = (CELL_WIDTH / 2, 18)
    draw.text(at, character, fill=255, font=font, anchor="ms", stroke_width=0.4 if bold else 0)
    drawn = cell.point([0] * 110 + [255] * 146, "1")
    return drawn.resize((CELL_WIDTH * width, CELL_HEIGHT * height), Image.Resampling.NEAREST)


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    path = _MONO if _MONO.is_file() else _ANY
    return ImageFont.truetype(str(path), 19, layout_engine=ImageFont.Layout.BASIC)


def qr_code(data: bytes, module: int) -> Image.Image:
    """A QR code as the printer's own firmware would draw it."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(data)
    code.make(fit=True)
    rows = code.get_matrix()
    small = Image.new("1", (len(rows), len(rows)))
    small.putdata([255 * dark for row in rows for dark in row])
    size = len(rows) * module
    return small.resize((size, size), Image.Resampling.NEAREST)


def code_128(data: str, module: int, height: int) -> Image.Image:
    (modules,) = Code128(data).build()
    small = Image.new("1", (len(modules), 1))
    small.putdata([255 * (dark == "1") for dark in modules])
    return small.resize((len(modules) * module, height), Image.Resampling.NEAREST)
