"""`till doctor`: every device, the disk, the clock and the journal: its state and the way out.

A running till is asked for its devices' states; where none runs, each configured device is opened
for a moment to see for itself.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from queue import Empty, Queue

from appliance import daemon, machine_findings, saq
from appliance.config import Settings
from appliance.core import codec
from appliance.core.devices import (
    Category,
    DeviceHealth,
    DeviceMessage,
    DeviceState,
    HealthChanged,
    Problem,
)
from appliance.core.facts import CardNumberLogged
from appliance.core.fleet_look import FleetLook, FleetTrouble
from appliance.core.open_matters import MatterKind
from appliance.core.remedies import remedy
from appliance.core.view import Look, TillsLook
from appliance.drivers import discovery, profiles, registry
from appliance.drivers.options import ConfigError
from appliance.finding import Finding
from appliance.journal import JournalError
from appliance.journal.space import FLOOR_BYTES
from appliance.journal.verify import verify
from appliance.local_socket import ask
from appliance.own_broker import mosquitto
from appliance.payments import registry as payment_ports
from appliance.payments.registry import PortError
from appliance.ui.sentences.fleet_wire import TROUBLES
from appliance.ui.sentences.shift import MATTERS

LOOK_S = 3.0
"""How long a device that nobody runs is watched before its state is believed."""
PROFILES = Path(__file__).parents[1] / "config" / "devices"
BUILT_AFTER = datetime(2026, 1, 1).astimezone()
"""A clock before this software was made is certainly wrong."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Findings one by one, so that a person sees the first while the slow ones run."""
    running = _look(settings)
    if running is None:
        yield Finding("till", DeviceState.MISSING, "Not running.", "Start it with: till run")
        yield from _opened(settings)
        yield from _terminals(settings)
    else:
        yield Finding("till", DeviceState.READY, "Works.", detail=running.till)
        yield from map(_device, running.devices)
        if not running.devices:
            yield _no_devices()
        yield from _terminal_list(settings, running)
        yield from map(_leak, running.pay.leaks)
        if running.tills is not None:
            yield _tills(running.tills)
        if running.fleet.member or running.fleet.joining:
            yield _fleet(running.fleet)
    yield from _card_keys(settings)
    yield from _unclaimed(settings)
    yield from _hub(settings)
    yield _disk(settings)
    yield _clock()
    yield _journal(settings)
    yield from machine_findings.findings(Path(settings.till.data_dir))
    if settings.payments:
        yield _cards_scope(settings)


def _look(settings: Settings) -> Look | None:
    try:
        answer = ask(daemon.socket_path(settings), {"look": True}, timeout_s=5.0)
        look: Look = codec.from_json(Look, answer["look"])
    except (OSError, ValueError, KeyError):
        return None
    return look


def _device(health: DeviceHealth) -> Finding:
    says, mend = remedy(health.category, health.problem)
    return Finding(f"{health.device} ({health.category})", health.state, says, mend, health.detail)


def _no_devices() -> Finding:
    return Finding(
        "devices",
        DeviceState.ATTENTION,
        "No device is configured.",
        "Add [[devices]] tables to the settings; see config/default.toml.",
    )


def _opened(settings: Settings) -> Iterator[Finding]:
    """Opens each configured device, waits for its first word, lets it go."""
    if not settings.devices:
        yield _no_devices()
    said: Queue[DeviceMessage] = Queue()
    with ExitStack() as stack:
        waiting = {}
        try:
            made = daemon.make_devices(settings, registry.permit_all)
        except ConfigError as error:
            yield Finding("devices", DeviceState.FAULT, str(error), "Mend the settings.")
            return
        for device in made.values():
            device.open(said.put)
            stack.callback(device.close)
            waiting[device.name] = device
        until = time.monotonic() + LOOK_S
        while waiting and (left := until - time.monotonic()) > 0:
            try:
                message = said.get(timeout=left)
            except Empty:
                break
            if isinstance(message, HealthChanged) and message.health.state is DeviceState.READY:
                waiting.pop(message.health.device, None)
        for device in made.values():
            yield _device(device.health())


def _terminals(settings: Settings) -> Iterator[Finding]:
    """Greets each terminal that has a wire; no money is asked for, and none could leave."""
    for table in settings.payments:
        try:
            port = payment_ports.create(table.table())
        except PortError as error:
            yield Finding(table.name, DeviceState.FAULT, str(error), "Mend the settings.")
            continue
        if port.by_hand:
            continue
        said: Queue[object] = Queue()
        port.open(said.put, lambda *_: False)
        until = time.monotonic() + LOOK_S
        health = DeviceHealth(
            port.name, Category.PAYMENT_TERMINAL, DeviceState.MISSING, Problem.NO_ANSWER
        )
        while (left := until - time.monotonic()) > 0:
            try:
                message = said.get(timeout=left)
            except Empty:
                break
            if isinstance(message, HealthChanged):
                health = message.health
                break
        port.close()
        yield _device(health)


def _leak(leak: CardNumberLogged) -> Finding:
    says, mend = "A card number was starred in its log.", "Look at it, and tell the technician."
    return Finding(f"log of {leak.module}", DeviceState.ATTENTION, says, mend, leak.on)


def _fleet(fleet: FleetLook) -> Finding:
    """How the till stands with its fleet, as its agent says; some seconds old."""
    told = [fleet.broker, f"since {fleet.since}", f"{fleet.waiting} facts wait"]
    told += [f"the oldest of {fleet.oldest}"] if fleet.oldest else []
    told += [f"certificate until {fleet.certificate_until}"] if fleet.certificate_until else []
    told += [fleet.detail] if fleet.detail else []
    detail = ", ".join(it for it in told if it)
    if fleet.joining:
        return Finding("fleet", DeviceState.ATTENTION, "Not in its fleet yet", fleet.joining)
    if fleet.trouble is not FleetTrouble.NONE:
        away = fleet.trouble is FleetTrouble.UNREACHABLE
        state = DeviceState.ATTENTION if away else DeviceState.FAULT
        return Finding("fleet", state, *TROUBLES[fleet.trouble], detail)
    if not fleet.connected:
        mend = "Wait a minute, then look again."
        return Finding("fleet", DeviceState.ATTENTION, "Not connected yet.", mend, detail)
    state = DeviceState.ATTENTION if fleet.late else DeviceState.READY
    return Finding("fleet", state, "Connected.", detail=detail)


def _tills(tills: TillsLook) -> Finding:
    """Who of the shop's tills is there, as the running till hears it."""
    told = [tills.hub, *map(tills.name, tills.there)]
    told += [f"{tills.name(till)}: last heard {at}" for till, at in tills.away]
    told += [f"{tills.strangers} messages not opened"] if tills.strangers else []
    state, says, mend = DeviceState.READY, "Meet at the hub.", ""
    if tills.strangers:
        state, says = (
            DeviceState.FAULT,
            "Somebody here seals with other keys: they do not hear each other.",
        )
        mend = "Copy code-keys.json of the first till to all others."
    elif not tills.hub:
        state, says = DeviceState.ATTENTION, "No hub answers: this till sells alone."
        mend = "See that a till named in [hub] tills is on, and the network's cables."
    elif tills.away:
        state, says = DeviceState.ATTENTION, "Not all of them are there."
        mend = "See that those tills are on. What they lack they are told then."
    return Finding("tills of the shop", state, says, mend, ", ".join(filter(None, told)))


def _hub(settings: Settings) -> Iterator[Finding]:
    if settings.hub.serve and mosquitto() is None:
        says = "mosquitto is not installed: this till cannot be the hub."
        yield Finding("hub", DeviceState.FAULT, says, "Install it: apt install mosquitto")


def _terminal_list(settings: Settings, running: Look) -> Iterator[Finding]:
    """Whether the list of card terminals is kept (PCI DSS 9.5.1), as the running till knows it."""
    listed = running.pay.listed
    wrong = running.pay.to_look_at
    for it in wrong:
        says, mend = MATTERS[it.kind]
        state = (
            DeviceState.FAULT if it.kind is MatterKind.TERMINAL_TAMPERED else DeviceState.ATTENTION
        )
        yield Finding(f"terminal {it.name}", state, says, mend)
    if listed and not wrong:
        yield Finding("terminal list", DeviceState.READY, "Works.", detail=f"{len(listed)} listed")
    if not listed and any(it.table().get("type") == "card" for it in settings.payments):
        says, mend = "No terminal is listed.", "List each with: till terminals add"
        yield Finding("terminal list", DeviceState.ATTENTION, says, mend, "PCI DSS 9.5.1")


def _card_keys(settings: Settings) -> Iterator[Finding]:
    """Readers that are to take the shop's own payment cards, and cannot."""
    from appliance.drivers.cards.boundary import key_trouble
    from appliance.drivers.cards.ca_key import ca_trouble

    data = Path(settings.till.data_dir)
    for table in settings.devices:
        name, aid = str(table["name"]), str(table.get("aid", ""))
        if aid and (why := key_trouble(data, name)):
            says, mend = "Takes no payment cards.", "Load its key with: till card-key"
            yield Finding(name, DeviceState.FAULT, says, mend, why)
        if aid and table.get("static"):
            says, mend = "Takes cards that anybody can copy.", "Give out chip cards; static = false"
            yield Finding(name, DeviceState.ATTENTION, says, mend)
        elif aid and (why := ca_trouble(data, aid)):
            says, mend = "Takes no payment cards.", "Load the cards' key with: till card-ca load"
            yield Finding(name, DeviceState.FAULT, says, mend, why)


def _unclaimed(settings: Settings) -> Iterator[Finding]:
    """USB devices that look like a till's but stand in no [[devices]] table."""
    claimed = json.dumps([dict(table) for table in settings.devices], default=str)
    known = profiles.load(PROFILES)
    drivers = {table["driver"] for table in settings.devices}
    for facts in discovery.found_now():
        if facts.node in claimed:
            continue
        for profile, confidence in profiles.guess(facts, known)[:1]:
            if facts.subsystem == "usb" and profile.driver in drivers:
                continue
            yield Finding(
                facts.words or f"{facts.vendor}:{facts.product}",
                DeviceState.ATTENTION,
                "Plugged in, but not configured.",
                f"It looks like {profile.name} ({confidence} %): add it as a [[devices]] table"
                f' with category "{profile.category}" and driver "{profile.driver}".',
                facts.node,
            )


def _cards_scope(settings: Settings) -> Finding:
    """Which questionnaire of PCI the shop looks like; no fault, but a thing to know."""
    routes = saq.ROUTES.read_text("ascii") if saq.ROUTES.exists() else ""
    found = saq.looks_like([port.table() for port in settings.payments], routes)
    says, mend = saq.SAYS[found]
    state = DeviceState.ATTENTION if found in (saq.Saq.C, saq.Saq.D) else DeviceState.READY
    return Finding("card data", state, says, mend, "the acquirer decides")


def _disk(settings: Settings) -> Finding:
    folder = _existing(Path(settings.till.data_dir))
    usage = shutil.disk_usage(folder)
    detail = f"{usage.free / 1e9:.1f} GB free of {usage.total / 1e9:.1f} GB at {folder}"
    if usage.free < FLOOR_BYTES:
        return Finding(
            "disk",
            DeviceState.FAULT,
            "The disk is full: no new sale can start.",
            "Free space: move old backups to a USB stick.",
            detail,
        )
    return Finding("disk", DeviceState.READY, "Works.", detail=detail)


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _clock() -> Finding:
    now = datetime.now().astimezone()
    detail = now.isoformat(timespec="seconds")
    if now < BUILT_AFTER:
        return Finding(
            "clock",
            DeviceState.FAULT,
            "The clock is wrong.",
            "Connect the till to the internet, or set the time by hand.",
            detail,
        )
    return Finding("clock", DeviceState.READY, "Works.", detail=detail)


def _journal(settings: Settings) -> Finding:
    path = daemon.journal_path(settings)
    if not path.exists():
        return Finding("journal", DeviceState.READY, "Works.", detail="nothing recorded yet")
    try:
        checked = verify(path)
    except JournalError as error:
        return Finding("journal", DeviceState.FAULT, str(error), "Restore a backup: till restore")
    detail = f"{checked.records} facts"
    if checked.ok:
        return Finding("journal", DeviceState.READY, "Works.", detail=detail)
    return Finding(
        "journal",
        DeviceState.FAULT,
        f"The chain is broken: {checked.bad}",
        "Do not delete anything; make a copy of the data folder and call for help.",
        detail,
    )
