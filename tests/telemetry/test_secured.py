"""The agent with its own certificate at the fleet's own broker; and what a sale costs on that wire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509

from appliance.core.fleet_look import FleetTrouble
from appliance.fleet import site
from appliance.telemetry import membership, papers
from appliance.telemetry.agent import Agent
from appliance.telemetry.outbox import Reach
from appliance.wire import seal
from hw_sim.cut_proxy import CutProxy
from hw_sim.fleet_member import Member, collector, enrolled, served
from tests.journal.till import Ringing
from tests.telemetry.builders import home, opened

SALES = 20
SALE_BYTES_MAX = 1500


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Site]:
    with served(tmp_path_factory.mktemp("fleet")) as it:
        yield it


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Ringing]:
    it = opened(tmp_path)
    yield it
    it.journal.close()


@pytest.fixture
def member(fleet: site.Site, tmp_path: Path) -> Member:
    return enrolled(fleet, tmp_path / "fleet")


class Shown:
    """A journal of which the agent sees whole sales: however busy the machine, each is one batch."""

    def __init__(self, till: Ringing) -> None:
        self._journal = till.journal
        self.all()

    def all(self) -> None:
        self._reach = self._journal.epoch, self._journal.durable_seq

    def reach(self) -> tuple[int, int]:
        return self._reach


def agent_of(member: Member, till: Ringing, port: int, reach: Reach | None = None) -> Agent:
    made = home(till.journal, f"mqtts://127.0.0.1:{port}")
    own = partial(papers.of_member, member.folder)
    made = replace(made, place=member.place, folder=member.folder, papers=own)
    return Agent(replace(made, reach=reach or made.reach))


def test_an_enrolled_till_delivers_with_its_own_certificate_and_signature(
    fleet: site.Site, member: Member, till: Ringing
) -> None:
    agent = agent_of(member, till, fleet.options.broker_port)
    with collector(fleet) as rows:
        agent.start()
        till.sell(3)
        till.close_shift()
        rows.wait(lambda: rows.upto(member.place.till, 1) == till.journal.durable_seq)
        agent.close()
    certificate = x509.load_pem_x509_certificate((member.folder / "till.crt").read_bytes())
    assert all(
        seal.is_signed(certificate.public_key(), it.head, it.signature)  # type: ignore[arg-type]
        for it in rows.batches
    )
    assert rows.hellos[0].cert == membership.read(member.folder).fingerprint
    assert agent.look.certificate_until
    assert not agent.look.certificate_near


def test_a_till_that_was_locked_out_says_so_and_goes_on_selling(
    fleet: site.Site, member: Member, till: Ringing
) -> None:
    fleet.registry.deny(member.place.till, "olena", "stolen")
    agent = agent_of(member, till, fleet.options.broker_port)
    agent.start()
    with collector(fleet) as rows:
        rows.wait(lambda: agent.look.trouble is not FleetTrouble.NONE)
        till.sell(3)
        assert not agent.look.connected
    agent.close()


def test_a_sale_of_three_lines_costs_at_most_so_many_bytes_with_all_that_goes_with_it(
    fleet: site.Site, member: Member, till: Ringing
) -> None:
    """Both ways: TLS, MQTT's headers and confirmations, the batch, its signature, the answer."""
    uid = member.place.till
    with CutProxy(fleet.options.broker_port) as proxy, collector(fleet) as rows:
        shown = Shown(till)
        agent = agent_of(member, till, proxy.port, shown.reach)
        agent.start()
        rows.wait(lambda: rows.upto(uid, 1) == till.journal.durable_seq)
        rows.wait(lambda: agent.look.connected)
        before = sum(proxy.passed.values())
        for _ in range(SALES):
            till.sell(3)
            shown.all()
            agent.nudge()
            rows.wait(lambda: rows.upto(uid, 1) == till.journal.durable_seq)
        agent.close()
        each = (sum(proxy.passed.values()) - before) / SALES
    plain = sum(len(it.body) for it in till.journal.records(limit=10**6)) / (SALES + 1)
    assert each < SALE_BYTES_MAX, f"{each:.0f} bytes; the facts alone are {plain:.0f}"
    assert each < 1.2 * plain, "less than a fifth on top of what happened"
