"""Every key of every screen can be hit, stands inside the window and apart from its neighbours."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from appliance.ui.widgets.key import Key, Kind
from tests.ui.rig import Rig
from tests.ui.scenes import SCENES
from tests.ui.scenes.scene import SIZES, Scene

LEAST = 40
"""Pixels of a 7 inch 800x480 panel, 7.7 mm: the letters of the keyboard on the screen."""


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_keys_can_be_hit_and_do_not_overlap(kivy: None, scene: Scene) -> None:
    with tempfile.TemporaryDirectory() as folder, scene.till(Path(folder)) as parts:
        scene.prepare(parts[0])
        for width, height in (*SIZES, (480, 800)):
            rig = Rig(*parts, width=width, height=height, language="uk")
            scene.open(rig)
            rig.settle()
            check(rig, width, height)
            rig.close()


def check(rig: Rig, width: int, height: int) -> None:
    keys = [key for key in rig.screen.every(Key) if key.rect.w]
    for key in keys:
        name = f"{rig.desk.name} {width}x{height}: {key.face.title or key.face.icon}"
        rect = key.rect
        assert min(rect.x, rect.y) >= 0, name
        assert max(rect.right - width, rect.top - height) <= 0, name
        wide = 26 if height > width else 36
        assert min(rect.w - wide, rect.h - LEAST) >= 0, f"{name} is {rect.w}x{rect.h}"
        if key.face.kind is Kind.PRIMARY:
            assert rect.w >= 62, name
        for other in keys:
            if other is not key:
                apart = (
                    rect.right <= other.rect.x
                    or other.rect.right <= rect.x
                    or rect.top <= other.rect.y
                    or other.rect.top <= rect.y
                )
                assert apart, f"{name} overlaps {other.face.title}"
