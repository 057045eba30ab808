"""The image's files searched for what must not be in them: private keys, tokens, who built it."""

from __future__ import annotations

import configparser
import mmap
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from hw_sim.needs import program
from hw_sim.sd_card import NotThere, SdCard

from .tally import Tally

ROOT = Path(__file__).parents[3]
SECRETS = {
    "a private key": rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}",
    "a till's token": rb"KRAM1-[A-Za-z0-9_-]{20}",
    "a password's hash": rb"^[a-z_][a-z0-9_-]*:\$[0-9a-z]+\$",
    "an access token": rb"\b(ghp_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16}|glpat-[A-Za-z0-9_-]{20})\b",
}
KNOWN = (
    "usr/lib/aarch64-linux-gnu/libgnutls.so",  # the keys of its own self-test, the same everywhere
    "etc/mosquitto/pwfile.example",  # Debian's example, which nothing reads
)
NAME_MIN = 5
"""A shorter host name is in every dictionary."""
EVERYWHERE = frozenset({"localhost", "debian", "raspberrypi"})
PUBLIC = re.compile(r"(^|\.)(debian|pypi|pythonhosted|python)\.org$")
"""Where everybody's packages come from, as their own files tell."""
SHOWN = 20


def searched(tally: Tally, image: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[str]] = {}
    patterns = {**SECRETS, **{f"this machine's {what}": re.escape(it) for what, it in ours()}}
    sought = {what: re.compile(pattern, re.MULTILINE) for what, pattern in patterns.items()}
    count = 0
    for file in files(SdCard(image), folder):
        count += 1
        for what, pattern in sought.items():
            name = str(file.relative_to(folder))
            if _has(file, pattern) and not any(it in name for it in KNOWN):
                found.setdefault(what, []).append(name)
    shutil.rmtree(folder)
    tally.check("the image's files can be searched", count > 1000, f"{count} files")
    for what in sought:
        where = found.get(what, [])
        tally.check(f"the image has nowhere {what}", not where, where[:SHOWN])


def ours() -> Iterator[tuple[str, bytes]]:
    """What would tell where it was built."""
    yield "checkout", str(ROOT).encode()
    name = socket.gethostname()
    if len(name) >= NAME_MIN and name not in EVERYWHERE:
        yield "name", name.encode()
    for host in registries():
        yield "package registry", host.encode()


def registries() -> set[str]:
    """Hosts that packages come from here, other than the public ones."""
    told = [value for key, value in os.environ.items() if key.endswith(("INDEX_URL", "PROXY"))]
    for file in (
        Path("/etc/pip.conf"),
        Path.home() / ".config/pip/pip.conf",
        Path.home() / ".pip/pip.conf",
    ):
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(file)
        told += [parser[section].get("index-url", "") for section in parser.sections()]
    for file in (
        *Path("/etc/apt").glob("sources.list*"),
        *Path("/etc/apt").glob("sources.list.d/*"),
    ):
        if file.is_file():
            told += re.findall(r"https?://\S+", file.read_text(encoding="utf-8", errors="replace"))
    hosts = {urlsplit(it).hostname or "" for it in told}
    return {it for it in hosts if len(it) >= NAME_MIN and not PUBLIC.search(it)} - EVERYWHERE


def files(card: SdCard, folder: Path) -> Iterator[Path]:
    """All of a card's files, unpacked; partitions without a file system that is known as they are."""
    for partition in card.partitions().values():
        place = folder / partition.name
        place.mkdir(parents=True)
        raw = folder / f"{partition.name}.img"
        copy = ["dd", f"if={card.image}", f"of={raw}", "bs=1M", "conv=sparse", "status=none"]
        copy += [
            "iflag=skip_bytes,count_bytes",
            f"skip={partition.start}",
            f"count={partition.size}",
        ]
        subprocess.run(copy, check=True)
        if partition.name == "root_a":
            unsquashfs = program("unsquashfs", package="squashfs-tools")
            subprocess.run([unsquashfs, "-q", "-n", "-f", "-d", place, raw], check=True)
            raw.unlink()
        else:
            yield raw
        with_initramfs(card, partition.number, place)
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_size:
            yield path


def with_initramfs(card: SdCard, number: int, place: Path) -> None:
    """Where the partition has one, unpacked."""
    try:
        packed = card.read(number, "initramfs8")
    except NotThere:
        return
    cpio = subprocess.run(
        [program("zstd", package="zstd"), "-dcq"], input=packed, capture_output=True, check=True
    ).stdout
    (place / "initramfs.cpio").write_bytes(cpio)


def _has(file: Path, pattern: re.Pattern[bytes]) -> bool:
    with (
        file.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return pattern.search(content) is not None
