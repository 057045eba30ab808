"""The machine itself as a device: its supply, its heat, its memory card, and its power button.

The button is any input device that has KEY_POWER and no letters: a Raspberry Pi 5's own, one on a pin
(device tree overlay gpio-shutdown), or the signal of an uninterruptible supply's board that comes as
one. Source: Linux kernel, Documentation/input/event-codes.rst; what the files of /sys mean is said in
appliance/board.
"""

from __future__ import annotations

import contextlib
import logging
import select
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import evdev
from evdev import ecodes

from appliance.board import memory_card, power
from appliance.board.files import SYSTEM
from appliance.core.devices import Category, Problem, SwitchOffWanted
from appliance.drivers import input_nodes
from appliance.drivers.supervised import Supervised

log = logging.getLogger(__name__)

NAME = "machine"
LOOK_S = 5.0
SETTLED_S = 60.0
"""A supply that is too weak is so for parts of a second: the word stays until it was well for so long."""
HOT_MC = 80_000
"""Where a Raspberry Pi begins to slow down, in thousandths of a degree."""
_WAIT_S = 1.0
_PRESSED = 1


@dataclass(frozen=True, slots=True)
class Reading:
    low_voltage: bool = False
    on_battery: bool = False
    empty: bool = False
    hot: bool = False
    worn: bool = False


@dataclass(slots=True)
class Judge:
    """What is worst of it, and for how long it is still said. Pure, told the time."""

    _last_s: dict[Problem, float] = field(default_factory=dict)

    def problem(self, reading: Reading, now_s: float) -> Problem:
        seen = {
            Problem.ON_BATTERY: reading.on_battery,
            Problem.LOW_VOLTAGE: reading.low_voltage,
            Problem.TOO_HOT: reading.hot,
            Problem.WORN: reading.worn,
        }
        for problem, is_so in seen.items():
            if is_so:
                self._last_s[problem] = now_s
        if not reading.on_battery:  # mains that is back is told at once
            self._last_s.pop(Problem.ON_BATTERY, None)
        for problem in seen:
            if now_s - self._last_s.get(problem, -SETTLED_S) < SETTLED_S:
                return problem
        return Problem.NONE


def read(data: Path, system: Path = SYSTEM) -> Reading:
    card = memory_card.holding(data, system)
    found = power.batteries(system)
    heat = power.temperature_mc(system)
    return Reading(
        low_voltage=bool(power.low_voltage(system)),
        on_battery=any(it.feeds for it in found),
        empty=any(it.critical for it in found),
        hot=heat is not None and heat >= HOT_MC,
        worn=card is not None and card.worn,
    )


def is_power_button(capabilities: Mapping[int, Iterable[int]]) -> bool:
    """A keyboard with such a key is none: a scanner's wrong code must not switch the till off."""
    keys = set(capabilities.get(ecodes.EV_KEY, ()))
    return ecodes.KEY_POWER in keys and ecodes.KEY_A not in keys and ecodes.KEY_ENTER not in keys


def buttons() -> list[evdev.InputDevice]:
    """Opened; those that cannot be are no buttons of ours."""
    found = []
    for path in input_nodes.readable():
        with contextlib.suppress(OSError):
            device = evdev.InputDevice(path)
            if is_power_button(device.capabilities()):
                found.append(device)
            else:
                device.close()
    return found


class Machine(Supervised):
    """data: the folder whose memory card is looked at."""

    CATEGORY = Category.MACHINE

    def __init__(
        self,
        data: Path,
        system: Path = SYSTEM,
        find_buttons: Callable[[], list[evdev.InputDevice]] = buttons,
        look_s: float = LOOK_S,
    ) -> None:
        super().__init__(NAME)
        self._data = data
        self._system = system
        self._find = find_buttons
        self._look_s = look_s

    def _serve(self) -> None:
        judge, looked_s, wanted = Judge(), -self._look_s, False
        found = self._find()
        try:
            while not self._closing.is_set():
                if self._retry.is_set():  # something was plugged in or out
                    self._retry.clear()
                    _close(found)
                    found = self._find()
                now_s = time.monotonic()
                if now_s - looked_s >= self._look_s:
                    looked_s = now_s
                    reading = read(self._data, self._system)
                    self._report(judge.problem(reading, now_s))
                    if reading.empty and not wanted:
                        self._tell(SwitchOffWanted(self.name, urgent=True))
                    wanted = reading.empty
                if _pressed(found, min(_WAIT_S, self._look_s)):
                    self._tell(SwitchOffWanted(self.name))
        finally:
            _close(found)


def _pressed(found: list[evdev.InputDevice], wait_s: float) -> bool:
    ready, _, _ = select.select(found, [], [], wait_s)
    pressed = False
    for device in ready:
        try:
            events = list(device.read())
        except OSError as error:  # it was pulled
            log.info("%s: %s", device.path, error)
            found.remove(device)
            device.close()
            continue
        pressed |= any(
            (it.type, it.code, it.value) == (ecodes.EV_KEY, ecodes.KEY_POWER, _PRESSED)
            for it in events
        )
    return pressed


def _close(found: list[evdev.InputDevice]) -> None:
    for device in found:
        device.close()
    found.clear()
