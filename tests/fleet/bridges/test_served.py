"""The bridge as a fleet's server runs it: its own broker, certificates, what an integrator may say there."""

from __future__ import annotations

from appliance.fleet import serve
from appliance.fleet.authority import services
from appliance.fleet.bridges import settings
from appliance.fleet.bridges.sparkplug_node import REBIRTH
from fleet.bridges.sparkplug_host import Host, command
from fleet.mqtt_client import WAIT_S, Client
from fleet.test_serve import unsaid
from hw_sim.fleet_member import options

TAKEN = ("Success", "No matching subscribers")


def test_an_integrator_reads_a_shop_as_an_edge_node_and_asks_for_its_birth(tmp_path):
    chosen = options(tmp_path / "fleet")
    chosen.folder.mkdir()
    (chosen.folder / settings.FILE).write_text('[sparkplug]\nshops = ["lviv"]\n')
    host = Host()

    def until_births(wire: Client, many: int) -> None:
        while host.verbs.count("NBIRTH") < many:
            topic, payload = wire.heard.get(timeout=WAIT_S)
            if "NCMD" not in topic:
                host.heard(topic, payload)

    with serve.serving(chosen, unsaid) as served:
        own = served.identity(services.INTEGRATOR)
        with Client(served.broker[1], own.trust, own.chain, own.key) as wire:
            assert wire.subscribe("spBv1.0/#") == "Granted QoS 1"
            assert wire.subscribe("homeassistant/#") == "Granted QoS 1"
            ask = command({"name": REBIRTH, "boolean_value": True})
            assert wire.publish("spBv1.0/kram/NCMD/lviv", ask) in TAKEN
            until_births(wire, 1)
            assert wire.publish("spBv1.0/kram/NCMD/lviv", ask) in TAKEN
            until_births(wire, 2)
            assert wire.publish("spBv1.0/kram/NBIRTH/lviv", ask) == "Not authorized"
            assert wire.publish("spBv1.0/STATE/scada", b"{}") in TAKEN
