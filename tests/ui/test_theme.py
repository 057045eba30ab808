"""The tokens keep their promises: readable colours, readable type, keys that can be hit."""

from __future__ import annotations

import subprocess
import sys

import pytest

from appliance.ui import theme
from appliance.ui.theme import BOLD, CONTRAST_MIN, PALETTES, REGULAR, Palette, contrast, measures

PAIRS = [
    ("ink", "background"),
    ("ink", "panel"),
    ("ink", "key"),
    ("ink", "pressed"),
    ("ink", "go_ground"),
    ("quiet", "background"),
    ("quiet", "panel"),
    ("quiet", "key"),
    ("quiet", "go_ground"),
    ("go", "panel"),
    ("go", "go_ground"),
    ("on_go", "go"),
    ("warn", "warn_ground"),
    ("warn", "panel"),
    ("bad", "bad_ground"),
    ("bad", "panel"),
    ("bad", "key"),
    ("on_toast", "toast"),
    ("toast_go", "toast"),
    ("toast_bad", "toast"),
    ("accent", "panel"),
]


@pytest.mark.parametrize("palette", PALETTES.values(), ids=lambda palette: palette.name)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_every_ink_can_be_read_on_its_ground(palette: Palette, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= CONTRAST_MIN


def test_contrast_is_wcags() -> None:
    assert contrast(theme.rgb("FFFFFF"), theme.rgb("000000")) == pytest.approx(21)


@pytest.mark.parametrize("size", [(800, 480), (1024, 600), (1280, 800), (480, 800), (1920, 1080)])
def test_nothing_is_smaller_than_can_be_read_or_hit(size: tuple[int, int]) -> None:
    sizes = measures(*size)
    assert min(sizes.type(size) for size in (1, 13, 14, 15)) >= 13
    assert sizes.touch(1) >= 44
    assert sizes.row_height >= 50
    assert sizes.pay_height >= 62


def test_any_note_colour_becomes_readable() -> None:
    for palette in PALETTES.values():
        moved = theme.readable(theme.rgb("E8E070"), palette.panel, palette.ink)
        assert contrast(moved, palette.panel) >= CONTRAST_MIN


def test_kivys_own_letters_are_the_tills_so_that_no_other_font_need_be_installed():
    told = (
        "from appliance.ui.app import prepare; from appliance.ui.port import UiSettings;"
        "prepare(UiSettings()); from kivy.core.text import DEFAULT_FONT, Label;"
        "print(*Label._fonts[DEFAULT_FONT])"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {REGULAR, BOLD}
