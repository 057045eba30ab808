"""The card's partitions and the firmware's text files."""

from __future__ import annotations

import re

import pytest

from appliance.provision import partitions
from hw_sim import firmware
from image import layout, places
from image.kernel import PROVIDERS
from image.layout import FAT32_CLUSTERS_MIN, MIB, PARTITIONS


def test_autoboot_has_one_length_for_both_slots_and_fits_a_sector() -> None:
    a, b = layout.autoboot("A"), layout.autoboot("B")
    assert len(a) == len(b) <= 512


@pytest.mark.parametrize(("slot", "always", "trial"), [("A", 2, 3), ("B", 3, 2)])
def test_the_firmware_boots_the_slot_and_tries_the_other(slot, always: int, trial: int) -> None:
    for tryboot, partition in ((False, always), (True, trial)):
        said = firmware.settings(layout.autoboot(slot), frozenset(), tryboot=tryboot)
        assert said["boot_partition"] == str(partition)
        assert said["tryboot_a_b"] == "1"


def test_every_fat_has_clusters_enough_to_be_taken_for_fat32() -> None:
    for each in PARTITIONS:
        if each.kind == "fat":
            sectors = each.size_mib * MIB // 512
            tables = 2 * (sectors * 4 // 512)
            assert sectors - tables - 64 > FAT32_CLUSTERS_MIN, each.name


def test_slots_come_in_pairs_of_one_size_and_only_a_is_filled() -> None:
    by_name = {each.name: each for each in PARTITIONS}
    for kind in ("boot", "root"):
        a, b = by_name[f"{kind}_a"], by_name[f"{kind}_b"]
        assert a.size_mib == b.size_mib
        assert a.image
        assert not b.image


def test_data_is_last_so_that_it_can_grow() -> None:
    assert PARTITIONS[-1].name == "data"


def test_mbr_numbers_are_those_the_initramfs_knows() -> None:
    init = (places.HERE / "initramfs/init").read_text()
    told = dict(re.findall(r"(\w+)\) number=(\d)", init))
    assert told == {each.name: str(each.number) for each in PARTITIONS}


def test_mbr_numbers_and_signature_are_those_by_which_cards_are_written() -> None:
    assert {each.number: each.name for each in PARTITIONS} == partitions.MBR_NAMES
    assert layout.MBR_SIGNATURE.to_bytes(4, "little") == b"KRAM"


@pytest.mark.parametrize("table", ["gpt", "mbr"])
def test_genimage_is_told_each_partition_once_in_order(table) -> None:
    config = layout.genimage_config(table, "kram.img")
    assert re.findall(r"partition (\w+) \{", config) == [each.name for each in PARTITIONS]
    assert f'partition-table-type = "{table}"' in config


def test_gpt_gives_each_partition_an_identity_of_its_own() -> None:
    config = layout.genimage_config("gpt", "kram.img")
    found = re.findall(r'partition-uuid = "([0-9a-f-]+)"', config)
    assert len(set(found)) == len(PARTITIONS)


def test_nobody_can_log_in_at_a_console() -> None:
    words = layout.cmdline_txt().split()
    assert "systemd.getty_auto=no" in words
    assert not [word for word in words if word.startswith(("systemd.debug", "init=", "rd."))]
    assert "console=tty1" not in words


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_config_txt_names_the_files_that_the_boot_partition_gets(name: str) -> None:
    provider = PROVIDERS[name]
    config = layout.config_txt(provider.config)
    if "auto_initramfs=1" in provider.config:
        # The firmware's own names then.
        assert [(f.kernel, f.initramfs) for f in provider.flavours] == [
            ("kernel8.img", "initramfs8"),
            ("kernel_2712.img", "initramfs_2712"),
        ]
    else:
        (flavour,) = provider.flavours
        assert f"kernel={flavour.kernel}\n" in config
        assert f"initramfs {flavour.initramfs} followkernel\n" in config
