"""What every device can do: one small protocol per category.

A driver owns its thread and its wire, survives unplug and replug by itself and never makes its
caller wait: every verb returns at once, and what came of it arrives through `emit`, called on the
driver's thread. Drivers may import `Supervised` (supervised.py), which does all of that, but
anything with these methods is a driver.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from appliance.core.devices import Category, DeviceHealth, DeviceMessage, Outcome

Emit = Callable[[DeviceMessage], None]
"""Takes a device's message to the till. Must return at once and never raise."""

Kicked = Callable[[Outcome, str], None]
"""Told once how a drawer pulse through a printer ended, and a detail for people."""

Permit = Callable[[str], bool]
"""Asked by a printer before the first byte of a job: may it start? Blocks until the till has
journalled that it did; False drops the job without a word on paper."""


class Driver(Protocol):
    """What the daemon does with any device."""

    @property
    def name(self) -> str:
        """The device's name in the configuration."""

    @property
    def category(self) -> Category:
        """What kind of device this is."""

    def open(self, emit: Emit) -> None:
        """Start to work; returns before the device is there."""

    def close(self) -> None:
        """Stop, let the wire go and wait for the thread (at most a second or two)."""

    def health(self) -> DeviceHealth:
        """How the device is now. Never touches the wire."""

    def nudge(self) -> None:
        """Something was plugged in: try again now instead of when the back-off ends."""


class Scanner(Driver, Protocol):
    """Emits Scanned and ScanRefused."""


class CashDrawer(Driver, Protocol):
    """Emits DrawerKicked, and DrawerMoved where there is a sensor."""

    def kick(self, request: str) -> None:
        """Open the drawer. Exactly one DrawerKicked with this request follows."""


class LineDisplay(Driver, Protocol):
    """The customer's two lines."""

    def show(self, line1: str, line2: str) -> None:
        """Show two lines, cut to the display's width; the latest wins if the wire is slow."""


class Scale(Driver, Protocol):
    """Emits WeightStatus."""

    def request(self, tag: str) -> None:
        """Weigh now. Exactly one WeightStatus with this tag follows, also when nothing answers."""

    def zero(self) -> None:
        """Set the empty plate to zero."""

    def tare(self) -> None:
        """Take what lies on the plate as the container's weight."""


Layout_contra = TypeVar("Layout_contra", contravariant=True)


class POSPrinter(Driver, Protocol[Layout_contra]):
    """Emits PrintHeld and PrintEnded. Its constructor takes a Permit."""

    def submit(self, job: str, layout: Layout_contra, *, copy: bool = False) -> None:
        """Print after the jobs before it. Exactly one PrintEnded with this job follows, unless
        the permit says no."""

    def kick(self, pin: int, pulse_ms: int, done: Kicked) -> None:
        """Pulse the drawer connector's pin (2 or 5), between jobs, also without paper."""

    def status(self) -> None:
        """Ask the printer how it is now; a change arrives as HealthChanged."""


AnyPrinter = POSPrinter[Any]
