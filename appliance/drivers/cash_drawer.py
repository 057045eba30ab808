"""Cash drawer on the receipt printer's drawer connector (RJ11, 24 V; ESC/POS "ESC p")."""

from __future__ import annotations

import logging

from appliance.core.devices import Category, DeviceHealth, DrawerKicked, Outcome, Problem
from appliance.drivers.base import AnyPrinter, CashDrawer
from appliance.drivers.options import Options
from appliance.drivers.registry import Services
from appliance.drivers.supervised import STATE_OF, Supervised

log = logging.getLogger(__name__)

PRINTER_LOOK_S = 0.5
"""How often the drawer looks whether its printer is still there: no wire, only a field."""

KICK_STOPPERS = frozenset(
    {
        Problem.UNPLUGGED,
        Problem.NO_ANSWER,
        Problem.PORT_BUSY,
        Problem.NO_PERMISSION,
        Problem.CRASHED,
    }
)
"""Troubles of a printer that keep the drawer shut too; without paper it still kicks."""


class PrinterKickDrawer(Supervised):
    """Opens through a printer. There is no sensor: nobody knows whether it is open."""

    CATEGORY = Category.CASH_DRAWER

    def __init__(self, name: str, printer: AnyPrinter, pin: int = 2, pulse_ms: int = 100) -> None:
        super().__init__(name)
        self._printer = printer
        self._pin = pin
        self._pulse_ms = pulse_ms

    def kick(self, request: str) -> None:
        def done(outcome: Outcome, detail: str) -> None:
            self._tell(DrawerKicked(self.name, request, outcome, detail))

        self._printer.kick(self._pin, self._pulse_ms, done)

    def health(self) -> DeviceHealth:
        printer = self._printer.health()
        problem = printer.problem if printer.problem in KICK_STOPPERS else Problem.NONE
        detail = (
            f"printer {printer.device}: {printer.detail}" if problem is not Problem.NONE else ""
        )
        return DeviceHealth(self.name, self.CATEGORY, STATE_OF[problem], problem, detail)

    def _serve(self) -> None:
        while not self._closing.is_set():
            health = self.health()
            self._report(health.problem, health.detail)
            self._closing.wait(PRINTER_LOOK_S)


def create(options: Options, services: Services) -> CashDrawer:
    """printer: its name in the configuration; "" is the only one."""
    printer_name = options.text("printer", "")
    pin = options.integer("pin", 2, 2, 5)
    if pin not in (2, 5):
        options.wrong("pin", f"the drawer connector kicks on pin 2 or 5, not {pin}")
    pulse_ms = options.integer("pulse_ms", 100, 20, 500)
    try:
        printer = services.printer(printer_name)
    except KeyError:
        missing = (
            f"no printer is called {printer_name!r}" if printer_name else "there is no printer"
        )
        options.wrong("printer", missing)
        options.finish()
        raise
    options.finish()
    return PrinterKickDrawer(options.device, printer, pin, pulse_ms)
