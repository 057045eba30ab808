"""Offers on the touch screen: what is on offer today, a coupon by hand, and what an offer cost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.codes.coupons import Coupon, sign_coupon
from appliance.core import commands as c
from tests.ui.rig import CHEESE, COUPON_KEYS, YOGHURT, Rig, demo_till
from tests.ui.scenes.offers import OFFERS
from tests.ui.scenes.scene import MANAGED, OPEN


@pytest.fixture
def rig(kivy: None, tmp_path: Path) -> Iterator[Rig]:
    with demo_till(tmp_path, offers=OFFERS) as parts:
        rig = Rig(*parts, language="en")
        try:
            yield rig
        finally:
            rig.close()


def types(rig: Rig, text: str) -> None:
    for char in text:
        rig.screen._board_key(char)
    rig.screen._board_key("enter")


def told(rig: Rig) -> str:
    notice = rig.desk.look.notice
    return notice.key if notice is not None else ""


def test_the_cashier_types_a_coupons_word_and_sees_what_it_takes_off(rig: Rig) -> None:
    rig.does(*OPEN, c.SellItem(CHEESE))
    rig.tap("More")
    rig.tap("Coupon")
    types(rig, "Осінь")
    rig.until(lambda: rig.desk.name == "sale")
    assert told(rig) == "coupon_added"
    assert rig.desk.basket.line_note(rig.desk.basket.lines[0])[0] == "Autumn coupon: −12.90"


def test_a_word_that_no_coupon_has_stays_to_be_mended(rig: Rig) -> None:
    rig.does(*OPEN, c.SellItem(CHEESE))
    rig.desk.go("coupon")
    types(rig, "осень")
    rig.until(lambda: told(rig) == "coupon_malformed")
    assert (rig.desk.name, rig.screen.text) == ("coupon", "осень")


def test_a_signed_code_typed_in_groups_is_taken_and_taken_out_again_by_touch(rig: Rig) -> None:
    rig.does(*OPEN, c.SellItem(CHEESE))
    rig.desk.go("coupon")
    types(rig, sign_coupon(Coupon("ДРУГ", 5), COUPON_KEYS).grouped.lower())
    rig.until(lambda: rig.desk.name == "sale")
    assert told(rig) == "coupon_waits"
    rig.desk.go("coupon")
    (held,) = rig.screen.coupons
    assert (held.coupon, held.working) == ("ДРУГ-5", False)
    rig.screen._remove(0)
    rig.until(lambda: not rig.screen.coupons)
    assert told(rig) == "coupon_removed"


def test_a_coupon_that_was_not_needed_is_given_back(rig: Rig) -> None:
    rig.does(*OPEN, c.SellItem(YOGHURT), c.EnterCoupon("ОСІНЬ"), c.TenderCash())
    rig.until(lambda: told(rig) == "coupon_kept")


def test_what_runs_and_what_comes_is_read_without_selling_anything(rig: Rig) -> None:
    rig.does(*OPEN)
    rig.tap("More")
    rig.tap("Offers")
    rig.until(lambda: bool(rig.screen.offers))
    screen = rig.screen
    now = rig.desk.now().replace(tzinfo=None)
    when = {row.offer.id: screen.words.short_when(row, now) for row in screen.offers}
    assert when["yoghurt-3-2"] == "now"
    assert when["happy-hour"] == "from 15:00"
    assert when["winter-tea"] == "from 1 Dec"
    assert list(when)[-2:] == ["happy-hour", "winter-tea"]
    screen._choose(list(when).index("winter-tea"))
    rows = dict(screen.words.rows(screen.row, now))
    assert rows["What"] == "15% off each"
    assert rows["When"] == "from 1 Dec · until 28 Feb"
    assert rows["At most"] == "3 receipts a customer"


def test_who_may_not_see_the_books_sees_no_costs(rig: Rig) -> None:
    rig.does(*OPEN)
    rig.desk.go("offers")
    rig.until(lambda: bool(rig.screen.offers))
    assert not rig.screen.cost_key.face.enabled
    rig.screen._turn()
    assert not rig.screen.costs


def test_a_manager_sees_what_an_offer_gave_and_would_have_given(rig: Rig) -> None:
    six = c.SellItem(YOGHURT, Decimal(6))
    rig.does(*MANAGED, six, c.TenderCash(), c.SellItem(YOGHURT), c.TenderCash())
    rig.desk.go("offers")
    rig.until(lambda: bool(rig.screen.offers))
    rig.tap("What it cost")
    rig.until(lambda: rig.screen.cost is not None)
    cost = rig.screen.cost
    assert (cost.sales, cost.gave_minor, cost.times) == (2, 64_00, 1)
    assert (cost.would.given_minor, cost.would.touched) == (64_00, 1)
    rig.screen.command("down")
    rig.until(lambda: rig.screen.cost is not None)
    assert rig.screen.cost.offer == "chocolate-second-half"
    assert rig.screen.cost.would.touched == 0
