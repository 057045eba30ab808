"""What is strange about offers is told before they run, and what is said is so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.config.offer_files import parse
from appliance.core.item import Item, ItemId
from appliance.core.offer_doubts import doubts
from appliance.core.offers import Offer
from appliance.core.pricing import Basket, Line, price
from tests.core.builders import APPLES, BAG, BREAD, MILK, WINE

NOW = datetime(2026, 11, 23, 14, 32)
GOODS = {
    it.id: it
    for it in (
        replace(MILK, cost_minor=3600),
        BREAD,
        APPLES,
        replace(WINE, min_price_minor=200_00),
        BAG,
    )
}


def find(item: ItemId) -> Item | None:
    return GOODS.get(item)


def offers(*texts: str) -> tuple[Offer, ...]:
    whole = "".join(
        f'[[offers]]\nid = "{"abcdefgh"[at]}"\n{text}\n' for at, text in enumerate(texts)
    )
    return parse(whole, "offers.toml", "UAH").offers


def told(*texts: str) -> list[str]:
    return [f"{it.offer}: {it.text}" for it in doubts(offers(*texts), find, NOW)]


MILK_10 = 'type = "percent"\npercent = 10\nskus = ["milk"]'
THREE_FOR_TWO = 'type = "n_for_m"\nbuy = 3\npay = 2\nskus = ["bread"]'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MILK_10.replace("milk", "beer"), "the catalogue has no item beer"),
        (MILK_10.replace("milk", "wine"), "Вино has a least price: no offer lowers it"),
        (MILK_10.replace("milk", "bag"), "Пакет is never discounted"),
        (MILK_10.replace("10", "30"), "Молоко is sold below its cost"),
        (MILK_10.replace("10", "0"), "takes 0 % off"),
        (THREE_FOR_TWO.replace("bread", "apples"), "Яблука is sold by weight"),
        (THREE_FOR_TWO.replace("pay = 2", "pay = 0"), "gives its goods away"),
        ('type = "percent"\npercent = 100\nskus = ["bread"]', "gives everything away: 100 % off"),
        ('type = "threshold"\nmin = 50\namount = 50', "pays for the whole basket"),
        (
            'type = "bundle"\nprice = 71.40\nitems = [{ skus = ["milk"], qty = 1 },'
            ' { skus = ["bread"], qty = 1 }]',
            "costs no less than its goods one by one",
        ),
        (
            'type = "bundle"\nprice = 1\nitems = [{ skus = ["beer"], qty = 1 }]',
            "can never be filled",
        ),
        (f"{MILK_10}\nuntil = 2026-11-01", "is over since 2026-11-01 00:00:00"),
        (
            f"{MILK_10}\nfrom = 2026-11-24\nuntil = 2026-11-25\ndays = [1]",
            "never runs: none of its days and hours lie between",
        ),
    ],
)
def test_each_strange_offer_is_told_of(text: str, said: str) -> None:
    assert any(it.startswith(f"a: {said}") for it in told(text)), told(text)


@pytest.mark.parametrize(
    "text", [MILK_10, THREE_FOR_TWO, 'type = "threshold"\nmin = 500\npercent = 5']
)
def test_of_a_plain_offer_nothing_is_said(text: str) -> None:
    assert told(text) == []


def test_two_that_want_the_same_goods_fight_unless_they_never_meet() -> None:
    half = 'type = "nth_percent"\nevery = 2\npercent = 30\nskus = ["milk", "bread"]'
    assert told(THREE_FOR_TWO, half) == [
        'b: fights with "a" over Хліб: a piece has only one of the two'
    ]
    assert told(THREE_FOR_TWO, MILK_10) == []
    apart = [f"{THREE_FOR_TWO}\n{it}" for it in ("days = [1, 2]", "days = [3]")]
    assert told(*apart) == []
    assert told(f'{THREE_FOR_TWO}\nhours = "08:00-12:00"', f'{half}\nhours = "12:00-14:00"') == []
    assert told(f"{THREE_FOR_TWO}\nuntil = 2026-12-01", f"{half}\nfrom = 2026-12-01") == []
    everything = 'type = "percent"\npercent = 5'
    assert told(THREE_FOR_TWO, everything) == [
        'b: fights with "a" over Хліб: a piece has only one of the two'
    ]


def test_one_that_never_has_its_turn_is_named_with_who_takes_it() -> None:
    more = MILK_10.replace("percent = 10", "percent = 15")
    assert told(MILK_10, more) == [
        'a: never has its turn: "b" takes the same goods before it',
        'b: fights with "a" over Молоко: a piece has only one of the two',
    ]
    assert told(f'{MILK_10}\ngroup = "gold"', more)[0].startswith("a: never has its turn")
    assert not any("turn" in it for it in told(MILK_10, f'{more}\ngroup = "gold"'))
    small, large = (f'type = "threshold"\nmin = {at}\npercent = 5' for at in (300, 500))
    assert told(small, large) == ['b: never has its turn: "a" takes the same goods before it']


def test_coupon_words_that_people_cannot_tell_apart_are_named() -> None:
    typed = f'{THREE_FOR_TWO}\ncoupon = "AUTUMN"\nplain_coupon = true'
    signed = f'{MILK_10}\ncoupon = "AUTUMN"'
    assert told(typed, signed) == [
        'b: its coupon AUTUMN may be typed by anybody because of "a": set plain_coupon for both,'
        " or give one another word"
    ]
    assert "a: its coupon AUTUMN and Autumn" in told(typed, signed.replace("AUTUMN", "Autumn"))[0]


PERCENTS = st.builds(
    lambda percent, skus, when: f'type = "percent"\npercent = {percent}\nskus = {skus}\n{when}',
    st.sampled_from((5, 10, 15)),
    st.sampled_from(('["milk"]', '["bread"]', '["milk", "bread"]')),
    st.sampled_from(("", "days = [1, 2]", 'hours = "14:00-16:00"', 'coupon = "X"')),
)
THRESHOLDS = st.builds(
    lambda least, off: f'type = "threshold"\nmin = {least}\n{off}',
    st.sampled_from((50, 100)),
    st.sampled_from(("percent = 5", "percent = 10", "amount = 5", "amount = 10")),
)
LINES = st.lists(
    st.builds(
        Line, st.sampled_from(("milk", "bread")), st.integers(1, 5), st.sampled_from((4690, 2450))
    ),
    max_size=4,
)


@given(
    texts=st.lists(PERCENTS | THRESHOLDS, min_size=1, max_size=7),
    lines=LINES,
    at=st.datetimes(datetime(2026, 11, 23), datetime(2026, 11, 30)),
    coupon=st.booleans(),
)
def test_what_never_has_its_turn_takes_nothing_off_any_basket(
    texts: list[str], lines: list[Line], at: datetime, coupon: bool
) -> None:
    found = offers(*texts)
    idle = {it.offer for it in doubts(found, find, NOW) if "never has its turn" in it.text}
    promotions = tuple(offer.promotion for offer in found)
    words = frozenset({"X"} if coupon else ())
    priced = price(Basket(tuple(lines), promotions=promotions, at=at, coupons=words))
    assert not idle & {it.id for it in priced.promotions}


def test_thousands_of_offers_are_looked_through_in_a_moment() -> None:
    one = offers(MILK_10)[0]
    many = [replace(one, promotion=replace(one.promotion, id=str(at))) for at in range(2_000)]
    found = doubts(many, find, NOW)
    assert len(found) <= 2_000 * 3
    assert all(Decimal(it.offer) >= 0 for it in found)
