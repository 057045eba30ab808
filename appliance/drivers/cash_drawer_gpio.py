"""Cash drawer on GPIO pins: a relay or transistor for the solenoid, a switch that tells open.

Through gpiozero, which finds the chip of each Raspberry Pi; pins by their BCM numbers.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass

from gpiozero import DigitalInputDevice, DigitalOutputDevice
from gpiozero.exc import GPIOPinInUse

from appliance.core.devices import Category, DrawerKicked, DrawerMoved, Outcome, Problem
from appliance.drivers.base import CashDrawer
from appliance.drivers.drawer_sensor import DrawerSensor
from appliance.drivers.options import Options
from appliance.drivers.registry import Services
from appliance.drivers.supervised import Supervised, WireFault

log = logging.getLogger(__name__)

KICKS_WAITING_MAX = 8
"""A till asks for one pulse at a time; more waiting means that something is wrong."""

LOOK_S_MAX = 0.5
"""How often the pins are looked at when nothing seems to happen, should an edge get lost."""


@dataclass(frozen=True, slots=True)
class GpioDrawerSettings:
    """pin: the solenoid's. active_high: level of the pulse. sensor_pin: None without a switch.
    open_high: level of the switch when the drawer is open. pull: the switch's, "up", "down" or
    "none". confirm_ms: how long after the pulse the switch may take to tell."""

    pin: int
    active_high: bool = True
    pulse_ms: int = 100
    sensor_pin: int | None = None
    open_high: bool = True
    pull: str = "up"
    debounce_ms: int = 80
    confirm_ms: int = 1000
    left_open_s: float = 60.0


class GpioDrawer(Supervised):
    CATEGORY = Category.CASH_DRAWER

    def __init__(self, name: str, settings: GpioDrawerSettings) -> None:
        super().__init__(name)
        self._settings = settings
        self._sensor = DrawerSensor(settings.debounce_ms, settings.left_open_s)
        self._switch: DigitalInputDevice | None = None
        self._edge_ns = 0
        self._stuck = False
        self._kicks: deque[str] = deque()
        self._kicks_lock = threading.Lock()
        self._serving = False
        self._wake = threading.Event()

    def kick(self, request: str) -> None:
        with self._kicks_lock:
            taken = self._serving and len(self._kicks) < KICKS_WAITING_MAX
            if taken:
                self._kicks.append(request)
        if taken:
            self._wake.set()
        else:
            why = "too many pulses wait" if self._serving else self._health.detail
            self._tell(DrawerKicked(self.name, request, Outcome.FAILED, why))

    def _interrupt(self) -> None:
        self._wake.set()

    def _serve(self) -> None:
        with ExitStack() as wire:
            solenoid = self._claim(wire)
            wire.callback(self._refuse_waiting)
            if self._switch is not None:
                self._sensor.start(self._reads_open(), time.monotonic_ns())
                self._tell(DrawerMoved(self.name, self._sensor.is_open))
            self._serving = True
            self._working()
            while not self._closing.is_set():
                self._wake.clear()
                self._look()
                if self._kicks:
                    self._pulse(solenoid, self._kicks.popleft())
                    continue
                due_s = self._sensor.next_look_s(time.monotonic_ns())
                self._wake.wait(LOOK_S_MAX if due_s is None else min(due_s, LOOK_S_MAX))

    def _claim(self, wire: ExitStack) -> DigitalOutputDevice:
        """Take the pins. gpiozero's factories each raise their own library's errors."""
        try:
            solenoid: DigitalOutputDevice = wire.enter_context(
                DigitalOutputDevice(self._settings.pin, active_high=self._settings.active_high)
            )
            if self._settings.sensor_pin is not None:
                self._switch = wire.enter_context(self._open_switch(self._settings.sensor_pin))
        except GPIOPinInUse as error:
            raise WireFault(Problem.PORT_BUSY, str(error)) from error
        except PermissionError as error:
            raise WireFault(Problem.NO_PERMISSION, str(error)) from error
        except Exception as error:
            busy = "busy" in str(error).lower()
            raise WireFault(Problem.PORT_BUSY if busy else Problem.UNPLUGGED, str(error)) from error
        return solenoid

    def _open_switch(self, pin: int) -> DigitalInputDevice:
        pull_up = {"up": True, "down": False, "none": None}[self._settings.pull]
        active_state = True if pull_up is None else None
        switch = DigitalInputDevice(pin, pull_up=pull_up, active_state=active_state)
        switch.when_activated = switch.when_deactivated = self._edge
        return switch

    def _edge(self) -> None:
        """On gpiozero's thread, for every bounce: only note it."""
        self._edge_ns = time.monotonic_ns()
        self._wake.set()

    def _reads_open(self) -> bool:
        assert self._switch is not None
        return bool(self._switch.pin.state) == self._settings.open_high

    def _look(self) -> None:
        """Tell what the switch says, and whether somebody should close the drawer."""
        if self._switch is None:
            return
        now_ns = time.monotonic_ns()
        moved = self._sensor.sample(self._reads_open(), now_ns, self._edge_ns)
        if moved is not None:
            self._tell(DrawerMoved(self.name, moved))
            self._stuck = self._stuck and not moved
        if self._sensor.left_open(now_ns):
            self._report(Problem.LEFT_OPEN)
        else:
            self._report(Problem.STUCK if self._stuck else Problem.NONE)

    def _pulse(self, solenoid: DigitalOutputDevice, request: str) -> None:
        """One pulse, whatever happens: a solenoid left under current burns."""
        outcome, detail = Outcome.UNKNOWN, "the pins failed during the pulse"
        try:
            try:
                solenoid.on()
                time.sleep(self._settings.pulse_ms / 1000)
            finally:
                solenoid.off()
            outcome, detail = self._confirm()
        finally:
            self._tell(DrawerKicked(self.name, request, outcome, detail))

    def _confirm(self) -> tuple[Outcome, str]:
        if self._switch is None:
            return Outcome.DONE, ""
        until_s = time.monotonic() + self._settings.confirm_ms / 1000
        while not self._sensor.is_open and time.monotonic() < until_s:
            self._wake.clear()
            self._look()
            due_s = self._sensor.next_look_s(time.monotonic_ns())
            self._wake.wait(0.02 if due_s is None else min(due_s, 0.02))
        if self._sensor.is_open:
            return Outcome.DONE, ""
        self._stuck = True
        return Outcome.FAILED, "the drawer did not open"

    def _refuse_waiting(self) -> None:
        """The pins are gone: what waits for a pulse will not get one."""
        with self._kicks_lock:
            self._serving = False
            waiting, self._switch = list(self._kicks), None
            self._kicks.clear()
        for request in waiting:
            self._tell(DrawerKicked(self.name, request, Outcome.FAILED, "the pins are gone"))


def create(options: Options, services: Services) -> CashDrawer:
    pin = options.optional_integer("pin", 0, 27)
    if pin is None:
        options.wrong("pin", "must be given, the solenoid's BCM number, for instance 17")
    settings = GpioDrawerSettings(
        pin=pin or 0,
        active_high=options.choice("polarity", "high", ("high", "low")) == "high",
        pulse_ms=options.integer("pulse_ms", 100, 20, 500),
        sensor_pin=options.optional_integer("sensor_pin", 0, 27),
        open_high=options.choice("sensor_open", "high", ("high", "low")) == "high",
        pull=options.choice("sensor_pull", "up", ("up", "down", "none")),
        debounce_ms=options.integer("debounce_ms", 80, 1, 1000),
        confirm_ms=options.integer("confirm_ms", 1000, 50, 5000),
        left_open_s=options.seconds("left_open_s", services.left_open_s, 0.05, 3600),
    )
    if settings.sensor_pin == settings.pin:
        options.wrong("sensor_pin", "is the solenoid's pin; the switch needs its own")
    options.finish()
    return GpioDrawer(options.device, settings)
