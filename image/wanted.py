"""Reads packages.txt and modules.txt: what is wanted in the image, each line with its reason."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Names by the word that their lines begin with, which is the field."""

    @classmethod
    def read(cls, file: Path) -> Self:
        named: dict[str, list[str]] = {field.name: [] for field in fields(cls)}
        for line in file.read_text().splitlines():
            if words := line.split("#")[0].split():
                named[words[0]] += words[1:]
        return cls(**{kind: tuple(names) for kind, names in named.items()})


@dataclass(frozen=True, slots=True)
class Packages(_Wanted):
    """root: installed. boot: only files of it are taken. tool: used by the build, for its machine.
    desk: of the same machine, used by tests. without: dependencies that are left out.
    """

    root: tuple[str, ...]
    boot: tuple[str, ...]
    tool: tuple[str, ...]
    desk: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def all(self) -> frozenset[str]:
        named = (*self.root, *self.boot, *self.tool, *self.desk)
        return frozenset((*named, *(f"-{it}" for it in self.without)))


@dataclass(frozen=True, slots=True)
class Modules(_Wanted):
    """A name with a `?` may be missing: only one of the kernels has it."""

    initramfs: tuple[str, ...]
    root: tuple[str, ...]
