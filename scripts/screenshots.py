"""Draws every screen anew: the golden pictures of the tests, and their gallery in docs/screens.md.

.venv/bin/python -m scripts.screenshots [SCENE ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from tests.ui import golden, rig  # noqa: E402 - the path comes first
from tests.ui.scenes import SCENES  # noqa: E402
from tests.ui.scenes.scene import shots  # noqa: E402


def main(wanted: list[str]) -> None:
    rig.prepare_kivy()
    drawn = [scene for scene in SCENES if not wanted or scene.name in wanted]
    for number, scene in enumerate(drawn, 1):
        files = [golden.save(shot, picture) for shot, picture in golden.draw(scene)]
        size = sum(path.stat().st_size for path in files) // 1024
        print(f"{number}/{len(drawn)} {scene.name}: {len(files)} pictures, {size} kB", flush=True)
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "screens.md").write_text(gallery())
    print("golden pictures: tests/golden/screens, gallery: docs/screens.md")


def gallery() -> str:
    """The page: one section for each scene, Ukrainian beside English."""
    parts = [
        "# The screens",
        "",
        (
            "Drawn by `make screenshots` from the running till with the demo shop; the same pictures"
            " are the golden ones of the tests."
        ),
        "",
    ]
    for scene in SCENES:
        parts += [f"## {scene.name}", ""]
        for shot in shots(scene):
            path = f"../tests/golden/screens/{shot.file}"
            parts.append(f"![{scene.name}, {shot.language}, {shot.width}x{shot.height}]({path})")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    main(sys.argv[1:])
