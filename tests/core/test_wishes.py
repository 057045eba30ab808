"""Other trades on the same core: wishes with a dish, tabs by table, who did the service."""

from __future__ import annotations

from dataclasses import replace

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import Choice, ItemId
from appliance.core.refusal import Reason, Refusal
from appliance.core.totals import price_sale

from .builders import APPLES, BREAD, MILK, POLICY, Bench, add

OAT = f.Modifier("вівсяне молоко", 1500)
HOT = f.Modifier("дуже гарячу")


def selling(*commands: c.Command) -> Bench:
    bench = Bench()
    bench.does(c.OpenShift(0), *commands)
    return bench


def total(bench: Bench) -> int:
    assert bench.state.sale is not None
    return price_sale(bench.state.sale, POLICY).total_minor


def reason(answer: object) -> Reason:
    assert isinstance(answer, Refusal)
    return answer.reason


def test_a_wish_adds_its_price_to_every_unit_and_goes_again() -> None:
    bench = selling(add(MILK, "2"), c.ModifyLine(f.LineId(1), (OAT, HOT)))
    assert total(bench) == 2 * (MILK.price_minor + 1500)
    bench.does(c.ModifyLine(f.LineId(1), ()))
    assert total(bench) == 2 * MILK.price_minor


def test_another_coffee_without_wishes_is_a_line_of_its_own() -> None:
    bench = selling(add(MILK), c.ModifyLine(f.LineId(1), (OAT,)), add(MILK))
    assert bench.state.sale is not None
    assert [line.quantity for line in bench.state.sale.live_lines] == [1, 1]


def test_wishes_are_refused_where_they_make_no_sense() -> None:
    bench = selling(add(MILK))
    line = f.LineId(1)
    assert reason(bench.tries(c.ModifyLine(f.LineId(7), (OAT,)))) is Reason.NO_SUCH_LINE
    assert reason(bench.tries(c.ModifyLine(line, (f.Modifier(" "),)))) is Reason.NAME_NEEDED
    assert reason(bench.tries(c.ModifyLine(line, (f.Modifier("x", -1),)))) is Reason.PRICE_WRONG
    many = tuple(f.Modifier(str(n)) for n in range(21))
    assert reason(bench.tries(c.ModifyLine(line, many))) is Reason.TOO_MANY_WISHES
    bench.does(c.TenderCash(100))
    assert reason(bench.tries(c.ModifyLine(line, (OAT,)))) is Reason.SALE_HAS_TENDERS


def test_what_must_be_wished_is_named_before_the_first_money() -> None:
    milk = Choice("молоко", (("звичайне", 0), (OAT.name, OAT.price_minor)), least=1)
    syrup = Choice("сироп", (("ваніль", 10_00),))
    latte = replace(MILK, id=ItemId("latte"), choices=(milk, syrup))
    bench = selling(add(latte), add(BREAD))
    for pays in (c.TenderCash(), c.TenderCash(1_00), c.Settle()):
        answer = bench.tries(pays)
        assert reason(answer) is Reason.WISH_NEEDED
        assert isinstance(answer, Refusal)
        assert answer.params == {"name": latte.name, "choice": "молоко", "line": "1"}
    bench.does(c.ModifyLine(f.LineId(1), (HOT,)))
    assert reason(bench.tries(c.TenderCash())) is Reason.WISH_NEEDED
    bench.does(c.ModifyLine(f.LineId(1), (OAT, HOT)), c.TenderCash())
    assert bench.state.done is not None


def test_a_line_taken_away_needs_no_wish() -> None:
    milk = Choice("молоко", (("звичайне", 0),), least=1)
    bench = selling(add(replace(MILK, choices=(milk,))), add(BREAD), c.VoidLine(f.LineId(1)))
    bench.does(c.TenderCash())


def test_wishes_that_make_the_sum_too_large_are_refused_as_a_whole() -> None:
    bench = selling(add(MILK, "99999"))
    dear = (f.Modifier("золото", POLICY.total_minor_max),)
    assert reason(bench.tries(c.ModifyLine(f.LineId(1), dear))) is Reason.TOTAL_TOO_LARGE


def test_a_table_keeps_its_name_from_order_to_order() -> None:
    bench = selling(add(MILK), c.NameSale("Стіл 4"), c.SuspendSale(""))
    assert bench.state.suspended[0].name == "Стіл 4"
    bench.does(c.RecallSale(f.SaleId(1)), add(APPLES, "0.5"), c.SuspendSale(""))
    assert bench.state.suspended[0].name == "Стіл 4"


def test_a_basket_without_any_name_still_asks_for_one() -> None:
    bench = selling(add(MILK))
    assert reason(bench.tries(c.SuspendSale(" "))) is Reason.NAME_NEEDED


def test_a_service_line_names_who_did_it() -> None:
    bench = selling(add(MILK), c.AssignLine(f.LineId(1), "ivan"))
    assert bench.state.sale is not None
    assert bench.state.sale.lines[0].staff == "ivan"
    assert bench.does(c.AssignLine(f.LineId(1), "ivan")) == ()
    assert reason(bench.tries(c.AssignLine(f.LineId(1), "nobody"))) is Reason.STAFF_UNKNOWN
