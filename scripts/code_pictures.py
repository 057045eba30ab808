"""Draws the pictures of docs/barcodes.md: the shop's own codes as its printer prints them, and a
label of its scale. `python -m scripts.code_pictures`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from barcode import EAN13
from PIL import Image, ImageDraw, ImageFont

from appliance.codes.coupons import Coupon, sign_coupon
from appliance.core.barcode.own import OwnCode, OwnKind, ReceiptCode
from appliance.receipt.image import to_image
from appliance.receipt.layout import Barcode, Block, Feed, Layout, QrCode, Size, Style, Text
from appliance.receipt.metrics import BOLD, MM_80, REGULAR

IMAGES = Path(__file__).parents[1] / "docs" / "images"
GIFT_CARD = OwnCode(OwnKind.GIFT_CARD, "7K3M9Q2X4D8APZ5R")
BADGE = OwnCode(OwnKind.BADGE, "4T9ZC0W6H2NQ8VYJ")
RECEIPT = ReceiptCode(till=1, epoch=1, receipt=118)
COUPON = Coupon("AUTUMN", 118, date(2026, 11, 30))
# A key for pictures alone: no shop takes a coupon that it signed.
PICTURE_KEY = {0: b"only for the pictures in docs   "}

PAPER = 255
DESK = (231, 233, 237)
SPACE = 28

SCALE_LABEL = "2300123008555"
PARTS = (
    ("23", "prefix", (31, 95, 168)),
    ("00123", "item", (24, 121, 78)),
    ("00855", "0.855 kg", (176, 77, 18)),
    ("5", "check", (92, 96, 105)),
)


def papers() -> list[Layout]:
    coupon = sign_coupon(COUPON, PICTURE_KEY)
    return [
        _paper("Подарункова картка", "500,00 ₴", GIFT_CARD.text, GIFT_CARD.grouped, bars=True),
        _paper("Чек 1-000118", "для повернення", RECEIPT.text, RECEIPT.number, bars=True),
        _paper("Купон AUTUMN", "до 30.11.2026", coupon.text, "", bars=False),
        _paper("Марія", "картка працівника", BADGE.text, BADGE.grouped, bars=False),
    ]


def _paper(title: str, below: str, code: str, said: str, *, bars: bool) -> Layout:
    blocks: list[Block] = [
        Feed(),
        Text(title, Style(Size.LARGE, bold=True)),
        Text(below),
        Feed(),
        QrCode(code),
        Feed(),
    ]
    if said:
        blocks += [Text(said, Style(bold=True)), Feed()]
    if bars:
        blocks += [Barcode(code), Feed()]
    return Layout(tuple(blocks), title=title, language="uk")


def own_codes() -> Image.Image:
    """The papers beside one another on a grey desk."""
    drawn = [to_image(layout, MM_80, padding=12).convert("RGB") for layout in papers()]
    rows = [drawn[:2], drawn[2:]]
    width = max(sum(p.width for p in row) + SPACE * (len(row) + 1) for row in rows)
    height = sum(max(p.height for p in row) + SPACE for row in rows) + SPACE
    desk = Image.new("RGB", (width, height), DESK)
    top = SPACE
    for row in rows:
        left = SPACE
        for paper in row:
            desk.paste(paper, (left, top))
            left += paper.width + SPACE
        top += max(paper.height for paper in row) + SPACE
    return desk


def scale_label() -> Image.Image:
    """An EAN-13 with its parts in colours and their meaning below."""
    module, height, left, top = 5, 180, 60, 40
    (bars,) = EAN13(SCALE_LABEL).build()
    picture = Image.new("RGB", (left * 2 + len(bars) * module, 400), "white")
    pen = ImageDraw.Draw(picture)
    for place, bar in enumerate(bars):
        if bar != "0":
            at = left + place * module
            pen.rectangle((at, top, at + module - 1, top + height), fill="black")
    digit = ImageFont.truetype(str(BOLD), 54)
    word = ImageFont.truetype(str(REGULAR), 26)
    gap = 22
    widths = [pen.textlength(digits, font=digit) for digits, _, _ in PARTS]
    start = (picture.width - sum(widths) - gap * (len(PARTS) - 1)) / 2
    for (digits, meaning, colour), width in zip(PARTS, widths, strict=True):
        y = top + height + 20
        pen.text((start, y), digits, font=digit, fill=colour)
        pen.line((start, y + 72, start + width, y + 72), fill=colour, width=4)
        pen.text((start + width / 2, y + 80), meaning, font=word, fill=colour, anchor="ma")
        start += width + gap
    return picture


def main() -> int:
    own_codes().save(IMAGES / "own-codes.png", optimize=True)
    scale_label().save(IMAGES / "scale-label.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
