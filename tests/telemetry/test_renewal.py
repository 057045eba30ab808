"""The till asks its fleet for a new certificate, and where to deliver, against the real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from appliance.fleet import broker_config, clock, public, site
from appliance.own_broker import OwnBroker
from appliance.telemetry import enrolment, membership, papers
from appliance.telemetry.agent import Agent
from appliance.telemetry.enrolment import NoFleet
from appliance.telemetry.renewal import Renewal
from appliance.wire import topics
from appliance.wire.enrolment import Hardware
from hw_sim.broker import free_port
from hw_sim.fleet_member import Member, enrolled, served
from hw_sim.small_collector import Collector
from tests.telemetry.builders import home, opened

UNKNOWN = Hardware()
"""A machine without a serial number."""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Site]:
    with served(tmp_path_factory.mktemp("fleet")) as it:
        yield it


@pytest.fixture
def member(fleet: site.Site, tmp_path: Path) -> Member:
    return enrolled(fleet, tmp_path / "fleet", "shop-7")


def renewal_of(fleet: site.Site, member: Member, **how) -> Renewal:
    return Renewal(member.folder, fleet.public.url, UNKNOWN, hinted_s=0.0, **how)


def test_it_asks_once_a_day_and_keeps_a_young_certificate(fleet: site.Site, member: Member) -> None:
    before = membership.read(member.folder).fingerprint
    renewal = renewal_of(fleet, member)
    assert renewal.turn(), "the first time"
    assert not renewal.turn(), "not again today"
    assert renewal.turn(hinted=True)
    renewal.connected = lambda: False
    assert renewal.turn(), "a till that no broker takes may have been locked out"
    assert membership.read(member.folder).fingerprint == before


def test_a_certificate_is_due_at_the_till_when_it_is_at_the_fleet(member: Member) -> None:
    now, held = datetime.now(UTC), membership.read(member.folder)
    assert not held.is_due(now + timedelta(days=59))
    assert held.is_due(now + timedelta(days=61))
    assert held.is_due(now + timedelta(days=200))


def test_a_till_that_may_come_back_gets_its_certificate_by_itself(
    fleet: site.Site, member: Member
) -> None:
    before = membership.read(member.folder).fingerprint
    fleet.registry.deny(member.place.till, "olena", "lost")
    renewal = renewal_of(fleet, member)
    renewal.connected = lambda: False
    assert not renewal.turn()
    fleet.registry.allow(member.place.till, "olena")
    assert renewal.turn()
    assert membership.read(member.folder).fingerprint != before


def test_a_server_that_is_away_is_asked_again(member: Member) -> None:
    """At once where no broker takes the till either, else within the hour."""
    asked: list[str] = []
    closed = free_port()
    renewal = Renewal(member.folder, f"https://localhost:{closed}", UNKNOWN)
    with pytest.MonkeyPatch.context() as patch:

        def away(_folder: Path, url: str, _hardware: Hardware) -> NoReturn:
            asked.append(url)
            raise NoFleet("nobody is there")

        patch.setattr(enrolment, "renewed", away)
        assert not renewal.turn()
        assert not renewal.turn()
        assert len(asked) == 1
        renewal.connected = lambda: False
        assert not renewal.turn()
        assert len(asked) == 2


def test_a_shop_that_moves_to_another_cell_delivers_there_and_nothing_is_lost(
    fleet: site.Site, member: Member, tmp_path: Path
) -> None:
    """The till stands at the first broker, is told there that it moved, and asks the server."""
    listening = broker_config.Listening(
        free_port(), free_port(), "127.0.0.1", user=broker_config.own_user()
    )
    crl = fleet.registry.crl(fleet.authority, clock.now())
    path = broker_config.write(
        tmp_path / "two", fleet.authority, ["localhost"], listening, crl, clock.now()
    )
    second = OwnBroker(path, (("127.0.0.1", listening.port),))
    second.start()
    told = fleet.public
    url = f"mqtts://127.0.0.1:{listening.port}"
    public.write(fleet.folder, replace(told, cells={**told.cells, "2": (url,)}))

    till = opened(tmp_path)
    renewal = renewal_of(fleet, member)
    place = home(till.journal, f"mqtts://127.0.0.1:{fleet.options.broker_port}")
    own = partial(papers.of_member, member.folder)
    agent = Agent(
        replace(place, place=member.place, folder=member.folder, papers=own), ears=(renewal,)
    )
    renewal.deliver_to = agent.deliver_to
    renewal.start()
    agent.start()
    collector = fleet.identity("_collector")
    tls = (collector.trust, collector.chain, collector.key)
    try:
        with Collector(listening.service_port, tls=tls) as rows:
            rows.wait(lambda: agent.look.connected)
            till.sell(3)
            assert fleet.registry.to_cell("shop-7", "2", "olena") >= 1
            rows.wait(lambda: rows.upto(member.place.till, 1) >= 1)
            till.sell(3)
            rows.wait(lambda: rows.upto(member.place.till, 1) == till.journal.durable_seq)
            assert agent.look.broker == url
    finally:
        agent.close()
        renewal.close()
        second.stop()
        till.journal.close()
        public.write(fleet.folder, told)


def test_a_word_of_something_else_is_no_hint() -> None:
    renewal = Renewal(Path(), "https://localhost:1", UNKNOWN)
    place = topics.Place("kram", "shop-7", "01JD0000000000000000000001")
    for leaf, hinted in (("ack", False), ("desired/config", False), ("place", True)):
        renewal.heard(topics.read(place.down(*leaf.split("/"))), b"")
        assert renewal._hinted.is_set() is hinted
