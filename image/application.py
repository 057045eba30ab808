"""The till's own part of the root file system: Python packages by hash, the code, its bytecode."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.i18n import compile_all
from image import places
from image.guest import inside
from image.tools import run

HOME = "usr/lib/kram"
LOCK = places.CHECKOUT / "requirements" / "image.lock"
# The interpreter of Debian trixie on arm64; for it wheels are chosen, on whatever machine builds.
TARGET = ("--python-version=3.13", "--implementation=cp", "--abi=cp313", "--abi=abi3", "--abi=none",
          "--platform=manylinux_2_28_aarch64", "--platform=manylinux_2_17_aarch64",
          "--platform=manylinux2014_aarch64")  # fmt: skip
# Pure Python without a wheel: unpacked here from its source, by hash as well.
SOURCE_ONLY = ("pydes",)
# Tests and headers that wheels bring, and what compiles or draws nothing on a till.
NEEDLESS = ("**/tests", "**/test", "bin", "**/*.pyx", "**/*.pxd", "**/*.c", "**/*.h")
# Babel knows a thousand languages; the till speaks two, and English is what others fall back to.
LOCALES = re.compile(r"(root|en|uk)(_[A-Za-z0-9]+)*\.dat")


def install_wheels(into: Path) -> None:
    """The packages of requirements/image.lock; of those from source only a setup script runs here."""
    home, blocks = into / HOME, LOCK.read_text().replace("\\\n", " ").splitlines()
    home.mkdir(parents=True)
    from_source = [block for block in blocks if block.startswith(SOURCE_ONLY)]
    wheels = [block for block in blocks if block not in from_source]
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
           "--require-hashes", "--no-deps", "--no-compile", f"--target={home}")  # fmt: skip
    for chosen, flags in (
        (wheels, ("--only-binary=:all:", *TARGET)),
        (from_source, ("--no-build-isolation",)),
    ):
        wanted = into / "requirements.txt"
        wanted.write_text("\n".join(chosen))
        run(*pip, *flags, f"--requirement={wanted}")
        wanted.unlink()
    for pattern in NEEDLESS:
        for found in sorted(home.glob(pattern)):
            shutil.rmtree(found) if found.is_dir() else found.unlink(missing_ok=True)
    for data in (home / "babel/locale-data").iterdir():
        if not LOCALES.fullmatch(data.name):
            data.unlink()
    for record in home.glob("*.dist-info"):
        for name in ("RECORD", "INSTALLER", "direct_url.json", "REQUESTED"):
            (record / name).unlink(missing_ok=True)


def files_of_application() -> list[Path]:
    """What git knows of, so that nothing that lies about gets into an image."""
    listed = run("git", "ls-files", "-z", "--", "appliance", "config", cwd=places.CHECKOUT)
    named = (places.CHECKOUT / name for name in listed.split("\0") if name)
    return [file for file in named if file.is_file()]


def copy_application(into: Path) -> None:
    for file in files_of_application():
        target = into / HOME / file.relative_to(places.CHECKOUT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)


def make_start_quick(compiler: Path, tree: Path, wheels: Path) -> None:
    """What a start would make anew each time: words in one file, the table of modules and classes. For
    the table the packages lie beside the till's code, as on a card."""
    compile_all(tree / HOME / "appliance")
    seen = f"/mnt/{HOME}"
    env = {"PYTHONPATH": seen, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    recorder = ("python3.13", "-P", "-m", "appliance.quick_table")
    with TemporaryDirectory(dir=tree.parent) as both:
        for each in (wheels, tree):
            shutil.copytree(each, both, copy_function=os.link, dirs_exist_ok=True)
        inside(compiler, *recorder, f"{seen}/start.code", "/mnt", mnt=Path(both), env=env)
        shutil.move(Path(both, HOME, "start.code"), tree / HOME)


def release(version: str, source: str, built: str, compatible: str) -> str:
    """The text of /usr/lib/kram/release.json, which says what this slot holds."""
    told = {"version": version, "built": built, "source": source, "compatible": compatible}
    return json.dumps(told, indent=2) + "\n"
