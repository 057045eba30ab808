"""A barcode scanner on a serial cable."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from hw_sim.wire import Cable


class SerialScanner:
    """prefix and suffix: as the scanner was set up."""

    def __init__(self, path: Path, *, prefix: bytes = b"", suffix: bytes = b"\r") -> None:
        self.cable = Cable(path)
        self._prefix = prefix
        self._suffix = suffix

    @property
    def port(self) -> str:
        """What to write into the till's configuration."""
        return str(self.cable.path)

    def scan(self, code: str, *, aim: str = "") -> None:
        """Read a label. aim: the AIM identifier the scanner sends before it, such as "]E0"."""
        self.cable.send(self._prefix + (aim + code).encode() + self._suffix)

    def fragment(self, raw: bytes) -> None:
        """Bytes as they are, without prefix and suffix."""
        self.cable.send(raw)

    def unplug(self) -> None:
        self.cable.pull()

    def replug(self) -> None:
        self.cable.plug()

    close = unplug

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
