"""What the bench test prints: a ruler that leaves no dot out, and the result as it was reviewed."""

from __future__ import annotations

import ast
import os
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from appliance import i18n
from appliance.bench_test import papers
from appliance.receipt.image import to_image
from appliance.receipt.layout import Layout
from appliance.receipt.metrics import for_paper
from hw_sim.printer_paper import codes
from tests.ui.appliance import bench_ended

GOLDEN = Path(__file__).parents[1] / "golden" / "receipts"
SAY = i18n.translator("uk")
CODE = "KRAM-3FA9C1"


def ruler() -> Layout:
    return papers.ruler(SAY, "uk")(CODE)


def told() -> Layout:
    at = datetime(2026, 11, 29, 13, 45)
    return papers.result(bench_ended(good=False), "На розі · Каса 1", at, SAY, "uk")


@pytest.mark.parametrize("width_mm", [58, 80])
def test_the_ruler_reaches_from_the_first_dot_of_the_head_to_the_last(width_mm: int) -> None:
    metrics = for_paper(width_mm)
    printed = ImageChops.invert(to_image(ruler(), metrics).convert("L"))
    assert printed.getbbox() is not None
    for column in range(metrics.width):
        assert printed.crop((column, 0, column + 1, printed.height)).getbbox(), column
    assert codes(to_image(ruler(), metrics, padding=24)) == [CODE]


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("name", ["ruler", "result"])
def test_the_papers_look_as_reviewed(name: str, width_mm: int) -> None:
    layout = {"ruler": ruler, "result": told}[name]()
    ours = to_image(layout, for_paper(width_mm), padding=24)
    path = GOLDEN / f"bench-{name}-uk-{width_mm}.png"
    if os.environ.get("KRAM_REGOLD"):
        ours.save(path, optimize=True)
    golden = Image.open(path).convert("L")
    assert ImageChops.difference(ours.convert("L"), golden).getbbox() is None


def test_every_word_of_the_test_is_there_in_ukrainian() -> None:
    known = i18n._translations("uk")._catalog  # type: ignore[attr-defined]
    found = set()
    for path in Path(papers.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("N_", "say"):
                found |= {it.value for it in ast.walk(node) if isinstance(it, ast.Constant)}
    words = {it for it in found if isinstance(it, str) and it}
    assert len(words) > 60
    assert words - set(known) == set()
