"""File systems and the card's image, made from folders without mounting anything; equal each time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from image import layout
from image.layout import MIB, Table
from image.tools import Stopped, run


def squashfs(
    tree: Path, image: Path, epoch_s: int, last: Sequence[str], level: int, work: Path
) -> None:
    """The root: read-only. `last` are paths that change most, and stand behind all others.

    Files lie one after the other without gaps, so that one byte more moves what follows it: an update
    of what stands last finds all other blocks where they were.
    """
    image.unlink(missing_ok=True)
    order = work / "order"
    with order.open("w") as listing:
        for rank, top in enumerate(last, start=1):
            for file in (tree / top, *sorted((tree / top).rglob("*"))):
                if file.is_file() and " " not in file.name:
                    listing.write(f"{file.relative_to(tree)} {-rank}\n")
    run("mksquashfs", tree, image, "-noappend", "-quiet", "-no-progress", "-comp", "zstd",
        "-Xcompression-level", str(level), "-sort", order, "-all-time", str(epoch_s),
        "-mkfs-time", str(epoch_s))  # fmt: skip


def fat(folder: Path, image: Path, size_mib: int, label: str, epoch_s: int) -> None:
    image.unlink(missing_ok=True)
    with image.open("wb") as opened:
        opened.truncate(size_mib * MIB)
    utc = {"TZ": "UTC", "SOURCE_DATE_EPOCH": str(epoch_s), "MTOOLS_SKIP_CHECK": "1"}
    # Clusters of one sector: see FAT32_CLUSTERS_MIN.
    kind = ("--invariant", "-F", "32", "-s", "1", "-n", label, "-i", b"KRAM".hex())
    run("mkfs.vfat", *kind, image, env=utc)
    run("find", folder, "-exec", "touch", f"--date=@{epoch_s}", "{}", "+")
    for entry in sorted(folder.iterdir()):
        run("mcopy", "-s", "-m", "-i", image, entry, f"::{entry.name}", env=utc)


def data(image: Path, size_mib: int, epoch_s: int) -> None:
    """Empty: the initramfs makes its folders. With -d, e2fsprogs would copy this machine's dates."""
    image.unlink(missing_ok=True)
    with image.open("wb") as opened:
        opened.truncate(size_mib * MIB)
    extended = f"hash_seed={layout.DATA_UUID},lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0"
    # Blocks of 4 KiB: as small as it is made it would get 1 KiB, and grow eight times as long.
    run("mkfs.ext4", "-q", "-b", "4096", "-I", "256", "-L", "kram-data", "-U", layout.DATA_UUID,
        "-E", extended, image,
        env={"E2FSPROGS_FAKE_TIME": str(epoch_s), "SOURCE_DATE_EPOCH": str(epoch_s)})  # fmt: skip


def card(parts: Path, image: Path, table: Table, work: Path) -> None:
    """The whole card; parts holds what layout.PARTITIONS names."""
    for each in layout.PARTITIONS:
        if each.image and (parts / each.image).stat().st_size > each.size_mib * MIB:
            size_mib = (parts / each.image).stat().st_size / MIB
            raise Stopped(
                f"{each.image} has {size_mib:.0f} MiB, and {each.name} only {each.size_mib}"
            )
    config = work / "genimage.cfg"
    config.write_text(layout.genimage_config(table, image.name))
    scratch, nothing = work / "genimage", work / "empty"
    shutil.rmtree(scratch, ignore_errors=True)
    nothing.mkdir(exist_ok=True)
    run("genimage", f"--config={config}", f"--inputpath={parts}", f"--outputpath={image.parent}",
        f"--tmppath={scratch}", f"--rootpath={nothing}")  # fmt: skip
    shutil.rmtree(scratch, ignore_errors=True)


def packed(image: Path) -> Path:
    """image.zst, which Raspberry Pi Imager and others unpack while they write."""
    target = image.with_name(image.name + ".zst")
    run("zstd", "-12", f"-T{os.cpu_count() or 1}", "--quiet", "--force", image, "-o", target)
    return target
