"""The ZVT driver: what it asks before, what it believes afterwards, and what it keeps."""

from __future__ import annotations

import os
import pty
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.facts import SaleId, TenderOutcome, TenderType
from appliance.core.payment_answer import Printout, Whose
from appliance.malformed import Malformed
from appliance.payments.dialogue import Answer, Errand
from appliance.payments.line import LineLost, line_to
from appliance.payments.port import Intent
from appliance.payments.registry import PortError, create
from appliance.payments.terminal import TerminalPort
from appliance.payments.zvt import outcome
from appliance.payments.zvt.apdu import Apdu
from appliance.payments.zvt.driver import Settings, ZvtDialogue
from appliance.payments.zvt.outcome import Memo
from appliance.payments.zvt.serial_frame import wrapped
from appliance.payments.zvt.wire import SerialWire, TcpWire
from hw_sim.terminal import Temper
from hw_sim.zvt_terminal import PAN, ZvtTerminal

from .zvt import QUICK

APPROVED, DECLINED = TenderOutcome.APPROVED, TenderOutcome.DECLINED
UNKNOWN, CANCELLED = TenderOutcome.UNKNOWN, TenderOutcome.CANCELLED
EURO_10 = 10_00


def errand(amount_minor: int = EURO_10, original: str = "") -> Errand:
    intent = Intent(
        "K7-1-1-1", SaleId(1), 1, TenderType.CARD, amount_minor, "EUR", original=original
    )
    return Errand(intent)


@contextmanager
def talking(
    terminal: ZvtTerminal | None = None, settings: Settings = QUICK
) -> Iterator[tuple[ZvtDialogue, ZvtTerminal]]:
    with terminal or ZvtTerminal() as it:
        dialogue = ZvtDialogue(TcpWire(line_to(it.url)), settings)
        try:
            dialogue.connect()
            yield dialogue, it
        finally:
            dialogue.disconnect()


def lost(dialogue: ZvtDialogue, terminal: ZvtTerminal, what: Errand, temper: Temper) -> Answer:
    """A payment whose answer never came, asked about over a new connection."""
    terminal.next.append(temper)
    with pytest.raises(LineLost):
        (dialogue.pay if what.intent.amount_minor > 0 else dialogue.refund)(what)
    assert what.left
    dialogue.disconnect()
    dialogue.connect()
    return dialogue.inquire(what)


def test_registering_asks_for_progress_and_lets_nobody_type_an_amount() -> None:
    with talking() as (_, terminal):
        assert terminal.heard == ["0600", "0501"]


def test_the_last_receipt_is_asked_for_once_and_then_remembered() -> None:
    with talking() as (dialogue, terminal):
        for _ in range(3):
            assert dialogue.pay(errand()).outcome is APPROVED
        assert terminal.heard.count("0620") == 1
        assert terminal.heard.count("0601") == 3


def test_a_terminal_that_needs_a_diagnosis_gets_one() -> None:
    with talking(ZvtTerminal(status_byte=0xC2)) as (_, terminal):
        assert terminal.heard == ["0600", "0501", "0670"]


def test_a_terminal_that_knows_no_enquiry_takes_payments_all_the_same() -> None:
    terminal = ZvtTerminal(unsupported=frozenset({"0501", "0620", "0610"}))
    with talking(terminal) as (dialogue, _):
        assert dialogue.pay(errand()).outcome is APPROVED
        assert dialogue.totals() is None


def test_what_cannot_be_asked_stays_unknown() -> None:
    with talking(ZvtTerminal(unsupported=frozenset({"0620"}))) as (dialogue, terminal):
        for temper in (Temper("charge_silently"), Temper("silent")):
            answer = lost(dialogue, terminal, errand(), temper)
            assert answer.outcome is UNKNOWN


def test_a_lost_payment_is_found_by_the_receipt_that_came_after_it() -> None:
    with talking() as (dialogue, terminal):
        answer = lost(dialogue, terminal, errand(), Temper("charge_silently"))
        assert (answer.outcome, answer.amount_minor) == (APPROVED, EURO_10)
        assert outcome.referred(answer.reference) == (1, EURO_10)


def test_without_a_new_receipt_nothing_was_charged() -> None:
    with talking() as (dialogue, terminal):
        assert lost(dialogue, terminal, errand(), Temper("silent")).outcome is DECLINED


def test_an_equal_payment_just_before_is_not_taken_for_the_lost_one() -> None:
    with talking() as (dialogue, terminal):
        assert dialogue.pay(errand()).outcome is APPROVED
        assert lost(dialogue, terminal, errand(), Temper("silent")).outcome is DECLINED


def test_a_lost_payment_that_was_charged_is_not_taken_for_the_next_equal_one() -> None:
    with talking() as (dialogue, terminal):
        terminal.next.append(Temper("charge_silently"))
        with pytest.raises(LineLost):
            dialogue.pay(errand())
        dialogue.disconnect()
        dialogue.connect()
        assert lost(dialogue, terminal, errand(), Temper("silent")).outcome is DECLINED


def test_a_terminal_that_never_says_it_is_idle_is_believed_when_its_time_is_over() -> None:
    with talking(ZvtTerminal(status_byte=0xDC)) as (dialogue, terminal):
        dialogue.settings = replace(QUICK, answer_s=60.0)
        what = errand()
        assert lost(dialogue, terminal, what, Temper("silent")).outcome is UNKNOWN
        later = dialogue.now() + timedelta(seconds=61)
        dialogue.now = lambda: later
        assert dialogue.inquire(what).outcome is DECLINED


def test_another_amount_is_another_payment() -> None:
    with talking() as (dialogue, terminal):
        temper = Temper("charge_silently", amount_minor=9_99)
        assert lost(dialogue, terminal, errand(), temper).outcome is UNKNOWN


def test_a_new_terminal_without_any_receipt_is_trusted_only_as_far_as_its_clock() -> None:
    with talking(ZvtTerminal(fresh=True)) as (dialogue, terminal):
        assert lost(dialogue, terminal, errand(), Temper("silent")).outcome is UNKNOWN
        lost_one = errand()
        assert lost(dialogue, terminal, lost_one, Temper("charge_silently")).outcome is APPROVED
        terminal.clock_off_s = -3600
        terminal.slips.append(terminal._status(0, EURO_10, 77))
        assert dialogue.inquire(lost_one).outcome is UNKNOWN


def test_while_the_terminal_is_busy_nothing_is_decided() -> None:
    with talking() as (dialogue, terminal):
        terminal.next.append(Temper("silent"))
        what = errand()
        with pytest.raises(LineLost):
            dialogue.pay(what)
        terminal.status_byte = 0x9C
        dialogue.connect()
        assert dialogue.inquire(what).outcome is UNKNOWN
        assert terminal.heard.count("0620") == 1


def test_what_the_terminal_took_back_by_itself_is_not_paid() -> None:
    with talking() as (dialogue, terminal):
        answer = lost(dialogue, terminal, errand(), Temper("charge_silently"))
        assert answer.outcome is APPROVED
        what = errand()
        terminal.next.append(Temper("silent"))
        with pytest.raises(LineLost):
            dialogue.pay(what)
        terminal.slips.append(terminal._status(0, EURO_10, 700) + bytes.fromhex("37000102"))
        dialogue.connect()
        assert dialogue.inquire(what).outcome is DECLINED


def test_an_abort_after_an_approval_is_no_payment() -> None:
    with talking() as (dialogue, terminal):
        # The signature is refused: 04 0F approved, then 06 1E instead of 06 0F.
        def confirm(mouth: Any, made: Any) -> None:
            mouth.tell("040F", terminal.slips[-1])
            terminal.reverse(made.reference)
            mouth.tell("061E", b"\x05")

        terminal._confirm = confirm  # type: ignore[method-assign]
        answer = dialogue.pay(errand())
        assert (answer.outcome, answer.detail) == (DECLINED, "ZVT 05")


def test_a_completion_without_a_result_is_unknown() -> None:
    with talking() as (dialogue, terminal):
        terminal._confirm = lambda mouth, _made: mouth.tell("060F", b"")  # type: ignore[method-assign]
        assert dialogue.pay(errand()).outcome is UNKNOWN


def test_what_an_earlier_command_left_behind_is_passed_over() -> None:
    with talking() as (dialogue, terminal):
        foreign = terminal._status(0, 77_77, 66)
        terminal.foreign.append(b"\x04\x0f" + bytes([len(foreign)]) + foreign)
        terminal.foreign.append(bytes.fromhex("060F00"))
        answer = dialogue.pay(errand())
        assert (answer.outcome, answer.amount_minor) == (APPROVED, EURO_10)


@pytest.mark.parametrize(
    "garbage",
    [
        "040F0427000400",  # a BMP that is cut off
        "040F02FFFF",  # a BMP that there is not
        "040F03060243",  # a container that is cut off
        "FFFFFFFF",  # an APDU that never ends
        "040F1E" + "27" * 5,  # nor does this one
    ],
)
def test_garbage_in_the_middle_breaks_the_wire_and_loses_no_money(garbage: str) -> None:
    with talking() as (dialogue, terminal):

        def confirm(mouth: Any, _made: Any) -> None:
            mouth.say_raw(bytes.fromhex(garbage))

        terminal._confirm = confirm  # type: ignore[method-assign]
        what = errand()
        with pytest.raises((LineLost, Malformed)):
            dialogue.pay(what)
        dialogue.disconnect()
        dialogue.connect()
        assert dialogue.inquire(what).outcome is APPROVED
        assert len(terminal.ledger) == 1


def test_a_receipt_that_is_printed_again_charges_and_books_nothing_again() -> None:
    with talking() as (dialogue, terminal):
        what = errand()
        lost(dialogue, terminal, what, Temper("charge_silently"))
        again = [dialogue.inquire(what) for _ in range(3)]
        assert len(set(again)) == 1
        assert len(terminal.ledger) == 1


def test_a_terminal_that_takes_back_what_nobody_acknowledged_is_believed() -> None:
    terminal = ZvtTerminal(reverses_unacknowledged=True)
    with talking(terminal) as (dialogue, _):
        what = errand()
        send = dialogue.wire.send

        def mute_after_the_command(apdu: Apdu) -> None:
            if apdu.control != "8000" or not terminal.ledger:
                send(apdu)

        dialogue.wire.send = mute_after_the_command  # type: ignore[method-assign]
        with pytest.raises(LineLost):
            dialogue.pay(what)
        dialogue.disconnect()
        dialogue.wire = TcpWire(line_to(terminal.url))
        dialogue.connect()
        assert dialogue.inquire(what).outcome is DECLINED
        assert terminal.ledger[0].reversed


def test_a_whole_payment_goes_back_by_reversal_a_part_by_refund() -> None:
    with talking() as (dialogue, terminal):
        paid = dialogue.pay(errand())
        part = dialogue.refund(errand(-3_00, paid.reference))
        whole = dialogue.refund(errand(-EURO_10, paid.reference))
        unknown = dialogue.refund(errand(-EURO_10, ""))
        assert [it.outcome for it in (part, whole, unknown)] == [APPROVED] * 3
        money = [it for it in terminal.heard if it in {"0601", "0630", "0631"}]
        assert money == ["0601", "0631", "0630", "0631"]


def test_a_payment_of_a_closed_day_goes_back_by_refund() -> None:
    with talking() as (dialogue, terminal):
        paid = dialogue.pay(errand())
        assert dialogue.settle() is not None
        assert dialogue.refund(errand(-EURO_10, paid.reference)).outcome is APPROVED
        assert terminal.heard[-2:] == ["0630", "0631"]


def test_what_is_already_taken_back_does_not_go_back_twice() -> None:
    with talking() as (dialogue, terminal):
        paid = dialogue.pay(errand())
        assert dialogue.refund(errand(-EURO_10, paid.reference)).outcome is APPROVED
        answer = dialogue.refund(errand(-EURO_10, paid.reference))
        assert (answer.outcome, answer.detail) == (DECLINED, "already taken back")
        assert "0631" not in terminal.heard


def test_a_lost_refund_is_found_as_well() -> None:
    with talking() as (dialogue, terminal):
        answer = lost(dialogue, terminal, errand(-EURO_10), Temper("charge_silently"))
        assert answer.outcome is APPROVED


def test_the_day_is_counted_and_then_closed() -> None:
    with talking() as (dialogue, terminal):
        for amount in (1_00, 2_50):
            dialogue.pay(errand(amount))
        for count in (dialogue.totals, dialogue.totals, dialogue.settle):
            counted = count()
            assert counted is not None
            assert (counted.payments, counted.payments_minor) == (2, 3_50)
        empty = dialogue.totals()
        assert empty is not None
        assert empty.payments == 0
        assert [it for it in terminal.heard if it in {"0610", "0650"}][2] == "0650"


SLIP = "KARTE ************0119\nSumme äöü"


@pytest.mark.parametrize("merchant", [False, True])
def test_the_slips_of_a_payment_come_with_its_answer(merchant: bool) -> None:
    settings = replace(QUICK, prints_on_till=True, merchant_slip=merchant)
    with talking(settings=settings) as (dialogue, _):
        dialogue.pay(errand())
        answer = dialogue.pay(errand())
        shops = (Printout(Whose.MERCHANT, SLIP),) if merchant else ()
        assert answer.printouts == (*shops, Printout(Whose.CUSTOMER, SLIP))


def test_a_slip_that_comes_line_by_line_is_the_customer_s() -> None:
    settings = replace(QUICK, prints_on_till=True)
    with talking(ZvtTerminal(prints_lines=True), settings=settings) as (dialogue, _):
        assert dialogue.pay(errand()).printouts == (Printout(Whose.CUSTOMER, SLIP),)


def test_a_slip_that_comes_again_with_a_lost_answer_says_so() -> None:
    settings = replace(QUICK, prints_on_till=True)
    with talking(settings=settings) as (dialogue, terminal):
        terminal.next.append(Temper("charge_silently"))
        asked = errand()
        with pytest.raises(LineLost):
            dialogue.pay(asked)
        dialogue.disconnect()
        dialogue.connect()
        found = dialogue.inquire(asked)
        assert found.printouts == (Printout(Whose.CUSTOMER, SLIP, repeated=True),)
        terminal.pay_by_hand(77_00)
        assert dialogue.inquire(asked).printouts == ()


def test_no_card_data_leaves_the_driver() -> None:
    settings = replace(QUICK, prints_on_till=True)
    with talking(settings=settings) as (dialogue, _):
        answer = dialogue.pay(errand())
        assert [it.whose for it in answer.printouts] == [Whose.CUSTOMER]
        for kept in (repr(answer), repr(dialogue)):
            assert PAN not in kept
            assert "3012" not in kept


def test_the_terminal_says_what_it_waits_for() -> None:
    said: list[str] = []
    with talking() as (dialogue, _):
        what = errand()
        what.say = said.append
        dialogue.pay(what)
    assert said == ["Insert the card or hold it to the terminal"]


def test_progress_holds_the_time_limit_open() -> None:
    settings = replace(QUICK, answer_s=0.2)
    with talking(settings=settings) as (dialogue, terminal):
        terminal.next.append(Temper("wait"))
        threading.Timer(0.6, terminal.present).start()
        assert dialogue.pay(errand()).outcome is APPROVED


def test_a_cancel_goes_out_once() -> None:
    with talking() as (dialogue, terminal):
        terminal.next.append(Temper("wait"))
        what = errand()
        what.say = lambda _text: what.cancel()
        assert dialogue.pay(what).outcome is CANCELLED
        assert terminal.heard.count("06B0") == 1


SENT = datetime(2026, 12, 31, 23, 59, 50)
STATUS = {"result_code": "00", "amount": 1000, "receipt": 8, "trace": 18}
NEW_YEAR = STATUS | {"date_mmdd": "0101", "time": "00:00:20"}
FIVE_MINUTES = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("status", "before", "asked", "expected"),
    [
        (NEW_YEAR, "7/17/1231/10:00:00", 1000, APPROVED),
        (NEW_YEAR, "", 1000, APPROVED),
        (NEW_YEAR, outcome.identity(NEW_YEAR), 1000, DECLINED),
        (NEW_YEAR, "7/17/1231/10:00:00", 1001, UNKNOWN),
        (NEW_YEAR | {"time": "01:00:00"}, "", 1000, UNKNOWN),
        (STATUS | {"date_mmdd": "1231", "time": "23:00:00"}, "7/17//", 1000, UNKNOWN),
        (STATUS | {"date_mmdd": "1231", "time": "23:55:00"}, "7/17//", 1000, APPROVED),
        (STATUS | {"date_mmdd": "0230", "time": "23:55:00"}, "", 1000, UNKNOWN),
        (STATUS, "7/17//", 1000, APPROVED),
        (STATUS, "", 1000, UNKNOWN),
        (NEW_YEAR | {"original_trace": 17}, "7/17//", 1000, DECLINED),
        (NEW_YEAR | {"original_trace": 17}, "7/17//", -1000, APPROVED),
        (NEW_YEAR | {"result_code": "71"}, "7/17//", 1000, DECLINED),
        (NEW_YEAR | {"result_code": "6C"}, "7/17//", 1000, CANCELLED),
        ({}, "7/17//", 1000, UNKNOWN),
    ],
)
def test_a_repeated_receipt_counts_only_if_all_fits(
    status: dict[str, Any], before: str, asked: int, expected: TenderOutcome
) -> None:
    memo = Memo.of(Memo(before, SENT).words())
    told = outcome.told_of(status, memo, asked, idle=True, clock_tolerance=FIVE_MINUTES)
    assert told.outcome is expected


def test_an_old_receipt_proves_nothing_while_the_terminal_may_still_work() -> None:
    memo = Memo(outcome.identity(NEW_YEAR), SENT)
    told = outcome.told_of(NEW_YEAR, memo, 1000, idle=False, clock_tolerance=FIVE_MINUTES)
    assert told.outcome is UNKNOWN


class Tape:
    """A line that plays what was recorded and keeps what was sent."""

    def __init__(self, *plays: bytes) -> None:
        self.plays = list(plays)
        self.sent: list[bytes] = []

    def open(self) -> None:
        pass

    def send(self, data: bytes) -> None:
        self.sent.append(data)

    def receive(self, _timeout_s: float) -> bytes:
        return self.plays.pop(0) if self.plays else b""

    def close(self) -> None:
        pass


ACK, NAK = b"\x06", b"\x15"


def test_a_frame_that_was_not_taken_goes_out_again_and_no_more_than_thrice() -> None:
    tape = Tape(NAK, NAK, ACK)
    SerialWire(tape).send(Apdu("8000"))
    assert len(tape.sent) == 3
    assert len(set(tape.sent)) == 1
    with pytest.raises(LineLost):
        SerialWire(Tape(NAK, NAK, NAK)).send(Apdu("8000"))


def test_a_frame_without_an_ack_is_never_sent_again() -> None:
    tape = Tape()
    with pytest.raises(LineLost):
        SerialWire(tape, ack_s=0.01).send(Apdu("0601"))
    assert len(tape.sent) == 1


def test_a_damaged_frame_is_asked_for_again_and_noise_is_passed_over() -> None:
    good = _frame("06D1021041")
    damaged = good[:-1] + bytes([good[-1] ^ 1])
    tape = Tape(b"\x00noise" + damaged, good[:5], good[5:])
    wire = SerialWire(tape)
    got = [wire.receive(0.01) for _ in range(4)]
    assert [it.raw.hex() for it in got if it] == ["06d1021041"]
    assert tape.sent == [NAK, ACK]


def test_the_terminals_next_frame_is_an_ack_as_well() -> None:
    tape = Tape(_frame("800000"))
    wire = SerialWire(tape)
    wire.send(Apdu("0501"))
    got = wire.receive(0.01)
    assert got == Apdu("8000")


def _frame(apdu: str) -> bytes:
    return wrapped(bytes.fromhex(apdu))


@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"\x10", b"\x10\x02", b"\x10\x03"])))
def test_a_serial_wire_survives_any_noise(chunks: list[bytes]) -> None:
    wire = SerialWire(Tape(*chunks))
    for _ in range(len(chunks) + 1):
        try:
            wire.receive(0.0)
        except Malformed:
            continue
    assert len(wire._rest) <= sum(map(len, chunks))


def test_endless_noise_is_a_broken_wire() -> None:
    wire = SerialWire(Tape(*[b"\x10\x02" + b"\x41" * 65_000] + [b"\x41" * 65_000] * 3))
    assert wire.receive(0.0) is None
    assert wire.receive(0.0) is None
    with pytest.raises(LineLost):
        wire.receive(0.0)


def test_a_real_serial_device_takes_a_payment() -> None:
    """A pseudo terminal between the driver and the simulated one: pySerial opens its device."""
    till_side, device = pty.openpty()
    tty.setraw(till_side)
    tty.setraw(device)
    with ZvtTerminal(framed=True) as terminal:
        far = line_to(terminal.url)
        far.open()
        over = threading.Event()
        pump = threading.Thread(target=_pump, args=(till_side, far, over))
        pump.start()
        port = create({"name": "card", "type": "card", "driver": "zvt", "port": os.ttyname(device)})
        assert isinstance(port, TerminalPort)
        try:
            port.dialogue.connect()
            assert port.dialogue.pay(errand()).outcome is APPROVED
        finally:
            port.dialogue.disconnect()
            over.set()
            pump.join()
            far.close()
            os.close(till_side)
            os.close(device)


def _pump(device: int, far: Any, over: threading.Event) -> None:
    os.set_blocking(device, False)
    while not over.is_set():
        with suppress(BlockingIOError):
            far.send(os.read(device, 4096))
        try:
            if data := far.receive(0.002):
                os.write(device, data)
        except LineLost:
            return


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, 'host = "192.168.1.50" is needed'),
        ({"host": "a", "port": "b"}, "is needed"),
        ({"host": "a", "password": "12"}, "six digits"),
        ({"host": "a", "charset": "utf-8"}, "cp437, din66003"),
        ({"host": "a", "tcp_port": 0}, "from 1"),
        ({"host": "a", "baud": 1}, "baud is not known"),
        ({"host": "a", "prints_on_till": "yes"}, "true or false"),
    ],
)
def test_wrong_options_are_told_with_what_to_write(options: dict[str, object], said: str) -> None:
    table = {"name": "card", "type": "card", "driver": "zvt", **options}
    with pytest.raises(PortError, match=said):
        create(table)
