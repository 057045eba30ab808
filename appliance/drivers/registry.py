"""Finds a driver by category and name, and makes it from a device's settings.

Drivers of other packages register in the entry point group `kram.drivers` under
"<Category>.<driver>", for instance `Scanner.serial = "somebody.scanner:create"`; the object is a
Factory. The built-in ones are listed here, so that a checkout works without being installed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance import plugins
from appliance.core.devices import Category
from appliance.drivers.base import AnyPrinter, Driver, Permit
from appliance.drivers.options import ConfigError, Options

GROUP = "kram.drivers"

BUILT_IN: dict[str, str] = {
    "Scanner.serial": "appliance.drivers.scanner_serial:create",
    "Scanner.evdev": "appliance.drivers.scanner_evdev:create",
    "CashDrawer.printer": "appliance.drivers.cash_drawer:create",
    "CashDrawer.gpio": "appliance.drivers.cash_drawer_gpio:create",
    "LineDisplay.serial": "appliance.drivers.line_display:create",
    "Scale.toledo8217": "appliance.drivers.scale:create_toledo8217",
    "Scale.cas": "appliance.drivers.scale:create_cas",
    "SmartCardReader.pcsc": "appliance.drivers.smart_card_reader:create",
    "ContactlessReader.nfcpy": "appliance.drivers.contactless_reader:create",
    "POSPrinter.escpos": "appliance.drivers.posprinter:create",
}
"""The project's own drivers: "module:factory", imported only when a device asks for one."""

DEVICE_KEYS = ("name", "category", "driver")


def permit_all(_job: str) -> bool:
    return True


def no_printer(_name: str) -> AnyPrinter:
    raise KeyError


@dataclass(frozen=True, slots=True)
class Services:
    """What a driver may need besides its wire.

    permit: for printers. printer: finds the printer of that name ("" = the only one) for a drawer
    that hangs on it; raises KeyError. left_open_s: the shop's patience with an open drawer, when
    the drawer's own settings do not say. data: the till's folder, where card keys lie.
    """

    permit: Permit = permit_all
    printer: Callable[[str], AnyPrinter] = no_printer
    left_open_s: float = 60.0
    data: Path | None = None


Factory = Callable[[Options, Services], Driver]


def registered(found: Iterable[plugins.Offered] | None = None) -> dict[str, plugins.Offered]:
    """Every driver by "<Category>.<driver>"; another package's wins over a built-in one."""
    known: dict[str, plugins.Offered] = {
        key: plugins.BuiltIn(key, target) for key, target in BUILT_IN.items()
    }
    return known | {it.name: it for it in (plugins.offered(GROUP) if found is None else found)}


def create(
    device: Mapping[str, object],
    services: Services | None = None,
    drivers: Mapping[str, plugins.Offered] | None = None,
) -> Driver:
    """Make one device's driver from its `[[devices]]` table. Raises ConfigError."""
    known = registered() if drivers is None else drivers
    name = str(device.get("name") or "")
    head = Options(name or "(no name)", {key: device.get(key) for key in DEVICE_KEYS})
    head.text("name")
    category = _one_of(head, "category", [category.value for category in Category])
    head.check()
    mine = [key.partition(".")[2] for key in known if key.startswith(f"{category}.")]
    driver = _one_of(head, "driver", mine)
    head.finish()
    factory = _load(name, known[f"{category}.{driver}"])
    rest = {key: value for key, value in device.items() if key not in DEVICE_KEYS}
    return factory(Options(name, rest), services or Services())


def _one_of(head: Options, key: str, allowed: list[str]) -> str:
    """A choice that has no default."""
    head.text(key)
    return head.choice(key, "", allowed)


def _load(device: str, point: plugins.Offered) -> Factory:
    """The driver's factory; a library that is not installed is told as such."""
    module, _, attribute = point.value.partition(":")
    try:
        factory: Factory = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigError(device, [("driver", f"cannot be loaded: {error}")]) from error
    return factory
