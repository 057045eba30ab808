"""What may be asked of a build, and what it is without asking."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from image import places
from image.kernel import PROVIDERS, Provider
from image.layout import Table
from image.tools import Stopped

# wire/release.py compares them: two to four numbers with points.
VERSION = re.compile(r"\d+(\.\d+){1,3}")


def version_of_checkout() -> str:
    return str(
        tomllib.loads((places.CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    )


@dataclass(frozen=True)
class Wishes:
    """What is to be built.

    url, site: where the image will be, and who stands behind it, for Raspberry Pi Imager.
    changes: paths in the root, and the files that replace what is there, for tests of updates.
    level: of the root's compression: 19 is a release's, 3 saves a minute at a desk.
    fresh: no stage is taken from the cache (the packages' files are, by their hashes).
    """

    version: str = field(default_factory=version_of_checkout)
    kernel: str = "debian"
    table: Table = "gpt"
    out: Path = places.OUT
    url: str = "kram.img.zst"
    site: str = "https://kram.example"
    changes: Mapping[str, Path] = field(default_factory=dict)
    level: int = 19
    update_lock: bool = False
    fresh: bool = False

    def __post_init__(self) -> None:
        if not VERSION.fullmatch(self.version):
            raise Stopped(f"{self.version!r} is no version: two to four numbers with points.")

    @property
    def provider(self) -> Provider:
        return PROVIDERS[self.kernel]

    @property
    def lock(self) -> Path:
        return places.HERE / ("versions.lock" if self.kernel == "debian" else "versions.rpi.lock")
