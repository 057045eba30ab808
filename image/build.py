"""The plan of a build: which stage is made from what, and which files come out of it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from image import (
    application,
    archive,
    assemble,
    bundle,
    bytecode,
    debian,
    guest,
    initramfs,
    kernel,
    keys,
    layout,
    os_list,
    overlay,
    places,
    sbom,
    tools,
)
from image.lock import Lock, Row, drift
from image.stages import Stage, Workshop, digest_of_files
from image.wanted import Modules, Packages

STEPS = 14
IN_THE_IMAGE = ("base", "root", "boot")
# What most updates change, the last in the file system.
CHANGING = (
    "etc",
    "usr/lib/systemd/system",
    "usr/share/kram",
    "usr/lib/kram/config",
    "usr/lib/kram/appliance",
    "usr/lib/kram/release.json",
)
PACKAGES = places.HERE / "packages.txt"
MODULES = places.HERE / "modules.txt"
# wire/release.py compares them: two to four numbers with points.
VERSION = re.compile(r"\d+(\.\d+){1,3}")
Say = Callable[[str], None]


def version_of_checkout() -> str:
    return str(
        tomllib.loads((places.CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    )


@dataclass(frozen=True)
class Wishes:
    """What is to be built. changes: files of the root replaced by others, for tests of updates.
    level: of the root's compression: 19 is a release's, 3 saves a minute at a desk.

    fresh: no stage is taken from the cache (the packages' files are, by their hashes).
    """

    version: str = field(default_factory=version_of_checkout)
    kernel: str = "debian"
    table: layout.Table = "gpt"
    out: Path = places.OUT
    url: str = "kram.img.zst"
    changes: Mapping[str, Path] = field(default_factory=dict)
    level: int = 19
    update_lock: bool = False
    fresh: bool = False


@dataclass(frozen=True)
class Made:
    """Folders of the stages that an image and a bundle are put together from."""

    root: Path
    boot: Path
    lock: Lock
    bill: str


def _source(*modules: ModuleType) -> str:
    """A change of the code that makes a stage makes the stage again."""
    files = [Path(str(module.__file__)).read_bytes() for module in modules]
    return hashlib.sha256(b"".join(files)).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(rows: Sequence[Row]) -> str:
    return _hash(" ".join(row.sha256 for row in rows))


class Build:
    """One build: its wishes, the lock, and the stages in their order."""

    def __init__(self, wishes: Wishes, say: Say = print) -> None:
        if not VERSION.fullmatch(wishes.version):
            raise tools.Stopped(
                f"{wishes.version!r} is no version: two to four numbers with points."
            )
        self.wishes = wishes
        self.provider = kernel.PROVIDERS[wishes.kernel]
        self.cache = places.cache()
        self.shop = Workshop(self.cache, STEPS, say, wishes.fresh)
        self.say = say
        self.keys = places.KEYS
        self.debs: dict[Row, Path] = {}

    def image(self) -> dict[str, object]:
        """Everything: the card's image, the bundle, and their papers. Returns the figures."""
        out = self.wishes.out
        out.mkdir(parents=True, exist_ok=True)
        made = self.stages()
        image = out / "kram.img"
        self.shop.step("card", "the card's image", lambda: self._card(made, image))
        self.shop.step("packed", "compressed", lambda: assemble.packed(image))
        self.shop.step("bundle", "the signed bundle", lambda: self.bundle(made))
        self.shop.step(
            "papers", "bill of materials, Imager's list", lambda: self._papers(made, image)
        )
        return self._figures(made)

    def stages(self) -> Made:
        self.shop.step("tools", "this machine's tools", self._tools)
        lock = self._lock()
        self.shop.step("packages", "Debian's packages", lambda: self._fetch(lock))
        compiler = self.shop.get(self._compiler(lock))
        base = self.shop.get(self._debian(lock))
        compiled = self.shop.get(self._bytecode(base, compiler))
        drivers = self.shop.get(self._kernel(lock))
        boot = self.shop.get(self._boot(lock, drivers))
        wheels = self.shop.get(self._wheels(compiler))
        code = self.shop.get(self._application(compiler))
        bill = sbom.bill(
            self.wishes.version,
            lock.epoch_s,
            self._of(lock, *IN_THE_IMAGE),
            application.LOCK.read_text(),
        )
        root = self.shop.get(
            self._root(lock, [base, compiled, drivers / "root", wheels, code], bill)
        )
        return Made(root, boot, lock, bill)

    def bundle(self, made: Made) -> Path:
        """kram-VERSION.raucb, and beside it what it holds, for those who have no RAUC to ask."""
        out = self.wishes.out
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"kram-{self.wishes.version}.raucb"
        files = (made.root / "root.img", made.boot / "boot.vfat")
        bundle.make(*files, self.wishes.version, self.keys, target, self.cache / "work")
        shutil.copy(made.root / "release.json", out / f"{target.name}.json")
        return target

    # --- the stages ------------------------------------------------------------------------------

    def _tools(self) -> None:
        tools.see_that_tools_are_here(["image"])
        bytecode.see_that_this_machine_can()
        guest.see_that_emulation_is_on()
        keys.see_that_keys_are_here(self.keys)

    def _lock(self) -> Lock:
        wanted = Packages.read(PACKAGES)
        file = places.HERE / (
            "versions.lock" if self.wishes.kernel == "debian" else "versions.rpi.lock"
        )
        lock = Lock.of(file.read_text()) if file.exists() else None
        if self.wishes.update_lock:
            found = archive.resolve(wanted, self.provider, self.cache / "apt")
            for line in drift(lock.rows if lock else (), found.rows):
                self.say(f"      {line}")
            file.write_text(found.text())
            return found
        if lock is None or lock.packages != wanted.all.union(self.provider.packages):
            raise tools.Stopped(
                f"{file.name} is not of today's packages.txt. Please run"
                " make image ARGS=--update-lock and commit what changed."
            )
        return lock

    def _fetch(self, lock: Lock) -> None:
        files = archive.fetch(lock.rows, self.cache / "debs")
        self.debs = dict(zip(lock.rows, files, strict=True))

    def _of(self, lock: Lock, *kinds: str) -> list[Row]:
        return [row for row in lock.rows if row.kind in kinds]

    def _compiler(self, lock: Lock) -> Stage:
        rows = self._of(lock, "tool")

        def make(folder: Path) -> None:
            bytecode.make_compiler(folder, [self.debs[row] for row in rows])

        inputs = {"rows": _rows(rows), "code": _source(bytecode)}
        return Stage("compiler", "the image's Python for this machine", inputs, make)

    def _bytecode(self, base: Path, compiler: Path) -> Stage:
        def make(folder: Path) -> None:
            bytecode.compile_apart(compiler, base, folder)

        inputs = {"debian": base.name, "compiler": compiler.name, "code": _source(bytecode)}
        return Stage("bytecode", "bytecode of Python's and Debian's modules", inputs, make)

    def _debian(self, lock: Lock) -> Stage:
        rows = self._of(lock, "base", "root")
        inputs = {
            "rows": _rows(rows),
            "epoch": str(lock.epoch_s),
            "code": _source(debian, guest),
        }

        def make(folder: Path) -> None:
            debian.make_root(folder, rows, [self.debs[row] for row in rows], lock.epoch_s)

        return Stage("debian", "Debian, unpacked and configured", inputs, make)

    def _kernel(self, lock: Lock) -> Stage:
        rows = self._of(lock, "boot")
        inputs = {"rows": _rows(rows), "modules": MODULES.read_text(), "code": _source(kernel)}

        def make(folder: Path) -> None:
            files, root, boot = folder / "files", folder / "root", folder / "boot"
            for each in (files, root, boot):
                each.mkdir()
            kernel.extract([self.debs[row] for row in rows], files)
            wanted, order = Modules.read(MODULES), {}
            for flavour in self.provider.flavours:
                release = kernel.release_of(flavour, files)
                order[flavour.initramfs] = kernel.prune(files, wanted, release, root)
            kernel.wifi_firmware(files, root)
            kernel.boot_files(files, self.provider.flavours, boot)
            shutil.copy(files / "usr/bin/busybox", folder / "busybox")
            (folder / "order.json").write_text(json.dumps(order))
            shutil.rmtree(files)

        return Stage(
            "kernel", f"kernel ({self.wishes.kernel}), its modules, firmware", inputs, make
        )

    def _boot(self, lock: Lock, drivers: Path) -> Stage:
        texts = {
            "config.txt": layout.config_txt(self.provider.config),
            "cmdline.txt": layout.cmdline_txt(),
        }
        inputs = {
            "kernel": drivers.name,
            "init": (places.HERE / "initramfs/init").read_text(),
            "code": _source(initramfs, assemble),
            **texts,
        }

        def make(folder: Path) -> None:
            files = folder / "files"
            shutil.copytree(drivers / "boot", files)
            for name, order in json.loads((drivers / "order.json").read_text()).items():
                modules = [drivers / "root" / module for module in order]
                work = folder / "work"
                work.mkdir()
                initramfs.make(drivers / "busybox", modules, files / name, lock.epoch_s, work)
                shutil.rmtree(work)
            for name, text in texts.items():
                (files / name).write_text(text)
            size_mib = next(each.size_mib for each in layout.PARTITIONS if each.name == "boot_a")
            assemble.fat(files, folder / "boot.vfat", size_mib, "KRAM-BOOT", lock.epoch_s)

        return Stage("boot", "initramfs and boot partition", inputs, make)

    def _wheels(self, compiler: Path) -> Stage:
        inputs = {
            "compiler": compiler.name,
            "lock": application.LOCK.read_text(),
            "code": _source(application),
        }

        def make(folder: Path) -> None:
            application.install_wheels(folder)
            bytecode.compile_tree(compiler, folder, application.HOME)

        return Stage("wheels", "Python packages by hash", inputs, make)

    def _application(self, compiler: Path) -> Stage:
        files = application.files_of_application()
        inputs = {
            "compiler": compiler.name,
            "files": digest_of_files(files, places.CHECKOUT),
            "code": _source(application),
        }

        def make(folder: Path) -> None:
            application.copy_application(folder)
            bytecode.compile_tree(compiler, folder, application.HOME)

        return Stage("application", "the till", inputs, make)

    def _root(self, lock: Lock, layers: Sequence[Path], bill: str) -> Stage:
        built_s, source = self._commit(lock)
        built = datetime.fromtimestamp(built_s, UTC).isoformat()
        release = application.release(self.wishes.version, source, built, layout.COMPATIBLE)
        trusted = keys.public_parts(self.keys)
        inputs = {
            "layers": " ".join(str(each.relative_to(self.cache)) for each in layers),
            "overlay": digest_of_files([file for file, _ in overlay.files()], places.CHECKOUT),
            "changes": " ".join(
                f"{to}={_hash(by.read_text())}" for to, by in self.wishes.changes.items()
            ),
            "trusted": " ".join(_hash(file.read_text()) for file, _ in trusted),
            "release": release,
            "bill": _hash(bill),
            "level": str(self.wishes.level),
            "code": _source(overlay, assemble),
        }

        def make(folder: Path) -> None:
            tree = folder / "tree"
            for layer in layers:
                run_copy(layer, tree)
            overlay.put_over(tree)
            own = {"usr/lib/kram/release.json": release, "usr/share/kram/sbom/kram.cdx.json": bill}
            for place, text in own.items():
                (tree / place).parent.mkdir(parents=True, exist_ok=True)
                (tree / place).write_text(text)
            for file, place in (*trusted, *((by, to) for to, by in self.wishes.changes.items())):
                (tree / place).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, tree / place.lstrip("/"))
            assemble.squashfs(
                tree, folder / "root.img", built_s, CHANGING, self.wishes.level, folder
            )
            (folder / "order").unlink()
            (folder / "release.json").write_text(release)
            shutil.rmtree(tree)

        return Stage("root", "root file system", inputs, make)

    def _commit(self, lock: Lock) -> tuple[int, str]:
        """The date of the checkout's last commit, never before the packages', and its name."""
        said = tools.run("git", "log", "-1", "--format=%ct %h", cwd=places.CHECKOUT).split()
        changed = tools.run(
            "git", "status", "--porcelain", "--untracked-files=no", cwd=places.CHECKOUT
        )
        return max(int(said[0]), lock.epoch_s), said[1] + ("+changes" if changed else "")

    # --- what comes out --------------------------------------------------------------------------

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
        sizes = {each.name: each.size_mib for each in layout.PARTITIONS}
        epoch_s = made.lock.epoch_s
        assemble.fat(config, parts / "config.vfat", sizes["config"], "KRAM", epoch_s)
        assemble.data(parts / "data.ext4", sizes["data"], epoch_s)
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
        built_s, _ = self._commit(made.lock)
        text = os_list.repository(version, built_s, self.wishes.kernel, of, "https://kram.example")
        (out / "os_list.json").write_text(text)
        shutil.copy(made.root / "root.img", out / "root.img")
        shutil.copy(made.boot / "boot.vfat", out / "boot.vfat")

    def _figures(self, made: Made) -> dict[str, object]:
        out = self.wishes.out
        names = ("kram.img.zst", "root.img", "boot.vfat", f"kram-{self.wishes.version}.raucb")
        figures: dict[str, object] = {
            "bytes": {name: (out / name).stat().st_size for name in names},
            "seconds": self.shop.seconds,
            "seconds_in_all": round(sum(self.shop.seconds.values()), 1),
            "packages": len(made.lock.rows),
        }
        (out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
        return figures


def run_copy(layer: Path, tree: Path) -> None:
    """Lays one folder over another, owners and modes kept."""
    tree.mkdir(exist_ok=True)
    tools.run("cp", "--archive", "--no-target-directory", layer, tree)
