"""Blinking, growing, Wi-Fi: what is decided for each, byte by byte."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from appliance.provision import blink, growing, wifi
from appliance.provision.deeds import Keep, Run
from appliance.provision.growing import Partition
from appliance.provision.trouble import FLASHES

GB_32 = 62_333_952


@pytest.mark.parametrize("flashes", sorted(set(FLASHES.values())))
def test_a_number_is_one_long_flash_and_so_many_short_ones(flashes: int) -> None:
    lit = [ms for on, ms in blink.pattern(flashes) if on]
    assert lit == [blink.LONG_MS] + [blink.SHORT_MS] * flashes
    assert [on for on, _ in groupby(on for on, _ in blink.pattern(flashes))] == [
        on for on, _ in blink.pattern(flashes)
    ], "each flash ends before the next"


def led(folder: Path, triggers: str) -> Path:
    for name, content in (("trigger", triggers), ("max_brightness", "255\n"), ("brightness", "0")):
        (folder / name).write_text(content)
    return folder


def test_the_light_shines_as_the_pattern_says(tmp_path: Path) -> None:
    light, seen = led(tmp_path, "none [mmc0] timer"), []
    blink.blink(
        2, light, lambda s: seen.append(((light / "brightness").read_text(), round(s * 1000))), 1
    )
    assert (light / "trigger").read_text() == "none"
    assert seen == [("255", 1200), ("0", 300), ("255", 200), ("0", 300), ("255", 200), ("0", 2000)]


def test_a_light_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    """First boot runs before udev has come to the board's lights."""
    light, waited = tmp_path / "ACT", []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            light.mkdir()
            led(light, "none")

    blink.blink(1, light, sleep, 1)
    assert (light / "trigger").read_text() == "none"


def test_a_board_without_a_light_is_left_in_time(tmp_path: Path) -> None:
    waited = []
    with pytest.raises(OSError, match="trigger"):
        blink.blink(1, tmp_path / "ACT", waited.append)
    assert sum(waited) == blink.LIGHT_S


def test_a_kernel_that_can_blinks_by_itself(tmp_path: Path) -> None:
    light = led(tmp_path, "none [mmc0] timer pattern")
    blink.blink(1, light, pytest.fail)
    assert (light / "trigger").read_text() == "pattern"
    numbers = (light / "pattern").read_text().split()
    assert numbers == "255 1200 255 0 0 300 0 0 255 200 255 0 0 2000 0 0".split()


def partition(**changes: int) -> Partition:
    sizes = {"start": 2_000_000, "sectors": 262_144, "disk_sectors": GB_32, "number": 6, **changes}
    return Partition("/dev/mmcblk0p6", "/dev/mmcblk0", **sizes)


def table(label: str) -> dict:
    kinds = ["c", "c", "c", "f", "83", "83"] if label == "dos" else ["X"] * 6
    return {
        "partitiontable": {
            "label": label,
            "partitions": [
                {"node": f"/dev/mmcblk0p{number}", "type": kind}
                for number, kind in enumerate(kinds, start=1)
            ],
        }
    }


def argvs(deeds: list) -> list[str]:
    return [" ".join(it.argv) for it in deeds if isinstance(it, Run)]


def test_a_gpt_is_moved_to_the_card_s_end_before_its_last_partition_grows() -> None:
    assert argvs(growing.partition_deeds(partition(), table("gpt"))) == [
        "sfdisk -q --relocate gpt-bak-std /dev/mmcblk0",
        "sfdisk -q --no-reread --force -N 6 /dev/mmcblk0",
        "partx -u /dev/mmcblk0",
    ]


def test_in_an_mbr_the_partition_around_it_grows_first() -> None:
    assert argvs(growing.partition_deeds(partition(), table("dos"))) == [
        "sfdisk -q --no-reread --force -N 4 /dev/mmcblk0",
        "sfdisk -q --no-reread --force -N 6 /dev/mmcblk0",
        "partx -u /dev/mmcblk0",
    ]


def test_a_card_that_is_full_to_its_end_is_left_alone(tmp_path: Path) -> None:
    full = partition(sectors=GB_32 - 2_000_000 - 33)
    assert growing.partition_deeds(full, table("gpt")) == []
    grown = tmp_path / "grown"
    assert growing.file_system_deeds(full, grown) == [
        Run(("resize2fs", "/dev/mmcblk0p6")),
        Keep(grown, f"{full.sectors}\n".encode(), 0o644),
    ], "the power went between partition and file system"
    grown.write_text(f"{full.sectors}\n")
    assert growing.file_system_deeds(full, grown) == []


def test_the_key_of_a_network_is_that_of_the_norm() -> None:
    """IEEE 802.11, J.4.2, test case 1."""
    assert wifi.key_of("IEEE", "password") == (
        "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"
    )


def test_no_name_of_a_network_says_anything_else_to_the_supplicant() -> None:
    conf = wifi.supplicant_conf('x"\n}\nnetwork={', password="12345678", hidden=True)
    assert conf.count("network=") == 1
    assert "scan_ssid=1" in conf
    assert "12345678" not in conf
    assert "key_mgmt=NONE" in wifi.supplicant_conf("open")
