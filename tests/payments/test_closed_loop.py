"""The shop's own cards at an ISO 8583 host: the messages, and reversals that outlive everything."""

from __future__ import annotations

import asyncio
import base64
import copy
import multiprocessing
import os
import signal
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace

import iso8583
import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso8583.specs import default_ascii
from iso8583sim.net import MockHost, Rule

from appliance.core.facts import TenderOutcome, TenderType
from appliance.malformed import Malformed
from appliance.payments.dialogue import Errand
from appliance.payments.iso8583.driver import ClosedLoopDialogue, create
from appliance.payments.iso8583.ledger import Ledger, State
from appliance.payments.iso8583.message import FIELDS, MACS, decode, encode, framed, unframed
from appliance.payments.line import LineLost, line_to
from appliance.payments.port import Intent
from appliance.payments.registry import PortError
from hw_sim.card_slot import CardSlot
from hw_sim.closed_loop_host import AID, PAN, ClosedLoopHost, chip_card
from hw_sim.terminal import Temper

from .closed_loop import QUICK, SUBJECT, data_of, new_data
from .conformance import ASKED_MINOR, at_desk, live, pays

SPEC = copy.deepcopy(default_ascii)
for _bitmap in ("p", "1"):
    SPEC[_bitmap]["data_enc"] = "b"
for _mac in ("64", "128"):
    SPEC[_mac].update(data_enc="b", max_len=8)

LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


def value(number):
    field = FIELDS[number]
    if field.binary:
        return st.binary(min_size=field.size, max_size=field.size).map(lambda it: it.hex().upper())
    if field.numeric:
        return st.text("0123456789", min_size=field.size, max_size=field.size)
    least = 0 if field.digits_of_length else field.size
    return st.text(LETTERS, min_size=least, max_size=field.size)


messages = st.fixed_dictionaries({}, optional={number: value(number) for number in FIELDS})


def _is_field(key):
    return key.isdigit() and key != "1"


@given(messages)
def test_a_message_is_the_same_to_an_independent_library(fields):
    data = encode("0200", fields)
    told, _ = iso8583.decode(data, SPEC)
    assert {
        int(k): v.upper() if int(k) in MACS else v for k, v in told.items() if _is_field(k)
    } == fields
    raw, _ = iso8583.encode({"t": "0200", **{str(k): v for k, v in fields.items()}}, SPEC)
    assert bytes(raw) == data
    assert decode(data) == ("0200", fields)


@given(st.binary(max_size=200), st.integers(0, 40))
def test_noise_is_malformed_and_nothing_worse(noise, cut):
    for data in (noise, b"0210" + noise, encode("0210", {39: "00", 4: "1"})[:cut] + noise):
        with suppress(Malformed):
            decode(data)


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5), st.integers(1, 7))
def test_a_stream_in_any_pieces_gives_the_same_messages(bodies, step):
    stream = b"".join(map(framed, bodies))
    got, buffer = [], b""
    for at in range(0, len(stream), step):
        buffer += stream[at : at + step]
        found, buffer = unframed(buffer)
        while found is not None:
            got.append(found)
            found, buffer = unframed(buffer)
    assert (got, buffer) == (bodies, b"")


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(tmp_path / "loop.db")
    yield made
    made.close()


def sent(ledger, intent="7-1-1-1"):
    return ledger.begin(intent, "000000", 4690, "UAH", "1129090000")


def test_what_left_in_a_process_that_is_gone_is_taken_back(ledger, tmp_path):
    sent(ledger)
    again = Ledger(tmp_path / "loop.db")
    assert again.reversing() == []  # a look at it takes nothing back
    again.reverse_what_was_cut_off()
    assert [it.intent for it in again.reversing()] == ["7-1-1-1"]


def test_a_late_approval_of_what_is_taken_back_changes_nothing(ledger):
    sent(ledger)
    ledger.reverse("7-1-1-1")
    ledger.approved("7-1-1-1", 4690, "000001")
    assert ledger.of("7-1-1-1").state is State.REVERSING


def test_every_message_has_a_number_of_its_own_though_processes_die(tmp_path):
    numbers = []
    for turn in range(4):
        with_this = Ledger(tmp_path / "loop.db")
        numbers += [sent(with_this, f"1-1-{turn}-{it}").stan for it in range(3)]
        numbers.append(with_this.stan())
        with_this.close()
    assert len(numbers) == len(set(numbers)) == 16


def pay_and_die(url, data, pipe):
    """A till that is killed right after its question left."""
    slot = CardSlot("slot", data, AID, chip_card().transmit)
    slot.open(lambda _message: None)
    line = line_to(url)
    send = line.send

    def send_and_tell(what):
        send(what)
        if b"0200" in what[:6]:
            os.write(pipe, b"!")
            threading.Event().wait()

    line.send = send_and_tell
    dialogue = ClosedLoopDialogue(line, Ledger(data / "loop.db"), QUICK, lambda: slot)
    dialogue.connect()
    dialogue.pay(errand())


def errand(amount=ASKED_MINOR, original="", tender=1):
    intent = Intent(f"K7-1-1-{tender}", 1, tender, TenderType.CARD, amount, "UAH", original)
    return Errand(intent)


@contextmanager
def at_host(shown=None, *, static=False, tapped=False, **settings):
    with ClosedLoopHost() as host:
        data = new_data(host.url)
        slot = CardSlot("slot", data, AID, shown or chip_card().transmit, static=static)
        slot.tapped = tapped
        slot.open(lambda _message: None)
        ledger = Ledger(data / "loop.db")
        dialogue = ClosedLoopDialogue(
            line_to(host.url), ledger, replace(QUICK, **settings), lambda: slot
        )
        dialogue.connect()
        try:
            yield host, dialogue, ledger, slot
        finally:
            dialogue.disconnect()
            slot.close()
            ledger.close()


def test_a_till_killed_after_its_question_takes_the_money_back_when_it_is_back():
    with ClosedLoopHost() as host:
        data = new_data(host.url)
        reading, writing = os.pipe()
        process = multiprocessing.get_context("fork").Process(
            target=pay_and_die, args=(host.url, data, writing)
        )
        process.start()
        os.close(writing)
        assert os.read(reading, 1) == b"!"
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        os.close(reading)
        ledger = Ledger(data / "loop.db")
        dialogue = ClosedLoopDialogue(line_to(host.url), ledger, QUICK, lambda: None)
        dialogue.connect()
        assert dialogue.inquire(errand()).outcome is TenderOutcome.DECLINED
        assert live(host) == []
        assert host.heard.count("0200") == 1
        dialogue.disconnect()


def test_a_reversal_waits_for_days_and_blocks_the_next_sale_until_it_is_confirmed():
    with at_host() as (host, dialogue, ledger, _):
        host.next.append(Temper("charge_silently"))
        host.confirms = False
        with pytest.raises(LineLost):
            dialogue.pay(errand())
        for tender in (2, 3):
            answer = dialogue.pay(errand(tender=tender))
            assert answer.outcome is TenderOutcome.DECLINED
            assert "taken back" in answer.detail
        assert host.heard.count("0200") == 1
        assert [it for it in host.heard if it.startswith("04")] == ["0400", "0401"]
        assert len(ledger.reversing()) == 1
        host.confirms = True
        assert dialogue.pay(errand(tender=4)).outcome is TenderOutcome.APPROVED
        assert ledger.reversing() == []
        assert [it.amount_minor for it in live(host)] == [ASKED_MINOR]


def test_a_late_answer_is_not_taken_for_the_next_one():
    with at_host() as (host, dialogue, _, _slot):
        host.next.append(Temper("wait"))
        with pytest.raises(LineLost):
            dialogue.pay(errand())
        host.present()  # the answer to the first one arrives now
        answer = dialogue.pay(errand(amount=100, tender=2))
        assert (answer.outcome, answer.amount_minor) == (TenderOutcome.APPROVED, 100)
        assert [it.amount_minor for it in live(host)] == [100]


def test_more_than_was_asked_for_is_never_booked():
    with at_host() as (host, dialogue, _ledger, _):
        host.next.append(Temper(amount_minor=ASKED_MINOR + 1))
        with pytest.raises(Malformed):
            dialogue.pay(errand())
        assert dialogue.inquire(errand()).outcome is TenderOutcome.DECLINED
        assert live(host) == []


def test_nobody_holds_a_card_to_it_and_nothing_leaves():
    with at_host(card_s=0.1) as (host, dialogue, _ledger, slot):
        slot.card = None
        assert dialogue.pay(errand()).outcome is TenderOutcome.CANCELLED
        assert "0200" not in host.heard


def test_a_key_that_is_gone_is_told_and_nothing_leaves(tmp_path):
    with at_host() as (host, dialogue, _, _slot):
        for path in data_of(host.url).glob("card-keys/*.key"):
            path.unlink()
        answer = dialogue.pay(errand())
        assert answer.outcome is TenderOutcome.DECLINED
        assert "till card-key" in answer.detail
        assert "0200" not in host.heard


def test_an_older_card_of_others_is_declined_by_the_host():
    with at_host() as (_host, dialogue, _, slot):
        slot.card = chip_card("9804000000000028").transmit
        assert dialogue.pay(errand()).outcome is TenderOutcome.DECLINED


def test_money_goes_back_without_the_card_where_the_payment_is_known():
    with at_host() as (host, dialogue, _, slot):
        paid = dialogue.pay(errand())
        slot.card = None
        back = dialogue.refund(errand(-2000, paid.reference, tender=2))
        assert back.outcome is TenderOutcome.APPROVED
        assert [(it.kind, it.amount_minor) for it in host.ledger] == [
            ("payment", ASKED_MINOR),
            ("refund", 2000),
        ]


def test_the_batch_is_closed_with_the_sums_of_both():
    with at_host() as (_host, dialogue, ledger, _):
        paid = dialogue.pay(errand())
        dialogue.refund(errand(-2000, paid.reference, tender=2))
        assert dialogue.totals() == ledger.sums("200000")
        assert dialogue.settle().refunds_minor == 2000
        assert ledger.sums("200000").payments == dialogue.totals().payments == 0


def test_no_card_number_is_on_the_wire_in_the_ledger_or_in_what_the_till_keeps():
    seen = []

    class Tapped(ClosedLoopHost):
        def serve(self, link):
            receive = link.receive

            def tapped(timeout_s):
                data = receive(timeout_s)
                seen.append(data or b"")
                return data

            link.receive = tapped
            super().serve(link)

    with at_desk(replace(SUBJECT, terminal=Tapped)) as (desk, host, _):
        answers = [pays(desk, tender) for tender in (1, 2)]
        assert {it.outcome for it in answers} == {TenderOutcome.APPROVED}
        assert len(set(host.ksns)) == 2
        kept = b"".join(seen) + repr((answers, desk.sent, desk.says)).encode()
        for path in data_of(desk.url).rglob("*"):
            kept += path.read_bytes() if path.is_file() else b""
    bcd = bytes.fromhex(PAN)
    for form in (
        PAN.encode(),
        bcd,
        bcd.hex().encode(),
        base64.b64encode(bcd)[:-4],
        PAN[:12].encode(),
    ):
        assert form not in kept


def test_an_independent_host_answers_our_messages():
    """iso8583sim's host: 51 over 1000.00, 00 else, and it drops one."""
    loop = asyncio.new_event_loop()
    rules = [Rule(amount_gt=100_000, respond="51"), Rule(amount_gt=50_000, action="drop"), Rule()]
    host = MockHost(rules)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(host.start(port=0), loop).result(5)
    url = f"socket://127.0.0.1:{host.port}"
    data = new_data(url)
    trusting = chip_card(strict=False)  # this host has no key to prove itself with
    slot = CardSlot("slot", data, AID, trusting.transmit)
    slot.open(lambda _message: None)
    dialogue = ClosedLoopDialogue(line_to(url), Ledger(data / "loop.db"), QUICK, lambda: slot)
    try:
        dialogue.connect()
        assert dialogue.pay(errand(4690, tender=1)).outcome is TenderOutcome.APPROVED
        assert dialogue.pay(errand(100_100, tender=2)).outcome is TenderOutcome.DECLINED
        with pytest.raises(LineLost):
            dialogue.pay(errand(60_000, tender=3))
    finally:
        dialogue.disconnect()
        slot.close()
        asyncio.run_coroutine_threadsafe(host.stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


@pytest.mark.parametrize(
    "wrong",
    [{"terminal": "KRAM00001"}, {"reader": ""}, {"url": None}, {"answer_s": -1}, {"pan": "1"}],
)
def test_options_that_cannot_work_are_told(wrong, tmp_path):
    table = {"url": "socket://localhost:1", "terminal": "K1", "reader": "cards"}
    table |= {"ledger": str(tmp_path / "loop.db"), **wrong}
    with pytest.raises(PortError):
        create("loop", TenderType.CARD, table)
