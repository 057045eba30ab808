"""Where the build reads and leaves things: the checkout, the cache of stages, the outputs."""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
OUT = CHECKOUT / "out" / "image"
# Outside out/, so that `make clean` keeps the image's own signing keys of this machine.
KEYS = Path(os.environ.get("KRAM_KEYS") or CHECKOUT / ".keys" / "image")


def cache() -> Path:
    """KRAM_IMAGE_CACHE, else the user's own cache folder: stages and packages between builds."""
    named = os.environ.get("KRAM_IMAGE_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kram-image"
