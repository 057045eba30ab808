"""The till's screen over the real helper: both sides of the socket mean the same by each word."""

from __future__ import annotations

from functools import partial

from appliance.machine import HelpedMachine
from appliance.qr.wifi import Wifi
from appliance.system import ask
from appliance.ui.machine_port import NetworkLook, WifiEnd
from tests.system.conftest import Bench, Serve


def test_a_cable_that_carries_and_no_radio(bench: Bench, serve: Serve) -> None:
    for name, text in (
        ("device/x", ""),
        ("carrier", "1\n"),
        ("operstate", "up\n"),
        ("type", "1\n"),
    ):
        bench.file(f"sys/class/net/eth0/{name}", text)
    serve()
    machine = HelpedMachine(partial(ask, path=bench.path, timeout_s=20))
    assert machine.network() == NetworkLook(cable=True)
    assert machine.join(Wifi("Shop", "12345678")) is WifiEnd.NO_WIFI


def test_a_helper_that_ended_is_a_till_that_sells_on(bench: Bench, serve: Serve) -> None:
    helper = serve()
    helper.stop()
    machine = HelpedMachine(partial(ask, path=bench.root / "nobody", timeout_s=1))
    assert machine.network() == NetworkLook()
    assert machine.join(Wifi("Shop", "12345678")) is WifiEnd.FAILED
