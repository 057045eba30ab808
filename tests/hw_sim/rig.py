"""Every device of the counter at its wire, and what the till's settings must say to find them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from hw_sim.drawer import Drawer
from hw_sim.pins import PinBoard
from hw_sim.pole_display import PoleDisplay
from hw_sim.printer import Printer
from hw_sim.printer_wires import TcpWire
from hw_sim.rfc2217_line import Rfc2217Line
from hw_sim.scale import Scale
from hw_sim.serial_scanner import SerialScanner
from hw_sim.traffic import OnTraffic, Traffic

DRAWER_PIN, DRAWER_SENSOR_PIN, DRAWER_PULSE_MS = 17, 27, 200
CABLES = ("scanner", "printer", "drawer", "scale", "pole")
PINS_FACTORY = "hw_sim"
PRINT_ROWS_PER_S = 2000
"""250 mm/s, as quick printers have."""


class Rig:
    """folder: where the wires' ends appear."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.scanner = SerialScanner(folder / "scanner")
        self.printer = Printer(TcpWire(), rows_per_s=PRINT_ROWS_PER_S)
        self.pins = PinBoard(folder / "pins.sock")
        self.drawer = Drawer(self.pins, DRAWER_PIN, DRAWER_SENSOR_PIN)
        self.scale_line: Rfc2217Line
        self.scale = Scale("toledo8217").on(self._scale_wire)
        self.pole = PoleDisplay(folder / "pole", "escpos", "cp866")
        self.plugged = dict.fromkeys(CABLES, True)

    def _scale_wire(self, on_bytes: Callable[[bytes], None]) -> Rfc2217Line:
        self.scale_line = Rfc2217Line(on_bytes, (9600, 7, "E"))
        return self.scale_line

    def devices(self) -> list[dict[str, object]]:
        """The `[[devices]]` tables of this counter."""
        return [
            {
                "name": "scanner",
                "category": "Scanner",
                "driver": "serial",
                "port": self.scanner.port,
            },
            {
                "name": "printer",
                "category": "POSPrinter",
                "driver": "escpos",
                "port": self.printer.port,
            },
            {
                "name": "drawer",
                "category": "CashDrawer",
                "driver": "gpio",
                "pin": DRAWER_PIN,
                "sensor_pin": DRAWER_SENSOR_PIN,
                "pulse_ms": DRAWER_PULSE_MS,
            },
            {
                "name": "scale",
                "category": "Scale",
                "driver": "toledo8217",
                "port": self.scale_line.port,
            },
            {
                "name": "pole",
                "category": "LineDisplay",
                "driver": "serial",
                "port": self.pole.port,
                "commands": "escpos",
                "encoding": "cp866",
            },
        ]

    def environment(self) -> dict[str, str]:
        """So that the till's pins end here."""
        return {"GPIOZERO_PIN_FACTORY": PINS_FACTORY, "HW_SIM_PINS": str(self.pins.path)}

    def on_traffic(self, callback: OnTraffic) -> None:
        """Every wire's bytes, under the device's name."""
        taps = {
            "scanner": self.scanner.cable.tap,
            "printer": self.printer.tap,
            "drawer": self.pins.tap,
            "scale": self.scale_line.tap,
            "pole": self.pole.cable.tap,
        }
        for name, tap in taps.items():
            tap.on_traffic(partial(_under_name, name, callback))

    def plug(self, cable: str, *, on: bool) -> None:
        """Pull a cable out or put it back."""
        if on == self.plugged[cable]:
            return
        if cable == "drawer":
            # Its solenoid gets no pulse any more; the switch goes on telling the truth.
            self.drawer.locked = not on
        else:
            device: Any = {
                "scanner": self.scanner,
                "printer": self.printer,
                "scale": self.scale,
                "pole": self.pole,
            }[cable]
            (device.replug if on else device.unplug)()
        self.plugged[cable] = on

    def close(self) -> None:
        for device in (self.scanner, self.printer, self.scale, self.pole, self.pins):
            device.close()


def _under_name(name: str, callback: OnTraffic, traffic: Traffic) -> None:
    callback(replace(traffic, wire=name))
