"""What each stage of an image is made from, and how: one method a stage."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from image import (
    application,
    assemble,
    bytecode,
    debian,
    guest,
    initramfs,
    kernel,
    keys,
    layout,
    overlay,
    places,
    tools,
)
from image.lock import Lock, Row
from image.stages import Stage, digest_of_files
from image.wanted import Modules
from image.wishes import Wishes

MODULES = places.HERE / "modules.txt"
IN_THE_IMAGE = ("base", "root", "boot")
# What most updates change, the last in the file system.
CHANGING = (
    "etc",
    "usr/lib/systemd/system",
    "usr/share/kram",
    "usr/lib/kram/config",
    "usr/lib/kram/appliance",
    "usr/lib/kram/start.code",
    "usr/lib/kram/release.json",
)


@dataclass(frozen=True)
class Recipe:
    """debs: the lock's files, fetched."""

    wishes: Wishes
    lock: Lock
    debs: Mapping[Row, Path]

    def rows(self, *kinds: str) -> list[Row]:
        return [row for row in self.lock.rows if row.kind in kinds]

    def compiler(self) -> Stage:
        rows = self.rows("tool")

        def make(folder: Path) -> None:
            bytecode.make_compiler(folder, [self.debs[row] for row in rows])

        inputs = {"rows": _rows(rows), "code": _source(bytecode)}
        return Stage("compiler", "the image's Python for this machine", inputs, make)

    def bytecode(self, base: Path, compiler: Path) -> Stage:
        def make(folder: Path) -> None:
            bytecode.compile_apart(compiler, base, folder)

        inputs = {"debian": base.name, "compiler": compiler.name, "code": _source(bytecode)}
        return Stage("bytecode", "bytecode of Python's and Debian's modules", inputs, make)

    def debian(self) -> Stage:
        rows = self.rows("base", "root")
        inputs = {
            "rows": _rows(rows),
            "epoch": str(self.lock.epoch_s),
            "code": _source(debian, guest),
        }

        def make(folder: Path) -> None:
            debian.make_root(folder, rows, [self.debs[row] for row in rows], self.lock.epoch_s)

        return Stage("debian", "Debian, unpacked and configured", inputs, make)

    def kernel(self) -> Stage:
        rows = self.rows("boot")
        inputs = {"rows": _rows(rows), "modules": MODULES.read_text(), "code": _source(kernel)}

        def make(folder: Path) -> None:
            files, root, boot = folder / "files", folder / "root", folder / "boot"
            for each in (files, root, boot):
                each.mkdir()
            kernel.extract([self.debs[row] for row in rows], files)
            wanted, order = Modules.read(MODULES), {}
            for flavour in self.wishes.provider.flavours:
                release = kernel.release_of(flavour, files)
                order[flavour.initramfs] = kernel.prune(files, wanted, release, root)
            kernel.wifi_firmware(files, root)
            kernel.boot_files(files, self.wishes.provider.flavours, boot)
            shutil.copy(files / "usr/bin/busybox", folder / "busybox")
            (folder / "order.json").write_text(json.dumps(order))
            shutil.rmtree(files)

        return Stage(
            "kernel", f"kernel ({self.wishes.kernel}), its modules, firmware", inputs, make
        )

    def notices(self) -> Stage:
        """Copyright notices of packages of which only some files are taken."""
        rows = self.rows("boot")

        def make(folder: Path) -> None:
            files = folder / "files"
            kernel.extract([self.debs[row] for row in rows], files)
            for row in rows:
                notice = Path("usr/share/doc", row.package, "copyright")
                if (files / notice).exists():
                    shutil.copy(files / notice, _parent(folder / row.package / notice.name))
            shutil.rmtree(files)

        return Stage("notices", "copyright notices of the kernel", {"rows": _rows(rows)}, make)

    def boot(self, drivers: Path) -> Stage:
        texts = {
            "config.txt": layout.config_txt(self.wishes.provider.config),
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
                initramfs.make(drivers / "busybox", modules, files / name, self.lock.epoch_s, work)
                shutil.rmtree(work)
            for name, text in texts.items():
                (files / name).write_text(text)
            image, size_mib = folder / "boot.vfat", layout.size_mib("boot_a")
            assemble.fat(files, image, size_mib, "KRAM-BOOT", self.lock.epoch_s)

        return Stage("boot", "initramfs and boot partition", inputs, make)

    def wheels(self, compiler: Path) -> Stage:
        inputs = {
            "compiler": compiler.name,
            "lock": application.LOCK.read_text(),
            "code": _source(application),
        }

        def make(folder: Path) -> None:
            application.install_wheels(folder)
            bytecode.compile_tree(compiler, folder, application.HOME)

        return Stage("wheels", "Python packages by hash", inputs, make)

    def application(self, compiler: Path, wheels: Path) -> Stage:
        files = application.files_of_application()
        inputs = {
            "compiler": compiler.name,
            "wheels": wheels.name,
            "files": digest_of_files(files, places.CHECKOUT),
            "code": _source(application),
        }

        def make(folder: Path) -> None:
            application.copy_application(folder)
            bytecode.compile_tree(compiler, folder, application.HOME)
            application.make_start_quick(compiler, folder, wheels)

        return Stage("application", "the till", inputs, make)

    def root(self, layers: Sequence[Path], bill: str) -> Stage:
        built_s, source = commit(self.lock)
        built = datetime.fromtimestamp(built_s, UTC).isoformat()
        release = application.release(self.wishes.version, source, built, layout.COMPATIBLE)
        texts = {"usr/lib/kram/release.json": release, "usr/share/kram/sbom/kram.cdx.json": bill}
        changes = ((by, to) for to, by in self.wishes.changes.items())
        files = (*keys.public_parts(places.KEYS), *changes)
        inputs = {
            "layers": " ".join(str(each.relative_to(places.cache())) for each in layers),
            "overlay": digest_of_files([file for file, _ in overlay.files()], places.CHECKOUT),
            "files": " ".join(f"{place}={tools.sha256(file)}" for file, place in files),
            "release": release,
            "bill": _hash(bill),
            "level": str(self.wishes.level),
            "last": " ".join(CHANGING),
            "code": _source(overlay, assemble),
        }

        def make(folder: Path) -> None:
            tree = folder / "tree"
            for layer in layers:
                lay_over(tree, layer)
            overlay.put_over(tree)
            for place, text in texts.items():
                _parent(tree / place).write_text(text)
            for file, place in files:
                shutil.copy(file, _parent(tree / place))
            image, level = folder / "root.img", self.wishes.level
            assemble.squashfs(tree, image, built_s, CHANGING, level, folder)
            (folder / "order").unlink()
            (folder / "release.json").write_text(release)
            shutil.rmtree(tree)

        return Stage("root", "root file system", inputs, make)


def commit(lock: Lock) -> tuple[int, str]:
    """The date of the checkout's last commit, never before the packages', and its name."""
    said = tools.run("git", "log", "-1", "--format=%ct %h", cwd=places.CHECKOUT).split()
    changed = tools.run("git", "status", "--porcelain", "--untracked-files=no", cwd=places.CHECKOUT)
    return max(int(said[0]), lock.epoch_s), said[1] + ("+changes" if changed else "")


def lay_over(tree: Path, layer: Path) -> None:
    """Lays one folder over another, owners and modes kept."""
    tree.mkdir(exist_ok=True)
    tools.run("cp", "--archive", "--no-target-directory", layer, tree)


def _parent(file: Path) -> Path:
    """The same, in a folder that is there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def _source(*modules: ModuleType) -> str:
    """A change of the modules that make a stage makes the stage again."""
    files = [Path(str(module.__file__)).read_bytes() for module in modules]
    return hashlib.sha256(b"".join(files)).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(rows: Sequence[Row]) -> str:
    return _hash(" ".join(row.sha256 for row in rows))
