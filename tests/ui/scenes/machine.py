"""Scenes of the till itself: devices, settings, rest, training, its fleet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from appliance.core import commands as c
from appliance.core.devices import Category, DeviceHealth, DeviceState, HealthChanged, Problem
from appliance.core.fleet_look import FleetChanged, FleetLook, FleetTrouble
from appliance.core.update_look import UpdateChanged, UpdateLook
from appliance.fleet.authority import refusals
from appliance.mailbox import MachineSaid
from appliance.provision.mistakes import Kind, Mistake
from appliance.provision.notice import Notice
from appliance.provision.trouble import Trouble
from appliance.till import Till
from tests.ui.rig import NOW, Rig
from tests.ui.scenes.scene import BASKET, OPEN, SIGNED_IN, Scene, go


def _troubled(till: Till) -> None:
    for name, category, state, problem, detail in (
        ("printer", Category.POS_PRINTER, DeviceState.ATTENTION, Problem.PAPER_NEAR_END, ""),
        ("scanner", Category.SCANNER, DeviceState.READY, Problem.NONE, "/dev/ttyACM0"),
        ("scale", Category.SCALE, DeviceState.MISSING, Problem.UNPLUGGED, ""),
        ("drawer", Category.CASH_DRAWER, DeviceState.READY, Problem.NONE, ""),
    ):
        till.tell(HealthChanged(DeviceHealth(name, category, state, problem, detail)))
    till.ask(c.AimScanner(price_check=False), spoken=False)


def _weak(till: Till) -> None:
    """A telephone's charger instead of its own supply; and somebody presses the button."""
    for name, category, state, problem in (
        ("machine", Category.MACHINE, DeviceState.ATTENTION, Problem.LOW_VOLTAGE),
        ("printer", Category.POS_PRINTER, DeviceState.READY, Problem.NONE),
    ):
        till.tell(HealthChanged(DeviceHealth(name, category, state, problem)))
    till.ask(c.AimScanner(price_check=False), spoken=False)


def _switches_off(rig: Rig) -> None:
    rig.till.tell(MachineSaid("switching_off_waits"))
    rig.until(lambda: rig.desk.toast.parent is not None)


def _not_delivered(till: Till) -> None:
    """The internet has been away since the morning, and nobody renewed the certificate."""
    at = NOW - timedelta(hours=3)
    look = FleetLook(
        member=True,
        since=at.isoformat(),
        waiting=1180,
        oldest=at.isoformat(),
        late=True,
        trouble=FleetTrouble.UNREACHABLE,
        certificate_until=f"{NOW + timedelta(days=9):%Y-%m-%d}",
        certificate_near=True,
    )
    till.tell(FleetChanged(look))
    till.ask(c.AimScanner(price_check=False), spoken=False)


def _joins_fleet(till: Till) -> None:
    until = f"{NOW + timedelta(minutes=15):%Y-%m-%dT%H:%M}"
    till.ask(c.ShowFleetCode("WJPTX3HR", "https://fleet:8443/pair?code=WJPTX3HR", until))
    till.ask(c.AimScanner(price_check=False), spoken=False)


def _update(**changes: object) -> Callable[[Till], None]:
    def told(till: Till) -> None:
        look = UpdateLook("1.3.0", "A", wanted="1.4.0")
        till.tell(UpdateChanged(replace(look, **changes)))  # type: ignore[arg-type]
        till.ask(c.AimScanner(price_check=False), spoken=False)

    return told


_WAITS = _update(stage="installed", reasons=("shift", "outbox"))
_LATE = _update(stage="installed", reasons=("shift", "cash"), late=True)
_BACK = _update(stage="returned", why="unhealthy", detail="device printer")


def near_end(till: Till) -> None:
    health = DeviceHealth(
        "printer", Category.POS_PRINTER, DeviceState.ATTENTION, Problem.PAPER_NEAR_END
    )
    till.tell(HealthChanged(health))
    till.ask(c.AimScanner(price_check=False), spoken=False)


def _training(rig: Rig) -> None:
    rig.till._training = True
    rig.till._turn_to_new_staff()
    rig.till.ask(c.AimScanner(price_check=False), spoken=False)
    rig.settle()


def _card_file(rig: Rig) -> None:
    """A technician put a card with a wrong file into a till that sells."""
    mistakes = (
        Mistake(Kind.CURRENCY, "shop.currency", 9, "GRN"),
        Mistake(Kind.WIFI_PASSWORD, "wifi.password", 18),
    )
    told = Notice(Trouble.FIELDS, mistakes).lines(rig.settings.language)
    rig.till._writer.storage = replace(rig.till._writer.storage, card=tuple(told))
    rig.till.ask(c.AimScanner(price_check=False), spoken=False)
    rig.settle()


def _card_file_why(rig: Rig) -> None:
    go("devices")(rig)
    _card_file(rig)


def _waits_for_fleet(till: Till) -> None:
    till.tell(FleetChanged(FleetLook(joining=refusals.TOKEN_OLD.say)))
    till.ask(c.AimScanner(price_check=False), spoken=False)


SCENES = (
    Scene("more", open=go("more")),
    Scene("card-file", BASKET, _card_file),
    Scene("card-file-why", BASKET, _card_file_why),
    Scene("waits-for-fleet-why", BASKET, go("devices"), _waits_for_fleet),
    Scene("devices", BASKET, go("devices"), _troubled),
    Scene("weak-power", BASKET, go("devices"), _weak),
    Scene("switching-off", BASKET, _switches_off, _weak),
    Scene("fleet-code", BASKET, after=_joins_fleet),
    Scene("fleet-code-why", BASKET, go("devices"), _joins_fleet),
    Scene("not-delivered", BASKET, after=_not_delivered),
    Scene("not-delivered-why", BASKET, go("devices"), _not_delivered),
    Scene("update-waits", SIGNED_IN, after=_update(stage="waiting", reasons=("outbox",))),
    Scene("update-waits-why", OPEN, go("devices"), _WAITS),
    Scene("update-late", after=_LATE),
    Scene("update-on-trial", after=_update(version="1.4.0", slot="B", stage="trial")),
    Scene("update-came-back", OPEN, go("devices"), _BACK),
    Scene("training", BASKET, _training),
    Scene("settings", OPEN, go("settings")),
    Scene("idle", OPEN, go("idle"), everywhere=False),
)
