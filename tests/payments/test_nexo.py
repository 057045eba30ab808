"""nexo's driver against its simulator: what only this protocol has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.facts import TenderOutcome, TenderType
from appliance.malformed import Malformed
from appliance.payments.line import LineLost
from appliance.payments.nexo import messages
from appliance.payments.nexo.driver import create, draw_service_id
from appliance.payments.nexo.messages import Address, Exchange
from appliance.payments.registry import PortError
from appliance.payments.tls import Trust
from hw_sim.certificates import certificate
from hw_sim.nexo_terminal import POI_ID, NexoTerminal
from hw_sim.terminal import Temper

from .conformance import ASKED_MINOR, _until, at_desk, check, pays
from .nexo import SUBJECT, dialogue, passphrase_file, shown, terminal

EXCHANGE = Exchange(Address("TILL-7", POI_ID), "Payment", "a1")
APPROVED = TenderOutcome.APPROVED


def connects(trust: Trust | None = None, **settings: Any) -> None:
    with terminal() as made:
        dialogue(made.url, trust, **settings).connect()


def test_a_terminal_is_known_by_who_signed_its_certificate_and_by_its_name() -> None:
    connects()
    connects(Trust(str(shown().path), ""))
    connects(Trust(fingerprint=shown().fingerprint))
    by_pairs = ":".join(re.findall("..", shown().fingerprint.upper()))
    connects(Trust(fingerprint=by_pairs))


def test_another_terminals_certificate_is_refused(tmp_path: Path) -> None:
    other = certificate(tmp_path, "V400m-000000002.test.terminal.adyen.com")
    for trust in (
        Trust(str(other.path), f"{POI_ID}."),
        Trust(str(shown().path), "V400m-000000002."),
        Trust(str(shown().path), "P400Plus-0000000011."),
        Trust(fingerprint=other.fingerprint),
    ):
        with pytest.raises(LineLost):
            connects(trust)


def test_a_terminal_with_another_passphrase_is_not_understood() -> None:
    with pytest.raises((LineLost, Malformed)):
        connects(passphrase="another one")


def test_service_ids_are_short_and_never_the_same() -> None:
    drawn = {draw_service_id() for _ in range(2000)}
    assert len(drawn) == 2000
    assert all(re.fullmatch("[A-Za-z0-9]{1,10}", it) for it in drawn)


def test_what_it_takes_to_ask_later_is_journalled_and_asked_with() -> None:
    with at_desk(SUBJECT, Temper("charge_silently")) as (desk, made, _):
        answer = pays(desk)
        assert answer.outcome is APPROVED
        kept = json.loads(desk.sent[1])
        assert kept["category"] == "Payment"
        assert list(made.running) == [kept["service"]]  # type: ignore[attr-defined]
        assert made.heard.count("Payment") == 1
        assert "TransactionStatus" in made.heard
        check(made, [answer])


def test_an_abort_travels_beside_the_payment_and_once() -> None:
    with at_desk(SUBJECT, Temper("wait")) as (desk, made, _):
        desk.port.ask(desk.intent(1))
        _until(lambda: "Payment" in made.heard)
        desk.port.cancel(desk.intent(1))
        assert desk.final().outcome is TenderOutcome.CANCELLED
        assert made.heard.count("Abort") == 1


def test_a_payment_still_running_after_a_restart_is_called_off_by_its_number() -> None:
    with at_desk(SUBJECT, Temper("wait")) as (desk, made, _):
        desk.port.ask(desk.intent(1))
        _until(lambda: "Payment" in made.heard)
        desk.restart()
        desk.port.inquire(desk.intent(1))
        assert desk.answer().detail == "InProgress"
        desk.port.cancel(desk.intent(1))
        assert desk.final().outcome is TenderOutcome.CANCELLED


def test_a_payment_is_reversed_by_its_number_and_a_free_refund_needs_the_card() -> None:
    with at_desk(SUBJECT) as (desk, made, _):
        paid = pays(desk)
        desk.port.ask(desk.intent(2, -ASKED_MINOR, paid.reference))
        assert desk.final().amount_minor == -ASKED_MINOR
        desk.port.ask(desk.intent(3, -5_00, ""))
        assert desk.final().outcome is APPROVED
        assert [(it.kind, it.reversed) for it in made.ledger] == [
            ("payment", True),
            ("refund", False),
        ]


def test_a_reversal_whose_answer_is_lost_is_found() -> None:
    with at_desk(SUBJECT, Temper(), Temper("charge_silently")) as (desk, made, _):
        paid = pays(desk)
        desk.port.ask(desk.intent(2, -ASKED_MINOR, paid.reference))
        assert desk.final().outcome is APPROVED
        assert made.heard.count("Reversal") == 1


def test_nothing_of_a_card_leaves_the_driver() -> None:
    with at_desk(SUBJECT) as (desk, _, _):
        everything = json.dumps([repr(pays(desk)), desk.sent, desk.says])
        assert "4761" not in everything
        assert "0119" not in everything


@pytest.mark.parametrize(
    "http",
    [
        b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno", b"\xff\xff\xff\r\n\r\n", b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 200 OK\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ],
)  # fmt: skip
def test_an_answer_that_is_none_loses_no_payment(http: bytes) -> None:
    with at_desk(SUBJECT) as (desk, made, _):
        assert isinstance(made, NexoTerminal)
        _answer_once(made, "Payment", lambda link: link.send(http))
        answer = pays(desk)
        assert answer.outcome is APPROVED
        check(made, [answer])


def test_an_answer_in_pieces_without_a_length_is_read_to_its_end() -> None:
    with at_desk(SUBJECT) as (desk, made, _):
        assert isinstance(made, NexoTerminal)
        send = made._send

        def in_chunks(link: Any, header: Any, body: Any) -> None:
            whole: list[bytes] = []
            send(type("Kept", (), {"send": lambda _, data: whole.append(data)})(), header, body)
            content = whole[0].partition(b"\r\n\r\n")[2]
            link.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for piece in (content[:7], content[7:]):
                link.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            link.send(b"0\r\n\r\n")

        made._send = in_chunks  # type: ignore[method-assign]
        assert pays(desk).outcome is APPROVED


# What answers mean, without a wire.


def body(result: str = "Success", condition: str | None = None, **more: object) -> dict[str, Any]:
    response = {"Result": result} | ({"ErrorCondition": condition} if condition else {})
    poi = {"POITransactionID": {"TransactionID": "oq3z.9", "TimeStamp": "2026-11-29T08:00:00Z"}}
    return {"Response": response, "POIData": poi} | more


def paid(amount: object, currency: str = "EUR") -> dict[str, Any]:
    return {"AmountsResp": {"Currency": currency, "AuthorizedAmount": amount}}


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [("Refusal", "declined"), ("Busy", "declined"), ("WrongPIN", "declined"), ("Aborted", "cancelled"),
     ("Cancel", "cancelled"), ("InProgress", "unknown"), ("SomethingNew", "unknown"), (None, "unknown")],
)  # fmt: skip
def test_a_failure_is_final_only_if_the_protocol_says_so(
    condition: str | None, outcome: str
) -> None:
    told = messages.meaning(body("Failure", condition), 100, "EUR")
    assert told.outcome is TenderOutcome(outcome)


@pytest.mark.parametrize(
    ("result", "expected"),
    [(paid(46.9), 4690), (paid(20), 2000), (paid(0.07), 7), (paid(46.901), None),
     (paid("46.90"), None), (paid(True), None), (paid(-1), None), (paid(46.9, "USD"), None),
     (paid(1e30), 10**32), (paid(None), None)],
)  # fmt: skip
def test_the_amount_is_the_answers_own(result: object, expected: int | None) -> None:
    told = messages.meaning(body(PaymentResult=result), 4690, "EUR")
    assert told.amount_minor == expected
    assert (told.outcome is APPROVED) == (expected is not None)


@given(st.integers(0, 10**12), st.sampled_from(["EUR", "UAH", "JPY", "TND"]))
def test_an_amount_goes_through_json_unchanged(amount_minor: int, currency: str) -> None:
    number = json.loads(json.dumps(messages.to_number(amount_minor, currency)))
    assert messages.to_minor(number, currency) == amount_minor


@pytest.mark.parametrize("name", ["MessageCategory", "ServiceID", "SaleID", "POIID"])
def test_an_answer_to_another_question_is_not_read(name: str) -> None:
    header = EXCHANGE.header("Response")
    answer = {"SaleToPOIResponse": {"MessageHeader": header, "PaymentResponse": {"x": 1}}}
    assert EXCHANGE.response_in(answer) == {"x": 1}
    answer["SaleToPOIResponse"]["MessageHeader"] = header | {name: "other"}
    with pytest.raises(Malformed, match=name):
        EXCHANGE.response_in(answer)
    repeated = {
        "Response": {"Result": "Success"},
        "RepeatedMessageResponse": {
            "MessageHeader": header | {name: "other"},
            "RepeatedResponseMessageBody": {"PaymentResponse": body(PaymentResult=paid(1))},
        },
    }
    with pytest.raises(Malformed, match=name):
        messages.status_meaning(repeated, EXCHANGE, 100, "EUR")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"ca": None}, "ca"),
        ({"fingerprint": "00"}, "ca"),
        ({"ca": "/nowhere.pem"}, "/nowhere.pem"),
        ({"poi_id": None}, "poi_id"),
        ({"key_version": "1"}, "key_version"),
        ({"check_name": "no"}, "check_name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_table_that_makes_no_port_says_what_to_write(table: dict[str, Any], said: str) -> None:
    good = {
        "host": "192.0.2.1",
        "poi_id": POI_ID,
        "passphrase_file": str(passphrase_file()),
        "key_identifier": "till-7",
        "ca": str(shown().path),
    }
    assert create("pos", TenderType.CARD, good).name == "pos"
    changed = {key: value for key, value in (good | table).items() if value is not None}
    with pytest.raises(PortError, match=said):
        create("pos", TenderType.CARD, changed)


def _answer_once(made: NexoTerminal, category: str, instead: Callable[[Any], None]) -> None:
    send, left = made._send, [1]

    def once(link: Any, header: Any, answer: Any) -> None:
        if header["MessageCategory"] == category and left:
            left.pop()
            instead(link)
        else:
            send(link, header, answer)

    made._send = once  # type: ignore[method-assign]
