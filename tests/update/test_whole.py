"""A whole update over its real wires: the till's socket, the root helper's, a release that was signed.

What stands in for the machine are two programs, `rauc` and `systemctl`, that change a card's state as
the real ones do; the real ones run in the image's own proof.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from appliance.cli.system_helper import _of_updates
from appliance.config import load
from appliance.core import codec
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import (
    Category,
    DeviceHealth,
    DeviceState,
    HealthChanged,
    Outcome,
    PrintEnded,
)
from appliance.local_socket import LocalSocket, ask
from appliance.system.client import ask as order
from appliance.system.helper import Helper
from appliance.update import health, health_file
from appliance.update.booted import Booted
from appliance.update.desk import UpdateDesk
from appliance.update.record import load as load_record
from appliance.update.stages import Stage
from appliance.update.updater import Files, Updater
from appliance.wire import firmware
from tests.till.builders import Running, open_shift, running
from update.signing import COMPATIBLE, Signing

PROGRAM = """#!{python} -I
import json, os, sys
path = os.environ["CARD"]
card = json.load(open(path))
words, other = sys.argv[1:], "B" if card["running"] == "A" else "A"
name = {{"A": "rootfs.0", "B": "rootfs.1"}}
if os.path.basename(sys.argv[0]) == "systemctl":
    card["restarts"] = True
elif words[0] == "install":
    card["read"] = words[-1]
    card["slots"][other] = card["bundle"]
elif words[:2] == ["status", "mark-active"]:
    card["armed"] = True
elif words[:2] == ["status", "mark-good"]:
    card["primary"] = card["running"]
elif words[:2] == ["status", "mark-bad"]:
    card["bad"].append(other)
else:
    slots = [
        {{name[it]: {{
            "bootname": it,
            "state": "booted" if it == card["running"] else "inactive",
            "boot_status": "bad" if it in card["bad"] else "good",
            "slot_status": {{"bundle": {{"version": version, "hash": "ad" * 32}}, "status": "ok"}},
        }}}}
        for it, version in card["slots"].items()
    ]
    print(json.dumps({{"booted": card["running"], "boot_primary": name[card["primary"]], "slots": slots}}))
json.dump(card, open(path, "w"))
"""


class Board:
    """A machine with its card: what is on it, and what the firmware starts."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.card = folder / "card.json"
        self.socket = folder / "helper"
        self.signing = Signing(time.time_ns() // 1_000_000)
        self.boot = 1
        self.files = Files(
            folder / "update" / "update.json",
            folder / "health" / "health.json",
            folder / "release-roots",
            folder / "update" / "ca.crt",
        )
        self.files.roots.write_text(self.signing.roots)
        for name in ("update", "health", "bin", "fleet/documents"):
            (folder / name).mkdir(parents=True)
        for name in ("rauc", "systemctl"):
            program = folder / "bin" / name
            program.write_text(PROGRAM.format(python=sys.executable))
            program.chmod(0o755)
        state = {"running": "A", "primary": "A", "slots": {"A": "1.0.0"}, "bundle": "1.1.0"}
        self.card.write_text(json.dumps({**state, "bad": []}))
        self.wants(self.signing.wanted())

    def wants(self, wanted: firmware.Wanted) -> None:
        path = self.folder / "fleet" / "documents" / "firmware.json"
        path.write_bytes(codec.canonical(firmware.document(wanted)))

    @property
    def now(self) -> dict:
        return json.loads(self.card.read_text())

    def firmware(self) -> bool:
        """What happens after a restart that was ordered; False when none was."""
        card = self.now
        if not card.pop("restarts", False):
            return False
        other = "B" if card["running"] == "A" else "A"
        card["running"] = other if card.pop("armed", False) else card["primary"]
        self.card.write_text(json.dumps(card))
        self.boot += 1
        return True

    def power_cut(self) -> None:
        card = self.now
        self.card.write_text(json.dumps({**card, "running": card["primary"], "restarts": False}))
        self.boot += 1

    def booted(self) -> Booted:
        card = self.now
        return Booted(card["slots"][card["running"]], card["running"], f"b{self.boot}", COMPATIBLE)

    def turn(self) -> Stage:
        system = partial(_in_time, self.socket)
        updater = Updater(self.booted(), self.ask_till, system, self.files)
        return updater.run().stage

    def ask_till(self, request):
        return ask(self.folder / "till.sock", request)

    def trial(self, **once) -> None:
        """The health check of what runs, in no time."""
        record = load_record(self.files.record)
        assert health.on_trial(record, self.booted())
        checks = {
            "till": health.till_and_devices(lambda: self.ask_till({"look": True}), record.devices),
            "data": health.data_is_written(self.files.health.parent),
        }
        sale = {"sale": health.sells(lambda: load(None)), **once}
        health.Trial(self.booted(), sale, checks, self.files.health, healthy_s=0, every_s=0).run()


def _in_time(path, request, timeout_s):
    return order(request, path=path, timeout_s=timeout_s)


@contextmanager
def at_work(folder, monkeypatch):
    board = Board(folder)
    monkeypatch.setenv("CARD", str(board.card))
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(board.socket))
    listener.listen()
    helper = Helper(listener, _of_updates())
    served = threading.Thread(target=helper.serve)
    settings = load(None)
    settings = replace(
        settings,
        till=replace(settings.till, data_dir=folder),
        fleet=replace(settings.fleet, server="https://fleet.example"),
    )
    with running(folder) as it:
        desk = UpdateDesk(settings, it.till, power=lambda: 0, heat=lambda: 40_000)
        till = LocalSocket(folder / "till.sock", it.till, desk.answer)
        served.start()
        till.start()
        try:
            yield board, it
        finally:
            till.close()
            helper.stop()
            served.join()
            listener.close()


def settled(it: Running) -> None:
    """What was told has been heard."""
    it.does(c.AimScanner(False))


def test_a_release_goes_from_the_fleets_document_to_the_slot_that_always_starts(
    tmp_path, monkeypatch
):
    with at_work(tmp_path, monkeypatch) as (board, it):
        printer = DeviceHealth("printer", Category.POS_PRINTER, DeviceState.READY)
        it.till.tell(HealthChanged(printer))
        open_shift(it)
        assert board.turn() is Stage.OFFERED
        settled(it)
        assert it.till.look.update.reasons == ("shift", "cash")
        it.does(c.CountDrawer((f.DenominationCount(100_00, 1),)))
        it.does(c.CloseShift())
        assert board.turn() is Stage.READY, "the Z report is still to be printed"
        settled(it)
        assert it.till.look.update.reasons == ("paper",)
        for job in it.hands.printed:
            it.till.tell(PrintEnded("printer", str(job.effect), Outcome.DONE))
        settled(it)
        assert board.turn() is Stage.TRIAL
        assert board.now["read"] == "https://fleet.example/releases/2.raucb"
        assert board.firmware()
        board.trial()
        assert board.turn() is Stage.COMMITTED
        assert board.now["primary"] == "B"
        assert not board.firmware()


def test_a_sick_release_comes_back_and_the_journal_and_the_screen_say_why(tmp_path, monkeypatch):
    with at_work(tmp_path, monkeypatch) as (board, it):
        board.turn()
        board.firmware()

        def broken():
            raise ZeroDivisionError

        with pytest.raises(health.Failed):
            board.trial(sale=broken)
        board.power_cut()  # FailureAction=reboot-force
        assert board.turn() is Stage.GIVEN_UP
        assert board.now["bad"] == ["B"]
        assert board.now["running"] == board.now["primary"] == "A"
        settled(it)
        assert (it.till.look.update.stage, it.till.look.update.why) == ("returned", "unhealthy")
        ended = [r.fact for r in it.till.journal.records() if r.type == "FirmwareChanged"][-1]
        assert (ended.version, ended.wanted, ended.detail) == ("1.0.0", "1.1.0", "sale")


def test_a_power_cut_in_the_trial_gives_it_another(tmp_path, monkeypatch):
    with at_work(tmp_path, monkeypatch) as (board, _):
        board.turn()
        board.firmware()
        board.power_cut()
        assert board.turn() is Stage.TRIAL
        assert board.firmware()
        board.trial()
        assert health_file.load(board.files.health).verdict == "passed"
        assert board.turn() is Stage.COMMITTED
