"""The ECR17 driver: what it asks before, what it believes afterwards, and what it cannot do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.facts import SaleId, TenderOutcome, TenderType
from appliance.payments.dialogue import Answer, Errand
from appliance.payments.ecr17 import answers, outcome
from appliance.payments.ecr17.answers import Result
from appliance.payments.ecr17.driver import CANCEL_THERE, Ecr17Dialogue
from appliance.payments.ecr17.frames import FRAME_BYTES_MAX, MODES, Kind, Stream, wrapped
from appliance.payments.ecr17.outcome import Memo
from appliance.payments.line import LineLost
from appliance.payments.port import Intent
from appliance.payments.registry import PortError, create
from hw_sim.ecr17_terminal import PAN, TERMINAL_ID, Ecr17Terminal
from hw_sim.terminal import Temper

from .ecr17 import dialogue as dialogue_to

APPROVED, DECLINED, UNKNOWN = (
    TenderOutcome.APPROVED,
    TenderOutcome.DECLINED,
    TenderOutcome.UNKNOWN,
)
EURO_10 = 10_00


def errand(amount_minor: int = EURO_10, original: str = "") -> Errand:
    return Errand(
        Intent("K7-1-1-1", SaleId(1), 1, TenderType.CARD, amount_minor, "EUR", original=original)
    )


@contextmanager
def talking(terminal: Ecr17Terminal | None = None) -> Iterator[tuple[Ecr17Dialogue, Ecr17Terminal]]:
    with terminal or Ecr17Terminal() as it:
        dialogue = dialogue_to(it.url, it.mode)
        try:
            dialogue.connect()
            yield dialogue, it
        finally:
            dialogue.disconnect()


def lost(dialogue: Ecr17Dialogue, terminal: Ecr17Terminal, what: Errand, temper: Temper) -> Answer:
    """A payment whose answer never came, asked about when its time is over."""
    terminal.next.append(temper)
    with pytest.raises(LineLost):
        dialogue.pay(what)
    assert what.left
    dialogue.disconnect()
    dialogue.connect()
    late = dialogue.now() + timedelta(seconds=1)
    dialogue.now = lambda: late
    return dialogue.inquire(what)


@pytest.mark.parametrize("mode", sorted(MODES))
def test_all_four_sums_are_spoken(mode: str) -> None:
    with talking(Ecr17Terminal(mode=mode)) as (dialogue, terminal):
        assert dialogue.pay(errand()).outcome is APPROVED
        assert terminal.heard == ["s", "G", "P"]


def test_a_terminal_that_refuses_the_message_gets_it_again_and_no_more_than_thrice() -> None:
    with talking() as (dialogue, terminal):
        terminal.naks = 2
        assert dialogue.pay(errand()).outcome is APPROVED
        terminal.naks = 99
        with pytest.raises(LineLost):
            dialogue.pay(errand())
        assert terminal.naks == 96
        assert len(terminal.ledger) == 1


def test_a_message_without_an_answer_is_never_sent_again() -> None:
    with talking() as (dialogue, terminal):
        terminal.next.append(Temper("silent"))
        with pytest.raises(LineLost):
            dialogue.pay(errand())
        assert terminal.heard.count("P") == 1


def test_a_damaged_answer_is_asked_for_again() -> None:
    with talking() as (dialogue, terminal):
        terminal.damaged = 1
        assert dialogue.pay(errand()).outcome is APPROVED


def test_a_terminal_without_acks_is_understood() -> None:
    with talking(Ecr17Terminal(acknowledges=False)) as (dialogue, _):
        answer = dialogue.pay(errand())
        assert answer.outcome is APPROVED


def test_a_late_answer_to_an_earlier_question_is_not_taken_for_this_one() -> None:
    with talking() as (dialogue, terminal):
        first = dialogue.pay(errand(1_00))
        terminal.stray.append(terminal.results[-1])
        terminal.next.append(Temper("decline"))
        assert dialogue.pay(errand(2_00)).outcome is DECLINED
        assert first.outcome is APPROVED


def test_a_lost_payment_is_found_by_the_number_that_came_after_it() -> None:
    with talking() as (dialogue, terminal):
        assert lost(dialogue, terminal, errand(), Temper("charge_silently")).outcome is APPROVED


def test_without_a_new_number_nothing_was_charged() -> None:
    with talking() as (dialogue, terminal):
        assert lost(dialogue, terminal, errand(), Temper("silent")).outcome is DECLINED


def test_another_amount_is_another_payment_where_the_terminal_names_it() -> None:
    with talking(Ecr17Terminal(exchanges=True)) as (dialogue, terminal):
        temper = Temper("charge_silently", amount_minor=9_99)
        assert lost(dialogue, terminal, errand(), temper).outcome is UNKNOWN
        assert dialogue.pay(errand()).amount_minor == EURO_10


def test_the_last_payment_goes_back_whole_and_only_once() -> None:
    with talking() as (dialogue, terminal):
        first, last = dialogue.pay(errand()), dialogue.pay(errand())
        assert dialogue.refund(errand(-EURO_10, first.reference)).outcome is DECLINED
        for original in ("", "nonsense", last.reference.replace("1000", "999")):
            heard = len(terminal.heard)
            assert dialogue.refund(errand(-EURO_10, original)).outcome is DECLINED
            assert len(terminal.heard) == heard
    with talking() as (dialogue, terminal):
        paid = dialogue.pay(errand())
        assert dialogue.refund(errand(-EURO_10, paid.reference)).outcome is APPROVED
        assert dialogue.refund(errand(-EURO_10, paid.reference)).outcome is DECLINED


def test_progress_holds_the_time_limit_open() -> None:
    with talking() as (dialogue, terminal):
        terminal.next.append(Temper("wait"))
        threading.Timer(0.6, terminal.present).start()
        assert dialogue.pay(errand()).outcome is APPROVED


def test_a_cancel_is_told_to_the_cashier_once_and_the_terminals_word_counts() -> None:
    said: list[str] = []
    with talking() as (dialogue, terminal):
        terminal.next.append(Temper("wait"))
        what = errand()

        def say(text: str) -> None:
            said.append(text)
            what.cancel()
            if text == CANCEL_THERE:
                threading.Timer(0.05, terminal.press_red).start()

        what.say = say
        assert dialogue.pay(what).outcome is DECLINED
    assert said.count(CANCEL_THERE) == 1
    assert said[0] == "INSERIRE CARTA"


def test_no_card_data_leaves_the_driver() -> None:
    with talking() as (dialogue, _):
        answer = dialogue.pay(errand())
        assert answer.reference == "000802/1000"
        assert PAN not in repr(answer) + repr(dialogue)


def test_a_short_answer_has_empty_fields() -> None:
    for payload in ("", "000000420E", "000000420E0", "000000420V00"):
        assert answers.result(payload).stan == ""


SENT = datetime(2026, 12, 31, 23, 59, 50)
NEW = Result("00", date_time="0010001", stan="000802")


@pytest.mark.parametrize(
    ("result", "given_up", "expected"),
    [
        (NEW, False, APPROVED),
        (Result("00", date_time="0000000", stan="000802"), False, APPROVED),
        (Result("00", date_time="       ", stan="000802"), False, APPROVED),
        (Result("00", date_time="3652359", stan="000802"), False, APPROVED),
        (Result("00", date_time="0010200", stan="000802"), False, UNKNOWN),
        (Result("00", date_time="3642359", stan="000802"), False, UNKNOWN),
        (Result("00", date_time="0010001", stan="000801"), False, UNKNOWN),
        (Result("00", date_time="0010001", stan="000801"), True, DECLINED),
        (Result("01", error="NO", stan="000802"), False, DECLINED),
        (Result("05", stan="000802"), False, DECLINED),
        (Result("09", stan="000802"), False, UNKNOWN),
        (Result("77", stan="000802"), False, UNKNOWN),
        (Result("00", date_time="0010001", stan="000802", amount_minor=1), False, UNKNOWN),
    ],
)
def test_the_last_result_counts_only_if_all_fits(
    result: Result, given_up: bool, expected: TenderOutcome
) -> None:
    memo = Memo.of(Memo("000801", SENT).words())
    tolerance = timedelta(minutes=5)
    told = outcome.told_of(result, memo, 1000, given_up=given_up, clock_tolerance=tolerance)
    assert told.outcome is expected


@given(st.lists(st.binary(max_size=60) | st.sampled_from([b"\x02", b"\x03", b"\x06", b"\x01"])))
def test_a_stream_survives_any_noise_and_keeps_little(chunks: list[bytes]) -> None:
    stream = Stream("std")
    for chunk in chunks:
        stream.feed(chunk)
    assert len(stream._rest) <= FRAME_BYTES_MAX


@given(
    st.lists(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)),
    st.data(),
)
def test_a_stream_gives_the_same_however_it_is_cut(texts: list[str], data: st.DataObject) -> None:
    sent = b"".join(wrapped(it, "stx") for it in texts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=8)))
    stream = Stream("stx")
    got = []
    for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        got += stream.feed(sent[start:end])
    assert [(it.kind, it.text) for it in got] == [(Kind.MESSAGE, it) for it in texts]


def test_what_never_ends_is_dropped() -> None:
    stream = Stream("std")
    assert stream.feed(b"\x02" + b"A" * FRAME_BYTES_MAX)[0].kind is Kind.DAMAGED
    assert [it.text for it in stream.feed(wrapped("B", "std"))] == ["B"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, 'host = "..." is missing'),
        ({"host": "a"}, "terminal_id"),
        ({"host": "a", "terminal_id": "42"}, "eight digits"),
        ({"host": "a", "terminal_id": TERMINAL_ID, "till_id": "x"}, "eight digits"),
        ({"host": "a", "terminal_id": TERMINAL_ID, "lrc": "crc"}, "std, stx, noext, stx_noext"),
        ({"host": "a", "terminal_id": TERMINAL_ID, "stan": 1}, "stan is not known"),
    ],
)
def test_wrong_options_are_told_with_what_to_write(options: dict[str, object], said: str) -> None:
    table = {"name": "card", "type": "card", "driver": "ecr17", **options}
    with pytest.raises(PortError, match=said):
        create(table)


def test_right_options_make_a_port() -> None:
    table = {"name": "card", "type": "card", "driver": "ecr17", "host": "127.0.0.1"}
    assert create(table | {"terminal_id": TERMINAL_ID}).name == "card"
