"""Signals by person: what is counted, how it is measured, and that a rebuild counts the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.core import facts as f
from appliance.core.signals import PersonSignals, SignalKind, Threshold
from appliance.journal import people_reports, reports, verify
from appliance.journal.sales_reports import Days
from bench import shop

from .till import Ringing

DAY = shop.NOON.date()
TODAY = Days(DAY, DAY)


class Shop(Ringing):
    """Several people at one till."""

    who = "olena"

    def append(self, *facts: f.Fact):
        self.seconds += 1
        return self.journal.append(facts, actor=self.who, at=shop.later(self.seconds), cause="c")

    def voided_line(self) -> None:
        self.basket(2)
        sale = self.journal.state.sale
        assert sale is not None
        self.append(f.LineVoided(sale.sale, f.LineId(2)))
        self.pay()
        self.finish_effects()

    def signals(self, days: Days = TODAY, **limits: object) -> dict[str, PersonSignals]:
        with reports.reading(self.journal.path) as con:
            found = people_reports.signals(con, days, Threshold(**limits))  # type: ignore[arg-type]
        return {it.cashier: it for it in found}

    def counts(self, who: str = "olena") -> dict[SignalKind, tuple[int, int]]:
        return {it.kind: (it.count, it.amount_minor) for it in self.signals()[who].signals}


@pytest.fixture
def till(tmp_path: Path):
    till = Shop(tmp_path / "j.db")
    till.open_shift()
    yield till
    till.journal.close()


def test_an_ordinary_sale_is_no_signal(till: Shop) -> None:
    till.sell()
    assert till.counts() == {}
    assert till.signals()["olena"].sales == 1


def _void_line(till: Shop) -> None:
    till.basket(2)
    till.append(f.LineVoided(f.SaleId(1), f.LineId(2)))


def _void_and_restore(till: Shop) -> None:
    _void_line(till)
    till.append(f.LineRestored(f.SaleId(1), f.LineId(2)))


def _void_sale(till: Shop) -> None:
    till.basket(2)
    till.append(f.SaleVoided(f.SaleId(1), 22_440))


def _undo_void(till: Shop) -> None:
    _void_sale(till)
    till.append(f.SaleRecalled(f.SaleId(1)))


def _leave_empty(till: Shop) -> None:
    till.append(f.SaleStarted(f.SaleId(1), 1), f.SaleVoided(f.SaleId(1), 0))


def _discount(till: Shop) -> None:
    till.basket(2)
    till.append(f.LineDiscounted(f.SaleId(1), f.LineId(2), f.Discount(percent=Decimal(10))))


def _no_discount(till: Shop) -> None:
    till.basket(2)
    till.append(f.LineDiscounted(f.SaleId(1), f.LineId(2), None))


def _no_sale(till: Shop) -> None:
    till.append(f.DrawerOpened(f.EffectId(1), f.DrawerCause.NO_SALE, "change"))


def _wrong_pin(till: Shop) -> None:
    till.who = "till"
    till.append(f.PinRefused("olena", 1), f.PinRefused("", 1))


def _allowed(till: Shop) -> None:
    till.append(f.Overridden("discount_line", "olena", "iryna", "DiscountLine", "10 %"))


SECOND_MINOR = shop.GOODS[2][2]


@pytest.mark.parametrize(
    ("happens", "kind", "count", "amount"),
    [
        (_void_line, SignalKind.VOIDED_LINES, 1, SECOND_MINOR),
        (_void_and_restore, SignalKind.VOIDED_LINES, 0, 0),
        (_void_sale, SignalKind.VOIDED_SALES, 1, 22_440),
        (_undo_void, SignalKind.VOIDED_SALES, 0, 0),
        (_leave_empty, SignalKind.VOIDED_SALES, 0, 0),
        (_discount, SignalKind.DISCOUNTS, 1, SECOND_MINOR // 10),
        (_no_discount, SignalKind.DISCOUNTS, 0, 0),
        (_no_sale, SignalKind.NO_SALES, 1, 0),
        (_wrong_pin, SignalKind.WRONG_PINS, 1, 0),
        (_allowed, SignalKind.APPROVALS, 1, 0),
    ],
)
def test_what_happened_is_counted_for_whoever_did_it(
    till: Shop, happens: Callable[[Shop], None], kind: SignalKind, count: int, amount: int
) -> None:
    happens(till)
    people = till.signals()
    found = {it.kind: it for it in people["olena"].signals} if "olena" in people else {}
    assert (found[kind].count if kind in found else 0) == count
    assert (found[kind].amount_minor if kind in found else 0) == amount


def _two_cashiers(till: Shop, hers: int, his: int) -> None:
    for who, voids in (("olena", hers), ("ivan", his)):
        till.who = who
        for _ in range(voids):
            till.voided_line()
        for _ in range(10 - voids):
            till.sell(1)


def test_a_rate_far_above_the_others_stands_out_and_comes_first(till: Shop) -> None:
    _two_cashiers(till, hers=1, his=6)
    people = till.signals()
    assert list(people) == ["ivan", "olena"]
    (signal,) = people["ivan"].signals
    assert (signal.per_100, signal.usual, signal.stands_out) == (Decimal(60), Decimal(10), True)
    assert not people["olena"].stands_out


@pytest.mark.parametrize(
    "limits", [{"at_least": 7}, {"times_median": Decimal(6)}], ids=["few cases", "not far above"]
)
def test_thresholds_are_the_shops_own(till: Shop, limits: dict[str, object]) -> None:
    _two_cashiers(till, hers=1, his=6)
    assert not till.signals(**limits)["ivan"].stands_out


def test_alone_nobody_stands_out(till: Shop) -> None:
    for _ in range(8):
        till.voided_line()
    assert not till.signals()["olena"].stands_out


def test_other_days_do_not_count(till: Shop) -> None:
    till.voided_line()
    tomorrow = DAY + timedelta(1)
    assert till.signals(Days(tomorrow, tomorrow)) == {}


def test_a_rebuild_counts_the_same(till: Shop) -> None:
    _two_cashiers(till, hers=2, his=3)
    verdict = verify.verify(till.journal.path, deep=True)
    assert verdict.ok
    assert verdict.projections is True


def test_a_starred_card_number_is_told_for_its_days_and_after_a_rebuild(till: Shop) -> None:
    till.append(f.CardNumberLogged("appliance.payments.zvt", DAY.isoformat()))
    later = Days(DAY + timedelta(1), DAY + timedelta(1))
    with reports.reading(till.journal.path) as con:
        (seen,) = people_reports.card_numbers(con, TODAY)
        assert (seen.where, seen.day) == ("appliance.payments.zvt", DAY)
        assert people_reports.card_numbers(con, later) == ()
    till.journal.close()
    assert verify.verify(till.journal.path).ok
