"""Reads packages.txt and modules.txt: what is wanted in the image, each line with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


def rows(file: Path) -> list[list[str]]:
    lines = (line.split("#")[0].split() for line in file.read_text().splitlines())
    return [words for words in lines if words]


@dataclass(frozen=True, slots=True)
class Packages:
    """root: installed. boot: only files of it are taken. tool: used by the build, for its machine.
    without: dependencies that are left out.
    """

    root: tuple[str, ...]
    boot: tuple[str, ...]
    tool: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def all(self) -> frozenset[str]:
        return frozenset((*self.root, *self.boot, *self.tool, *(f"-{it}" for it in self.without)))

    @classmethod
    def read(cls, file: Path) -> Packages:
        named: dict[str, list[str]] = {"root": [], "boot": [], "tool": [], "without": []}
        for kind, *names in rows(file):
            named[kind] += names
        return cls(**{kind: tuple(names) for kind, names in named.items()})


@dataclass(frozen=True, slots=True)
class Modules:
    """A name with a `?` may be missing: only one of the kernels has it."""

    initramfs: tuple[str, ...]
    root: tuple[str, ...]

    @classmethod
    def read(cls, file: Path) -> Modules:
        named: dict[str, list[str]] = {"initramfs": [], "root": []}
        for kind, *names in rows(file):
            named[kind] += names
        return cls(tuple(named["initramfs"]), tuple(named["root"]))
