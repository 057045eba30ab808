"""A till on the simulated counter's wires, and a person who does what a bench test asks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from gpiozero import Device

from appliance import daemon
from appliance.bench_test import plan
from appliance.bench_test.run import BenchRun
from appliance.config import load
from appliance.core.verdict import Verdict
from appliance.ui.bench_port import Asked, BenchLook, Said
from hw_sim.printer_paper import codes
from hw_sim.remote_pins import RemoteFactory
from hw_sim.rig import Rig
from hw_sim.toml_text import dumps

NOW = datetime(2026, 11, 29, 13, 45)

Act = Callable[["Counter", BenchLook], Said | None]
# By category: a printer is asked whether its paper is gone ten times a second, not every three.
QUICK = {"POSPrinter": {"poll_s": 0.1}}


class Counter:
    """A till and what lies around it. acts: by step, what the person does at each of its questions."""

    def __init__(self, rig: Rig, appliance: daemon.Appliance) -> None:
        self.rig, self.appliance = rig, appliance
        self.asked: list[str] = []
        self.acts: dict[str, list[Act]] = {}
        self.run: BenchRun | None = None
        self._seen = 0

    def show(self, look: BenchLook) -> None:
        if look.asked is Asked.NOTHING or look.serial == self._seen:
            return
        self._seen = look.serial
        self.asked.append(look.saying.told(str))
        acts = self.acts.get(look.steps[look.at].id) or [says(Said.YES)]
        act = acts.pop(0) if len(acts) > 1 else acts[0]
        said = act(self, look)
        if said is not None and self.run is not None:
            self.run.answer(said, look.serial)

    def test(self, **acts: list[Act] | Act) -> BenchLook:
        """Runs one to its end."""
        self.acts = {at: list(it) if isinstance(it, list) else [it] for at, it in acts.items()}
        it, begun = self.appliance, threading.Event()

        def show(look: BenchLook) -> None:
            if look.asked is not Asked.NOTHING:
                begun.wait()
            self.show(look)

        can = frozenset({"touch", "sound"})
        run = plan.begin(it.settings, it.counter, it.devices, lambda: NOW, show, can)
        self.run = run
        begun.set()
        assert run.wait(60), f"the test hangs at {run.look}"
        return run.look


def says(said: Said) -> Act:
    return lambda _counter, _look: said


def verdicts(look: BenchLook) -> dict[str, Verdict | None]:
    return {it.id: it.verdict for it in look.steps}


def scan_paper(counter: Counter, _look: BenchLook) -> None:
    """The code that was just printed, read from the paper itself."""
    rig = counter.rig
    (code,) = codes(rig.printer.receipts[-1])
    rig.scanner.scan(code)


def take_paper(counter: Counter, _look: BenchLook) -> None:
    counter.rig.printer.set_paper(0)


def new_paper(counter: Counter, _look: BenchLook) -> None:
    counter.rig.printer.set_paper(100)


def shut_drawer(counter: Counter, _look: BenchLook) -> None:
    counter.rig.drawer.close(bounces=2)


def load_scale(counter: Counter, _look: BenchLook) -> Said:
    counter.rig.scale.load("0.436")
    return Said.YES


GOOD: dict[str, list[Act] | Act] = {
    "drawer": shut_drawer,
    "scanner": scan_paper,
    "paper": [take_paper, new_paper],
    "scale": [load_scale, says(Said.YES)],
}


@contextmanager
def counter(
    folder: Path,
    devices: Callable[[Rig], list[dict[str, object]]],
    payments: Sequence[dict[str, object]] = (),
) -> Iterator[Counter]:
    """devices, payments: the `[[devices]]` and `[[payments]]` tables of this counter."""
    rig = Rig(folder / "wires")
    before = Device.pin_factory
    Device.pin_factory = RemoteFactory(str(rig.pins.path))
    try:
        shop = {
            "shop": {"name": "На розі", "language": "en"},
            "till": {"data_dir": "data"},
            "devices": [{**it, **QUICK.get(str(it["category"]), {})} for it in devices(rig)],
            "payments": list(payments),
        }
        (folder / "shop.toml").write_text(dumps(shop), encoding="utf-8")
        with daemon.running(load(folder / "shop.toml")) as appliance:
            yield Counter(rig, appliance)
    finally:
        Device.pin_factory.close()
        Device.pin_factory = before
        rig.close()
