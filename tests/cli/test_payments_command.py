"""`till payments` and `till doctor`: what terminals were asked, their day, and whether they answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appliance.cli import main, where
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.payment_answer import PaymentAnswered, Totals
from appliance.core.policy import PortRule
from appliance.local_socket import LocalSocket
from appliance.payments.cashdesk import CashDesk
from hw_sim.payment import SimulatedPort, lose
from hw_sim.zvt_terminal import ZvtTerminal
from tests.core.builders import POLICY
from tests.till.builders import Running, open_shift, running

Run = Callable[..., str]
CARD = f.TenderType.CARD
SHOP = replace(POLICY, ports=(PortRule("terminal", CARD, by_hand=False),))


@pytest.fixture
def port() -> SimulatedPort:
    return SimulatedPort(on_totals=Totals(2, 60_00))


@pytest.fixture
def it(tmp_path: Path, port: SimulatedPort) -> Iterator[Running]:
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as made:
        server = LocalSocket(tmp_path / "till.sock", made.till)  # type: ignore[arg-type]
        server.start()
        open_shift(made)
        yield made
        server.close()


def runner(tmp_path: Path, more: str = "") -> Run:
    if not main.app.registered_groups:
        main._mount()
    config = tmp_path / "shop.toml"
    config.write_text(f'[shop]\nlanguage = "en"\n[till]\ndata_dir = "{tmp_path}"\n{more}')

    def run(*words: object, code: int = 0) -> str:
        done = CliRunner().invoke(main.app, ["--config", str(config), *map(str, words)])
        assert done.exit_code == code, done.output + repr(done.exception)
        return done.output

    return run


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    yield runner(tmp_path)
    where.use(None)


def pays(it: Running) -> None:
    it.sells("milk")
    it.does(c.AskTender(CARD))
    it.does(c.SkipReceipt())


def test_every_question_is_listed_with_its_state_and_shown_whole(
    it: Running, run: Run, port: SimulatedPort
) -> None:
    assert "No terminal was asked" in run("payments", "list", code=1)
    pays(it)
    port.on_ask = lose()
    it.sells("bread")
    it.does(c.AskTender(CARD))
    it.does(c.SuspendSale("?"))
    told = run("payments", "list")
    assert "1/1-1" in told
    assert "approved" in told
    (lost,) = json.loads(run("payments", "list", "--state", "unknown", "--json"))
    assert (lost["sale"], lost["state"], lost["detail"]) == (2, "unknown", "no answer")
    (shown,) = json.loads(run("payments", "show", "1/1", "--json"))
    assert (shown["reference"], shown["receipt"], shown["cashier"]) == ("RRN1", 1, "olena")
    assert "RRN1" in run("payments", "show", "1/1-1")
    assert "known: created, sent" in run("payments", "list", "--state", "lost", code=2)
    run("payments", "show", "x", code=2)
    run("payments", "show", "1/77", code=1)


def test_a_late_answer_is_booked_to_its_own_question(
    it: Running, run: Run, port: SimulatedPort
) -> None:
    port.on_ask = lose()
    pays_nobody_knows(it)
    port.late(PaymentAnswered(f.SaleId(1), 1, f.TenderOutcome.APPROVED, 46_90, "LATE"))
    it.does(c.SkipReceipt())  # whatever was told before has been heard
    (told,) = json.loads(run("payments", "list", "--json"))
    assert (told["state"], told["reference"], told["sale"]) == ("approved", "LATE", 1)


def pays_nobody_knows(it: Running) -> None:
    it.sells("milk")
    it.does(c.AskTender(CARD))
    it.does(c.SuspendSale("?"))
    it.sells("bread")
    it.does(c.TenderCash())


def test_a_terminal_s_day_is_compared_and_its_difference_signed(it: Running, run: Run) -> None:
    pays(it)
    assert "not asked yet" in run("payments", "reconcile")
    run("payments", "totals", "terminal", "--close")
    told = run("payments", "reconcile", code=1)
    assert "differs by 13.10" in told
    assert "2 x 60.00 taken" in told
    assert json.loads(run("payments", "reconcile", "--json", code=1))[0]["closed"]
    run("payments", "accept", "terminal", "--reason", "slip", "--actor", "ivan")
    assert "nothing to compare" in run("payments", "reconcile")
    assert "settled" in run("payments", "list")


def test_the_doctor_greets_each_terminal_and_says_how_to_mend_it(tmp_path: Path) -> None:
    with ZvtTerminal() as terminal:
        table = '[[payments]]\nname = "{0}"\ntype = "card"\ndriver = "zvt"\nhost = "127.0.0.1"\n'
        there = table.format("there") + f"tcp_port = {terminal.port}\n"
        run = runner(tmp_path, there + table.format("gone") + "tcp_port = 1\n")
        told = {
            row["subject"]: row
            for row in map(json.loads, run("doctor", "--json", code=1).splitlines())
        }
        where.use(None)
    assert told["there (PaymentTerminal)"]["state"] == "ready"
    assert told["gone (PaymentTerminal)"]["state"] == "missing"
    assert "network cable" in told["gone (PaymentTerminal)"]["remedy"]
    assert terminal.ledger == []
