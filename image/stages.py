"""Stages of a build, each kept under the hash of all that it is made from.

A stage is made once: its folder in the cache is named by its key, and a key covers the stage's
inputs, the code that makes it and, through their keys, the stages before it. So a change of the
application makes the application's stages again and leaves Debian's alone.
"""

from __future__ import annotations

import hashlib
import inspect
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Older makings of a stage that stay in the cache: to go back and forth between two branches.
KEPT = 3


def digest_of_files(files: Iterable[Path], base: Path) -> str:
    """One hash over names, contents and who may execute; of dates and owners it knows nothing."""
    total = hashlib.sha256()
    for file in sorted(files):
        executable = bool(file.lstat().st_mode & stat.S_IXUSR)
        content = str(file.readlink()).encode() if file.is_symlink() else file.read_bytes()
        total.update(f"{file.relative_to(base)}\0{executable}\0".encode())
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def key_of(name: str, inputs: Mapping[str, str]) -> str:
    """Short enough for a folder's name; any other input gives another."""
    told = "\n".join(f"{each}={inputs[each]}" for each in sorted(inputs))
    return hashlib.sha256(f"{name}\n{told}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Stage:
    """title: for the progress. make: fills an empty folder. inputs: all that decides its content, but
    for make's own lines."""

    name: str
    title: str
    inputs: Mapping[str, str]
    make: Callable[[Path], None]

    @property
    def key(self) -> str:
        return key_of(self.name, {**self.inputs, "make": inspect.getsource(self.make)})


@dataclass
class Workshop:
    """Makes stages or finds them in the cache, and says step i/n with its time.

    fresh: make every stage again, whatever the cache holds (the proof that two builds are equal).
    """

    cache: Path
    steps: int
    say: Callable[[str], None] = print
    fresh: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    def get(self, stage: Stage) -> Path:
        folder = self.cache / f"{stage.name}-{stage.key}"
        if folder.is_dir() and not self.fresh:
            folder.touch()
            self._tell(stage.name, stage.title, 0.0, cached=True)
            return folder
        started = time.monotonic()
        unfinished = self.cache / f"{stage.name}-{stage.key}.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        stage.make(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
        self._forget_old(stage.name)
        self._tell(stage.name, stage.title, time.monotonic() - started)
        return folder

    def step(self, name: str, title: str, make: Callable[[], object]) -> None:
        """What is done every time: it is quick, or its result is an output."""
        started = time.monotonic()
        make()
        self._tell(name, title, time.monotonic() - started)

    def _tell(self, name: str, title: str, seconds: float, *, cached: bool = False) -> None:
        self.seconds[name] = round(seconds, 1)
        took = "as before" if cached else f"{seconds:.1f} s"
        self.say(f"{len(self.seconds):2}/{self.steps} {title} ... {took}")

    def _forget_old(self, name: str) -> None:
        # A key is 16 characters: the stage "root" leaves those of "root-image" alone.
        made = [folder for folder in self.cache.glob(f"{name}-" + "?" * 16) if folder.is_dir()]
        for folder in sorted(made, key=lambda each: each.stat().st_mtime)[:-KEPT]:
            # Another build beside this one may be forgetting the same.
            shutil.rmtree(folder, ignore_errors=True)
