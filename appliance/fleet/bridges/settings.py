"""Which bridges a fleet wants: `bridges.toml` in its folder.

[home_assistant]
shop = "kyiv-1"

[sparkplug]
shops = ["kyiv-1", "lviv-2"]
aliases = false
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.wire.topics import LEVEL

FILE = "bridges.toml"
NODES_MAX = 100
"""Shops as edge nodes, each a connection; the broker's port for services takes more."""


class BridgeMistake(ValueError):
    """What is wrong in the file."""


@dataclass(frozen=True, slots=True)
class Bridges:
    """home_assistant: the shop whose tills it shows, "" for none. sparkplug: the shops that are edge
    nodes. aliases: their data calls metrics by number."""

    home_assistant: str = ""
    sparkplug: tuple[str, ...] = ()
    aliases: bool = False


def load(folder: Path) -> Bridges:
    """Without a file, none. Raises OSError, BridgeMistake."""
    path = folder / FILE
    if not path.exists():
        return Bridges()
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return _bridges(table)
    except (ValueError, UnicodeDecodeError) as error:
        raise BridgeMistake(f"{path}: {error}") from None


def _bridges(table: dict[str, Any]) -> Bridges:
    made: dict[str, Any] = {}
    for name, section in table.items():
        match name, section:
            case "home_assistant", {"shop": str(shop), **rest} if shop and not rest:
                made["home_assistant"] = shop
            case "sparkplug", {"shops": [*shops], **rest} if rest.keys() <= {"aliases"} and (
                _are_nodes(shops) and isinstance(rest.get("aliases", False), bool)
            ):
                made |= {"sparkplug": tuple(shops), "aliases": bool(rest.get("aliases"))}
            case _:
                raise ValueError(_WANTED)
    return Bridges(**made)


def _are_nodes(shops: list[Any]) -> bool:
    few = 0 < len(shops) <= NODES_MAX and len(set(map(str, shops))) == len(shops)
    return few and all(isinstance(it, str) and LEVEL.fullmatch(it) for it in shops)


_WANTED = (
    '[home_assistant] with shop = "kyiv-1", or [sparkplug] with shops = ["kyiv-1", "lviv-2"], '
    f"at most {NODES_MAX}"
)
