"""What a machine tells of itself, read from files as the kernel lays them out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from appliance.board import booted, memory_card, power


def put(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_a_raspberry_pi_tells_its_heat_and_its_power(tmp_path: Path):
    put(
        tmp_path,
        {
            "class/thermal/thermal_zone0/temp": "48312\n",
            "devices/platform/soc/soc:firmware/get_throttled": "50005\n",
        },
    )
    assert power.temperature_mc(tmp_path) == 48_312
    assert power.throttled_bits(tmp_path) == 0x50005
    assert power.low_voltage(tmp_path) is True


def test_supply_that_was_too_weak_for_a_moment_is_known_as_long_as_the_firmware_says_so(
    tmp_path: Path,
):
    put(tmp_path, {"devices/platform/soc/soc:firmware/get_throttled": "50000\n"})
    assert (power.low_voltage(tmp_path), power.was_low(tmp_path)) == (False, True)
    put(tmp_path, {"devices/platform/soc/soc:firmware/get_throttled": "0\n"})
    assert power.was_low(tmp_path) is False


def test_machine_that_measures_nothing_says_nothing(tmp_path: Path):
    assert power.temperature_mc(tmp_path) is None
    assert power.throttled_bits(tmp_path) is None
    assert power.low_voltage(tmp_path) is None
    assert power.was_low(tmp_path) is None
    assert power.batteries(tmp_path) == []
    assert booted.watchdog(tmp_path) is None
    assert booted.bootloader_date(tmp_path) is None
    assert booted.model(tmp_path) == ""
    assert not booted.is_board(tmp_path)


@pytest.mark.parametrize(("alarm", "low"), [("1\n", True), ("0\n", False), ("?\n", None)])
def test_sensor_of_the_supply_is_asked_where_the_firmware_tells_no_bits(
    tmp_path: Path, alarm: str, low: bool | None
):
    put(
        tmp_path,
        {
            "class/hwmon/hwmon0/name": "cpu_thermal\n",
            "class/hwmon/hwmon0/in0_lcrit_alarm": "1\n",
            "class/hwmon/hwmon1/name": "rpi_volt\n",
            "class/hwmon/hwmon1/in0_lcrit_alarm": alarm,
        },
    )
    assert power.low_voltage(tmp_path) is power.was_low(tmp_path) is low


def test_battery_of_a_supply_is_told_from_that_of_a_mouse(tmp_path: Path):
    put(
        tmp_path,
        {
            "class/power_supply/AC/type": "Mains\n",
            "class/power_supply/mouse/type": "Battery\n",
            "class/power_supply/mouse/scope": "Device\n",
            "class/power_supply/mouse/status": "Discharging\n",
            "class/power_supply/ups/type": "Battery\n",
            "class/power_supply/ups/status": "Discharging\n",
            "class/power_supply/ups/capacity": "63\n",
        },
    )
    assert power.batteries(tmp_path) == [power.Battery("ups", True, 63, critical=False)]
    put(tmp_path, {"class/power_supply/ups/capacity": "10\n"})
    assert power.batteries(tmp_path)[0].critical
    put(tmp_path, {"class/power_supply/ups/status": "Charging\n"})
    assert power.batteries(tmp_path) == [power.Battery("ups", False, 10, critical=False)]


def disk(root: Path, **device: str) -> Path:
    """A card with a data partition 179:6, as the kernel shows it."""
    real = "devices/platform/emmc2bus/mmc_host/mmc0/mmc0:aaaa/block/mmcblk0"
    put(
        root,
        {
            f"{real}/size": "31116288\n",
            f"{real}/stat": "  100 0 800 0 200 0 40960 0 0 0 0\n",
            f"{real}/mmcblk0p6/partition": "6\n",
            f"{real}/mmcblk0p6/stat": "1 0 8 0 2 0 16 0 0 0 0\n",
            **{f"{real}/device/{name}": f"{value}\n" for name, value in device.items()},
        },
    )
    (root / "dev/block").mkdir(parents=True, exist_ok=True)
    (root / "dev/block/179:6").symlink_to(root / real / "mmcblk0p6")
    return root


def test_memory_card_tells_who_made_it_and_what_was_written(tmp_path: Path):
    disk(tmp_path, type="SD", name="SC16G", manfid="0x000003", date="07/2024")
    put(tmp_path, {"fs/ext4/mmcblk0p6/lifetime_write_kbytes": "2048\n"})
    card = memory_card.by_number(179, 6, tmp_path)
    assert card is not None
    assert (card.disk, card.kind, card.name, card.made) == ("mmcblk0", "SD", "SC16G", "07/2024")
    assert card.size_bytes == 31116288 * 512
    assert card.written_bytes == 40960 * 512
    assert card.per_hour_bytes(7200) == 40960 * 512 // 2
    assert card.per_hour_bytes(600) is None, (
        "of a new card that has just grown it would be a fright"
    )
    assert card.ever_bytes == 2048 * 1024
    assert card.used_percent is None
    assert not card.worn


@pytest.mark.parametrize(
    ("life", "spare", "percent", "worn"),
    [
        ("0x01 0x01", "0x01", 10, False),
        ("0x02 0x09", "0x01", 90, True),
        ("0x0b 0x01", "0x01", 110, True),
        ("0x02 0x02", "0x02", 20, True),
        ("0x00 0x00", "0x00", None, False),
        ("nonsense", "", None, False),
    ],
)
def test_emmc_says_how_much_of_its_life_is_used(
    tmp_path: Path, life: str, spare: str, percent: int | None, worn: bool
):
    disk(tmp_path, type="MMC", life_time=life, pre_eol_info=spare)
    card = memory_card.by_number(179, 6, tmp_path)
    assert card is not None
    assert (card.used_percent, card.worn) == (percent, worn)


def test_folder_in_memory_is_on_no_card(tmp_path: Path):
    assert memory_card.by_number(0, 27, tmp_path) is None
    assert memory_card.holding(tmp_path / "nowhere") is None
    assert memory_card.holding(Path("/proc")) is None


def test_watchdog_is_armed_or_not(tmp_path: Path):
    folder = "sys/class/watchdog/watchdog0"
    put(tmp_path, {f"{folder}/timeout": "15\n", f"{folder}/state": "active\n"})
    assert booted.watchdog(tmp_path) == booted.Watchdog(armed=True, timeout_s=15)
    put(tmp_path, {f"{folder}/state": "inactive\n"})
    assert booted.watchdog(tmp_path) == booted.Watchdog(armed=False, timeout_s=15)


@pytest.mark.parametrize(
    ("line", "is_read_only"),
    [
        ("1 0 0:20 / / rw,relatime - overlay overlay rw,lowerdir=/ro", True),
        ("1 0 179:4 / / ro,relatime - erofs /dev/mmcblk0p4 ro", True),
        ("1 0 179:2 / / rw,noatime - ext4 /dev/mmcblk0p2 rw", False),
        ("2 1 179:6 / /data ro - ext4 /dev/mmcblk0p6 ro", False),
        ("", False),
    ],
)
def test_root_is_read_only_or_in_memory(tmp_path: Path, line: str, is_read_only: bool):
    put(tmp_path, {"proc/self/mountinfo": f"{line}\n"})
    assert booted.read_only_root(tmp_path) is is_read_only


def test_bootloader_tells_the_day_it_was_built(tmp_path: Path):
    path = tmp_path / booted.TREE / "chosen/bootloader/build-timestamp"
    path.parent.mkdir(parents=True)
    path.write_bytes((1705312800).to_bytes(4, "big"))
    assert booted.bootloader_date(tmp_path) == date(2024, 1, 15)
    path.write_bytes(b"\0")
    assert booted.bootloader_date(tmp_path) is None


def test_raspberry_pi_is_a_board_and_so_is_whatever_our_image_runs_on(tmp_path: Path):
    put(tmp_path, {f"{booted.TREE}/model": "Raspberry Pi 4 Model B Rev 1.4\0"})
    assert booted.is_board(tmp_path)
    other = tmp_path / "other"
    put(other, {"run/kram-slot": "A\n"})
    assert booted.is_board(other)
