"""The end of a terminal's day: its own sums beside the journal's."""

from __future__ import annotations

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.open_matters import MatterKind
from appliance.core.refusal import Reason
from appliance.core.state import DoubtKind
from appliance.core.terminals import batch_of, difference

from .builders import BREAD, Bench, add
from .giving import of_terminals, paid_in_part
from .paying import APPROVED, CARD, UNKNOWN, refused


def day() -> Bench:
    """46.90 paid by the terminal; 10.00 of it given back to another customer."""
    bench, sale = paid_in_part("terminal")
    bench.does(c.GiveUpSale(), c.AnswerTender(sale, 1001, APPROVED, -10_00))
    bench.does(add(BREAD), c.AskTender(CARD, None, "terminal"))
    bench.does(c.AnswerTender(f.SaleId(2), 1, APPROVED))
    return bench


def kinds(bench: Bench) -> list[MatterKind]:
    return [it.kind for it in of_terminals(bench)]


def test_a_closed_batch_that_agrees_is_settled_by_itself() -> None:
    bench = day()
    bench.does(c.AskTotals("terminal", close=True))
    assert refused(bench, c.AskTotals("terminal")) is Reason.PAYMENT_PORT_BUSY
    bench.does(c.BookTotals("terminal", True, 2, 34_50, 1, 10_00, closed=True))
    assert batch_of(bench.state, "terminal").settled
    assert not kinds(bench)


@pytest.mark.parametrize("said", [(2, 34_50, 1, 10_00), (1, 24_50, 0, 0)])
def test_a_reversed_payment_counts_or_not_as_the_terminal_likes_it(
    said: tuple[int, int, int, int],
) -> None:
    bench = day()
    bench.does(c.BookTotals("terminal", True, *said, closed=True))
    assert batch_of(bench.state, "terminal").settled


def test_a_difference_is_a_matter_of_money_until_somebody_signs_it() -> None:
    bench = day()
    bench.does(c.BookTotals("terminal", True, 3, 84_50, 1, 10_00, closed=True))
    assert difference(batch_of(bench.state, "terminal")) == 50_00
    (matter,) = of_terminals(bench)
    assert (matter.kind, matter.name, matter.amount_minor) == (
        MatterKind.TERMINAL_DIFFERS,
        "terminal",
        50_00,
    )
    assert refused(bench, c.AcceptTotals("terminal", " ")) is Reason.REASON_NEEDED
    (accepted,) = bench.does(c.AcceptTotals("terminal", "чужий чек"))
    assert accepted == f.TotalsAccepted("terminal", 1, 50_00, "чужий чек")
    assert not kinds(bench)


def test_a_payment_after_the_terminal_spoke_waits_for_the_next_word() -> None:
    bench = day()
    bench.does(c.BookTotals("terminal", True, 2, 34_50, 1, 10_00))
    bench.does(add(BREAD), c.AskTender(CARD, None, "terminal"))
    bench.does(c.AnswerTender(f.SaleId(3), 1, APPROVED))
    assert batch_of(bench.state, "terminal").said is None
    assert kinds(bench) == [MatterKind.TERMINAL_OPEN]


def test_a_settled_batch_makes_room_for_the_next_day() -> None:
    bench = day()
    bench.does(c.BookTotals("terminal", True, 1, 24_50, closed=True))
    bench.does(add(BREAD), c.AskTender(CARD, None, "terminal"))
    bench.does(c.AnswerTender(f.SaleId(3), 1, APPROVED))
    ours = batch_of(bench.state, "terminal").ours
    assert (ours.count, ours.amount_minor, ours.refunds) == (1, 24_50, 0)


def test_a_terminal_that_cannot_say_is_compared_by_hand() -> None:
    bench = day()
    bench.does(c.AskTotals("terminal"), c.BookTotals("terminal", told=False))
    batch = batch_of(bench.state, "terminal")
    assert (batch.told, batch.waiting, batch.said) == (False, False, None)
    bench.does(c.AcceptTotals("terminal"))
    assert batch_of(bench.state, "terminal").settled


def test_what_a_person_decided_is_where_a_difference_is_looked_for_first() -> None:
    bench, sale = paid_in_part()
    bench.does(c.AskTender(CARD, None, "terminal"), c.AnswerTender(sale, 1, UNKNOWN))
    bench.does(c.ResolveTender(sale, 1, f.TenderOutcome.DECLINED, "слип"))
    (doubt,) = batch_of(bench.state, "terminal").doubts
    assert (doubt.sale, doubt.asked_minor, doubt.amount_minor) == (sale, 46_90, 0)
    assert doubt.kind is DoubtKind.BY_HAND
    bench.does(c.TenderCash(), c.AnswerTender(sale, 1, APPROVED, 46_90, port="terminal"))
    assert batch_of(bench.state, "terminal").doubts[-1].kind is DoubtKind.ASTRAY
    assert batch_of(bench.state, "terminal").ours.amount_minor == 46_90
