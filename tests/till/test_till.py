"""The running Till: its mailbox, its effects, and what it finds after it was cut off."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import (
    Category,
    DeviceHealth,
    DeviceState,
    HealthChanged,
    Outcome,
    PrintEnded,
    PrintHeld,
    Problem,
    Scanned,
    WeightStatus,
)
from appliance.core.policy import AutoPrint
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import ReceiptStatus
from appliance.core.view import Tone
from tests.core.builders import POLICY

from .builders import Clock, open_shift, running


def kinds(records: tuple[object, ...]) -> list[str]:
    return [type(record.fact).__name__ for record in records]  # type: ignore[attr-defined]


def test_a_scan_of_a_real_code_puts_the_item_into_the_basket(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.till.tell(Scanned("scanner", "4820000000017"))
        it.does(c.Scan("]E04820000000017"))
        basket = it.till.look.basket
        assert basket is not None
        assert [(line.item, line.quantity) for line in basket.lines] == [("milk", Decimal(2))]


def test_an_unknown_code_is_told_and_changes_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        before = it.till.journal.last_seq
        answer = it.tries(c.Scan("4820024700016"))
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.CODE_UNKNOWN
        assert it.till.journal.last_seq == before
        notice = it.till.look.notice
        assert notice is not None
        assert notice.tone is Tone.BAD


def test_a_sale_is_durable_before_the_drawer_and_the_printer_hear_of_it(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk", "bread")
        it.does(c.TenderCash(100_00))
        it.does(c.AimScanner(False))
        assert [job.what for job in it.hands.printed] == [f.PrintWhat.RECEIPT]
        assert it.hands.durable_when_handed_out == [True]
        assert it.hands.kicked[-1].cause is f.DrawerCause.SALE


def test_the_same_command_id_acts_once_and_is_answered_the_same(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        first = it.does(c.TenderCash(), id="tap-1")
        again = it.does(c.TenderCash(), id="tap-1")
        assert again is first
        assert it.till.look.shift is not None
        assert it.till.look.shift.sales == 1


def test_a_printer_asks_before_the_first_byte_and_only_once(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderCash())
        job = str(it.hands.printed[0].effect)
        assert it.till.permit(job)
        assert not it.till.permit(job)


def test_a_receipt_that_waits_for_paper_says_so_and_prints_as_the_original(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderCash())
        job = str(it.hands.printed[0].effect)
        it.till.tell(PrintHeld("printer", job, Problem.PAPER_OUT))
        it.does(c.AimScanner(False))
        done = it.till.look.done
        assert done is not None
        assert (done.receipt, done.receipt_problem) == (ReceiptStatus.WAITING, "paper_out")
        assert it.till.permit(job)
        it.till.tell(PrintEnded("printer", job, Outcome.DONE))
        it.does(c.AimScanner(False))
        assert it.till.look.done is not None
        assert it.till.look.done.receipt is ReceiptStatus.PRINTED


def test_after_a_cut_a_started_receipt_is_unknown_and_a_waiting_one_prints(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderCash())
        assert it.till.permit(str(it.hands.printed[0].effect))
        it.sells("bread")
        it.does(c.TenderCash())
        it.sells("milk")
    with running(tmp_path) as it:
        it.does(c.AimScanner(False))
        assert [job.receipt for job in it.hands.printed] == [2]
        assert it.hands.kicked == []
        look = it.till.look
        assert [(m.number, m.outcome) for m in look.matters if not m.waiting] == [
            ("1-000001", "unknown")
        ]
        assert look.basket is not None
        assert [line.item for line in look.basket.lines] == ["milk"]
        assert look.notice is not None
        assert look.notice.key == "basket_restored"


def test_a_price_check_sells_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.does(c.AimScanner(True))
        it.till.tell(Scanned("scanner", "4820000000017"))
        it.does(c.CheckPrice("apples"))
        look = it.till.look
        assert look.basket is None
        assert look.price is not None
        assert (look.price.item, look.price.price_minor) == ("apples", 3990)


def test_an_item_is_weighed_and_a_moving_plate_is_not_guessed(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        answers: list[object] = []
        for weight in (
            WeightStatus("scale", None, False),
            WeightStatus("scale", Decimal("0.436"), True),
        ):
            it.till.submit(c.WeighItem("apples"), reply=answers.append)  # type: ignore[arg-type]
            it.does(c.AimScanner(False))
            it.till.tell(replace(weight, tag=it.hands.weighed[-1]))
            it.does(c.AimScanner(False))
        assert isinstance(answers[0], Refusal)
        assert answers[0].reason is Reason.SCALE_NOT_STABLE
        basket = it.till.look.basket
        assert basket is not None
        assert basket.lines[0].amount_minor == 1740


def test_a_clock_set_back_an_hour_is_a_fact_and_the_order_stays(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, clock=clock) as it:
        open_shift(it)
        clock.move(hours=-1)
        stepped, started, added = it.does(c.SellItem("milk"))  # type: ignore[arg-type]
        assert kinds((stepped, started, added)) == ["ClockStepped", "SaleStarted", "LineAdded"]
        assert stepped.fact == f.ClockStepped(3600)
        assert added.seq == stepped.seq + 2


def test_a_device_that_goes_and_comes_is_a_fact_once_each(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        gone = DeviceHealth("scanner", Category.SCANNER, DeviceState.MISSING, Problem.UNPLUGGED)
        back = DeviceHealth("scanner", Category.SCANNER, DeviceState.READY)
        for health in (gone, gone, back):
            it.till.tell(HealthChanged(health))
        it.does(c.AimScanner(False))
        facts = [r.fact for r in it.till.journal.records() if isinstance(r.fact, f.DeviceChanged)]
        assert [fact.state for fact in facts] == [DeviceState.MISSING, DeviceState.READY]


def test_a_till_without_a_drawer_sells_and_says_so(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        it.hands.has_drawer = False
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderCash())
        it.does(c.AimScanner(False))
        ended = [r.fact for r in it.till.journal.records() if isinstance(r.fact, f.EffectEnded)]
        assert {fact.outcome for fact in ended} == {Outcome.FAILED}


def test_when_paper_is_a_question_nothing_prints_until_it_is_answered(tmp_path: Path) -> None:
    with running(tmp_path, policy=replace(POLICY, auto_print=AutoPrint.ASK)) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderCash())
        assert it.hands.printed == []
        it.does(c.PrintReceipt())
        it.does(c.AimScanner(False))
        assert [job.copy for job in it.hands.printed] == [0]


def test_a_command_id_is_remembered_across_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderCash(), id="tap-7")
    with running(tmp_path) as it:
        again = it.does(c.TenderCash(), id="tap-7")
        assert "SaleCompleted" in kinds(again)
        sales = [r for r in it.till.journal.records() if r.type == "SaleCompleted"]
        assert len(sales) == 1


def test_a_receipt_that_cannot_be_laid_out_fails_alone_and_the_till_sells_on(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as it:
        open_shift(it)

        def broken(*_: object) -> None:
            raise ZeroDivisionError

        it.hands.print = broken  # type: ignore[method-assign]
        it.sells("milk")
        it.does(c.TenderCash())
        it.sells("bread")
        assert [m.outcome for m in it.till.look.matters] == ["failed"]
        assert it.till.look.basket is not None


def test_six_times_the_next_scan_is_six_and_the_one_after_is_one(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.till.tell(Scanned("scanner", "4820000000017"))
        it.does(c.AimScanner(quantity=Decimal(6)))
        it.till.tell(Scanned("scanner", "4820000000017"))
        it.till.tell(Scanned("scanner", "4820000000017"))
        it.does(c.AimScanner())
        basket = it.till.look.basket
        assert basket is not None
        assert [line.quantity for line in basket.lines] == [Decimal(8)]
        assert it.till.look.multiplier is None
