"""Runs the programs that do the work, and says what they said when one fails."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from image import places

# A failing tool's last words that are shown: more would push the reason off the screen.
LAST_LINES = 25


class Stopped(Exception):
    """The build cannot go on; the sentence says what to do."""


def run(
    *command: str | Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: bytes | None = None,
) -> str:
    """The program's output; Stopped, with its last words, when it fails."""
    if shutil.which(str(command[0])) is None:
        raise Stopped(f"The program {command[0]} is missing on this machine.")
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **(env or {})},
        cwd=cwd,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = done.stdout.decode(errors="replace")
    if done.returncode:
        last = "\n    ".join(said.splitlines()[-LAST_LINES:])
        raise Stopped(f"{command[0]} ended with {done.returncode}:\n    {last}")
    return said


def sha256(file: Path) -> str:
    """In hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def packages(*kinds: str) -> list[str]:
    """Debian packages of scripts/apt-packages.txt of these kinds."""
    lines = (places.CHECKOUT / "scripts" / "apt-packages.txt").read_text().splitlines()
    rows = (line.split("#")[0].split() for line in lines)
    return [row[1] for row in rows if len(row) == 2 and row[0] in kinds]


def installed(package: str) -> bool:
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout == "installed"


def see_that_tools_are_here(kinds: Sequence[str]) -> None:
    """Installs what the build needs of this machine; only root can, and only Debian has it."""
    if shutil.which("dpkg-query") is None:
        raise Stopped("This is no Debian system; the image is built on one (12 or newer).")
    if os.geteuid() != 0:
        raise Stopped("Building a root file system needs root. Please run: sudo make image")
    lacking = [package for package in packages(*kinds) if not installed(package)]
    if lacking:
        print("    installing", *lacking, flush=True)
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-q", env=quiet)
        run("apt-get", "install", "-y", "-q", "--no-install-recommends", *lacking, env=quiet)
