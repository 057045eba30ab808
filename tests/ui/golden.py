"""Golden pictures: drawing a shot, comparing it with tolerance, and showing what differs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops

from appliance.till import Till
from appliance.ui.port import UiSettings
from tests.ui.rig import ROOT, Rig, picture_of
from tests.ui.scenes.scene import Scene, Shot, shots

FOLDER = ROOT / "tests" / "golden" / "screens"
OUT = ROOT / "out"
COLOURS = 160
NEAR = 48
"""How far a channel may be off: quantised colours and another rasteriser's rounding."""
PIXELS_OFF_MAX = 0.002
"""Share of pixels that may be further off than that: a word changed is more."""


def draw(scene: Scene) -> Iterator[tuple[Shot, Image.Image]]:
    """The scene's pictures; one till, a desk for each."""
    with (
        tempfile.TemporaryDirectory() as folder,
        scene.till(Path(folder)) as parts,
    ):
        scene.prepare(parts[0])
        for shot in shots(scene):
            if scene.customers:
                yield shot, _board(parts[0], shot)
                continue
            rig = Rig(
                *parts,
                width=shot.width,
                height=shot.height,
                language=shot.language,
                theme=shot.theme,
            )
            try:
                scene.open(rig)
                rig.settle()
                yield shot, rig.picture()
            finally:
                rig.close()


def _board(till: Till, shot: Shot) -> Image.Image:
    """The customer's window beside the till."""
    from appliance.ui.customer_board import CustomerBoard

    settings = UiSettings(
        width=shot.width, height=shot.height, language=shot.language, theme=shot.theme
    )
    board = CustomerBoard(settings)
    board.resized(shot.width, shot.height)
    board.hear(till.look, 0.0)
    return picture_of(board, shot.width, shot.height)


def save(shot: Shot, picture: Image.Image) -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / shot.file
    small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    return path


def differs(shot: Shot, picture: Image.Image) -> str:
    """Empty when the picture is the golden one; else why, with a picture of it in out/."""
    path = FOLDER / shot.file
    if not path.exists():
        return f"{path.name} is not there yet: make screenshots"
    golden = Image.open(path).convert("RGB")
    if golden.size != picture.size:
        return f"{path.name}: {golden.size} became {picture.size}"
    off = ImageChops.difference(golden, picture).convert("L").point(lambda v: 255 * (v > NEAR))
    share = off.histogram()[255] / (off.width * off.height)
    if share <= PIXELS_OFF_MAX:
        return ""
    OUT.mkdir(exist_ok=True)
    side = Image.new("RGB", (golden.width * 3 + 20, golden.height), "white")
    marked = Image.composite(Image.new("RGB", golden.size, "red"), picture, off)
    for at, part in enumerate((golden, picture, marked)):
        side.paste(part, (at * (golden.width + 10), 0))
    shown = OUT / f"differs-{path.name}"
    side.save(shown)
    return f"{path.name}: {share:.2%} of the pixels differ (golden, now, marked: {shown})"
