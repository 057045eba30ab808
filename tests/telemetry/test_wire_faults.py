"""Every way in which a wire, a broker, a clock or a power plug can fail: the rows equal the journal."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.core.devices import Category, DeviceHealth, DeviceState, Problem
from appliance.core.fleet_look import FleetTrouble
from appliance.core.view import Look
from appliance.journal import Journal
from appliance.telemetry import delivery, session
from appliance.telemetry.agent import Agent
from appliance.wire import alert, topics
from hw_sim.broker import Broker
from hw_sim.cut_proxy import CutProxy
from hw_sim.small_collector import Collector
from tests.journal.till import Ringing
from tests.telemetry.builders import PLACE, UID, agent_of, hashes, home, opened
from tests.till.builders import Clock

CONNACK = b"\x20\x03\x00\x00\x00"
SESSION_TAKEN_OVER = b"\xe0\x02\x8e\x00"


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits seconds for a shop waits less for a test."""
    monkeypatch.setattr(delivery, "RESEND_S", 0.3)
    monkeypatch.setattr(session, "SILENCE_S", 1.0)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker(tmp_path) as it:
        yield it


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Ringing]:
    it = opened(tmp_path)
    yield it
    it.journal.close()


def test_a_connection_cut_after_any_byte_loses_and_doubles_nothing(
    till: Ringing, broker: Broker
) -> None:
    with (
        CutProxy(broker.port) as proxy,
        Collector(broker.port) as fleet,
        agent_of(till.journal, f"mqtt://127.0.0.1:{proxy.port}") as agent,
    ):
        for after in (1, 300, 1500, 4000, 9000):
            proxy.cut("to_terminal" if after % 2 else "to_till", after)
            for _ in range(15):
                till.sell(3)
            agent.nudge()
            fleet.wait(lambda: fleet.upto(UID, 1) >= till.journal.durable_seq)
        till.close_shift()
        agent.nudge()
        fleet.wait(lambda: fleet.rows == hashes(till.journal))


def test_a_line_that_is_dead_without_a_word_is_given_up_and_dialled_again(
    till: Ringing, broker: Broker
) -> None:
    with (
        CutProxy(broker.port) as proxy,
        Collector(broker.port) as fleet,
        agent_of(till.journal, f"mqtt://127.0.0.1:{proxy.port}") as agent,
    ):
        fleet.wait(lambda: fleet.upto(UID, 1) == till.journal.durable_seq)
        proxy.cut("to_terminal", 10, dead=True)
        till.sell(3)
        till.close_shift()
        agent.nudge()
        fleet.wait(lambda: fleet.rows == hashes(till.journal))
        assert len(fleet.hellos) >= 2


def test_a_slow_wire_is_only_slow(till: Ringing, broker: Broker) -> None:
    for _ in range(100):
        till.sell(3)
    till.close_shift()
    with (
        CutProxy(broker.port, bytes_s=40_000) as proxy,
        Collector(broker.port) as fleet,
        agent_of(till.journal, f"mqtt://127.0.0.1:{proxy.port}"),
    ):
        fleet.wait(lambda: fleet.rows == hashes(till.journal))


def test_what_comes_twice_is_known_by_its_number(till: Ringing, broker: Broker) -> None:
    with Collector(broker.port, answers=False) as fleet, agent_of(till.journal, broker.url):
        fleet.wait(lambda: len(fleet.hellos) >= 2)
        fleet.answers = True
        fleet.wait(lambda: fleet.rows)
        fleet.answers = False
        till.sell(3)
        till.close_shift()
        fleet.wait(lambda: fleet.doubled)
        fleet.answers = True
        fleet.wait(lambda: fleet.rows == hashes(till.journal))


def test_a_clock_that_jumps_a_year_changes_nothing(till: Ringing, broker: Broker) -> None:
    clock = Clock()
    with Collector(broker.port) as fleet:
        it = Agent(home(till.journal, broker.url), now=clock)
        it.start()
        for days in (0, 365, -730):
            clock.move(days=days)
            till.sell(2)
            it.nudge()
            fleet.wait(lambda: fleet.upto(UID, 1) >= till.journal.durable_seq)
        it.close()


@pytest.mark.parametrize("cut", [1, 3, 6])
def test_a_till_that_dies_between_writing_and_sending_sends_it_when_it_is_back(
    tmp_path: Path, broker: Broker, cut: int
) -> None:
    """The child sells while its agent sends; it is killed right after an append returned."""
    with Collector(broker.port) as fleet:
        child = os.fork()
        if child == 0:
            try:
                ring_until_killed(tmp_path, broker, cut)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        with Journal.open(tmp_path / "journal.db", "T1") as journal:
            sent = dict(fleet.rows)
            assert sent.items() <= hashes(journal).items(), "only durable facts had left"
            with agent_of(journal, broker.url):
                fleet.wait(lambda: fleet.rows == hashes(journal))


def ring_until_killed(folder: Path, broker: Broker, cut: int) -> None:
    till = opened(folder)
    it = Agent(home(till.journal, broker.url))
    it.start()
    until_s = time.monotonic() + 10
    while not it.look.connected and time.monotonic() < until_s:
        it.nudge()
        threading.Event().wait(0.02)
    for at in range(cut):
        till.basket(3)
        till.pay()
        if at < cut - 1:
            it.nudge()
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_till_that_may_not_connect_says_so(till: Ringing, tmp_path: Path) -> None:
    (tmp_path / "nobody").touch()
    lines = ("allow_anonymous false", f"password_file {tmp_path / 'nobody'}")
    with Broker(tmp_path, lines) as closed, agent_of(till.journal, closed.url) as agent:
        becomes(lambda: agent.look.trouble is FleetTrouble.REFUSED)
        assert not agent.look.connected


def test_a_till_that_may_not_write_says_so(till: Ringing, tmp_path: Path) -> None:
    access = tmp_path / "access"
    access.write_text("topic read #\n")
    access.chmod(0o700)
    lines = ("allow_anonymous true", f"acl_file {access}")
    with Broker(tmp_path, lines) as deaf, agent_of(till.journal, deaf.url) as agent:
        becomes(lambda: agent.look.trouble is FleetTrouble.REFUSED)


def test_a_second_till_of_the_same_name_is_noticed_by_the_first(till: Ringing) -> None:
    """mosquitto 2.0.11 hangs up without a word; newer brokers and others say why, as here."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        agent_of(till.journal, f"mqtt://127.0.0.1:{server.getsockname()[1]}") as agent,
    ):
        wire, _ = server.accept()
        with wire:
            wire.recv(4096)  # CONNECT
            wire.sendall(CONNACK + SESSION_TAKEN_OVER)
            becomes(lambda: agent.look.trouble is FleetTrouble.TAKEN_OVER)


def test_a_broker_that_takes_no_large_message_is_told_of_and_not_asked_without_end(
    till: Ringing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    publish = session.Session.publish
    monkeypatch.setattr(
        session.Session, "publish", lambda it, post: asked.append(post) or publish(it, post)
    )
    till.sell(100)
    till.close_shift()
    lines = ("allow_anonymous true", "max_packet_size 2000")
    with (
        Broker(tmp_path, lines) as small,
        Collector(small.port) as fleet,
        agent_of(till.journal, small.url) as agent,
    ):
        fleet.wait(lambda: agent.look.trouble is FleetTrouble.REFUSED)
        before = len(asked)
        threading.Event().wait(1.0)
        assert len(asked) - before < 10
        assert agent.look.connected


def test_nonsense_from_the_fleet_is_passed_over(till: Ringing, broker: Broker) -> None:
    with Collector(broker.port) as fleet, agent_of(till.journal, broker.url) as agent:
        fleet.wait(lambda: fleet.rows)
        for payload in (b"", b"{", b"\xff" * 1000, b'{"v":1,"epoch":-1}', b"[" * 10_000):
            fleet.publish(PLACE.down("ack"), payload)
        till.sell(1)
        till.close_shift()
        agent.nudge()
        fleet.wait(lambda: fleet.rows == hashes(till.journal))


def test_a_device_in_trouble_is_an_alert_until_it_works_again(
    till: Ringing, broker: Broker
) -> None:
    printer = DeviceHealth("printer", Category.POS_PRINTER, DeviceState.FAULT, Problem.PAPER_OUT)
    look = Look(1, "UAH", "", "", "", "", devices=(printer,))
    with Collector(broker.port) as fleet:
        with agent_of(till.journal, broker.url) as agent:
            agent.notice(look)
            fleet.wait(lambda: fleet.last_of("alert"))
        told = alert.decode(fleet.last_of("alert") or b"")
        assert told is not None
        assert (told.subject, told.problem) == ("printer", "paper_out")
        with agent_of(till.journal, broker.url) as agent:  # a till that was restarted meanwhile
            agent.notice(Look(1, "UAH", "", "", "", ""))
            fleet.wait(lambda: fleet.last_of("alert") == b"")
        found = [topic for topic, _ in fleet.messages if topics.read(topic).kind == "alert"]
        assert set(found) == {PLACE.up("alert", "device.printer")}


def test_nobody_at_the_till_waits_while_the_wire_hangs(till: Ringing, broker: Broker) -> None:
    look = Look(1, "UAH", "", "", "", "")
    with CutProxy(broker.port) as proxy:
        proxy.cut("to_till", 0, dead=True)
        with agent_of(till.journal, f"mqtt://127.0.0.1:{proxy.port}") as agent:
            took = []
            for _ in range(2000):
                began = time.perf_counter()
                agent.notice(look)
                took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) * 99 // 100] < 0.001


def becomes(wanted: object, timeout_s: float = 20.0) -> None:
    until_s = time.monotonic() + timeout_s
    while not wanted():  # type: ignore[operator]
        assert time.monotonic() < until_s, "it never came to that"
        threading.Event().wait(0.02)
