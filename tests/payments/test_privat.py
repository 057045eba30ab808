"""PrivatBank's driver against its simulator: what only this protocol has."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.core.facts import TenderOutcome, TenderType
from appliance.core.payment_answer import PaymentAnswered, Totals
from appliance.payments.privat.batch import add_up
from appliance.payments.privat.driver import create
from appliance.payments.registry import PortError
from hw_sim.privat_terminal import PrivatTerminal
from hw_sim.terminal import Temper
from hw_sim.wire import Cable

from .conformance import ASKED_MINOR, Desk, _until, at_desk, check, pays
from .privat import QUICK, SUBJECT, dialogue

APPROVED, DECLINED, UNKNOWN = (
    TenderOutcome.APPROVED,
    TenderOutcome.DECLINED,
    TenderOutcome.UNKNOWN,
)


@contextmanager
def counter(*tempers: Temper, **terminal: object) -> Iterator[tuple[Desk, PrivatTerminal]]:
    subject = replace(SUBJECT, terminal=lambda: PrivatTerminal(**terminal))  # type: ignore[arg-type]
    with at_desk(subject, *tempers) as (desk, made, _):
        assert isinstance(made, PrivatTerminal)
        yield desk, made


def returns(desk: Desk, paid: PaymentAnswered, amount_minor: int = ASKED_MINOR) -> PaymentAnswered:
    desk.port.ask(desk.intent(9, -amount_minor, paid.reference))
    return desk.final()


def memo(desk: Desk, tender: int = 1) -> dict[str, str]:
    found = json.loads(desk.sent[tender])
    assert isinstance(found, dict)
    return found


def test_the_till_greets_hangs_up_identifies_hangs_up_and_stays() -> None:
    with counter() as (desk, terminal):
        links: list[int] = []
        serve, heard = terminal.serve, terminal.heard
        terminal.serve = lambda link: (links.append(len(heard)), serve(link))[1]  # type: ignore[method-assign]
        assert pays(desk).outcome is APPROVED
        assert pays(desk, 2).outcome is APPROVED
        first = [it for it in heard if it != "getLastStatMsgCode"]
        pay = ["GetReceiptInfo", "Purchase"]
        assert first == ["PingDevice", "identify", *pay, *pay]
        assert len(links) <= 3


def test_pauses_are_kept_between_messages_and_after_the_greeting() -> None:
    slow = replace(QUICK, between_s=0.05, after_ping_s=0.12)
    subject = replace(SUBJECT, dialogue=lambda url: dialogue(url, slow))
    with at_desk(subject) as (desk, terminal, _):
        times: dict[str, float] = {}
        heard = terminal._heard  # type: ignore[attr-defined]

        def timed(link, message) -> None:  # type: ignore[no-untyped-def]
            times.setdefault(message["method"], time.monotonic())
            heard(link, message)

        terminal._heard = timed  # type: ignore[attr-defined]
        desk.restart()
        pays(desk)
        assert times["ServiceMessage"] - times["PingDevice"] >= 0.1
        assert times["Purchase"] - times["GetReceiptInfo"] >= 0.04


def test_the_last_receipt_is_read_and_journalled_before_the_money_command() -> None:
    with counter() as (desk, terminal):
        terminal.print_receipt("1", 5_00)
        pays(desk)
        kept = memo(desk)
        assert kept["last_invoice_before"] == "000042"
        assert kept["terminal_id"] == terminal.terminal_id
        assert kept["method"] == "Purchase"


def somebody_pays_after(terminal: PrivatTerminal, amount_minor: int, **receipt: str) -> None:
    """By hand, before the terminal says another word to the till."""
    begin = terminal._begin

    def then_by_hand(link, message) -> None:  # type: ignore[no-untyped-def]
        begin(link, message)
        terminal._work(link)
        terminal.print_receipt("1", amount_minor, **receipt)

    terminal._begin = then_by_hand  # type: ignore[method-assign]


@pytest.mark.parametrize("foreign", [ASKED_MINOR - 1, ASKED_MINOR + 1])
def test_a_receipt_of_somebody_else_is_never_booked(foreign: int) -> None:
    with counter(Temper("charge_silently")) as (desk, terminal):
        somebody_pays_after(terminal, foreign)
        desk.port.ask(desk.intent(1))
        assert desk.answer().outcome is UNKNOWN


def test_an_older_receipt_of_the_same_amount_is_no_payment() -> None:
    with counter(Temper("silent")) as (desk, terminal):
        terminal.print_receipt("1", ASKED_MINOR)
        desk.port.ask(desk.intent(1))
        assert desk.final().outcome is DECLINED
        assert terminal.ledger == []


@pytest.mark.parametrize("other", [{"terminalId": "OTHER"}, {"txnType": "2"}])
def test_a_new_receipt_of_another_terminal_or_kind_is_somebody_elses(other: dict[str, str]) -> None:
    with counter(Temper("silent")) as (desk, terminal):
        terminal.print_receipt("1", 5_00)
        somebody_pays_after(terminal, ASKED_MINOR, **other)
        desk.port.ask(desk.intent(1))
        assert desk.answer().outcome is UNKNOWN


def test_after_an_empty_batch_a_receipt_of_yesterday_is_no_payment() -> None:
    with counter(Temper("silent")) as (desk, terminal):
        somebody_pays_after(terminal, ASKED_MINOR, date="01.01.2020")
        desk.port.ask(desk.intent(1))
        assert desk.answer().outcome is UNKNOWN


def test_an_answer_that_was_given_before_is_not_the_answer_now() -> None:
    with counter() as (desk, terminal):
        old = terminal.print_receipt("1", ASKED_MINOR)
        begin = terminal._begin

        def with_the_old_one_first(link, message) -> None:  # type: ignore[no-untyped-def]
            answer = {"method": "Purchase", "step": 0, "params": old, "error": False}
            link.send(json.dumps(answer).encode() + b"\0")
            begin(link, message)

        terminal._begin = with_the_old_one_first  # type: ignore[method-assign]
        answer = pays(desk)
        assert answer.reference.startswith("000043/")
        check(terminal, [answer])


def test_with_software_that_knows_no_receipts_a_lost_answer_stays_unknown() -> None:
    with counter(Temper(), Temper("charge_silently"), knows_receipts=False) as (desk, _):
        assert pays(desk).outcome is APPROVED
        desk.port.ask(desk.intent(2))
        assert desk.answer().outcome is UNKNOWN


def test_what_the_terminal_waits_for_is_shown_and_it_can_be_called_off() -> None:
    with counter(Temper("wait")) as (desk, _):
        desk.port.ask(desk.intent(1))
        assert desk.said.wait(5)
        assert desk.says == ["Present card"]
        desk.port.cancel(desk.intent(1))
        assert desk.final().outcome is TenderOutcome.CANCELLED


def test_it_is_interrupted_once_and_its_final_word_counts() -> None:
    with counter(Temper("wait", deaf_to_cancel=True)) as (desk, terminal):
        desk.port.ask(desk.intent(1))
        assert desk.said.wait(5)
        desk.port.cancel(desk.intent(1))
        _until(lambda: "getLastStatMsgCode" in _after(terminal.heard, "interrupt"))
        terminal.present()
        assert desk.final().outcome is APPROVED
        assert terminal.heard.count("interrupt") == 1


def test_a_payment_of_the_running_batch_is_withdrawn_by_its_receipt() -> None:
    with counter() as (desk, terminal):
        paid = pays(desk)
        assert returns(desk, paid).outcome is APPROVED
        assert terminal.heard.count("Withdrawal") == 1
        assert [it.reversed for it in terminal.ledger] == [True]


def test_a_part_of_it_is_withdrawn_as_a_part() -> None:
    with counter() as (desk, terminal):
        paid = pays(desk)
        assert returns(desk, paid, 10_00).amount_minor == -10_00
        assert "WithdrawalPartly" in terminal.heard


def test_a_payment_of_an_earlier_batch_is_refunded_by_its_rrn() -> None:
    with counter() as (desk, terminal):
        paid = pays(desk)
        desk.port.settle()
        assert desk.totals.get(timeout=5).settled
        assert returns(desk, paid).outcome is APPROVED
        assert [it.kind for it in terminal.ledger] == ["payment", "refund"]
        assert "Withdrawal" not in terminal.heard


def test_what_was_taken_back_is_not_taken_back_again() -> None:
    with counter(withdraws_in_place=True) as (desk, terminal):
        paid = pays(desk)
        assert returns(desk, paid).outcome is APPROVED
        desk.port.ask(desk.intent(10, -ASKED_MINOR, paid.reference))
        assert desk.final().outcome is DECLINED
        assert terminal.heard.count("Withdrawal") == 1


@pytest.mark.parametrize("in_place", [True, False])
def test_a_withdrawal_whose_answer_is_lost_is_found(in_place: bool) -> None:
    lost = Temper("charge_silently")
    with counter(Temper(), lost, withdraws_in_place=in_place) as (desk, terminal):
        paid = pays(desk)
        assert returns(desk, paid).outcome is APPROVED
        assert terminal.heard.count("Withdrawal") == 1


def test_a_payment_that_nobody_knows_the_number_of_is_not_refunded() -> None:
    with counter() as (desk, terminal):
        desk.port.ask(desk.intent(9, -ASKED_MINOR, ""))
        assert desk.final().outcome is DECLINED
        assert terminal.ledger == []


def test_the_batch_is_counted_and_closed() -> None:
    with counter() as (desk, terminal):
        terminal.print_receipt("1", 1_00)
        terminal.last_number += 2  # declined payments used numbers up
        paid = pays(desk)
        pays(desk, 2)
        returns(desk, paid)
        counted = Totals(3, 1_00 + 2 * ASKED_MINOR, 1, ASKED_MINOR)
        assert desk.count() == counted
        desk.port.settle()
        told = desk.totals.get(timeout=5)
        assert (told.settled, told.totals) == (True, counted)
        assert desk.count() == Totals(0, 0)
        desk.port.settle()  # an empty one has nothing to close
        assert desk.totals.get(timeout=5).totals == Totals(0, 0)


def test_a_withdrawal_counts_as_a_return_whether_or_not_it_has_a_receipt_of_its_own() -> None:
    def receipt(kind: str, rrn: str, code: str = "0000", amount: str = "5.00") -> dict[str, str]:
        return {"txnType": kind, "rrn": rrn, "responseCode": code, "amount": amount}

    own = [receipt("1", "a"), receipt("3", "a")]
    in_place = [receipt("3", "a")]
    assert add_up(own) == add_up(in_place) == Totals(1, 5_00, 1, 5_00)
    assert add_up([receipt("1", "a", "0051"), receipt("0", "b")]) == Totals(0, 0)
    assert add_up([receipt("1", "a", amount="?")]) == Totals(0, 0)


def test_nothing_of_a_card_leaves_the_driver() -> None:
    with counter(Temper(), Temper("decline")) as (desk, _):
        told = [pays(desk), pays(desk, 2)]
        everything = json.dumps([repr(told), desk.sent, desk.says])
        for secret in ("4761", "TEST/", "2612", "B4761", "XXXX"):
            assert secret not in everything


def test_only_hryvnia_are_asked_for() -> None:
    with counter() as (desk, terminal):
        desk.port.ask(replace(desk.intent(1), currency="EUR"))
        assert desk.final().outcome is DECLINED
        assert "Purchase" not in terminal.heard


def test_garbage_is_a_broken_wire_and_the_payment_is_found_afterwards() -> None:
    with counter() as (desk, terminal):
        begin = terminal._begin

        def garbage(link, message) -> None:  # type: ignore[no-untyped-def]
            link.send(b"\xff\xfe{{{\0")
            begin(link, message)

        terminal._begin = garbage  # type: ignore[method-assign]
        answer = pays(desk)
        assert answer.outcome is APPROVED
        check(terminal, [answer])


def test_it_pays_over_a_serial_line_too(tmp_path: Path) -> None:
    with PrivatTerminal() as terminal, _serial(terminal.port, tmp_path / "tty") as path:
        desk = Desk(SUBJECT, str(path))
        desk.open()
        try:
            answer = pays(desk)
            assert answer.outcome is APPROVED
            check(terminal, [answer])
            assert returns(desk, answer).outcome is APPROVED
        finally:
            desk.close()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "host"),
        ({"host": "a", "port": "/dev/ttyUSB0"}, "host"),
        ({"host": "a", "tcp_port": 0}, "tcp_port"),
        ({"host": "a", "between_s": "x"}, "between_s"),
        ({"host": "a", "answer_s": -1}, "answer_s"),
        ({"host": "a", "colour": "red"}, "colour"),
        ({"host": 5}, "host"),
    ],
)
def test_a_table_that_makes_no_port_says_what_to_write(table: dict[str, object], said: str) -> None:
    with pytest.raises(PortError, match=said):
        create("terminal", TenderType.CARD, table)


def test_a_table_makes_a_port_that_connects_to_nothing_yet() -> None:
    port = create(
        "pos", TenderType.CARD, {"host": "192.0.2.1", "after_ping_s": 4, "merchant_id": "1"}
    )
    assert (port.name, port.by_hand) == ("pos", False)
    assert create("pos", TenderType.CARD, {"port": "/dev/ttyUSB0"}).name == "pos"


def _after(heard: list[str], name: str) -> list[str]:
    return heard[heard.index(name) + 1 :] if name in heard else []


@contextmanager
def _serial(port: int, path: Path) -> Iterator[Path]:
    """A serial cable whose far end is the simulated terminal's socket."""
    with socket.create_connection(("127.0.0.1", port)) as far, Cable(path, far.sendall) as cable:

        def back() -> None:
            while data := far.recv(4096):
                cable.send(data)

        reader = threading.Thread(target=back, daemon=True)
        reader.start()
        yield path
        far.shutdown(socket.SHUT_RDWR)
        reader.join(5)
