"""A layout as ESC/POS bytes for one model of printer.

Source: Epson, "ESC/POS command reference for TM printers". Commands that clones are known to lack
(GS ( L graphics, GS P on 203 dpi heads) are not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from PIL import Image

from appliance import i18n
from appliance.receipt import codes, image, text
from appliance.receipt.layout import (
    Barcode,
    Block,
    Columns,
    Cut,
    Feed,
    Layout,
    QrCode,
    Rule,
    Size,
    Text,
)
from appliance.receipt.profile import BAND_ROWS_MAX, Cutter, Mode, PrinterProfile, characters

INITIALISE = b"\x1b@"
LINE_FEED = b"\n"
CODE_PAGE = b"\x1bt"
BOLD = b"\x1bE"
CHARACTER_SIZE = b"\x1d!"
JUSTIFY = b"\x1ba"
FEED_DOTS = b"\x1bJ"
FEED_ROWS = b"\x1bd"
MOTION_UNITS = b"\x1dP"
RASTER = b"\x1dv0\x00"
QR = b"\x1d(k"
BARCODE_HEIGHT = b"\x1dh"
BARCODE_WIDTH = b"\x1dw"
BARCODE_TEXT = b"\x1dH"
BARCODE_CODE128 = b"\x1dkI"
CUT = {Cutter.FULL: b"\x1dVA\x00", Cutter.PART: b"\x1dVB\x00"}

NORMAL_SIZE, DOUBLE_HEIGHT, DOUBLE_BOTH = 0x00, 0x01, 0x11
CENTRED, LEFT = b"\x01", b"\x00"

BLANK_ROWS_MIN = 8
"""From so many blank rows on, a feed is shorter and faster than a raster of nothing."""

FEED_MAX = 255
ROWS_TO_TEAR = b"\x04"

# Typographic signs that have a plain twin; letters are never changed.
_TWINS = str.maketrans(
    {
        "\u2212": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2500": "-",
        "\u00d7": "x",
        "\u00b7": "-",
        "\u00a0": " ",
        "\u2019": "'",
        "\u02bc": "'",
        "\u00ab": '"',
        "\u00bb": '"',
        "\u201c": '"',
        "\u201d": '"',
        "\u2026": "...",
        "\u2022": "*",
    }
)
_TWIN_CHARACTERS = frozenset(map(chr, _TWINS))


def encode(layout: Layout, profile: PrinterProfile) -> bytes:
    """Everything a printer needs for one document, cut included."""
    page = _page_for(layout, profile) if profile.mode is not Mode.RASTER else None
    if not profile.raster or profile.mode is Mode.TEXT or page is not None:
        return b"".join(_TextJob(layout, profile, page).commands())
    return b"".join(_raster_job(layout, profile))


def raster(strips: Iterable[Image.Image], width: int) -> Iterator[bytes]:
    """GS v 0 commands for strips whose set bits are black; blank stretches become feeds."""
    row_bytes = width // 8
    bits = b"".join(strip.tobytes() for strip in strips)
    rows = [bits[start : start + row_bytes] for start in range(0, len(bits), row_bytes)]
    blank = bytes(row_bytes)
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end] == blank:
            end += 1
        if end - start >= BLANK_ROWS_MIN or end == len(rows):
            yield from _feed(end - start)
        else:
            end = start
        if end < len(rows):
            start = end
            end = _band_end(rows, start, blank)
            yield _band(rows[start:end])
        start = end


def _band_end(rows: list[bytes], start: int, blank: bytes) -> int:
    """Where a band stops: at its longest, or before a stretch that is worth a feed."""
    limit = min(start + BAND_ROWS_MAX, len(rows))
    empty = 0
    for place in range(start, limit):
        empty = empty + 1 if rows[place] == blank else 0
        if empty == BLANK_ROWS_MIN:
            return place - BLANK_ROWS_MIN + 1
    return limit


def _band(rows: list[bytes]) -> bytes:
    """One raster command, without the white at its right."""
    used = max(len(row.rstrip(b"\0")) for row in rows) or 1
    size = used.to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    return RASTER + size + b"".join(row[:used] for row in rows)


def _feed(dots: int) -> Iterator[bytes]:
    while dots > 0:
        step = min(dots, FEED_MAX)
        yield FEED_DOTS + bytes([step])
        dots -= step


def _raster_job(layout: Layout, profile: PrinterProfile) -> Iterator[bytes]:
    yield from _start(profile)
    yield from raster(image.to_strips(layout, profile.metrics), profile.dots)
    yield _end(profile)


def _start(profile: PrinterProfile) -> Iterator[bytes]:
    yield INITIALISE
    if profile.dpi != 203:
        # Heads of 180 dpi feed in 1/360 inch by default; one unit shall be one dot.
        yield MOTION_UNITS + bytes([min(profile.dpi, 255)] * 2)


def _end(profile: PrinterProfile) -> bytes:
    cut = CUT.get(profile.cutter)
    return cut if cut is not None else FEED_ROWS + ROWS_TO_TEAR


Page = tuple[int, str]


def _fits(line: str, page: Page) -> bool:
    """Whether a page holds every character, signs with a plain twin aside."""
    held = characters(page[1])
    return line.isascii() or all(
        character < "\x80" or character in held or character in _TWIN_CHARACTERS
        for character in line
    )


def _bytes(line: str, page: Page | None) -> bytes:
    held: Mapping[str, int] = characters(page[1]) if page else {}
    found = bytearray()
    for character in line:
        if character < " " or character == "\x7f":
            # The last gate: no text, wherever it came from, commands the printer.
            found += b" "
        elif character < "\x80":
            found.append(ord(character))
        elif character == i18n.NO_BREAK_SPACE:
            # Some heads print a mark where their page has this space.
            found += b" "
        elif character in held:
            found.append(held[character])
        else:
            found += character.translate(_TWINS).encode("ascii", "replace")
    return bytes(found)


def _words(block: Block) -> str:
    match block:
        case Text():
            return block.text
        case Columns():
            return f"{block.left}{block.right}{block.tail or ''}"
    return ""


def _page_for(layout: Layout, profile: PrinterProfile) -> Page | None:
    """The first page that holds the whole document."""
    everything = "".join({character for block in layout.blocks for character in _words(block)})
    return next((page for page in profile.code_pages if _fits(everything, page)), None)


class _TextJob:
    """A document in the printer's own font, pictures only where its code pages end."""

    def __init__(self, layout: Layout, profile: PrinterProfile, page: Page | None) -> None:
        self._layout = layout
        self._profile = profile
        self._whole = page
        self._page: Page | None = None
        self._tail = text.tail_width(layout)

    def commands(self) -> Iterator[bytes]:
        yield from _start(self._profile)
        for block in self._layout.blocks:
            yield from self._block(block)
        yield _end(self._profile)

    def _needs_sign(self, block: QrCode) -> bool:
        """A sign in a code's middle is a picture; a printer without any prints the code alone."""
        return self._profile.raster and codes.is_signed(block.data)

    def _block(self, block: Block) -> Iterator[bytes]:
        match block:
            case Text() | Columns():
                yield from self._row(block)
            case Rule():
                yield b"-" * self._profile.columns + LINE_FEED
            case Feed():
                yield from _feed(self._profile.metrics.half_feed * block.halves)
            case QrCode() if self._profile.qr and not self._needs_sign(block):
                yield from self._centred(_native_qr(block, self._profile))
            case Barcode() if self._barcode_fits(block):
                yield from self._centred(_native_barcode(block, self._profile))
            case Cut():
                return
            case _:
                yield from self._picture(block)

    def _row(self, block: Text | Columns) -> Iterator[bytes]:
        page = self._page_of(_words(block))
        if page is None and self._profile.raster:
            yield from self._picture(block)
            return
        if page is not None and page != self._page:
            yield CODE_PAGE + bytes([page[0]])
            self._page = page
        size, rows = self._sized(block)
        bold = block.style.bold
        yield BOLD + bytes([bold]) if bold else b""
        yield CHARACTER_SIZE + bytes([size]) if size else b""
        for row in rows:
            # Twins may be longer ("…"), so the end of a row is cut to what the printer holds.
            yield _bytes(row, page).rstrip() + LINE_FEED
        yield CHARACTER_SIZE + b"\x00" if size else b""
        yield BOLD + b"\x00" if bold else b""

    def _page_of(self, words: str) -> Page | None:
        """The page now in use if it holds the row, else the first that does."""
        pages = [page for page in (self._whole, self._page) if page is not None]
        return next(
            (page for page in (*pages, *self._profile.code_pages) if _fits(words, page)), None
        )

    def _sized(self, block: Text | Columns) -> tuple[int, list[str]]:
        """Large type is twice as wide and high; where it would break a row, only as high."""
        columns = self._profile.columns
        # Characters that grow in bytes must not push an amount over the edge.
        block = _plain(block)
        if block.style.size in (Size.LARGE, Size.HUGE):
            rows = text.block_rows(block, columns // 2, self._tail)
            if len(rows) == 1 or isinstance(block, Text):
                return DOUBLE_BOTH, rows
            return DOUBLE_HEIGHT, text.block_rows(block, columns, self._tail)
        return NORMAL_SIZE, text.block_rows(block, columns, self._tail)

    def _picture(self, block: Block) -> Iterator[bytes]:
        if self._profile.raster:
            metrics = self._profile.metrics
            # The tail keeps the place that the printer's own font gives it.
            tail_dots = self._tail * self._profile.dots // self._profile.columns
            strips = image.block_strips(block, metrics, tail_dots)
            yield from raster(strips, self._profile.dots)

    def _centred(self, commands: Iterable[bytes]) -> Iterator[bytes]:
        yield JUSTIFY + CENTRED
        yield from commands
        yield JUSTIFY + LEFT

    def _barcode_fits(self, block: Barcode) -> bool:
        modules = len(codes.code128(block.data)) + 2 * codes.BARCODE_QUIET
        return self._profile.barcode and block.data.isascii() and modules * 2 <= self._profile.dots


def _plain(block: Text | Columns) -> Text | Columns:
    """The one twin that is longer than its sign is written out before the row is measured."""
    if isinstance(block, Text):
        return replace(block, text=block.text.replace("…", "..."))
    return replace(block, left=block.left.replace("…", "..."))


def _native_qr(block: QrCode, profile: PrinterProfile) -> Iterator[bytes]:
    """GS ( k, function 165, 167, 169, 180, 181: model 2, module size, error level M, data."""
    data = block.data.encode("utf-8")
    scale = image.qr_scale(len(codes.qr(block.data)), profile.metrics)
    yield QR + b"\x04\x001A2\x00"
    yield QR + b"\x03\x001C" + bytes([min(scale, 16)])
    yield QR + b"\x03\x001E1"
    yield QR + (len(data) + 3).to_bytes(2, "little") + b"1P0" + data
    yield QR + b"\x03\x001Q0"


def _native_barcode(block: Barcode, profile: PrinterProfile) -> Iterator[bytes]:
    """GS k 73: Code 128 in code set B, its text below."""
    data = b"{B" + block.data.encode("ascii").replace(b"{", b"{{")
    yield BARCODE_HEIGHT + bytes([profile.metrics.barcode_height])
    yield BARCODE_WIDTH + b"\x02"
    yield BARCODE_TEXT + b"\x02"
    yield BARCODE_CODE128 + bytes([len(data)]) + data
    yield LINE_FEED


__all__ = ["encode", "raster"]
