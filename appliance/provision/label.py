"""What is stuck onto a till: which one it is, for people, and a code that finds it at its fleet.

Nothing secret is on it: whoever reads it knows no token, no password, and no key.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from PIL import Image, ImageDraw, ImageFont

from appliance.i18n import translator
from appliance.provision.document import Provision
from appliance.receipt import codes
from appliance.receipt.layout import Block, Cut, Feed, Layout, QrCode, Rule, Size, Style, Text
from appliance.receipt.metrics import BOLD, REGULAR

DPI = 300
WIDTH_MM, HEIGHT_MM = 70, 37
"""Three by eight on A4: the sheet that every shop of stationery has."""
COLUMNS, ROWS = 3, 8
A4_MM = (210, 297)
_MARGIN_MM = 4
_LINES = ((36, True), (54, True), (32, False), (32, False), (28, False))
"""Sizes in dots, bold: the shop, the till, its number, the machine, the card."""


@dataclass(frozen=True, slots=True)
class Label:
    """words: the shop and the till first. code: what a telephone opens."""

    words: tuple[str, ...]
    code: str


def of(it: Provision, language: str) -> Label:
    t = translator(language)
    number = t("till {number}").format(number=it.till.number)
    machine = t("machine {serial}").format(serial=it.serial[-8:]) if it.serial else ""
    words = (
        it.shop.name,
        it.till.name or number,
        " · ".join(filter(None, (it.shop.id, number))),
        machine,
        t("card {card}").format(card=shown(it.card)),
    )
    return Label(tuple(filter(None, words)), _code(it))


def shown(card: str) -> str:
    return f"{card[:4]}-{card[4:]}"


def _code(it: Provision) -> str:
    """The console's page of the till; without a fleet, which card it is."""
    if it.fleet.server:
        find = it.serial or it.shop.id or it.shop.name
        return f"{it.fleet.server}/tills?find={quote(find)}"
    return f"KRAM {it.card} {it.shop.id or it.shop.name} {it.till.number}"


def layout(it: Label, language: str) -> Layout:
    """For a receipt printer."""
    shop, till, *rest = it.words
    blocks: tuple[Block, ...] = (
        Text(shop, Style(Size.LARGE, bold=True)),
        Text(till, Style(Size.HUGE, bold=True)),
        *(Text(line) for line in rest),
        Feed(),
        QrCode(it.code),
        Rule(),
        Cut(),
    )
    return Layout(blocks, it.code, language)


def picture(it: Label) -> Image.Image:
    """Black on white, at a laser printer's half resolution."""
    width, height, margin = _dots(WIDTH_MM), _dots(HEIGHT_MM), _dots(_MARGIN_MM)
    drawn = Image.new("1", (width, height), 1)
    pen = ImageDraw.Draw(drawn)
    code = codes.qr(it.code)
    scale = (height - 2 * margin) // (len(code) + 2 * codes.QR_QUIET)
    side = scale * len(code)
    left, top = width - margin - side, (height - side) // 2
    for y, row in enumerate(code):
        for x, dark in enumerate(row):
            if dark:
                at = (left + x * scale, top + y * scale)
                pen.rectangle((*at, at[0] + scale - 1, at[1] + scale - 1), fill=0)
    room = left - codes.QR_QUIET * scale - margin
    lines = [
        (line, *sizes) for words, sizes in _sized(it.words) for line in _wrapped(words, sizes, room)
    ]
    y = max(margin, (height - sum(size * 5 // 4 for _, size, _ in lines)) // 2)
    for words, size, bold in lines:
        pen.text((margin, y), words, font=_font(size, bold), fill=0)
        y += size * 5 // 4
    return drawn


def sheet(labels: Sequence[Label]) -> bytes:
    """A PDF of A4 pages, 24 labels each."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    mm = 72 / 25.4
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(A4_MM[0] * mm, A4_MM[1] * mm), invariant=1)
    top = A4_MM[1] - (A4_MM[1] - ROWS * HEIGHT_MM) / 2
    for number, it in enumerate(labels):
        row, column = divmod(number % (COLUMNS * ROWS), COLUMNS)
        if number and not row and not column:
            canvas.showPage()
        x, y = column * WIDTH_MM, top - (row + 1) * HEIGHT_MM
        drawn = ImageReader(picture(it).convert("L"))
        canvas.drawImage(drawn, x * mm, y * mm, WIDTH_MM * mm, HEIGHT_MM * mm)
    canvas.save()
    return target.getvalue()


def _sized(words: Sequence[str]) -> list[tuple[str, tuple[int, bool]]]:
    return list(zip(words, (*_LINES[: len(words) - 1], _LINES[-1]), strict=True))


def _wrapped(words: str, sizes: tuple[int, bool], room: int) -> list[str]:
    """At most two lines; what is still too long ends in dots."""
    font = _font(*sizes)
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]}…"]
    return [_cut(line, font, room) for line in lines]


def _cut(line: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    if font.getlength(line) <= room:
        return line
    while line and font.getlength(f"{line}…") > room:
        line = line[:-1]
    return f"{line}…"


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(BOLD if bold else REGULAR), size)


def _dots(mm: int) -> int:
    return round(mm * DPI / 25.4)
