"""One build: the stages in their order, and which files come out of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from image import (
    application,
    archive,
    assemble,
    bundle,
    bytecode,
    guest,
    keys,
    layout,
    licences,
    os_list,
    places,
    sbom,
    tools,
)
from image.lock import Lock, Row, drift
from image.recipe import IN_THE_IMAGE, Recipe, commit
from image.stages import Workshop
from image.wanted import Packages
from image.wishes import Wishes

STEPS = 15
PACKAGES = places.HERE / "packages.txt"
Say = Callable[[str], None]


class Figures(TypedDict):
    """Of one build, as `figures.json` has them. bytes: by file. seconds: by step."""

    bytes: dict[str, int]
    seconds: dict[str, float]
    seconds_in_all: float
    packages: int


@dataclass(frozen=True)
class Made:
    """Folders of the stages that an image and a bundle are put together from."""

    root: Path
    boot: Path
    lock: Lock
    bill: str


class Build:
    """say: told each step and its time."""

    def __init__(self, wishes: Wishes, say: Say = print) -> None:
        self.wishes = wishes
        self.cache = places.cache()
        self.workshop = Workshop(self.cache, STEPS, say, wishes.fresh)
        self.say = say

    def image(self) -> Figures:
        """Everything: the card's image, the bundle, and their papers. Returns the figures."""
        out = self.wishes.out
        out.mkdir(parents=True, exist_ok=True)
        made = self.stages()
        image = out / "kram.img"
        self.workshop.step("card", "the card's image", lambda: self._card(made, image))
        self.workshop.step("packed", "compressed", lambda: assemble.packed(image))
        self.workshop.step("bundle", "the signed bundle", lambda: self.bundle(made))
        self.workshop.step(
            "papers", "bill of materials, Imager's list", lambda: self._papers(made, image)
        )
        return self._figures(made)

    def stages(self) -> Made:
        debs: dict[Row, Path] = {}
        self.workshop.step("tools", "this machine's tools", self._tools)
        lock = self._lock()
        self.workshop.step("packages", "Debian's packages", lambda: debs.update(self._fetch(lock)))
        recipe = Recipe(self.wishes, lock, debs)
        compiler = self.workshop.get(recipe.compiler())
        base = self.workshop.get(recipe.debian())
        compiled = self.workshop.get(recipe.bytecode(base, compiler))
        drivers = self.workshop.get(recipe.kernel())
        boot = self.workshop.get(recipe.boot(drivers))
        wheels = self.workshop.get(recipe.wheels(compiler))
        code = self.workshop.get(recipe.application(compiler, wheels))
        notices = self.workshop.get(recipe.notices())
        bill = self._bill(recipe, base / "usr/share/doc", notices, wheels / application.HOME)
        layers = (base, compiled, drivers / "root", wheels, code)
        root = self.workshop.get(recipe.root(layers, bill))
        return Made(root, boot, lock, bill)

    def _bill(self, recipe: Recipe, docs: Path, notices: Path, python: Path) -> str:
        """docs: where Debian's packages keep theirs, as far as they are unpacked whole."""
        rows = recipe.rows(*IN_THE_IMAGE)
        whole = [(row.package, notices if row.kind == "boot" else docs) for row in rows]
        told = licences.found(whole, python)
        pinned = application.LOCK.read_text()
        return sbom.bill(self.wishes.version, recipe.lock.epoch_s, rows, pinned, told)

    def bundle(self, made: Made) -> Path:
        """kram-VERSION.raucb, and beside it what it holds, for those who have no RAUC to ask."""
        out = self.wishes.out
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"kram-{self.wishes.version}.raucb"
        files = (made.root / "root.img", made.boot / "boot.vfat")
        bundle.make(*files, self.wishes.version, places.KEYS, target, self.cache / "work")
        shutil.copy(made.root / "release.json", out / f"{target.name}.json")
        return target

    def _tools(self) -> None:
        tools.see_that_tools_are_here(["image"])
        bytecode.see_that_this_machine_can()
        guest.see_that_emulation_is_on()
        keys.see_that_keys_are_here()

    def _lock(self) -> Lock:
        wanted, file = Packages.read(PACKAGES), self.wishes.lock
        lock = Lock.of(file.read_text()) if file.exists() else None
        if self.wishes.update_lock:
            found = archive.resolve(wanted, self.wishes.provider, self.cache / "apt")
            for line in drift(lock.rows if lock else (), found.rows):
                self.say(f"      {line}")
            file.write_text(found.text())
            return found
        if lock is None or lock.packages != wanted.all.union(self.wishes.provider.all):
            raise tools.Stopped(
                f"{file.name} is missing, or not of today's packages.txt. Please run"
                " make image ARGS=--update-lock and commit what changed."
            )
        return lock

    def _fetch(self, lock: Lock) -> dict[Row, Path]:
        rows = [row for row in lock.rows if row.kind != "desk"]
        return dict(zip(rows, archive.fetch(rows, self.cache / "debs"), strict=True))

    def _card(self, made: Made, image: Path) -> None:
        work = self.cache / "work"
        parts, config = work / "parts", work / "config"
        for folder in (parts, config):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        (config / "autoboot.txt").write_text(layout.autoboot("A"))
        if self.wishes.table == "mbr":
            # The boot ROM of a Pi 3 loads this from the first partition, and it reads autoboot.txt.
            shutil.copy(made.boot / "files/bootcode.bin", config)
        epoch_s = made.lock.epoch_s
        assemble.fat(config, parts / "config.vfat", layout.size_mib("config"), "KRAM", epoch_s)
        assemble.data(parts / "data.ext4", layout.size_mib("data"), epoch_s)
        for file in (made.root / "root.img", made.boot / "boot.vfat"):
            (parts / file.name).symlink_to(file)
        assemble.card(parts, image, self.wishes.table, work)
        shutil.rmtree(parts)

    def _papers(self, made: Made, image: Path) -> None:
        out, version = self.wishes.out, self.wishes.version
        (out / f"kram-{version}.cdx.json").write_text(made.bill)
        of = os_list.flashable(
            self.wishes.table, self.wishes.url, image, image.with_name(image.name + ".zst")
        )
        built_s, _ = commit(made.lock)
        text = os_list.repository(version, built_s, self.wishes.kernel, of, self.wishes.site)
        (out / "os_list.json").write_text(text)
        shutil.copy(made.root / "root.img", out / "root.img")
        shutil.copy(made.boot / "boot.vfat", out / "boot.vfat")

    def _figures(self, made: Made) -> Figures:
        out = self.wishes.out
        names = ("kram.img.zst", "root.img", "boot.vfat", f"kram-{self.wishes.version}.raucb")
        figures: Figures = {
            "bytes": {name: (out / name).stat().st_size for name in names},
            "seconds": self.workshop.seconds,
            "seconds_in_all": round(sum(self.workshop.seconds.values()), 1),
            "packages": len(made.lock.rows),
        }
        (out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
        return figures
