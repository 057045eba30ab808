"""Scenes of an appliance: its bench test, its networks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appliance.core import commands as c
from appliance.core.update_look import UpdateChanged, UpdateLook
from appliance.support_frames import frames
from appliance.till import Till
from appliance.ui.bench_port import Asked, BenchLook
from appliance.ui.setup_port import Answers, Page
from appliance.ui.support_port import StickEnd
from tests.ui.appliance import PLUGGED, Air, Lender, ShownRun, ShownSetup, bench_at, bench_ended
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


def _at_devices(rig: Rig) -> None:
    machine(rig)
    rig.desk.go("devices")


def _refused(till: Till) -> None:
    look = UpdateLook("1.4.0", "B", "refused", "1.3.0", why="not_newer")
    till.tell(UpdateChanged(look))
    till.ask(c.AimScanner(price_check=False), spoken=False)


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


USED = tuple(it.table for it in PLUGGED[:3])
WRONG = (
    "The provisioning file has mistakes: nothing of it was taken.",
    "wifi.password is missing. Write it.",
)


def first(page: Page, **how: Any) -> Callable[[Rig], Any]:
    """The first run at one of its pages. how: of the ShownSetup."""

    def open_(rig: Rig) -> None:
        machine(rig)
        answers = Answers(rig.settings.language, "Кав'ярня «На розі»", devices=USED)
        rig.desk.setup = ShownSetup(page, **{"answers": answers, **how})
        rig.desk.home()
        rig.settle()

    return open_


def _paired(rig: Rig) -> None:
    def pair(show: Callable[[str, str], None], given_up: threading.Event) -> str:
        show("WJPT-X3HR", "https://fleet.example:8443/pair?code=WJPTX3HR")
        given_up.wait(10)
        return "given up"

    first(Page.FLEET, paired=pair)(rig)
    rig.desk.go("first_fleet_code", server="https://fleet.example:8443")
    rig.until(lambda: bool(rig.screen.code))


def _network(rig: Rig) -> None:
    first(Page.NETWORK)(rig)
    rig.until(lambda: rig.screen.network is not None)


def _devices(rig: Rig) -> None:
    first(Page.DEVICES)(rig)
    rig.until(lambda: rig.screen.found is not None)


def _first_wifi(rig: Rig) -> None:
    first(Page.NETWORK)(rig)
    rig.desk.go("wifi", back="first_network")
    rig.until(lambda: rig.screen.network is not None)


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
    Scene("update-from-stick", CLOSED, _at_devices, _refused),
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
    Scene("first-language", CLOSED, first(Page.LANGUAGE)),
    Scene("first-wrong-file", CLOSED, first(Page.LANGUAGE, said=WRONG), everywhere=False),
    Scene("first-name", CLOSED, first(Page.NAME)),
    Scene("first-taxes", CLOSED, first(Page.TAXES)),
    Scene("first-number", CLOSED, first(Page.NUMBER)),
    Scene("first-devices", CLOSED, _devices),
    Scene("first-network", CLOSED, _network),
    Scene("first-wifi", CLOSED, _first_wifi, everywhere=False),
    Scene("first-fleet", CLOSED, first(Page.FLEET)),
    Scene("first-fleet-code", CLOSED, _paired),
    Scene("first-ready", CLOSED, first(Page.READY)),
)
