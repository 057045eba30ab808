"""Sees what is plugged in and out, through udev; without udev it sees nothing and says so."""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from appliance.drivers.profiles import UsbFacts

try:
    import pyudev
except ImportError:  # pyudev loads libudev, which a container may lack.
    pyudev = None

log = logging.getLogger(__name__)

SUBSYSTEMS = ("tty", "input", "usbmisc", "usb")
"""usb: whole devices that no driver of the kernel takes, as readers of cards are."""

LASTING = ("/dev/serial/by-id/", "/dev/input/by-id/", "/dev/serial/by-path/", "/dev/input/by-path/")
"""Links that survive a replug, best first: the kernel's own numbers do not."""

LOOK_S = 0.5


class Plug(Enum):
    IN = "add"
    OUT = "remove"


ACTIONS = frozenset(plug.value for plug in Plug)


@dataclass(frozen=True, slots=True)
class Plugged:
    """facts is None where udev says too little: a thing that is already gone."""

    plug: Plug
    node: str
    facts: UsbFacts | None


def found_now() -> list[UsbFacts]:
    """Every USB device node that might be a till's device."""
    if pyudev is None:
        return []
    with suppress(ImportError, OSError):
        context = pyudev.Context()
        return list(_usb_nodes(context))
    return []


def _usb_nodes(context: pyudev.Context) -> Iterator[UsbFacts]:
    for subsystem in SUBSYSTEMS:
        for device in sorted(context.list_devices(subsystem=subsystem), key=lambda d: d.sys_path):
            facts = facts_of(device)
            if facts is not None:
                yield facts


def facts_of(device: pyudev.Device) -> UsbFacts | None:
    """None for what is not on USB or has no node to open."""
    if not device.device_node or device.subsystem not in SUBSYSTEMS:
        return None
    if device.subsystem == "input" and not device.sys_name.startswith("event"):
        return None
    whole = device.subsystem == "usb"
    parent = device if whole else device.find_parent("usb", "usb_device")
    if parent is None:
        return None
    # An event carries the links in a property, udev's database in a list of its own.
    links = sorted({*device.device_links, *device.properties.get("DEVLINKS", "").split()})
    lasting = (link for start in LASTING for link in links if link.startswith(start))
    names = [_attribute(parent, "manufacturer"), _attribute(parent, "product")]
    own = device.parent if device.subsystem == "input" else None
    return UsbFacts(
        vendor=_attribute(parent, "idVendor").lower(),
        product=_attribute(parent, "idProduct").lower(),
        subsystem=device.subsystem,
        node=next(lasting, device.device_node),
        words=" ".join(filter(None, [*names, _attribute(own, "name") if own else ""])),
        keyboard=device.properties.get("ID_INPUT_KEYBOARD") == "1",
    )


def _attribute(device: pyudev.Device, name: str) -> str:
    try:
        return str(device.attributes.asstring(name)).strip()
    except (KeyError, UnicodeDecodeError):
        return ""


class HotPlug:
    """Calls `changed` on its own thread for each node that comes or goes.

    The daemon nudges every driver then, so that a replugged device is back at once instead of
    after its back-off; it may also offer the wizard what `guess` makes of the new facts.
    """

    def __init__(self, changed: Callable[[Plugged], None]) -> None:
        self._changed = changed
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> bool:
        """Start to watch. False where there is no udev: drivers still find their devices alone."""
        if pyudev is None:
            return False
        try:
            monitor = pyudev.Monitor.from_netlink(pyudev.Context())
            for subsystem in SUBSYSTEMS:
                monitor.filter_by(subsystem)
            monitor.start()
        except (ImportError, OSError) as error:
            log.warning("no udev, so no hot-plug: %s", error)
            return False
        self._closing.clear()
        self._thread = threading.Thread(
            target=self._watch, args=(monitor,), name="hot-plug", daemon=True
        )
        self._thread.start()
        return True

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join(2 * LOOK_S)
            self._thread = None

    def _watch(self, monitor: pyudev.Monitor) -> None:
        while not self._closing.is_set():
            ready, _, _ = select.select([monitor], [], [], LOOK_S)
            device = monitor.poll(0) if ready else None
            if device is None or not device.device_node or device.action not in ACTIONS:
                continue
            try:
                plug = Plug(device.action)
                facts = facts_of(device) if plug is Plug.IN else None
                self._changed(Plugged(plug, device.device_node, facts))
            except Exception:
                log.exception("hot-plug: %s", device)
