"""The books of cards and vouchers: what was issued was redeemed, has expired, or is owed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.codes.keys import load_or_make
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import EXPIRED
from appliance.core.refusal import Refusal
from appliance.journal.ledger import Books
from appliance.journal.verify import verify
from tests.core.builders import POLICY
from tests.till.builders import Running, open_shift, running
from tests.till.cards import RULES, balance

CODES = ("PLASTIC-000001", "PLASTIC-000002", "PLASTIC-000003")


def books(it: Running) -> Books:
    return it.till.journal.ledger.books()


def closes(it: Running) -> None:
    it.tries(c.VoidSale())
    it.does(c.CountDrawer((f.DenominationCount(50_00, 2),)))
    it.does(c.CloseShift("порахую потім", anyway=True), actor="cli")


@contextmanager
def shop(folder: Path, *, shared: bool = False) -> Iterator[Running]:
    """Whose cards and vouchers pay for a year."""
    rules = replace(RULES, card_months=12, voucher_months=12, voucher_once=True, shared=shared)
    policy, pepper = replace(POLICY, accounts=rules), load_or_make(folder).pepper
    with running(folder, policy=policy, pepper=pepper) as it:
        open_shift(it)
        yield it
    assert verify(folder / "journal.db", deep=True).ok


def test_an_expired_card_leaves_the_books_when_the_next_shift_is_opened(tmp_path: Path) -> None:
    with shop(tmp_path) as it:
        it.does(c.SellGiftCard(100_00, CODES[0]))
        it.does(c.TenderCash())
        closes(it)
        it.clock.now += timedelta(days=30)
        open_shift(it)
        assert books(it) == Books(100_00, 0, 0, 100_00)  # it still pays
        closes(it)
        it.clock.now += timedelta(days=400)
        open_shift(it)
        assert books(it) == Books(100_00, 0, 100_00, 0)
        assert balance(it, CODES[0]) == 0
        (gone,) = [
            record.fact
            for record in it.till.journal.records()
            if isinstance(record.fact, f.AccountMoved) and record.fact.reason == EXPIRED
        ]
        assert gone.delta == -100_00
        closes(it)
        open_shift(it)  # once is enough
        assert books(it) == Books(100_00, 0, 100_00, 0)
        last = (it.clock.now - timedelta(days=100)).date()
        told = it.till.journal.ledger.books(date.min, last)
        assert (told.issued_minor, told.expired_minor) == (100_00, 0)


def test_a_card_that_expired_while_it_is_in_a_basket_is_left_for_the_next_time(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as it:
        it.does(c.SellGiftCard(100_00, CODES[0]))
        it.does(c.TenderCash())
        it.does(c.TopUpGiftCard(50_00, CODES[0]))  # money that nobody has paid yet
        it.does(c.SuspendSale("топ-ап"))
        it.clock.now += timedelta(days=400)
        it.does(c.WriteOffExpired(), actor="cli")
        assert books(it).expired_minor == 0


def test_a_till_that_asks_another_ones_ledger_writes_nothing_off(tmp_path: Path) -> None:
    with shop(tmp_path, shared=True) as it:
        it.does(c.SellGiftCard(100_00, CODES[0]))
        it.does(c.TenderCash())
        it.clock.now += timedelta(days=400)
        it.does(c.WriteOffExpired(), actor="cli")
        assert books(it).outstanding_minor == 100_00


steps = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.sampled_from(CODES), st.integers(1, 500_00)),
        st.tuples(st.just("pay"), st.sampled_from(CODES), st.integers(1, 300_00)),
        st.tuples(st.just("back"), st.sampled_from(CODES), st.just(0)),
        st.tuples(st.just("days"), st.just(""), st.integers(1, 500)),
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(steps)
def test_issued_is_redeemed_and_outstanding_and_expired(story: list[tuple[str, str, int]]) -> None:
    with TemporaryDirectory() as folder, shop(Path(folder)) as it:
        for deed, code, number in story:
            match deed:
                case "sell":
                    if not isinstance(it.tries(c.SellGiftCard(number, code)), Refusal):
                        it.tries(c.TenderCash())
                case "pay":
                    it.sells("wine")
                    it.tries(c.RedeemGiftCard(code, number))
                    it.tries(c.TenderCash())
                case "back":
                    if not isinstance(it.tries(c.ReturnGiftCard(code)), Refusal):
                        it.tries(c.TenderCash())
                case "days":
                    closes(it)
                    it.clock.now += timedelta(days=number)
                    open_shift(it)
            told = books(it)
            assert told.issued_minor - told.redeemed_minor - told.expired_minor == (
                told.outstanding_minor
            )
            held = it.till.journal.ledger.accounts()
            assert told.outstanding_minor == sum(row.stored.balance for row in held)
