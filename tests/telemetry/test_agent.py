"""The till's agent over a real broker: what was sold arrives, whatever the wire does."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.core.fleet_look import FleetTrouble
from appliance.wire import state
from appliance.wire.ack import Ack
from appliance.wire.state import Doing
from hw_sim.broker import Broker
from hw_sim.small_collector import Collector
from tests.telemetry.builders import PLACE, UID, agent_of, hashes, opened


@pytest.fixture
def broker(tmp_path: Path):
    with Broker(tmp_path) as it:
        yield it


def test_what_is_sold_arrives_as_it_is_sold(tmp_path: Path, broker: Broker) -> None:
    till = opened(tmp_path)
    with Collector(broker.port) as fleet, agent_of(till.journal, broker.url) as agent:
        fleet.wait(lambda: fleet.rows.keys() == hashes(till.journal).keys())
        till.sell(3)
        agent.nudge()
        sold = till.journal.durable_seq
        fleet.wait(lambda: fleet.upto(UID, 1) >= sold, 3.0)
        assert fleet.rows.items() <= hashes(till.journal).items()
        assert fleet.doubled == 0
        assert fleet.hellos[0].name == "T1"
    till.journal.close()


def test_a_broker_that_is_killed_again_and_again_loses_and_doubles_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    till = opened(tmp_path)
    with Collector(broker.port) as fleet, agent_of(till.journal, broker.url) as agent:
        for _ in range(2):
            fleet.wait(lambda: fleet.upto(UID, 1) == till.journal.durable_seq)
            for _ in range(20):
                till.sell(2)
            agent.nudge()
            had = len(fleet.rows)
            fleet.wait(lambda: len(fleet.rows) > had)  # noqa: B023
            broker.kill()
            till.sell(1)
            broker.start()
        till.close_shift()
        agent.nudge()
        fleet.wait(lambda: fleet.rows == hashes(till.journal))
    till.journal.close()


def test_a_broker_that_is_away_costs_the_till_a_number(tmp_path: Path) -> None:
    till = opened(tmp_path)
    broker = Broker(tmp_path)
    with agent_of(till.journal, broker.url) as agent:
        for _ in range(30):
            till.sell(2)
        till.close_shift()
        with broker, Collector(broker.port) as fleet:
            agent.nudge()
            fleet.wait(lambda: fleet.rows == hashes(till.journal))
            fleet.wait(lambda: agent.look.connected)
            lanes = {topic.rsplit("/", 1)[-1] for topic, _ in fleet.messages}
            assert "backfill" in lanes
    till.journal.close()


def test_the_brokers_are_tried_in_turn(tmp_path: Path, broker: Broker) -> None:
    till = opened(tmp_path)
    nobody = Broker(tmp_path).url
    with (
        Collector(broker.port) as fleet,
        agent_of(till.journal, nobody, broker.url) as agent,
    ):
        fleet.wait(lambda: fleet.rows == hashes(till.journal))
        assert agent.look.broker == broker.url
    till.journal.close()


def test_the_state_is_kept_at_the_broker_and_a_till_that_goes_is_lost(
    tmp_path: Path, broker: Broker
) -> None:
    till = opened(tmp_path)
    with Collector(broker.port) as fleet:
        with agent_of(till.journal, broker.url):
            fleet.wait(lambda: fleet.last_of("state"))
            first = state.decode(fleet.last_of("state") or b"")
            assert (first.doing, first.software) == (Doing.CLOSED, "1.2.3")
        fleet.wait(lambda: state.decode(fleet.last_of("state") or b"").doing is Doing.LOST)
        assert state.decode(fleet.last_of("state") or b"").session_ms == first.session_ms
    till.journal.close()


def test_a_fleet_that_forgot_gets_it_all_again_when_it_asks(tmp_path: Path, broker: Broker) -> None:
    till = opened(tmp_path)
    till.sell(2)
    till.close_shift()
    with Collector(broker.port) as fleet, agent_of(till.journal, broker.url):
        fleet.wait(lambda: fleet.rows == hashes(till.journal))
        fleet.rows.clear()
        fleet.say(PLACE, Ack(1, 0, replay_from=1))
        fleet.wait(lambda: fleet.rows == hashes(till.journal))
    till.journal.close()


def test_a_fleet_that_knows_more_than_the_journal_gets_nothing_and_the_till_says_so(
    tmp_path: Path, broker: Broker
) -> None:
    till = opened(tmp_path)
    with Collector(broker.port) as fleet, agent_of(till.journal, broker.url) as agent:
        fleet.wait(lambda: fleet.rows)
        for seq in range(1, 1000):
            fleet.rows.setdefault((UID, 1, seq), b"")
        had = len(fleet.batches)
        broker.kill()
        till.sell(1)
        broker.start()
        fleet.wait(lambda: len(fleet.hellos) >= 2)
        fleet.wait(lambda: agent.look.trouble is FleetTrouble.AHEAD)
        assert len(fleet.batches) == had
    till.journal.close()
