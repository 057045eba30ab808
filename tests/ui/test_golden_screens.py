"""Every screen looks as it was reviewed, in both languages and sizes."""

from __future__ import annotations

import os

import pytest

from tests.ui import golden
from tests.ui.scenes import SCENES
from tests.ui.scenes.scene import Scene


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_screen_looks_as_reviewed(kivy: None, scene: Scene) -> None:
    wrong = []
    for shot, picture in golden.draw(scene):
        if os.environ.get("KRAM_REGOLD"):
            golden.save(shot, picture)
        wrong.append(golden.differs(shot, picture))
    assert not any(wrong), "\n".join(filter(None, wrong))
