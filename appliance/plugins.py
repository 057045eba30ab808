"""What other packages offer the till: drivers and payment ports, by entry point group."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

OWN_PACKAGE = "kram"
_FILE = "entry_points.txt"


class Offered(Protocol):
    """`importlib.metadata.EntryPoint` is one. value: "module:attribute"."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...


@dataclass(frozen=True, slots=True)
class BuiltIn:
    name: str
    value: str


def offered(group: str) -> Iterator[Offered]:
    """By packages other than the till's own.

    Python's own reader of packages is a tenth of a till's start: it is loaded only where some package
    names the group.
    """
    if not any(group.encode() in content for content in _contents()):
        return
    from importlib.metadata import entry_points

    for point in entry_points(group=group):
        if point.dist is None or point.dist.name != OWN_PACKAGE:
            yield point


def _contents() -> Iterator[bytes]:
    for folder in dict.fromkeys(sys.path):
        with suppress(OSError):
            for name in os.listdir(folder):  # noqa: PTH208 - a Path for each of hundreds takes longer
                if name.endswith((".dist-info", ".egg-info")):
                    with suppress(OSError):
                        yield Path(folder, name, _FILE).read_bytes()
