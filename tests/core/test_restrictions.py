"""What may not be sold to everybody, always, or without end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import codec
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.decide.restrictions import birth_date, not_payable, years_old
from appliance.core.evolve import replay
from appliance.core.item import Component, Item, ItemId
from appliance.core.occasion import Occasion
from appliance.core.policy import ForeignCurrency, PortRule
from appliance.core.refusal import Reason, Refusal
from appliance.core.sale_hours import parse

from .builders import MILK, POLICY, WINE, Bench, opened

NOON = datetime(2026, 11, 23, 12, 0)
BEER = replace(WINE, id=ItemId("beer"), name="Пиво", age_min=18, category="Алкоголь")
KNIFE = replace(MILK, id=ItemId("knife"), name="Ніж", age_min=21)
PILLS = replace(MILK, id=ItemId("pills"), name="Ліки", quantity_max=Decimal(3))
SHOP = replace(
    POLICY,
    sale_hours={"Алкоголь": ((8 * 60, 23 * 60),)},
    ports=(PortRule("terminal", f.TenderType.CARD),),
    foreign=(ForeignCurrency("EUR", Decimal(50)),),
)


def tries(bench: Bench, command: c.Command, at: datetime = NOON) -> tuple[f.Fact, ...] | Refusal:
    made = decide(bench.state, command, SHOP, Occasion(at, "till"))
    if not isinstance(made, Refusal):
        bench.state = replay(bench.state, made)
    return made


def refused(made: tuple[f.Fact, ...] | Refusal) -> Refusal:
    assert isinstance(made, Refusal), made
    return made


def test_an_age_is_asked_once_for_a_basket() -> None:
    bench = opened()
    asked = refused(tries(bench, c.AddItem(BEER)))
    assert asked.reason is Reason.AGE_CHECK_NEEDED
    assert asked.params == {"item": "beer", "name": "Пиво", "age": "18"}
    assert bench.state.sale is None
    assert tries(bench, c.CheckAge(BEER.id, 18)) == (
        f.SaleStarted(f.SaleId(1), f.ShiftNumber(1), "2026-11-23T12:00:00"),
        f.AgeChecked(f.SaleId(1), 18, f.AgeMethod.VISUAL),
    )
    assert isinstance(tries(bench, c.AddItem(BEER)), tuple)
    assert isinstance(tries(bench, c.AddItem(BEER)), tuple)


def test_a_higher_age_is_asked_again() -> None:
    bench = opened()
    tries(bench, c.CheckAge(BEER.id, 18))
    assert refused(tries(bench, c.AddItem(KNIFE))).params["age"] == "21"
    tries(bench, c.CheckAge(KNIFE.id, 21))
    assert isinstance(tries(bench, c.AddItem(KNIFE)), tuple)
    assert isinstance(tries(bench, c.AddItem(BEER)), tuple)


def test_the_next_customer_is_asked_anew() -> None:
    bench = opened()
    tries(bench, c.CheckAge(BEER.id, 18))
    tries(bench, c.AddItem(BEER))
    tries(bench, c.TenderCash())
    assert refused(tries(bench, c.AddItem(BEER))).reason is Reason.AGE_CHECK_NEEDED


@pytest.mark.parametrize(
    ("birth", "old_enough"),
    [("23112008", True), ("24112008", False), ("2008-11-23", True), ("01.01.1970", True)],
)
def test_a_date_of_birth_is_compared_on_the_day(birth: str, old_enough: bool) -> None:
    bench = opened()
    made = tries(bench, c.CheckAge(BEER.id, 18, f.AgeMethod.DATE_OF_BIRTH, birth))
    assert isinstance(made, tuple)
    assert any(isinstance(fact, f.AgeChecked) for fact in made) is old_enough
    assert any(isinstance(fact, f.AgeRefused) for fact in made) is not old_enough


@pytest.mark.parametrize("birth", ["", "31022000", "1990", "01012030", "01011850", "абв", "9" * 99])
def test_what_is_no_date_of_birth_is_said(birth: str) -> None:
    made = tries(opened(), c.CheckAge(BEER.id, 18, f.AgeMethod.DATE_OF_BIRTH, birth))
    assert refused(made).reason is Reason.DATE_WRONG


@given(st.dates(date(1930, 1, 1), date(2026, 11, 23)))
def test_no_fact_ever_holds_the_date_of_birth(birth: date) -> None:
    for text in (f"{birth:%d%m%Y}", birth.isoformat()):
        made = tries(opened(), c.CheckAge(BEER.id, 18, f.AgeMethod.DATE_OF_BIRTH, text))
        assert isinstance(made, tuple)
        for fact in made:
            held = str(codec.to_json(fact)).replace("2026-11-23", "")
            assert text not in held
            assert birth.isoformat() not in held


@given(st.dates(date(1930, 1, 1), date(2008, 1, 1)), st.integers(0, 99))
def test_a_birthday_makes_one_year_older_and_the_day_before_does_not(
    birth: date, years: int
) -> None:
    if (birth.month, birth.day) == (2, 29):
        return
    on_it = birth.replace(year=birth.year + years)
    assert years_old(birth, on_it) == years
    if years:
        before = date.fromordinal(on_it.toordinal() - 1)
        assert years_old(birth, before) == years - 1


def test_born_on_a_leap_day_counts_from_the_first_of_march() -> None:
    leap = date(2008, 2, 29)
    assert years_old(leap, date(2026, 2, 28)) == 17
    assert years_old(leap, date(2026, 3, 1)) == 18


def test_a_typed_date_may_have_dots_and_blanks() -> None:
    assert birth_date("31 12 1990") == birth_date("31.12.1990") == date(1990, 12, 31)


@pytest.mark.parametrize(
    ("hour", "minute", "sold"), [(7, 59, False), (8, 0, True), (22, 59, True), (23, 0, False)]
)
def test_a_category_is_sold_in_its_hours_only(hour: int, minute: int, sold: bool) -> None:
    bench, at = opened(), NOON.replace(hour=hour, minute=minute)
    tries(bench, c.CheckAge(BEER.id, 18), at)
    made = tries(bench, c.AddItem(BEER), at)
    assert isinstance(made, tuple) is sold
    if not sold:
        told = refused(made)
        assert told.reason is Reason.OUTSIDE_SALE_HOURS
        assert told.params == {"name": "Пиво", "since": "08:00", "weekday": ""}


def test_an_items_own_hours_hold_beside_its_categorys() -> None:
    early = replace(BEER, age_min=0, sale_hours=((6 * 60, 10 * 60), (20 * 60, 24 * 60)))
    for hour, sold in ((7, False), (9, True), (12, False), (21, True), (23, False)):
        made = tries(opened(), c.AddItem(early), NOON.replace(hour=hour))
        assert isinstance(made, tuple) is sold, hour


def test_the_hour_is_told_before_anybodys_papers_are_asked_for() -> None:
    made = tries(opened(), c.AddItem(BEER), NOON.replace(hour=2))
    assert refused(made).reason is Reason.OUTSIDE_SALE_HOURS


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_no_way_of_ringing_sells_more_of_an_item_than_its_limit(counts: list[int]) -> None:
    bench = opened()
    for count in counts:
        tries(bench, c.AddItem(PILLS, Decimal(count), 100 + count))  # each price its own line
        for line in range(1, len(bench.state.sale.lines) + 1 if bench.state.sale else 1):
            tries(bench, c.ChangeQuantity(f.LineId(line), Decimal(count + 1)))
    lines = bench.state.sale.live_lines if bench.state.sale else ()
    assert sum(line.quantity for line in lines) <= 3


def test_an_undone_void_does_not_pass_the_limit_either() -> None:
    bench = opened()
    tries(bench, c.AddItem(PILLS, Decimal(3)))
    tries(bench, c.VoidLine(f.LineId(1)))
    tries(bench, c.AddItem(PILLS, Decimal(2)))
    told = refused(tries(bench, c.RestoreLine(f.LineId(1))))
    assert (told.reason, told.params["most"]) == (Reason.ITEM_QUANTITY_MAX, "3")
    tries(bench, c.VoidLine(f.LineId(2)))
    assert isinstance(tries(bench, c.RestoreLine(f.LineId(1))), tuple)


def test_the_age_that_was_checked_waits_with_the_basket() -> None:
    bench = opened()
    tries(bench, c.CheckAge(BEER.id, 18))
    tries(bench, c.AddItem(BEER))
    tries(bench, c.SuspendSale("Ольга"))
    assert refused(tries(bench, c.AddItem(BEER))).reason is Reason.AGE_CHECK_NEEDED
    tries(bench, c.RecallSale(bench.state.suspended[0].sale))
    assert isinstance(tries(bench, c.AddItem(BEER)), tuple)


def test_the_weekday_is_told_when_selling_begins_later_than_tomorrow() -> None:
    weekdays = replace(BEER, category="", sale_hours=parse("mon-fri 08:00-22:00") or ())
    friday = NOON.replace(day=27, hour=23)
    told = refused(tries(opened(), c.AddItem(weekdays), friday))
    assert told.params == {"name": "Пиво", "since": "08:00", "weekday": "1"}


def test_a_manager_is_not_called_before_the_age_is_known() -> None:
    item: Item = replace(BEER, needs_manager=True)
    bench = opened()
    made = decide(bench.state, c.AddItem(item), SHOP, Occasion(NOON, "olena"))
    assert refused(made).reason is Reason.AGE_CHECK_NEEDED
    tries(bench, c.CheckAge(item.id, 18))
    made = decide(bench.state, c.AddItem(item), SHOP, Occasion(NOON, "olena"))
    assert refused(made).reason is Reason.PERMISSION_NEEDED


LATE = NOON.replace(hour=23, minute=5)
TO_PAY: tuple[c.Command, ...] = (
    c.TenderCash(),
    c.AskTender(f.TenderType.CARD),
    c.TenderForeignCash("EUR", 50_00),
    c.Settle(),
)


def with_beer(*, free: bool = False) -> Bench:
    """Rung at five minutes to eleven."""
    bench, early = opened(), NOON.replace(hour=22, minute=55)
    tries(bench, c.CheckAge(BEER.id, 18), early)
    tries(bench, c.AddItem(replace(BEER, price_minor=0) if free else BEER), early)
    return bench


@pytest.mark.parametrize("pay", TO_PAY, ids=lambda it: type(it).__name__)
def test_what_was_rung_in_time_is_not_paid_after_the_hour(pay: c.Command) -> None:
    late = refused(tries(with_beer(free=isinstance(pay, c.Settle)), pay, LATE))
    assert late.reason is Reason.SALE_HOURS_OVER
    assert late.params == {"name": "Пиво", "since": "08:00", "weekday": ""}


def test_without_those_goods_the_rest_of_the_basket_is_paid() -> None:
    bench = with_beer()
    tries(bench, c.AddItem(MILK), LATE)
    refused(tries(bench, c.TenderCash(), LATE))
    tries(bench, c.VoidLine(f.LineId(1)), LATE)
    assert isinstance(tries(bench, c.TenderCash(), LATE), tuple)


def test_a_payment_begun_in_time_is_finished_after_the_hour() -> None:
    bench = with_beer()
    tries(bench, c.TenderCash(1_00), LATE.replace(hour=22, minute=59))
    assert isinstance(tries(bench, c.TenderCash(), LATE), tuple)
    assert bench.state.sale is None


def test_a_basket_that_waited_over_the_night_is_paid_in_the_morning() -> None:
    bench = with_beer()
    tries(bench, c.SuspendSale("Олег"), LATE)
    night = LATE + timedelta(hours=3)
    tries(bench, c.RecallSale(f.SaleId(1)), night)
    assert refused(tries(bench, c.TenderCash(), night)).reason is Reason.SALE_HOURS_OVER
    assert isinstance(tries(bench, c.TenderCash(), NOON + timedelta(days=1)), tuple)


def test_goods_come_back_at_any_hour() -> None:
    sale = with_beer().state.sale
    assert sale is not None
    back = replace(sale.lines[0], kind=f.LineKind.RETURN, quantity=Decimal(-1))
    assert not_payable(sale, Occasion(LATE)) is not None
    assert not_payable(replace(sale, lines=(back,)), Occasion(LATE)) is None


def test_a_line_keeps_the_hours_it_was_rung_with() -> None:
    bench = with_beer()
    [line] = bench.state.sale.lines if bench.state.sale else ()
    assert line.sale_hours == (((8 * 60, 23 * 60),),)
    assert codec.from_json(type(line), codec.to_json(line)) == line


CASE = replace(
    MILK,
    id=ItemId("case"),
    name="Ящик ліків",
    components=(Component(PILLS.id, Decimal(2)),),
)
"""Two boxes of pills with a code of their own."""


def case(quantity: int = 1) -> c.AddItem:
    return c.AddItem(CASE, Decimal(quantity), parts=(PILLS,))


def test_what_is_in_a_pack_counts_towards_the_limit() -> None:
    bench = opened()
    assert isinstance(tries(bench, c.AddItem(PILLS, Decimal(2))), tuple)
    over = refused(tries(bench, case()))
    assert over.reason is Reason.ITEM_QUANTITY_MAX
    assert over.params == {"name": "Ліки", "most": "3"}
    bench = opened()
    assert isinstance(tries(bench, case()), tuple)
    assert isinstance(tries(bench, c.AddItem(PILLS)), tuple)
    assert refused(tries(bench, c.AddItem(PILLS))).reason is Reason.ITEM_QUANTITY_MAX


def test_neither_a_typed_quantity_nor_an_undone_void_brings_more_packs() -> None:
    bench = opened()
    tries(bench, case())
    more = c.ChangeQuantity(f.LineId(1), Decimal(2))
    assert refused(tries(bench, more)).reason is Reason.ITEM_QUANTITY_MAX
    tries(bench, c.VoidLine(f.LineId(1)))
    tries(bench, c.AddItem(PILLS, Decimal(2)))
    again = c.RestoreLine(f.LineId(1))
    assert refused(tries(bench, again)).reason is Reason.ITEM_QUANTITY_MAX


def test_a_pack_is_sold_by_the_age_and_in_the_hours_of_what_is_in_it() -> None:
    crate = replace(MILK, id=ItemId("crate"), name="Ящик пива")
    pack = c.AddItem(crate, parts=(BEER,))
    bench = opened()
    asked = refused(tries(bench, pack))
    assert (asked.reason, asked.params["name"]) == (Reason.AGE_CHECK_NEEDED, "Ящик пива")
    tries(bench, c.CheckAge(crate.id, 18))
    assert refused(tries(bench, pack, LATE)).reason is Reason.OUTSIDE_SALE_HOURS
    tries(bench, pack)
    assert refused(tries(bench, c.TenderCash(), LATE)).reason is Reason.SALE_HOURS_OVER


def test_a_manager_lets_so_many_go_and_not_any_number() -> None:
    knife = replace(KNIFE, age_min=0, needs_manager=True)
    bench = opened()
    cashier = Occasion(NOON, "olena")
    assert refused(decide(bench.state, c.AddItem(knife), SHOP, cashier)).reason is (
        Reason.PERMISSION_NEEDED
    )
    tries(bench, c.AddItem(knife, Decimal(2)))
    more = c.ChangeQuantity(f.LineId(1), Decimal(3))
    fewer = c.ChangeQuantity(f.LineId(1), Decimal(1))
    assert refused(decide(bench.state, more, SHOP, cashier)).params["permission"] == "sell_managed"
    assert isinstance(decide(bench.state, more, SHOP, Occasion(NOON, "olena", "ivan")), tuple)
    assert isinstance(decide(bench.state, fewer, SHOP, cashier), tuple)
