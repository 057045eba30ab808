"""The repository file for Raspberry Pi Imager: the usual tool then flashes our image by its name.

`init_format` is "none": Imager asks none of its own questions then, whose answers (users, SSH, Wi-Fi)
this image takes from its provisioning file alone. Fields after raspberrypi/rpi-imager,
doc/json-schema/os-list-schema.json and doc/os-sublist-example.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from image.layout import Table
from image.tools import sha256

# Imager's tags of the boards that a table can start; the kernel decides, too.
DEVICES = {
    "gpt": ("pi5-64bit", "pi4-64bit"),
    "mbr": ("pi4-64bit", "pi3-64bit"),
}


@dataclass(frozen=True, slots=True)
class Flashable:
    """What Imager wants to know of an image and of its compressed file."""

    table: Table
    url: str
    bytes_unpacked: int
    sha256_unpacked: str
    bytes_packed: int
    sha256_packed: str


def flashable(table: Table, url: str, image: Path, packed: Path) -> Flashable:
    return Flashable(
        table,
        url,
        image.stat().st_size,
        sha256(image),
        packed.stat().st_size,
        sha256(packed),
    )


def devices(table: Table, kernel: str) -> list[str]:
    """Debian's kernel cannot read a Pi 5's card."""
    return [tag for tag in DEVICES[table] if kernel == "rpi" or not tag.startswith("pi5")]


def repository(version: str, epoch_s: int, kernel: str, of: Flashable, site: str) -> str:
    entry = {
        "name": f"Kram {version}",
        "description": "A till for a small shop: boots into selling, provisions itself",
        "icon": f"{site}/kram.svg",
        "website": site,
        "url": of.url,
        "release_date": datetime.fromtimestamp(epoch_s, UTC).date().isoformat(),
        "extract_size": of.bytes_unpacked,
        "extract_sha256": of.sha256_unpacked,
        "image_download_size": of.bytes_packed,
        "image_download_sha256": of.sha256_packed,
        "devices": devices(of.table, kernel),
        "architecture": "armv8",
        "init_format": "none",
    }
    return json.dumps({"os_list": [entry]}, indent=2) + "\n"
