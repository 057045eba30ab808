"""Whether there is a first run to do. Asked at every start, so it imports next to nothing."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from pathlib import Path


def is_wanted(path: Path) -> bool:
    """Whether nobody has said yet what shop this is. A file with mistakes is no reason to ask."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    with suppress(tomllib.TOMLDecodeError):
        shop = tomllib.loads(text).get("shop", {})
        return isinstance(shop, dict) and not shop.get("name")
    return False
