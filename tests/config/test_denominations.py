"""Notes and coins of the shop's currency, by which its drawer is counted."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from appliance.config.denominations import _MONEY, known
from appliance.config.read import parse
from appliance.core.iso4217 import MINOR_UNIT_DECIMALS
from appliance.core.money import to_minor


@pytest.mark.parametrize("currency", sorted(MINOR_UNIT_DECIMALS))
def test_every_currency_has_some_each_worth_whole_minor_units(currency: str) -> None:
    values = [to_minor(it.value, currency) for it in known(currency)]
    assert values == sorted(set(values), reverse=True)
    assert values[-1] > 0


@pytest.mark.parametrize("currency", ["KRW", "MXN", "BHD"])
def test_of_a_currency_that_is_not_listed_any_sum_can_be_counted(currency: str) -> None:
    assert currency not in _MONEY
    assert to_minor(known(currency)[-1].value, currency) == 1


def test_a_shop_abroad_counts_by_its_own_money_unless_it_names_it() -> None:
    euro = parse('[shop]\ncurrency = "EUR"\n', "shop.toml", Path())
    assert [it.value for it in euro.denominations][:2] == [Decimal(200), Decimal(100)]
    own = '[shop]\ncurrency = "EUR"\n[cash]\ndenominations = [{ value = 5 }]\n'
    assert [it.value for it in parse(own, "shop.toml", Path()).denominations] == [Decimal(5)]
