"""How tills reach the fleet: its HTTPS address, and the brokers of each cell; `public.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance import whole_files

FILE = "public.json"
FIRST_CELL = "1"


@dataclass(frozen=True, slots=True)
class Public:
    """cells: the broker URLs of each cell, the preferred one first."""

    url: str
    tenant: str
    cells: Mapping[str, Sequence[str]]

    def brokers(self, cell: str) -> tuple[str, ...]:
        """A till that was given no cell is in the first."""
        return tuple(self.cells.get(cell) or self.cells.get(FIRST_CELL) or ())


def read(folder: Path) -> Public:
    """What the server last said of itself. Raises OSError before its first start."""
    found = json.loads((folder / FILE).read_bytes())
    return Public(found["url"], found["tenant"], found["cells"])


def write(folder: Path, told: Public) -> None:
    content = {"url": told.url, "tenant": told.tenant, "cells": dict(told.cells)}
    whole_files.write(folder / FILE, json.dumps(content, indent=1).encode() + b"\n")
