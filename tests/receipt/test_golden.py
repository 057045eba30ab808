"""Receipts that were looked at and found good: as text and as pictures, on both papers.

KRAM_REGOLD=1 writes them anew; look at the pictures before they are committed.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from receipt_samples import SAMPLES

from appliance.receipt.compose import compose
from appliance.receipt.image import to_png
from appliance.receipt.metrics import for_paper
from appliance.receipt.text import COLUMNS, to_text

GOLDEN = Path(__file__).parents[1] / "golden" / "receipts"
REGOLD = os.environ.get("KRAM_REGOLD") == "1"

cases = pytest.mark.parametrize(
    ("name", "width_mm"),
    [(name, width) for name in SAMPLES for width in (58, 80)],
)


@cases
def test_the_text_is_the_golden_one(name: str, width_mm: int) -> None:
    text = to_text(compose(SAMPLES[name]()), COLUMNS[width_mm])
    path = GOLDEN / f"{name}-{width_mm}.txt"
    if REGOLD:
        GOLDEN.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@cases
def test_the_picture_is_the_golden_one(name: str, width_mm: int, tmp_path: Path) -> None:
    drawn = to_png(compose(SAMPLES[name]()), for_paper(width_mm))
    path = GOLDEN / f"{name}-{width_mm}.png"
    if REGOLD:
        GOLDEN.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawn)
    ours = Image.open(io.BytesIO(drawn)).convert("L")
    golden = Image.open(path).convert("L")
    assert ours.size == golden.size, f"{path.name}: {golden.size} became {ours.size}"
    box = ImageChops.difference(ours, golden).getbbox()
    if box is not None:
        beside = tmp_path / f"{name}-{width_mm}.png"
        _beside(golden, ours).save(beside)
        pytest.fail(f"{path.name} differs in {box}; golden, new and difference: {beside}")


def _beside(golden: Image.Image, ours: Image.Image) -> Image.Image:
    """Golden, new, and what differs in red, side by side."""
    width, height = golden.size
    sheet = Image.new("RGB", (width * 3 + 40, height), "grey")
    sheet.paste(golden, (0, 0))
    sheet.paste(ours, (width + 20, 0))
    differs = ImageChops.difference(golden, ours).point(lambda value: 255 if value else 0)
    marked = Image.merge("RGB", (ImageChops.lighter(ours, differs), ours, ours))
    sheet.paste(marked, (2 * width + 40, 0))
    return sheet
