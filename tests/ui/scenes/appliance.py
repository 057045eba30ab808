"""Scenes of an appliance: its bench test, its networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appliance.core import commands as c
from appliance.support_frames import frames
from appliance.ui.bench_port import Asked, BenchLook
from appliance.ui.support_port import StickEnd
from tests.ui.appliance import Air, Lender, ShownRun, bench_at, bench_ended
from tests.ui.rig import Rig
from tests.ui.scenes.scene import Scene

CLOSED: tuple[c.Request, ...] = (c.SignIn("iryna"),)


def machine(rig: Rig) -> Air:
    """A desk as it stands on an appliance."""
    air = Air()
    rig.desk.machine, rig.desk.lend = air, Lender()
    rig.desk.bench = ShownRun(bench_at("touch", ""))
    rig.desk.support = Helped()
    return air


@dataclass
class Helped:
    """A report of a known look, and a stick that takes it."""

    has_stick: bool = True
    end: StickEnd = StickEnd.WRITTEN
    report: bool = True

    def frames(self) -> list[str]:
        lines = [f"line {at} {at**60}" for at in range(40)]
        return frames({"v": 1}, lines) if self.report else []

    def to_stick(self) -> StickEnd:
        return self.end


def tested(look: BenchLook) -> Callable[[Rig], Any]:
    def open_(rig: Rig) -> None:
        machine(rig)
        rig.desk.bench = ShownRun(look)
        rig.desk.go("bench_test")
        rig.until(lambda: rig.screen.bench is not None)

    return open_


def _settings(rig: Rig) -> None:
    machine(rig)
    rig.desk.go("settings")


def _wifi(rig: Rig) -> None:
    machine(rig)
    rig.desk.go("wifi")
    rig.until(lambda: rig.screen.network is not None)


def _password(rig: Rig) -> None:
    _wifi(rig)
    rig.tap("Приєднатися" if rig.settings.language == "uk" else "Join")
    for letter in "Kava2026":
        rig.screen.typed(letter)


def _signs(rig: Rig) -> None:
    _password(rig)
    rig.tap("#+=")


def _not_in_range(rig: Rig) -> None:
    from appliance.qr.wifi import Wifi
    from appliance.ui.machine_port import WifiEnd

    air = machine(rig)
    air.ends["Склад"] = WifiEnd.NOT_IN_RANGE
    rig.desk.go("wifi", wifi=Wifi("Склад", "12345678"))
    rig.until(lambda: rig.desk.toast.parent is not None)


_RULER = "Is the ruler whole, with both its ends, and evenly black? Do its millimetres fit?"
_PAPER = "Open the printer and take the roll out."
_TARGETS = "Touch each target, with gloves if they are worn here."


def _support(rig: Rig) -> None:
    machine(rig)
    rig.desk.go("support")
    rig.until(lambda: rig.screen.frames)


def _on_the_stick(rig: Rig) -> None:
    _support(rig)
    rig.screen.leave()  # its codes turn no more
    rig.tap("На USB-флешку" if rig.settings.language == "uk" else "Onto a USB stick")
    rig.until(lambda: rig.desk.toast.parent is not None)


SCENES = (
    Scene("settings-appliance", CLOSED, _settings),
    Scene("bench-test", CLOSED, tested(bench_at("printer", _RULER))),
    Scene("bench-test-waits", CLOSED, tested(bench_at("paper", _PAPER, Asked.WAIT))),
    Scene("bench-test-touch", CLOSED, tested(bench_at("touch", _TARGETS, Asked.TOUCH))),
    Scene("bench-test-passed", CLOSED, tested(bench_ended(good=True))),
    Scene("bench-test-failed", CLOSED, tested(bench_ended(good=False))),
    Scene("wifi", CLOSED, _wifi),
    Scene("wifi-password", CLOSED, _password),
    Scene("wifi-signs", CLOSED, _signs, everywhere=False),
    Scene("support", CLOSED, _support),
    Scene("support-on-the-stick", CLOSED, _on_the_stick, everywhere=False),
    Scene("wifi-not-in-range", CLOSED, _not_in_range),
)
