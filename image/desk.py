"""The image's Python, started on the machine of a developer with all that the tests import.

Debian's own build of it, unpacked into the cache of stages: nothing is installed, nobody need be
root. Python packages are those of dev.lock, which has the versions of image.lock and their files
for this machine; what the image takes from Debian for want of a wheel comes from Debian here.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from image import application, archive, bytecode, places
from image.lock import Lock
from image.stages import Stage, Workshop, digest_of_files
from image.tools import Stopped, run

LOCKS = application.LOCK.parent
PYTHON = "usr/bin/python"
PACKAGES = "usr/lib/python3/dist-packages"
# What checks types and style, resolves locks and draws plots: no test imports it.
NEEDLESS = re.compile(
    r"mypy|mypy-extensions|librt|ast-serialize|types-.*|ruff|import-linter|grimp"
    r"|pip|pip-tools|build|pyproject-hooks"
    r"|matplotlib|contourpy|cycler|fonttools|kiwisolver|numpy|pyparsing|python-dateutil"
)
# By the loader of its own C library, since that of Debian 12 is too old for it; told on the command
# line, so that programs which it starts in turn find this machine's libraries.
PYTHON_SCRIPT = """\
#!/bin/sh
root=${0%/usr/bin/*}
exec "$root/usr/lib64/ld-linux-x86-64.so.2" --argv0 "$0" \\
    --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/python3.13" "$@"
"""
# Which checkout's till it is, PYTHONPATH says.
TILL_SCRIPT = """\
#!/bin/sh
exec "${0%/*}/python" -P -c 'import sys; from appliance.cli.main import main; sys.argv[0] = "till"
sys.exit(main())' "$@"
"""


class NotForThisMachine(Exception):
    """It cannot be had here, and the sentence says why; that is no fault of the code."""


def interpreter(lock: Lock) -> Path:
    """Where it is, made now if need be. May raise NotForThisMachine."""
    if platform.machine() != bytecode.MACHINE:
        raise NotForThisMachine(f"it is built for {bytecode.MACHINE} alone")
    rows = [row for row in lock.rows if row.kind in ("tool", "desk")]
    wanted = requirements((LOCKS / "dev.lock").read_text(), {row.package for row in rows})
    cache = places.cache()
    inputs = {
        "rows": " ".join(row.sha256 for row in rows),
        "wanted": "\n".join(wanted),
        "code": digest_of_files([Path(__file__), Path(bytecode.__file__)], places.HERE),
    }

    def make(folder: Path) -> None:
        try:
            bytecode.make_compiler(folder, archive.fetch(rows, cache / "debs"))
        except Stopped as why:
            raise NotForThisMachine("Debian 13's packages of it cannot be fetched") from why
        _add_programs(folder)
        _install(wanted, folder)

    stage = Stage("desk", "the image's Python for this machine's tests", inputs, make)
    return Workshop(cache, steps=1).get(stage) / PYTHON


def requirements(dev_lock: str, from_debian: set[str]) -> list[str]:
    """Lines for pip, each with its hashes; Debian calls a package python3-NAME."""
    found = re.findall(r"^([a-z0-9.-]+)(==.+)$", dev_lock.replace("\\\n", " "), re.MULTILINE)
    return [
        name + rest
        for name, rest in found
        if f"python3-{name}" not in from_debian and not NEEDLESS.fullmatch(name)
    ]


def _add_programs(root: Path) -> None:
    for name, script in ((PYTHON, PYTHON_SCRIPT), ("usr/bin/till", TILL_SCRIPT)):
        (root / name).write_text(script)
        (root / name).chmod(0o755)


def _install(wanted: Sequence[str], root: Path) -> None:
    """By this machine's pip, which runs under that Python and so takes what fits it."""
    builders = [line for line in wanted if line.startswith("setuptools==")]
    for lines in (builders, [line for line in wanted if line not in builders]):
        listed = root / "requirements.txt"
        listed.write_text("\n".join(lines))
        run(sys.executable, "-m", "pip", f"--python={root / PYTHON}", "install", "--quiet",
            "--disable-pip-version-check", "--no-input", "--no-compile", "--no-deps",
            "--no-build-isolation", "--require-hashes", f"--target={root / PACKAGES}",
            f"--requirement={listed}")  # fmt: skip
        listed.unlink()
