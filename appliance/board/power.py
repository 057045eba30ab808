"""Power and heat: what a Raspberry Pi's firmware, its sensors and a battery tell.

Source: Linux kernel, Documentation/ABI/testing/sysfs-class-power and drivers/hwmon/raspberrypi-hwmon.c;
Raspberry Pi documentation, "vcgencmd get_throttled".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.board.files import SYSTEM, text, whole

LOW_NOW, SLOWED_NOW = 0x1, 0x4
LOW_BEFORE = 0x1_0000
"""Bits of get_throttled: under-voltage now, the processor held back now, under-voltage since the start."""
_THROTTLED = "devices/platform/soc/soc:firmware/get_throttled"
_CRITICAL_PERCENT = 10


@dataclass(frozen=True, slots=True)
class Battery:
    """A battery that feeds this machine. percent: None where it does not count."""

    name: str
    feeds: bool
    percent: int | None
    critical: bool


def temperature_mc(system: Path = SYSTEM) -> int | None:
    """Of the processor, in thousandths of a degree."""
    return whole(system / "class/thermal/thermal_zone0/temp")


def throttled_bits(system: Path = SYSTEM) -> int | None:
    """What a Raspberry Pi says of its power and heat."""
    return whole(system / _THROTTLED, 16)


def low_voltage(system: Path = SYSTEM) -> bool | None:
    """Whether the supply is too weak right now; None where nothing measures it."""
    alarms = [
        alarm
        for folder in sorted((system / "class/hwmon").glob("*"))
        if text(folder / "name") == "rpi_volt"
        and (alarm := whole(folder / "in0_lcrit_alarm")) is not None
    ]
    bits = throttled_bits(system)
    if bits is not None:
        alarms.append(bits & LOW_NOW)
    return any(alarms) if alarms else None


def was_low(system: Path = SYSTEM) -> bool | None:
    """Whether the supply is too weak, or was since the start; None where nothing measures it."""
    low = low_voltage(system)
    if low is False:
        return bool((throttled_bits(system) or 0) & LOW_BEFORE)
    return low


def batteries(system: Path = SYSTEM) -> list[Battery]:
    """Those of an uninterruptible supply; not that of a cordless mouse."""
    found = []
    for folder in sorted((system / "class/power_supply").glob("*")):
        if text(folder / "type") not in ("Battery", "UPS") or text(folder / "scope") == "Device":
            continue
        feeds = text(folder / "status") == "Discharging"
        percent = whole(folder / "capacity")
        low = percent is not None and percent <= _CRITICAL_PERCENT
        critical = feeds and (low or text(folder / "capacity_level") == "Critical")
        found.append(Battery(folder.name, feeds, percent, critical))
    return found
