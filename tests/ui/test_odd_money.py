"""Screens of shops whose money has no decimals, or three."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from appliance.config.read import parse
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.policy import ForeignCurrency, Policy
from appliance.i18n import NO_BREAK_SPACE
from appliance.shop import policy as policy_of
from appliance.ui.pen import Pen
from tests.ui.rig import BREAD, MILK, Rig, demo_till

CURRENCIES = pytest.mark.parametrize("currency", ["JPY", "KWD"])
EURO = {"JPY": Decimal(160), "KWD": Decimal("0.33")}
MONEY = {
    # To pay for milk and two loaves, 4,690 and 2 × 2,450 minor units; what a note is; change.
    "JPY": {"due": "9,590", "paid": "10000", "change": "410", "short": "JPY 9,590"},
    "KWD": {"due": "9.590", "paid": "10", "change": "0.410", "short": "KWD 9.590"},
}


@contextmanager
def shop(folder: Path, currency: str) -> Iterator[Callable[..., Rig]]:
    """The demo shop's goods at as many minor units of another currency, and its notes and coins."""
    usual = policy_of(parse(f'[shop]\ncurrency = "{currency}"\n', "shop.toml", folder))

    def changed(policy: Policy) -> Policy:
        return replace(
            policy,
            currency=currency,
            cash_step_minor=0,
            denominations=usual.denominations,
            foreign=(ForeignCurrency("EUR", EURO[currency], quick=(5_00,)),),
            drawer_max_minor=20_000,
            drawer_target_minor=5_000,
        )

    rigs: list[Rig] = []
    with demo_till(folder, change=changed) as parts:

        def make(*requests: Any, **settings: Any) -> Rig:
            settings.setdefault("language", "en")
            rig = Rig(*parts, **settings)
            rigs.append(rig)
            rig.does(*requests)
            rig.settle()
            return rig

        yield make
        for rig in rigs:
            rig.close()


OPEN = (c.SignIn("iryna"), c.OpenShift(20_000))
BASKET = (*OPEN, c.SellItem(MILK), c.SellItem(BREAD, Decimal(2)))


def plain(text: str) -> str:
    return text.replace(NO_BREAK_SPACE, " ")


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is painted from here on."""
    texts: list[str] = []
    paint = Pen.text

    def noting(pen: Pen, text: str, *args: Any, **how: Any) -> Any:
        texts.append(plain(text))
        return paint(pen, text, *args, **how)

    monkeypatch.setattr(Pen, "text", noting)
    return texts


@CURRENCIES
def test_cash_is_typed_and_change_is_told_to_the_smallest_coin(
    kivy: None, tmp_path: Path, currency: str, painted: list[str]
) -> None:
    money = MONEY[currency]
    with shop(tmp_path, currency) as opened:
        rig = opened(*BASKET)
        rig.desk.go("cash")
        assert money["short"] in painted
        for char in money["paid"]:
            rig.screen.typed(char)
        assert f"{currency} {money['change']}" in painted
        rig.tap("Finish")
        done = rig.till.journal.state.done
        assert done is not None
        assert (done.paid_minor, done.change_minor) == (10_000, 410)


@CURRENCIES
@pytest.mark.parametrize("page", ["cash", "tip", "card_amount", "pay_in", "safe_drop"])
def test_an_amount_being_typed_has_its_sign_where_every_amount_has_it(
    kivy: None, tmp_path: Path, currency: str, page: str, painted: list[str]
) -> None:
    with shop(tmp_path, currency) as opened:
        rig = opened(*BASKET)
        rig.desk.go(page)
        for char in "12":
            rig.screen.typed(char)
        assert f"{currency} 12" in painted


def corners(rig: Rig) -> set[str]:
    return {key.face.title for key in rig.screen.pad._keys} & {".", "00"}


@CURRENCIES
@pytest.mark.parametrize("page", ["cash", "tip", "card_amount", "pay_in", "safe_drop", "discount"])
def test_pads_offer_a_decimal_mark_only_where_there_is_something_behind_it(
    kivy: None, tmp_path: Path, currency: str, page: str
) -> None:
    with shop(tmp_path, currency) as opened:
        rig = opened(*BASKET)
        rig.desk.go(page)
        if page == "discount":
            rig.screen._turn()
        assert corners(rig) == ({"00"} if currency == "JPY" else {"."})


@CURRENCIES
def test_a_drawer_is_counted_by_the_notes_and_coins_of_its_currency(
    kivy: None, tmp_path: Path, currency: str, painted: list[str]
) -> None:
    with shop(tmp_path, currency) as opened:
        rig = opened(*BASKET, c.TenderCash())
        rig.desk.go("close")
        painted.clear()
        for row in rig.screen.counters:
            rig.screen.step(row, 3)
        rig.settle()
        for row in rig.screen.counters:
            told = rig.desk.kit.whole(3 * row.value_minor)
            assert told in painted
            assert Decimal(told.replace(",", "")) == Decimal(3 * row.value_minor).scaleb(
                {"JPY": 0, "KWD": -3}[currency]
            )
        everything = sum(3 * row.value_minor for row in rig.screen.counters)
        rig.tap("Compare")
        shift = rig.till.look.shift
        assert shift is not None
        assert shift.counted_minor == everything
        rig.tap("Close the shift")
        closed = [r.fact for r in rig.till.journal.records() if isinstance(r.fact, f.ShiftClosed)]
        assert closed[0].difference_minor == everything - 29_590


@CURRENCIES
def test_cards_are_sold_for_round_sums_of_the_currency(
    kivy: None, tmp_path: Path, currency: str
) -> None:
    with shop(tmp_path, currency) as opened:
        rig = opened(*OPEN)
        rig.desk.go("card_amount")
        largest = max(it.value_minor for it in rig.till.look.denominations)
        rig.tap(rig.desk.kit.short(largest))
        rig.tap("Print a card")
        rig.does(c.TenderCash())
        done = rig.till.journal.state.done
        assert done is not None
        assert done.total_minor == largest


@CURRENCIES
def test_foreign_notes_are_worth_their_rate_in_the_shops_own_money(
    kivy: None, tmp_path: Path, currency: str
) -> None:
    with shop(tmp_path, currency) as opened:
        rig = opened(*BASKET)
        rig.desk.go("foreign")
        rig.tap("5")
        told = {"JPY": "= JPY 800 · Still to pay 8,790", "KWD": "= KWD 1.650 · Still to pay 7.940"}
        assert plain(rig.screen.field.label) == told[currency]


@CURRENCIES
def test_the_proposal_for_the_safe_is_taken_over_whole(
    kivy: None, tmp_path: Path, currency: str
) -> None:
    with shop(tmp_path, currency) as opened:
        rig = opened(*BASKET, c.TenderCash())
        rig.desk.go("safe_drop")
        rig.tap("As proposed")
        for char in "007":
            rig.screen.typed(char)
        rig.tap("Into the safe")
        moved = [r.fact for r in rig.till.journal.records() if isinstance(r.fact, f.CashMoved)]
        proposed = sum(value * count for value, count in opened().till.look.cash.drop)
        assert (moved[0].bag, proposed) == ("007", 0)
        assert 5_000 <= 29_590 - moved[0].amount_minor <= 20_000
