"""A till's journal read from its card on the host, after the plug was pulled: as the guest would find it.

The data partition's ext4 is brought in order by e2fsck, as the kernel does it on mounting; then the
product's own `till journal` looks at what is there.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

from hw_sim.needs import program
from hw_sim.sd_card import Partition, SdCard

from .selling import Paid

TILL = Path(sys.executable).with_name("till")
FOLDER = "/state/kram"
JOURNAL = "journal.db"
E2FSCK_MENDED = 1
PIECE = 1 << 20


class Damaged(Exception):
    """The file system or the journal is not whole."""


def journal(card: SdCard, folder: Path) -> list[Paid]:
    """Every completed sale, from a journal that is whole; else Damaged."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data.ext4"
    copy_out(card.image, card.partition(max(card.partitions())), data)
    done = _run(program("e2fsck", package="e2fsprogs"), "-fp", data)
    if done.returncode not in (0, E2FSCK_MENDED):
        raise Damaged(f"e2fsck: {done.stdout}")
    debugfs = program("debugfs", package="e2fsprogs")
    _run(debugfs, "-R", f"rdump {FOLDER} {folder}", data)
    data.unlink()
    file = folder / Path(FOLDER).name / JOURNAL
    verified = _run(TILL, "journal", "verify", "--file", file)
    if verified.returncode:
        raise Damaged(f"till journal verify: {verified.stdout}{verified.stderr}")
    told = _run(TILL, "journal", "export", "--file", file).stdout
    bodies = [json.loads(it)["body"] for it in told.splitlines() if '"SaleCompleted"' in it]
    return [Paid(it["receipt"], it["total_minor"]) for it in bodies]


def copy_out(image: Path, partition: Partition, to: Path) -> None:
    """A partition as a file of its own; holes stay holes."""
    with image.open("rb") as source, to.open("wb") as target:
        target.truncate(partition.size)
        at, end = partition.start, partition.start + partition.size
        while at < end:
            try:
                at = os.lseek(source.fileno(), at, os.SEEK_DATA)
            except OSError as error:
                if error.errno == errno.ENXIO:  # only a hole is left
                    return
                raise
            hole = min(os.lseek(source.fileno(), at, os.SEEK_HOLE), end)
            while at < hole:
                piece = os.pread(source.fileno(), min(PIECE, hole - at), at)
                os.pwrite(target.fileno(), piece, at - partition.start)
                at += len(piece)


def _run(*command: object) -> subprocess.CompletedProcess[str]:
    words = [str(it) for it in command]
    return subprocess.run(words, capture_output=True, text=True, check=False)
