"""The initramfs: one program, the modules that reach the card, and a script; equal bytes each time."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from image import places
from image.tools import run

# Links to busybox for each program that `init` names.
PROGRAMS = ("sh", "mount", "umount", "insmod", "grep", "ls", "dd", "hexdump", "tr", "cat", "mv", "ln", "mkdir",
            "sleep", "sync", "stat", "date", "chroot", "switch_root")  # fmt: skip
FOLDERS = ("bin", "dev", "proc", "sys", "ro", "rw", "data", "p1", "root", "lib/modules")


def make(busybox: Path, modules: Sequence[Path], into: Path, epoch_s: int, work: Path) -> None:
    """Writes the archive `into`; modules in the order in which init loads them."""
    tree = work / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    for folder in FOLDERS:
        (tree / folder).mkdir(parents=True)
    shutil.copy(busybox, tree / "bin/busybox")
    for program in PROGRAMS:
        (tree / "bin" / program).symlink_to("busybox")
    for module in modules:
        shutil.copy(module, tree / "lib/modules" / module.name)
    order = "".join(f"{module.name}\n" for module in modules)
    (tree / "lib/modules/order").write_text(order)
    shutil.copy(places.HERE / "initramfs/init", tree / "init")
    run("find", tree, "-exec", "touch", "--no-dereference", f"--date=@{epoch_s}", "{}", "+")
    names = sorted(str(file.relative_to(tree)) for file in tree.rglob("*"))
    archive = work / "initramfs.cpio"
    packing = ("cpio", "--null", "--create", "--format=newc", "--reproducible", "--owner=0:0",
               "--quiet", f"--file={archive}")  # fmt: skip
    run(*packing, cwd=tree, stdin="\0".join(names).encode())
    run("zstd", "-19", "--quiet", "--force", archive, "-o", into)
