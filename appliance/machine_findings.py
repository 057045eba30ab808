"""`till doctor` on an appliance: its system, update, network, clock, watchdog, card, power and heat.

What a machine does not have has no line: on a desk there are few, or none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from appliance.board import booted, memory_card, power
from appliance.board.files import ROOT
from appliance.core.devices import Category, DeviceState, Problem
from appliance.core.remedies import remedy
from appliance.drivers.machine import HOT_MC
from appliance.finding import Finding
from appliance.system import network
from appliance.telemetry import vitals
from appliance.ui.sentences.update import WHY, checks
from appliance.update.booted import Booted
from appliance.update.booted import booted as release
from appliance.update.record import Record
from appliance.update.stages import Stage, Why
from appliance.update.standing import standing
from appliance.wire.trust import Trust

TRYBOOT_SINCE = date(2022, 10, 18)
"""An older EEPROM of a Raspberry Pi 4 or 5 cannot try a system once (rpi-eeprom#446)."""
WEAK_DBM = -75
UPDATES = {
    Stage.IDLE: "None yet.",
    Stage.OFFERED: "One waits for its time.",
    Stage.INSTALLING: "One is being written.",
    Stage.READY: "One waits for the till to be free.",
    Stage.TRIAL: "One is being tried.",
    Stage.HEALTHY: "One proved itself and is being made the usual one.",
    Stage.COMMITTED: "The last one proved itself.",
}
_GOOD, _LOOK, _BAD = DeviceState.READY, DeviceState.ATTENTION, DeviceState.FAULT


def findings(data: Path, root: Path = ROOT) -> Iterator[Finding]:
    if booted.is_appliance(root):
        running = release(root)
        yield _system(running)
        if running is not None:
            yield _update(standing(running, root))
        yield _root(root)
        yield from _watchdog(root)
        yield from _network(root)
        yield _time(root)
    yield from _bootloader(root)
    if booted.is_board(root):
        yield from _card(data, root)
    yield from _power(root)
    yield from _heat(root)


def _system(running: Booted | None) -> Finding:
    if running is None:
        says, mend = "It does not say which release it is.", "Flash the card anew."
        return Finding("system", _LOOK, says, mend)
    return Finding("system", _GOOD, "Works.", detail=f"{running.version}, {running.slot}")


def _update(last: Record) -> Finding:
    """The last update, and why it came back if it did."""
    version = last.target.version if last.target else ""
    detail = "; ".join(filter(None, (version, *_why(last))))
    if last.stage in (Stage.RETURNED, Stage.GIVEN_UP):
        says = "The newer system did not prove itself; the one before runs."
        mend = "The till sells on. Send a support bundle: till support-bundle"
        return Finding("update", _LOOK, says, mend, detail)
    if last.stage is Stage.REFUSED:
        says, mend = "The update that is offered is not for this till.", "Ask who published it."
        return Finding("update", _LOOK, says, mend, detail)
    return Finding("update", _GOOD, UPDATES[last.stage], detail=detail)


def _why(last: Record) -> tuple[str, str]:
    """Why it came back or was refused, and what was wrong: in words where it is a code."""
    wrong = checks(str, last.detail) if last.why == Why.UNHEALTHY else last.detail
    return WHY.get(last.why, last.why), wrong


def _root(root: Path) -> Finding:
    if booted.read_only_root(root):
        return Finding("system files", _GOOD, "Nothing is written to them.")
    says = "They are written to: a power cut can damage them."
    return Finding("system files", _BAD, says, "Flash the card anew.")


def _watchdog(root: Path) -> Iterator[Finding]:
    found = booted.watchdog(root)
    if found is None:
        says, mend = "There is none: a machine that hangs stays so.", "Update the system."
        yield Finding("watchdog", _LOOK, says, mend)
    elif found.armed:
        yield Finding("watchdog", _GOOD, "Armed.", detail=f"{found.timeout_s} s")
    else:
        yield Finding("watchdog", _BAD, "Not armed.", "Switch the till off and on.")


def _network(root: Path) -> Iterator[Finding]:
    found = network.links(root)
    for link in found:
        signal = network.wifi_signal(link.name, root) if link.kind == "wifi" else None
        told = [*link.addresses, f"{signal} dBm" if signal is not None else ""]
        detail = ", ".join(filter(None, told))
        if link.up and not link.addresses:
            says, mend = "Connected, but without an address.", "Switch the router off and on."
            yield Finding(f"network {link.name}", _LOOK, says, mend, detail)
        elif signal is not None and signal < WEAK_DBM:
            says, mend = "The signal is weak.", "Bring the router nearer, or use a cable."
            yield Finding(f"network {link.name}", _LOOK, says, mend, detail)
        elif link.up:
            yield Finding(f"network {link.name}", _GOOD, "Works.", detail=detail)
    if not any(it.up for it in found):
        says, mend = "No network: the till sells on alone.", "Plug in the cable, or join a Wi-Fi."
        yield Finding("network", _LOOK, says, mend, ", ".join(it.name for it in found))


def _time(root: Path) -> Finding:
    trust = vitals.clock_trust(root / "sys")
    if trust is Trust.NTP:
        return Finding("time", _GOOD, "Set by the network.")
    if trust is Trust.RTC:
        return Finding("time", _GOOD, "Kept by its own clock; the network has not set it yet.")
    says, mend = "Not set by the network yet.", "Connect the till to the internet."
    return Finding("time", _LOOK, says, mend)


def _bootloader(root: Path) -> Iterator[Finding]:
    made = booted.bootloader_date(root)
    if made is None:
        return
    if made < TRYBOOT_SINCE:
        says = "Its bootloader is too old for updates that can be taken back."
        yield Finding("bootloader", _BAD, says, "Have the technician update its EEPROM.", f"{made}")
    else:
        yield Finding("bootloader", _GOOD, "Works.", detail=f"{made}")


def _card(data: Path, root: Path) -> Iterator[Finding]:
    """Never made yet, the folder's card is that of the folder it will be in."""
    while not data.exists():
        data = data.parent
    card = memory_card.holding(data, root / "sys")
    if card is None:
        return
    hourly = card.per_hour_bytes(vitals.uptime_s())
    told = [
        f"{card.kind} {card.name}".strip(),
        card.made,
        f"{card.size_bytes / 1e9:.0f} GB",
        f"{card.used_percent} %" if card.used_percent is not None else "",
        f"{hourly / 1e6:.1f} MB/h" if hourly is not None else "",
        f"{card.ever_bytes / 1e9:.1f} GB written" if card.ever_bytes is not None else "",
        f"{card.errors} errors" if card.errors else "",
    ]
    detail = ", ".join(filter(None, told))
    if card.errors:
        says = "Its file system has met errors."
        yield Finding("memory card", _BAD, says, "Make a backup, then change the card.", detail)
    elif card.worn:
        says, mend = remedy(Category.MACHINE, Problem.WORN)
        yield Finding("memory card", _LOOK, says, mend, detail)
    else:
        yield Finding("memory card", _GOOD, "Works.", detail=detail)


def _power(root: Path) -> Iterator[Finding]:
    system = root / "sys"
    bits, was_low = power.throttled_bits(system), power.was_low(system)
    detail = "" if bits is None else f"0x{bits:x}"
    if was_low:
        says, mend = remedy(Category.MACHINE, Problem.LOW_VOLTAGE)
        if not power.low_voltage(system):
            says = "The power was too weak since the start."
        yield Finding("power", _LOOK, says, mend, detail)
    elif was_low is not None:
        yield Finding("power", _GOOD, "Works.", detail=detail)
    for battery in power.batteries(system):
        percent = "" if battery.percent is None else f"{battery.percent} %"
        if battery.feeds:
            says, mend = remedy(Category.MACHINE, Problem.ON_BATTERY)
            yield Finding(f"battery {battery.name}", _LOOK, says, mend, percent)
        else:
            yield Finding(f"battery {battery.name}", _GOOD, "Works.", detail=percent)


def _heat(root: Path) -> Iterator[Finding]:
    heat = power.temperature_mc(root / "sys")
    if heat is None:
        return
    detail = f"{heat / 1000:.1f} °C"
    if heat >= HOT_MC:
        yield Finding("temperature", _LOOK, *remedy(Category.MACHINE, Problem.TOO_HOT), detail)
    else:
        yield Finding("temperature", _GOOD, "Works.", detail=detail)
