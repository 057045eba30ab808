"""Which bridges a fleet wants: `bridges.toml` in its folder.

[home_assistant]
shop = "kyiv-1"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = "bridges.toml"


class BridgeMistake(ValueError):
    """What is wrong in the file."""


@dataclass(frozen=True, slots=True)
class Bridges:
    """home_assistant: the shop whose tills it shows, "" for none."""

    home_assistant: str = ""


def load(folder: Path) -> Bridges:
    """Without a file, none. Raises OSError, BridgeMistake."""
    path = folder / FILE
    if not path.exists():
        return Bridges()
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BridgeMistake(f"{path}: {error}") from None
    match table:
        case {"home_assistant": {"shop": str(shop)}} if shop and len(table) == 1:
            return Bridges(shop)
    raise BridgeMistake(f'{path}: [home_assistant] with shop = "kyiv-1"')
