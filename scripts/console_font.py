"""Writes the text console's letters: the shop's own font, in cells of 16 by 32 dots.

.venv/bin/python -m scripts.console_font

The kernel's own console font has no Cyrillic. A line of the letters themselves, then each letter's 32
rows of two bytes.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parent.parent
FONT = ROOT / "appliance" / "fonts" / "NotoSans-Bold.ttf"
TARGET = ROOT / "image" / "files" / "usr" / "lib" / "kram" / "console-letters"
WIDE, HIGH = 16, 32
_SIZE = 22
_BASELINE = 25
UKRAINIAN = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ"
LETTERS = "".join(map(chr, range(32, 127))) + UKRAINIAN + UKRAINIAN.lower() + "’«»…→"


def main() -> None:
    font = ImageFont.truetype(str(FONT), _SIZE)
    rows = b"".join(_cell(letter, font) for letter in LETTERS)
    TARGET.write_bytes(f"{LETTERS}\n".encode() + rows)
    print(f"{TARGET.relative_to(ROOT)}: {len(LETTERS)} letters")


def _cell(letter: str, font: ImageFont.FreeTypeFont) -> bytes:
    """One that is wider than the cell is made narrower."""
    wide = max(1, round(font.getlength(letter)))
    picture = Image.new("L", (max(wide, WIDE), HIGH), 0)
    left = (picture.width - wide) / 2
    ImageDraw.Draw(picture).text((left, _BASELINE), letter, 255, font, anchor="ls")
    picture = picture.resize((WIDE, HIGH), Image.Resampling.LANCZOS)
    return picture.point(lambda it: 255 if it > 110 else 0).convert("1").tobytes()  # type: ignore[operator]


if __name__ == "__main__":
    main()
