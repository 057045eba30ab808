"""Finds a payment port by its driver's name and makes it from a [[payments]] table.

Ports of other packages register in the entry point group `kram.payments` under their driver's name,
for instance `zvt = "somebody.zvt:create"`; the object is a Factory.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping

from appliance import plugins
from appliance.core.facts import TenderType
from appliance.payments.port import PaymentPort

GROUP = "kram.payments"
BUILT_IN = {
    "manual": "appliance.payments.manual:create",
    "privat": "appliance.payments.privat.driver:create",
    "ecr17": "appliance.payments.ecr17.driver:create",
    "zvt": "appliance.payments.zvt.driver:create",
    "qr": "appliance.payments.qr.port:create",
    "nexo": "appliance.payments.nexo.driver:create",
    "closed_loop": "appliance.payments.iso8583.driver:create",
    "caisse_ap": "appliance.payments.caisse_ap.driver:create",
    "mono": "appliance.payments.mono.dialogue:create",
}
KEYS = ("name", "type", "driver")

Factory = Callable[[str, TenderType, Mapping[str, object]], PaymentPort]


class PortError(ValueError):
    """The table makes no port; the text names it and says what is known."""


def registered(found: Iterable[plugins.Offered] | None = None) -> dict[str, plugins.Offered]:
    """Every port by its driver's name; another package's wins over a built-in one."""
    known: dict[str, plugins.Offered] = {
        key: plugins.BuiltIn(key, target) for key, target in BUILT_IN.items()
    }
    return known | {it.name: it for it in (plugins.offered(GROUP) if found is None else found)}


def create(
    table: Mapping[str, object], known: Mapping[str, plugins.Offered] | None = None
) -> PaymentPort:
    """The port of one table. Raises PortError."""
    ports = registered() if known is None else known
    name, driver = str(table["name"]), str(table["driver"])
    if driver not in ports:
        raise PortError(f'[[payments]] "{name}": no driver "{driver}"; known: {", ".join(ports)}')
    module, _, attribute = ports[driver].value.partition(":")
    try:
        factory: Factory = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise PortError(f'[[payments]] "{name}": cannot be loaded: {error}') from error
    options = {key: value for key, value in table.items() if key not in KEYS}
    return factory(name, TenderType(str(table["type"])), options)
