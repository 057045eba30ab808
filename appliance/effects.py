"""Effects handed out: print jobs to the printer, pulses to the drawer, two lines to the display.

All are at-least-once by design and told back as device messages; none makes the Till wait.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from appliance.core.devices import Category
from appliance.core.receipt import Document
from appliance.core.state import DrawerPulse, PrintJob
from appliance.core.view import Look
from appliance.drivers.base import AnyPrinter, CashDrawer, Driver, LineDisplay, Scale
from appliance.journal import Journal

if TYPE_CHECKING:
    from appliance.receipt.layout import Layout

log = logging.getLogger(__name__)

Lines = Callable[[Look], tuple[str, str]]
Documents = Callable[[PrintJob, Journal], Document]
LayOut = Callable[[Document], "Layout"]


@dataclass(slots=True)
class Effects:
    """The devices by name, in the configuration's order; the first of a category is used. drawers:
    of a till with several, the device's name by the drawer's id."""

    documents: Documents
    lay_out: LayOut
    lines: Lines
    devices: Mapping[str, Driver] = field(default_factory=dict)
    drawers: Mapping[str, str] = field(default_factory=dict)
    _shown: tuple[str, str] = ("", "")

    def _first(self, category: Category) -> Driver | None:
        return next((d for d in self.devices.values() if d.category is category), None)

    def print(self, job: PrintJob, journal: Journal) -> None:
        """Submits the job; without a printer it stays in the state and waits for one."""
        printer = self._first(Category.POS_PRINTER)
        if printer is None:
            return
        layout = self.lay_out(self.documents(job, journal))
        cast(AnyPrinter, printer).submit(str(job.effect), layout, copy=job.copy > 0)

    def kick(self, pulse: DrawerPulse) -> bool:
        """Asks for the pulse; False when there is no drawer."""
        named = self.drawers.get(pulse.drawer, "")
        drawer = self.devices.get(named) if named else self._first(Category.CASH_DRAWER)
        if drawer is None:
            return False
        cast(CashDrawer, drawer).kick(str(pulse.effect))
        return True

    def weigh(self, tag: str) -> bool:
        scale = self._first(Category.SCALE)
        if scale is None:
            return False
        cast(Scale, scale).request(tag)
        return True

    def display_again(self, look: Look) -> None:
        """Whoever borrowed the display has left its own lines there."""
        self._shown = ("", "")
        self.display(look)

    def display(self, look: Look) -> None:
        """The customer's two lines, when they changed."""
        pole = self._first(Category.LINE_DISPLAY)
        if pole is None:
            return
        lines = self.lines(look)
        if lines != self._shown:
            self._shown = lines
            cast(LineDisplay, pole).show(*lines)
