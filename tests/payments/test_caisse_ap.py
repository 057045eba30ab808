"""Caisse-AP's driver against its simulator: what only this protocol has."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from appliance.core.facts import TenderOutcome, TenderType
from appliance.payments.caisse_ap.driver import NO_QUESTION, create
from appliance.payments.caisse_ap.message import encode
from appliance.payments.registry import PortError
from hw_sim.caisse_ap_terminal import PAN, CaisseApTerminal
from hw_sim.terminal import Temper, Terminal

from .caisse_ap import SUBJECT
from .conformance import ASKED_MINOR, at_desk, pays

APPROVED, UNKNOWN = TenderOutcome.APPROVED, TenderOutcome.UNKNOWN


def answering(terminal: Terminal, *pieces: bytes) -> None:
    """The next questions are answered so, whatever they are."""
    assert isinstance(terminal, CaisseApTerminal)

    def serve(link: Any) -> None:
        if terminal._question(link) is not None:
            for piece in pieces:
                link.send(piece)
            while link.receive(0.01) is not None and not terminal.stopping:
                pass

    terminal.serve = serve  # type: ignore[method-assign]


def fields(*more: tuple[str, str]) -> bytes:
    return encode([("CZ", "0300"), ("CA", "01"), ("CE", "978"), ("CD", "0"), *more]).encode()


WHOLE = fields(("CB", str(ASKED_MINOR)), ("AE", "10"), ("AC", "123456"))


def test_an_answer_in_pieces_is_read_to_its_end() -> None:
    with at_desk(SUBJECT) as (desk, terminal, _):
        answering(terminal, WHOLE[:9], WHOLE[9:40], WHOLE[40:])
        answer = pays(desk)
        assert (answer.amount_minor, answer.reference) == (ASKED_MINOR, "123456")


@pytest.mark.parametrize(
    "answer",
    [
        fields(("AE", "10")),
        fields(("CB", "x"), ("AE", "10")),
        fields(("CB", "4690"), ("AE", "11")),
        fields(("CB", "4690"), ("AE", "77")),
        fields(("CB", "4690")),
        WHOLE.replace(b"CE003978", b"CE003756"),
        WHOLE.replace(b"CA00201", b"CA00202"),
        WHOLE.replace(b"CD0010", b"CD0011"),
        WHOLE[:-1],
        b"\xff" + WHOLE,
        b"GET / HTTP/1.1",
    ],
)
def test_what_is_no_clear_answer_to_this_question_is_unknown(answer: bytes) -> None:
    with at_desk(SUBJECT) as (desk, terminal, _):
        answering(terminal, answer)
        desk.port.ask(desk.intent(1))
        assert desk.answer().outcome is UNKNOWN


def test_a_payment_that_is_taken_on_is_waited_for() -> None:
    taken = fields(("CB", "4690"), ("AE", "11"))
    with at_desk(SUBJECT) as (desk, terminal, _):
        answering(terminal, taken)
        desk.port.ask(desk.intent(1))
        assert desk.answer().detail == "the terminal has not answered"


def test_unknown_stays_unknown_and_says_why() -> None:
    with at_desk(SUBJECT, Temper("charge_silently")) as (desk, terminal, _):
        desk.port.ask(desk.intent(1))
        assert desk.answer().outcome is UNKNOWN
        desk.restart()
        desk.port.inquire(desk.intent(1))
        told = desk.answer()
        assert (told.outcome, told.detail) == (UNKNOWN, NO_QUESTION)
        assert terminal.heard == ["debit"]


def test_money_goes_back_as_a_credit() -> None:
    with at_desk(SUBJECT) as (desk, terminal, _):
        desk.port.ask(desk.intent(1, -5_00, "000001"))
        assert desk.final().amount_minor == -5_00
        assert [it.kind for it in terminal.ledger] == ["refund"]


def test_nothing_of_a_card_leaves_the_driver() -> None:
    with at_desk(SUBJECT) as (desk, _, _):
        assert PAN not in json.dumps([repr(pays(desk)), desk.sent, desk.says])


def test_a_currency_without_a_number_is_not_asked_for() -> None:
    with at_desk(SUBJECT) as (desk, terminal, _):
        desk.port.ask(replace(desk.intent(1), currency="UAH"))
        assert desk.final().outcome is TenderOutcome.DECLINED
        assert terminal.heard == []


@pytest.mark.parametrize(
    ("table", "said"),
    [({}, "host"), ({"host": "a", "till": 100}, "till"), ({"host": "a", "licence": "12"}, "licence"),
     ({"host": "a", "colour": 1}, "colour"), ({"host": "a", "tcp_port": True}, "tcp_port")],
)  # fmt: skip
def test_a_table_that_makes_no_port_says_what_to_write(table: dict[str, object], said: str) -> None:
    assert create("pos", TenderType.CARD, {"host": "192.0.2.1"}).name == "pos"
    with pytest.raises(PortError, match=said):
        create("pos", TenderType.CARD, table)
