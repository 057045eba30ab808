"""The signed bundle that updates a till: the root and boot file systems of one version.

RAUC's adaptive mode compares blocks of 4 KiB with those of both slots and fetches the others alone:
`delta` says how much that is between two root file systems.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from image.layout import COMPATIBLE
from image.tools import Stopped, run

BLOCK = 4096


def manifest(version: str) -> str:
    return f"""\
[update]
compatible={COMPATIBLE}
version={version}

[bundle]
format=verity

[image.rootfs]
filename=root.img
adaptive=block-hash-index

[image.boot]
filename=boot.img
adaptive=block-hash-index
"""


def make(root: Path, boot: Path, version: str, keys: Path, bundle: Path, work: Path) -> None:
    if not (keys / "signing.key").is_file():
        raise Stopped(f"{keys} holds no signing.key; a bundle is signed with one.")
    folder = work / "bundle"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for source, name in ((root, "root.img"), (boot, "boot.img")):
        run("cp", "--sparse=always", source, folder / name)
    (folder / "manifest.raucm").write_text(manifest(version))
    bundle.unlink(missing_ok=True)
    run("rauc", "bundle", f"--cert={keys / 'signing.pem'}", f"--key={keys / 'signing.key'}",
        f"--keyring={keys / 'keyring.pem'}", folder, bundle)  # fmt: skip
    shutil.rmtree(folder)


def delta(old: Path, new: Path) -> tuple[int, int]:
    """Bytes of `new` in blocks that `old` does not have, and of all; what an update fetches."""
    known = set(_blocks(old))
    blocks = _blocks(new)
    return sum(BLOCK for block in set(blocks) - known), len(blocks) * BLOCK


def _blocks(image: Path) -> list[bytes]:
    with image.open("rb") as opened:
        return [hashlib.sha256(block).digest() for block in iter(lambda: opened.read(BLOCK), b"")]
