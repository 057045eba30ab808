"""The whole till with its fleet: what the cashier rings is at the fleet, and the till says how it stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from appliance import doctor
from appliance.config.read import parse
from appliance.core import commands as c
from appliance.core.devices import DeviceState
from appliance.core.fleet_look import FleetLook, FleetTrouble
from appliance.daemon import running
from appliance.wire import state
from appliance.wire.state import Doing
from hw_sim.broker import Broker
from hw_sim.small_collector import Collector
from tests.telemetry.builders import UID
from tests.till.builders import shelf

SETTINGS = """
[till]
data_dir = "{folder}"
[fleet]
uid = "{uid}"
brokers = ["{broker}"]
[taxes.VAT20]
rate = 20
[taxes.VAT7]
rate = 7
[taxes.EXCISE5]
rate = 5
"""


def test_what_is_rung_up_is_at_the_fleet_and_the_till_says_so(tmp_path: Path) -> None:
    with Broker(tmp_path) as broker, Collector(broker.port) as fleet:
        text = SETTINGS.format(folder=tmp_path, uid=UID, broker=broker.url)
        settings = parse(text, "shop.toml", tmp_path)
        shelf(tmp_path).close()
        with running(settings) as it:
            for request in (c.OpenShift(0), c.SellItem("milk"), c.TenderCash(100_00)):  # type: ignore[arg-type]
                answer = it.till.ask(request)
                assert isinstance(answer, tuple), answer
            durable = it.journal.durable_seq
            fleet.wait(lambda: fleet.upto(UID, 1) >= durable)
            fleet.wait(lambda: it.till.look.fleet.connected)
            fleet.wait(lambda: b"selling" in (fleet.last_of("state") or b""))
            told = doctor._fleet(it.till.look.fleet)
            assert told.state is DeviceState.READY
            assert broker.url in told.detail
            held = {rec.seq: rec.hash for rec in it.journal.records()}
            rows = {seq: digest for (_, _, seq), digest in fleet.rows.items()}
            assert rows.items() <= held.items()
        fleet.wait(lambda: state.decode(fleet.last_of("state") or b"").doing is Doing.LOST)


def test_a_till_without_a_fleet_holds_none_of_it_in_memory() -> None:
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, appliance.daemon, appliance.screen;"
            "print([it for it in sys.modules if it.startswith(('paho', 'appliance.telemetry.agent'))])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"


def test_each_trouble_has_a_way_out() -> None:
    for trouble in FleetTrouble:
        told = doctor._fleet(FleetLook(member=True, connected=not trouble, trouble=trouble))
        assert told.ok is (trouble is FleetTrouble.NONE)
        assert told.ok or told.remedy
    assert doctor._fleet(FleetLook(member=True)).state is DeviceState.ATTENTION
