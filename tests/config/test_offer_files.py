"""Offers that contradict themselves are refused: each mistake with its line, what is wrong and what to do."""

from __future__ import annotations

from decimal import Decimal

import pytest

from appliance.config import ConfigError
from appliance.config.offer_files import OFFERS_MAX, parse
from appliance.core.pricing import NForM, PercentPromotion

GOOD = '[[offers]]\nid = "a"\ntype = "percent"\npercent = 10\n'


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        parse(text, "offers.toml", "UAH")
    return list(error.value.mistakes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + GOOD, 'offers.toml:6: [offers] no. 2 `id`: "a" is taken by the offer in line 2'),
        (
            GOOD.replace("10", "101"),
            "offers.toml:4: [offers] no. 1 `percent`: must be from 0 to 100",
        ),
        (
            GOOD.replace("percent = 10", "buy = 2\npay = 2").replace('"percent"', '"n_for_m"'),
            "offers.toml:1: [offers] no. 1 buy must be above pay, and pay at least 0",
        ),
        (
            GOOD + "from = 2026-12-01\nuntil = 2026-12-01\n",
            "offers.toml:6: [offers] no. 1 `until`: ends before it starts, or at once:"
            " 2026-12-01 00:00:00 to 2026-12-01 00:00:00",
        ),
        (
            GOOD + "days = []\n",
            "offers.toml:5: [offers] no. 1 `days`: names no day; leave it out for every day",
        ),
        (
            GOOD + "skus = []\n",
            "offers.toml:5: [offers] no. 1 `skus`: names no item; leave it out for all",
        ),
        (
            GOOD + "plain_coupon = true\n",
            "offers.toml:5: [offers] no. 1 `plain_coupon`: needs a `coupon`: the word that is typed",
        ),
        (
            '[[offers]]\nid = "a"\ntype = "threshold"\nmin = 0\npercent = 5\n',
            "offers.toml:4: [offers] no. 1 `min`: must be above 0",
        ),
        (
            '[[offers]]\nid = "a"\ntype = "bundle"\nprice = 9\nitems = [{ skus = [], qty = 1 }]\n',
            "offers.toml:5: [offers] no. 1 `items`: an item of the bundle names no goods, so it can"
            " never be filled",
        ),
        (
            GOOD + "percnt = 5\n",
            "offers.toml:5: [offers] no. 1 `percnt`: is no key of an offer of type percent, did you"
            " mean `percent`?",
        ),
    ],
)
def test_a_contradiction_is_named_with_its_line(text: str, said: str) -> None:
    assert mistakes(text) == [said]


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file() -> None:
    found = mistakes(GOOD.replace("10", "-1") + GOOD.replace('"a"', '""') + "x = 1\n")
    assert [it.split(":")[1] for it in found] == ["4", "6", "9"]


def test_more_offers_than_a_till_reads_are_refused() -> None:
    many = "".join(GOOD.replace('"a"', f'"{at}"') for at in range(OFFERS_MAX + 1))
    assert "more than 2000" in mistakes(many)[0]


def test_a_good_file_is_read_as_it_is_written() -> None:
    found = parse(
        GOOD
        + 'skus = ["milk"]\nmost_per_sale = 3\n'
        + '[[offers]]\nid = "b"\ntype = "n_for_m"\nbuy = 3\npay = 2\nmost_per_customer = 1\n',
        "offers.toml",
        "UAH",
    )
    first, second = found.offers
    assert first.promotion == PercentPromotion("a", Decimal(10), frozenset({"milk"}), most=3)
    assert isinstance(second.promotion, NForM)
    assert (second.most_per_customer, second.name("uk"), second.name("en")) == (
        1,
        "3 за ціною 2",
        "3 for 2",
    )
