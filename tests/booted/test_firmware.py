"""The simulated firmware boots what the Raspberry Pi's would, from small cards made by hand."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from hw_sim.firmware import PI_3, PI_4, PI_5, Firmware, Hang, Load, settings, tell_linux
from hw_sim.needs import program
from hw_sim.sd_card import NotThere, SdCard

from .small_card import AUTOBOOT, CONFIG, MBR_LAYOUT, SLOT, card

BOTH = {1: {"autoboot.txt": AUTOBOOT}, 2: SLOT, 3: {**SLOT, "kernel8.img": b"a newer kernel"}}


@pytest.fixture
def both(tmp_path):
    return card(tmp_path / "card.img", BOTH)


def test_the_partition_of_all_boots_with_its_kernel_initramfs_and_command_line(both):
    load = Firmware(both, PI_4).power_on()
    assert load == Load(2, False, b"a kernel", b"an initramfs", "console=tty1 quiet", b"", 60)


def test_tryboot_is_good_for_one_start(both):
    firmware = Firmware(both, PI_4)
    firmware.power_on()
    trial = firmware.restart("0 tryboot")
    assert (trial.partition, trial.tryboot, trial.kernel) == (3, True, b"a newer kernel")
    after = firmware.restart()
    assert (after.partition, after.tryboot) == (2, False)


def test_a_power_cut_before_the_trial_forgets_it(both):
    firmware = Firmware(both, PI_4)
    firmware.power_on()
    firmware._tryboot = True  # armed, and the plug is pulled before the reset
    assert firmware.power_on().partition == 2


def test_a_commit_makes_the_trial_the_partition_of_all(both):
    both.write(
        1,
        "autoboot.txt",
        AUTOBOOT.replace(b"=2", b"=x").replace(b"=3", b"=2").replace(b"=x", b"=3"),
    )
    assert Firmware(both, PI_4).power_on().partition == 3


def test_a_reboot_may_name_a_partition(both):
    assert Firmware(both, PI_4).restart("3").partition == 3


def test_an_empty_trial_partition_hangs_until_the_watchdog_and_the_old_one_boots(tmp_path):
    firmware = Firmware(card(tmp_path / "card.img", BOTH, empty=frozenset({3})), PI_4)
    firmware.power_on()
    hang = firmware.restart("0 tryboot")
    assert isinstance(hang, Hang)
    assert (hang.partition, hang.tryboot, hang.reset) == (3, True, True)
    assert firmware.restart().partition == 2


def test_without_a_boot_watchdog_a_hang_ends_by_the_plug_alone(tmp_path):
    made = card(tmp_path / "card.img", BOTH, empty=frozenset({3}))
    firmware = Firmware(made, PI_4, boot_watchdog=False)
    hang = firmware.restart("0 tryboot")
    assert isinstance(hang, Hang)
    assert not hang.reset
    assert firmware.power_on().partition == 2


@pytest.mark.parametrize(
    "lost", ["start4.elf", "config.txt", "kernel8.img", "initramfs8", "cmdline.txt"]
)
def test_a_partition_without_what_it_needs_does_not_boot(tmp_path, lost):
    slot = {name: content for name, content in SLOT.items() if name != lost}
    hang = Firmware(card(tmp_path / "card.img", {**BOTH, 2: slot}), PI_4).power_on()
    assert isinstance(hang, Hang)
    assert lost in hang.why


def test_each_model_wants_its_own_first_stage(both):
    assert isinstance(Firmware(both, PI_3).power_on(), Hang)
    assert isinstance(Firmware(both, PI_5).power_on(), Load)  # it has its first stage in its EEPROM


def test_without_autoboot_the_first_partition_boots(tmp_path):
    assert Firmware(card(tmp_path / "card.img", {1: SLOT}), PI_4).power_on().partition == 1


def test_an_autoboot_of_more_than_512_bytes_is_not_taken(tmp_path):
    files = {**BOTH, 1: {"autoboot.txt": AUTOBOOT + b"#" * 512}}
    assert isinstance(Firmware(card(tmp_path / "card.img", files), PI_4).power_on(), Hang)


def test_an_mbr_with_logical_partitions_boots_as_well(tmp_path):
    made = card(tmp_path / "card.img", BOTH, layout=MBR_LAYOUT)
    assert list(made.partitions()) == [1, 2, 3, 5, 6]
    assert made.partition(6).start == 36864 * 512
    assert Firmware(made, PI_4).power_on().partition == 2


def test_a_fat_that_calls_itself_larger_than_it_is_is_not_read(both):
    start = both.partition(2).start
    with both.image.open("r+b") as raw:
        raw.seek(start + 54)
        raw.write(b"FAT32   ")
    with pytest.raises(NotThere, match="says FAT32"):
        both.read(2, "config.txt")


def test_a_card_without_a_table_boots_nothing(tmp_path):
    (tmp_path / "card.img").write_bytes(bytes(1 << 20))
    assert isinstance(Firmware(SdCard(tmp_path / "card.img"), PI_4).power_on(), Hang)


def test_sections_hold_for_their_model_and_all_lifts_them():
    text = "a=1\n[pi3]\na=3\n[pi4]\na=4\nb=4\n[tryboot]\na=trial\n[all]\nc=1\n[none]\nc=2\n[all]\n# d=1\n"
    assert settings(text, frozenset({"pi4"}), tryboot=False) == {"a": "4", "b": "4", "c": "1"}
    assert settings(text, frozenset({"pi4"}), tryboot=True)["a"] == "trial"
    assert settings(text, frozenset({"pi3"}), tryboot=True) == {"a": "3", "c": "1"}


def test_a_section_of_an_unknown_kind_holds_for_nobody():
    text = "[EDID=VSC-TD2220]\na=1\n[gpio4=1]\na=2\n[all]\nb=1\n"
    assert settings(text, frozenset({"pi4"}), tryboot=False) == {"b": "1"}


@given(st.text(max_size=300), st.booleans())
def test_any_text_has_settings(text, tryboot):
    found = settings(text, frozenset({"pi4"}), tryboot=tryboot)
    assert all(isinstance(name, str) for name in found)


@tried(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(["", "0 tryboot", "3", "0", "nonsense"]), max_size=8))
def test_whatever_reboots_ask_for_the_flag_lasts_one_start(tmp_path_factory, asked):
    firmware = Firmware(SdCard(_shared(tmp_path_factory)), PI_4)
    firmware.power_on()
    for command in asked:
        step = firmware.restart(command)
        assert step.tryboot == (command == "0 tryboot")
    assert firmware.restart().partition == 2


def _shared(factory):
    image = factory.getbasetemp() / "shared-card.img"
    if not image.exists():
        card(image, BOTH)
    return image


def test_linux_is_told_what_booted(both, tmp_path):
    source, tree = tmp_path / "tree.dts", tmp_path / "tree.dtb"
    source.write_text('/dts-v1/;\n/ { chosen { bootargs = "quiet"; }; };\n')
    dtc = program("dtc", package="device-tree-compiler")
    subprocess.run([dtc, "-o", tree, source], check=True)
    tell_linux(tree, Firmware(both, PI_4).restart("0 tryboot"), "10000000c0ffee01")
    told = subprocess.run(
        [dtc, "-O", "dts", tree], check=True, capture_output=True, text=True
    ).stdout
    assert "partition = <0x03>" in told
    assert "tryboot = <0x01>" in told
    assert 'serial-number = "10000000c0ffee01"' in told


def test_the_timeout_of_the_kernels_watchdog_is_configs(tmp_path):
    slot = {**SLOT, "config.txt": CONFIG.replace(b"=60", b"=15")}
    assert (
        Firmware(card(tmp_path / "card.img", {**BOTH, 2: slot}), PI_4).power_on().watchdog_s == 15
    )
