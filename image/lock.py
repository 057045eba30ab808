"""`versions.lock`: every Debian package of the image, exact, with the hash of its file.

The lock is what the image is built from: the archive is only asked to resolve dependencies when the
lock is written (`--update-lock`), and later for the very files that it names. Each row is

    package version architecture origin base|root|boot|tool|desk size sha256 path

`base` are the essential packages and what they need, which make a root that the others (`root`)
unpack into; of `boot` only files are taken: the kernel, firmware, the initramfs' program. `tool` is
for the build alone and gets into no image, `desk` for the tests under the image's Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Literal, Self, cast

Kind = Literal["base", "root", "boot", "tool", "desk"]

HEADER = """\
# The image's Debian packages: package version architecture origin base|root|boot|tool|desk size sha256 path
# Written by `make image ARGS=--update-lock`; the archive's signatures were checked then.
"""


@dataclass(frozen=True, order=True, slots=True)
class Row:
    """origin: which archive (debian, security, raspberry-pi). path: within that archive."""

    package: str
    version: str
    architecture: str
    origin: str
    kind: Kind
    size_bytes: int
    sha256: str
    path: str

    @property
    def name(self) -> str:
        here = self.kind in ("tool", "desk")
        return f"{self.package}:{self.architecture}" if here else self.package

    @property
    def file_name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Lock:
    """epoch_s: the date that all of Debian's files in the image get, of the day of locking."""

    epoch_s: int
    packages: frozenset[str]
    rows: tuple[Row, ...]

    def text(self) -> str:
        head = f"epoch {self.epoch_s}\nwanted {' '.join(sorted(self.packages))}\n"
        rows = (" ".join(str(word) for word in astuple(row)) + "\n" for row in self.rows)
        return HEADER + head + "".join(rows)

    @classmethod
    def of(cls, text: str) -> Self:
        epoch_s, packages, rows = 0, frozenset[str](), []
        for line in text.splitlines():
            match line.split():
                case [] | ["#", *_]:
                    pass
                case ["epoch", number]:
                    epoch_s = int(number)
                case ["wanted", *names]:
                    packages = frozenset(names)
                case [package, version, architecture, origin, kind, size, sha256, path]:
                    what = (package, version, architecture, origin, cast(Kind, kind))
                    rows.append(Row(*what, int(size), sha256, path))
                case _:
                    raise ValueError(f"not a row of versions.lock: {line!r}")
        return cls(epoch_s, packages, tuple(sorted(rows)))


def drift(locked: Iterable[Row], found: Iterable[Row]) -> list[str]:
    """What differs, a line each: packages that came, went, or have another version or content."""
    before: Mapping[str, Row] = {row.name: row for row in locked}
    after: Mapping[str, Row] = {row.name: row for row in found}
    names = sorted(before.keys() | after.keys())
    return [line for name in names if (line := _drift_of(before.get(name), after.get(name)))]


def _drift_of(old: Row | None, new: Row | None) -> str:
    match old, new:
        case None, Row():
            return f"+ {new.name} {new.version}"
        case Row(), None:
            return f"- {old.name} {old.version}"
        case Row(), Row() if old.version != new.version:
            return f"  {new.name} {old.version} -> {new.version}"
        case Row(), Row() if old.sha256 != new.sha256:
            return f"! {new.name} {new.version}: same version, another content"
    return ""
