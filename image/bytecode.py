"""Bytecode of Python's, Debian's and our own modules, compiled by the very Python of the image.

By that Python's build for this machine, that is: under emulation the same takes ten times as long, and
bytecode is the same for all. It is never checked against its source, whose date means nothing in a
file system where all files have one.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Sequence
from pathlib import Path

from image.guest import inside
from image.tools import Stopped, run

MACHINE = "x86_64"
# Where Debian has its modules.
FOLDERS = ("usr/lib/python3.13", "usr/lib/python3/dist-packages")


def see_that_this_machine_can() -> None:
    if platform.machine() != MACHINE:
        raise Stopped(f"The image is built on {MACHINE}; this machine is {platform.machine()}.")


def make_compiler(root: Path, debs: Sequence[Path]) -> None:
    """A root with nothing but that Python; no script of a package runs."""
    for deb in debs:
        run("dpkg-deb", "--extract", deb, root)
    for folder in ("dev", "proc", "mnt"):
        (root / folder).mkdir(exist_ok=True)
    # Debian's loader is named by the old path, whose link base-files would bring.
    if not (root / "lib64").exists():
        (root / "lib64").symlink_to("usr/lib64")


def compile_tree(compiler: Path, tree: Path, *folders: str) -> None:
    flags = ("-q", "-f", "--invalidation-mode", "unchecked-hash", "-s", "/mnt", "-p", "/")
    seen = [f"/mnt/{folder}" for folder in folders]
    # Sets are written in the order of their hashes, which are by chance without a seed.
    seed = {"PYTHONHASHSEED": "0"}
    inside(compiler, "python3.13", "-P", "-m", "compileall", *flags, *seen, mnt=tree, env=seed)


def compile_apart(compiler: Path, tree: Path, into: Path) -> None:
    """Only the bytecode of the tree's Python folders, to be laid over it."""
    for folder in FOLDERS:
        shutil.copytree(tree / folder, into / folder, symlinks=True)
    compile_tree(compiler, into, *FOLDERS)
    for file in into.rglob("*"):
        if file.suffix != ".pyc" and (file.is_symlink() or not file.is_dir()):
            file.unlink()
