"""The icon of a pass: the first letter of the shop's name, for shops that have no other."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from appliance.receipt.metrics import BOLD

COLOUR = (0x1B, 0x5E, 0x4B)
"""The ground of icon and pass; letters on it are white."""

SIZE = 29
"""Points, on a side; Apple wants it once, twice and three times as large."""


def icon(shop: str, scale: int) -> bytes:
    """A PNG."""
    side = SIZE * scale
    image = Image.new("RGB", (side, side), COLOUR)
    font = ImageFont.truetype(str(BOLD), side * 2 // 3)
    letter = next((it for it in shop.upper() if it.isalnum()), "•")
    ImageDraw.Draw(image).text((side / 2, side / 2), letter, "white", font, anchor="mm")
    png = BytesIO()
    image.save(png, "PNG")
    return png.getvalue()
