"""What an offer would have cost is told from what was really sold, and what it gave from the books."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from appliance.cli import main, where
from appliance.config import load
from appliance.config.offer_files import parse
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.facts import Discount
from appliance.core.offer_rows import OfferCost
from appliance.core.offers import Offer
from appliance.offer_desk import OfferDesk
from tests.till.builders import Clock, Running, open_shift, running, shelf
from tests.till.test_offers import COUPON, THREE_FOR_TWO, TODAY, coupon, rewrite, terms

DAY = date(2026, 11, 23)
TEN_OFF = """
[[offers]]
id = "ten"
type = "percent"
percent = 10
skus = ["milk"]
"""
OVER_100 = """
[[offers]]
id = "over"
type = "threshold"
min = 100
percent = 10
"""
FULL = 46_90


TAXES = """
[taxes.VAT20]
rate = 20
[taxes.EXC5]
rate = 5
compound = true
"""


def settings_file(folder: Path, taxes: str = TAXES) -> Path:
    file = folder / "desk.toml"
    file.write_text(f'[till]\ndata_dir = "{folder}"\n{taxes}')
    return file


def offer(text: str) -> Offer:
    return parse(text, "x", "UAH").offers[0]


def asked(
    folder: Path, text: str, first: date = DAY, last: date = DAY, taxes: str = TAXES
) -> OfferCost:
    with shelf(folder) as goods:
        desk = OfferDesk(load(settings_file(folder, taxes)), goods, folder / "journal.db")
        return desk.cost(offer(text), first, last)


def buys(it: Running, *skus: str) -> None:
    it.sells(*skus)
    it.does(c.TenderCash())


def test_a_new_offer_is_priced_over_what_was_sold(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path)) as it:
        open_shift(it)
        buys(it, "milk", "milk", "milk", "bread")
        buys(it, "milk", "milk")
        buys(it, "bread")
        cost = asked(tmp_path, THREE_FOR_TWO)
    assert (cost.sales, cost.taken_minor) == (3, 5 * FULL + 2 * 24_50)
    assert (cost.gave_minor, cost.times) == (0, 0)
    assert (cost.would.touched, cost.would.given_minor, cost.would.cost_minor) == (1, FULL, FULL)
    assert cost.would.cost_net_minor == 39_08
    assert cost.named == {"milk": "Молоко"}


def test_a_tax_that_the_shop_has_no_more_is_no_hindrance(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path)) as it:
        open_shift(it)
        buys(it, "milk", "milk", "milk")
        assert asked(tmp_path, THREE_FOR_TWO, taxes="").would.cost_minor == FULL


def test_an_offer_that_ran_would_have_given_what_it_gave(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO + OVER_100)) as it:
        open_shift(it)
        buys(it, "milk", "milk", "milk", "bread")
        buys(it, "milk", "milk")
        both = [asked(tmp_path, text) for text in (THREE_FOR_TWO, OVER_100)]
    for cost in both:
        assert cost.times == cost.would.touched == 1
        assert cost.gave_minor == cost.would.given_minor > 0


def test_other_days_and_undone_sales_are_left_out(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, terms=terms(tmp_path), clock=clock) as it:
        it.does(c.SignIn("ivan"))
        it.does(c.OpenShift(500_00))
        buys(it, "milk", "milk", "milk")
        buys(it, "milk", "milk", "milk")
        it.does(c.VoidCompleted("mistake"))
        it.does(c.TenderCash())
        clock.move(days=1)
        buys(it, "milk", "milk", "milk")
        days = [
            asked(tmp_path, TEN_OFF, DAY.replace(day=at), DAY.replace(day=at))
            for at in (22, 23, 24)
        ]
        assert [it.would.touched for it in days] == [0, 1, 1]
        assert asked(tmp_path, TEN_OFF, DAY.replace(day=17), DAY.replace(day=24)).would.touched == 2


def test_an_offer_of_next_month_or_with_a_coupon_is_priced_as_if_all_had_it(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path)) as it:
        open_shift(it)
        buys(it, "milk")
        later = TODAY.replace("2026-11-2", "2027-11-2")
        assert asked(tmp_path, later).would.cost_minor == 4_69
        cost = asked(tmp_path, COUPON)
    assert cost.anybody
    assert cost.would.cost_minor == 4_69


def test_hours_days_and_groups_hold_in_the_past_too(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path)) as it:
        open_shift(it)  # Monday, 14:32
        buys(it, "milk")
        for told, times in (
            ('hours = "14:00-15:00"', 1),
            ('hours = "15:00-16:00"', 0),
            ("days = [1]", 1),
            ("days = [2]", 0),
            ('group = "gold"', 0),
        ):
            assert asked(tmp_path, TEN_OFF + told).would.touched == times, told


def test_what_offers_of_then_took_off_is_not_taken_off_twice(tmp_path: Path) -> None:
    """The offers have changed since: a line that was lowered keeps what it had."""
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO)) as it:
        open_shift(it)
        buys(it, "milk", "milk", "milk", "wine")
        rewrite(tmp_path, "")
        buys(it, "milk", "milk", "milk")
        everything = TEN_OFF.replace('skus = ["milk"]', "")
        cost = asked(tmp_path, everything)
    # The first three bottles keep their offer; the wine and the other three are lowered.
    assert cost.would.given_minor == 25_20 + 14_07
    assert cost.taken_minor == 2 * FULL + 252_00 + 3 * FULL


def test_returns_and_discounts_by_hand_are_no_hindrance(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        it.does(c.SignIn("ivan"))
        it.does(c.OpenShift(500_00))
        it.sells("milk", "milk", "milk")
        it.does(c.DiscountLine(f.LineId(1), Discount(percent=Decimal(5))))
        it.does(c.TenderCash())
        it.sells("milk", "milk", "milk")
        it.does(c.EnterCoupon(coupon(1)))
        it.does(c.DiscountBasket(Discount(amount_minor=1_00)))
        it.does(c.TenderCash())
        it.does(c.ReturnWithoutReceipt("bread", Decimal(1), "x"))  # type: ignore[arg-type]
        it.sells("milk", "milk", "milk")
        it.does(c.TenderCash())
        cost = asked(tmp_path, THREE_FOR_TWO)
    # A line with a discount by hand takes part in no offer; the coupon's would lose three bottles.
    assert cost.would.touched == 2
    assert cost.would.given_minor == 2 * FULL


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    baskets=st.lists(
        st.lists(st.sampled_from(("milk", "bread", "wine")), min_size=1, max_size=6),
        min_size=1,
        max_size=4,
    ),
    text=st.sampled_from((THREE_FOR_TWO, TEN_OFF, OVER_100)),
)
def test_what_would_have_been_paid_is_what_is_paid_with_the_offer(
    tmp_path_factory, baskets: list[list[str]], text: str
) -> None:
    """Sold without the offer and previewed, or sold with it: the same money."""
    taken = []
    for offers in ("", text):
        folder = tmp_path_factory.mktemp("sold")
        with running(folder, terms=terms(folder, offers)) as it:
            open_shift(it)
            for skus in baskets:
                buys(it, *skus)
            taken.append(asked(folder, text))
    without, with_it = taken
    assert without.taken_minor - without.would.cost_minor == with_it.taken_minor
    assert with_it.gave_minor == with_it.would.given_minor == without.would.given_minor


def test_who_does_not_wait_any_more_keeps_nobody_busy(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path)) as it:
        open_shift(it)
        for _ in range(5):
            buys(it, "milk")
        asked_so_often = 0

        def wanted() -> bool:
            nonlocal asked_so_often
            asked_so_often += 1
            return asked_so_often < 3

        with shelf(tmp_path) as goods:
            desk = OfferDesk(load(settings_file(tmp_path)), goods, tmp_path / "journal.db")
            assert desk.cost(offer(TEN_OFF), DAY, DAY, wanted).would.seen == 2


def test_a_file_with_a_mistake_lists_the_last_good_offers(tmp_path: Path) -> None:
    terms(tmp_path, THREE_FOR_TWO)
    rewrite(tmp_path, "[[offers]]")
    with shelf(tmp_path) as goods:
        desk = OfferDesk(load(tmp_path / "shop.toml"), goods, tmp_path / "journal.db")
        assert [row.offer.id for row in desk.list(datetime(2026, 11, 23))] == ["three"]
        (tmp_path / "offers.good.toml").write_text("[[offers]]")
        assert desk.list(datetime(2026, 11, 23)) == []


def test_the_command_tells_it_in_a_table_and_in_json(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path)) as it:
        open_shift(it)
        buys(it, "milk", "milk", "milk")
    (tmp_path / "new.toml").write_text(THREE_FOR_TWO)

    def till(*words: str, code: int = 0) -> str:
        config = str(settings_file(tmp_path))
        done = CliRunner().invoke(main.app, ["--config", config, "offers", "preview", *words])
        assert done.exit_code == code, done.output + repr(done.exception)
        return done.output

    days = ("--from", "2026-11-23", "--to", "2026-11-23")
    try:
        main._mount()
        new = str(tmp_path / "new.toml")
        told = json.loads(till("three", new, *days, "--json"))
        assert (told["receipts"], told["taken_minor"], told["gave_minor"]) == (1, 3 * FULL, 0)
        assert told["would"]["cost_minor"] == FULL
        assert told["would"]["skus"][0]["name"] == "Молоко"
        shown = till("three", new, *days)
        assert "46.90" in shown
        assert "33.3 %" in shown
        assert "No offer is called" in till("none", new, code=1)
        turned = ("--from", "2026-11-24", "--to", "2026-11-23")
        assert "before the first" in till("three", new, *turned, code=2)
    finally:
        where.use(None)


def test_the_list_tells_what_runs_what_comes_and_nothing_that_is_over(tmp_path: Path) -> None:
    offers = (
        TODAY
        + THREE_FOR_TWO
        + TEN_OFF.replace('"ten"', '"over"')
        + "until = 2026-11-01\n"
        + TEN_OFF.replace('"ten"', '"winter"')
        + "from = 2026-12-01\n"
        + TEN_OFF.replace('"ten"', '"evening"')
        + 'hours = "17:00-19:00"\n'
    )
    terms(tmp_path, offers)
    with shelf(tmp_path) as goods:
        desk = OfferDesk(load(tmp_path / "shop.toml"), goods, tmp_path / "journal.db")
        rows = desk.list(datetime(2026, 11, 23, 14, 32))
    assert [row.offer.id for row in rows] == ["today", "three", "evening", "winter"]
    assert [row.starts for row in rows] == [
        None,
        None,
        datetime(2026, 11, 23, 17, 0),
        datetime(2026, 12, 1),
    ]
    assert rows[0].ends == datetime(2026, 11, 24)
    assert rows[0].goods == ("Молоко",)
