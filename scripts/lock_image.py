"""Writes requirements/image.lock: of product.lock, what the image's Python 3.13 on arm64 installs.

The versions are those of the desk; the one hash of each is of the file that fits the image, so that
a build on any machine takes the same. What Debian brings to the image stays out.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from image.application import LOCK, SOURCE_ONLY, TARGET

PRODUCT = LOCK.with_name("product.lock")
# Debian's: Kivy with an SDL that draws through KMSDRM; the others have no wheel for arm64.
FROM_DEBIAN = {"kivy", "evdev", "pyscard"}
# Kivy's and a build's own helpers, which nothing at a till imports.
NEEDLESS = {"kivy-garden", "docutils", "requests", "urllib3", "idna", "certifi", "charset-normalizer",
            "setuptools"}  # fmt: skip
HEADER = """\
# The image's Python packages: those of product.lock for Python 3.13 on arm64, a file each.
# Written by `make lock`.
"""


def product() -> dict[str, tuple[str, str]]:
    """Name to version and the rest of its block: its hashes."""
    text = PRODUCT.read_text().replace("\\\n", " ")
    found = re.findall(r"^([a-z0-9.-]+)==(\S+)(.*)$", text, re.MULTILINE)
    left_out = FROM_DEBIAN | NEEDLESS
    return {name: (version, rest) for name, version, rest in found if name not in left_out}


def hashes_for_the_image(pinned: list[str]) -> dict[str, str]:
    """What pip would take there, without taking it."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "--dry-run", "--ignore-installed", "--no-deps", "--only-binary=:all:", *TARGET,
             f"--target={folder}", f"--report={report}", *pinned],
            check=True,
        )  # fmt: skip
        installs = json.loads(report.read_text())["install"]
    return {
        re.sub(r"[-_.]+", "-", each["metadata"]["name"]).lower(): each["download_info"][
            "archive_info"
        ]["hashes"]["sha256"]
        for each in installs
    }


def main() -> None:
    packages = product()
    pinned = [f"{name}=={packages[name][0]}" for name in packages if name not in SOURCE_ONLY]
    of_wheels = hashes_for_the_image(pinned)
    lines = [HEADER]
    for name, (version, rest) in sorted(packages.items()):
        hashes = f"--hash=sha256:{of_wheels[name]}" if name in of_wheels else " ".join(rest.split())
        lines.append(f"{name}=={version} \\\n    {hashes}\n")
    LOCK.write_text("".join(lines))


if __name__ == "__main__":
    main()
