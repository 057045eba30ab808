"""Runs tests on this machine under the Python of the SD card's image, which is Debian trixie's.

.venv/bin/python -m scripts.trixie_tests [what pytest takes]
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from image import desk, places
from image.lock import Lock
from image.tools import Stopped

# All other folders under tests/ run. What these need, which is slow or has a Python of its own:
LEFT_OUT = {
    "benches": "a quiet machine, and plots",
    "booted": "QEMU, where the image's Python runs anyway",
    "cli": "a process for every command; tests/till starts some, too",
    "counter": "a browser",
    "docs": "no Python: they read pages",
    "examples": "an environment of their own",
    "fleet": "PostgreSQL and a browser; it runs on a server",
    "hub": "three tills and a broker",
    "ui": "a window",
}
MARKERS = "not alone and not proof and not screen and not slow"
# What pytest ends with when it ran, and not all was well.
FAILED = 1


def main(words: list[str]) -> int:
    lock = Lock.of((places.HERE / "versions.lock").read_text())
    try:
        python = desk.interpreter(lock)
    except desk.NotForThisMachine as why:
        print(f"Skipped the tests under the image's Python: {why}.")
        return 0
    except Stopped as why:
        print(f"\nStopped: {why}", file=sys.stderr)
        return 1
    done = _tests(python, *words)
    if done == FAILED:
        print("once more what failed, one after the other: a busy machine answers late", flush=True)
        done = _tests(python, *words, "-n0", "--last-failed")
    return done


def _tests(python: Path, *words: str) -> int:
    tests = places.CHECKOUT / "tests"
    command = [str(python), "-m", "pytest", "-q", "-m", MARKERS, "-o", "cache_dir=out/trixie"]
    # The same examples of each law every time, and no clock over them.
    command += ["--hypothesis-profile=ci", *(f"--ignore={tests / folder}" for folder in LEFT_OUT)]
    env = {**os.environ, "PYTHONPATH": f"{tests}:{places.CHECKOUT}"}
    return subprocess.run([*command, *words], cwd=places.CHECKOUT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
