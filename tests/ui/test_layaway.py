"""Goods paid in parts, by touch: a deposit, more of it, fetched or called off."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from tests.ui.rig import COFFEE, Rig
from tests.ui.scenes.scene import OPEN

Opened = Callable[..., Rig]
ORDER = (
    *OPEN,
    c.SellItem(COFFEE, Decimal(2)),
    c.TakeAdvance(200_00, "Пані Марія"),
    c.TenderCash(),
    c.SkipReceipt(),
)


@pytest.fixture
def rig(opened: Opened) -> Rig:
    made = opened(*ORDER)
    made.desk.go("advances")
    made.settle()
    return made


def held(rig: Rig) -> int:
    (row,) = rig.till.journal.ledger.accounts(f.AccountKind.ADVANCE)
    return row.stored.balance


def test_another_part_is_paid_towards_the_same_goods(rig: Rig) -> None:
    rig.tap("Доплатити", "1", "0", "0", "Застосувати")
    assert rig.till.look.basket is not None
    assert rig.till.look.basket.total_minor == 100_00
    rig.does(c.TenderCash())
    assert held(rig) == 300_00
    assert [it.name for it in rig.till.look.suspended] == ["Пані Марія"]


def test_when_the_goods_are_fetched_all_parts_pay(rig: Rig) -> None:
    rig.does(c.TakeAdvance(100_00, sale=rig.till.look.suspended[0].sale), c.TenderCash())
    rig.desk.go("advances")
    rig.settle()
    rig.tap("Видати товар")
    assert rig.till.look.suspended == ()
    rig.does(c.RedeemAdvance())
    basket = rig.till.look.basket
    assert basket is not None
    assert basket.total_minor - basket.left_minor == 300_00
    rig.does(c.TenderCash())
    assert rig.till.journal.ledger.accounts(f.AccountKind.ADVANCE) == ()


def test_what_is_called_off_is_paid_out(rig: Rig) -> None:
    rig.tap("Повернути гроші")
    rig.does(c.TenderCash())
    done = rig.till.journal.state.done
    assert done is not None
    assert done.total_minor == -200_00
    assert rig.till.journal.ledger.accounts(f.AccountKind.ADVANCE) == ()


def test_nothing_more_is_taken_where_no_goods_wait(rig: Rig) -> None:
    rig.does(c.RecallSale(rig.till.look.suspended[0].sale), c.VoidSale(), c.ListAdvances())
    assert not rig.key("Доплатити").face.enabled
    assert rig.key("Повернути гроші").face.enabled
