"""Offers, coupons and a day's taxes on a running till, from the file to what is paid back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from appliance.codes.coupons import Coupon, sign_coupon
from appliance.config import load
from appliance.core import commands as c
from appliance.core.item import ItemId
from appliance.core.refusal import Reason, Refusal
from appliance.terms import Terms
from tests.core.builders import POLICY
from tests.till.builders import Clock, Running, open_shift, running

KEYS = {0: bytes(32)}
THREE_FOR_TWO = """
[[offers]]
id = "three"
name = { uk = "3 за ціною 2", en = "3 for 2" }
type = "n_for_m"
buy = 3
pay = 2
skus = ["milk"]
most_per_sale = 1
"""
TODAY = """
[[offers]]
id = "today"
type = "percent"
percent = 10
skus = ["milk"]
from = 2026-11-23T00:00:00
until = 2026-11-24T00:00:00
"""
COUPON = """
[[offers]]
id = "autumn"
type = "percent"
percent = 10
skus = ["milk"]
coupon = "AUTUMN"
"""


def terms(folder: Path, offers: str = "") -> Terms:
    settings = folder / "shop.toml"
    settings.write_text(f'[till]\ndata_dir = "{folder}"\n')
    (folder / "offers.toml").write_text(offers)
    return Terms(load(settings), KEYS)


def rewrite(folder: Path, offers: str) -> None:
    part = folder / "offers.part"
    part.write_text(offers)
    part.replace(folder / "offers.toml")


def total(it: Running) -> int:
    shown = it.till.look.basket
    assert shown is not None
    return shown.total_minor


def coupon(serial: int, **more: object) -> str:
    return sign_coupon(Coupon("AUTUMN", serial, **more), KEYS).text  # type: ignore[arg-type]


def test_three_for_two_holds_as_often_as_a_sale_may_have_it(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO)) as it:
        open_shift(it)
        it.sells("milk", "milk")
        assert total(it) == 2 * 46_90
        it.sells("milk")
        assert total(it) == 2 * 46_90
        it.sells("milk", "milk", "milk")
        assert total(it) == 5 * 46_90


def test_a_basket_open_over_midnight_ends_as_it_began(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, terms=terms(tmp_path, TODAY), clock=clock) as it:
        open_shift(it)
        it.sells("milk")
        assert total(it) == 42_21
        clock.move(days=1)
        it.sells("milk")
        assert total(it) == 84_42
        it.does(c.VoidSale())
        it.sells("milk")
        assert total(it) == 46_90
        it.does(c.VoidSale())
        clock.move(days=-1)
        it.sells("milk")
        assert total(it) == 42_21


def test_a_coupon_is_good_for_one_sale_and_an_undone_sale_gives_it_back(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.EnterCoupon(coupon(7)))
        assert total(it) == 42_21
        it.does(c.TenderCash())
        it.sells("milk")
        assert it.tries(c.EnterCoupon(coupon(7))) == Refusal(Reason.COUPON_USED)
        it.does(c.VoidSale())
        it.does(c.VoidCompleted("mistake"), actor="ivan")
        it.does(c.TenderCash())
        it.sells("milk")
        it.does(c.EnterCoupon(coupon(7)))
        assert total(it) == 42_21


def test_a_coupon_taken_out_of_the_basket_may_be_used_again(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.EnterCoupon(coupon(7)))
        shown = it.till.look.basket
        assert shown is not None
        it.does(c.RemoveCoupon(shown.coupons[0].coupon))
        assert total(it) == 46_90
        it.does(c.EnterCoupon(coupon(7)))
        assert total(it) == 42_21


def test_a_second_coupon_of_the_same_offer_goes_back_to_the_customer(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.EnterCoupon(coupon(7)))
        assert it.tries(c.EnterCoupon(coupon(8))) == Refusal(
            Reason.COUPON_TWICE, {"word": "AUTUMN"}
        )
        it.does(c.TenderCash())
        it.sells("milk")
        it.does(c.EnterCoupon(coupon(8)))
        assert total(it) == 42_21


def test_a_coupon_that_is_not_good_is_refused_with_its_reason(tmp_path: Path) -> None:
    other = sign_coupon(Coupon("AUTUMN", 1), {0: bytes([1] * 32)}).text
    strange = sign_coupon(Coupon("SPRING", 1), KEYS).text
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        open_shift(it)
        it.sells("milk")
        for code, reason in (
            (other, Reason.COUPON_FORGED),
            (strange, Reason.COUPON_NOT_HERE),
            ("AUTUMN", Reason.COUPON_MALFORMED),
            ("", Reason.COUPON_MALFORMED),
            ("x" * 5_000, Reason.COUPON_MALFORMED),
            (coupon(2, expires=date(2026, 11, 22)), Reason.COUPON_EXPIRED),
            (coupon(3, customer="C-9"), Reason.COUPON_NOT_YOURS),
        ):
            answer = it.tries(c.EnterCoupon(code))
            assert isinstance(answer, Refusal), code
            assert answer.reason is reason, code
        assert total(it) == 46_90


def test_a_file_with_a_mistake_leaves_the_last_good_one_and_says_so(tmp_path: Path) -> None:
    held = terms(tmp_path, THREE_FOR_TWO)
    with running(tmp_path, terms=held) as it:
        open_shift(it)
        rewrite(tmp_path, THREE_FOR_TWO.replace("pay = 2", "pay = 9"))
        it.sells("milk", "milk", "milk")
        it.does(c.VoidSale())
        it.sells("milk", "milk", "milk")
        assert total(it) == 2 * 46_90
        assert "offers.toml" in held.fault
    # The till starts anew while the mistake is still there.
    again = Terms(load(tmp_path / "shop.toml"), KEYS)
    assert again.fault
    assert [offer.id for offer in again.offers.offers] == ["three"]


def test_two_offers_that_want_the_same_goods_never_take_more_than_they_cost(
    tmp_path: Path,
) -> None:
    all_off = TODAY.replace("percent = 10", "percent = 100")
    with running(tmp_path, terms=terms(tmp_path, all_off + THREE_FOR_TWO + COUPON)) as it:
        open_shift(it)
        it.sells("milk", "milk", "milk")
        it.does(c.EnterCoupon(coupon(1)))
        assert total(it) == 0


def test_goods_whose_tax_has_no_rate_today_are_refused_and_others_sell(tmp_path: Path) -> None:
    policy = replace(POLICY, rates_missing={"VAT20": "2026-11-23"})
    with running(tmp_path, policy=policy) as it:
        open_shift(it)
        for sku in ("milk", "wine"):
            answer = it.tries(c.SellItem(ItemId(sku)))
            assert isinstance(answer, Refusal)
            assert answer.reason is Reason.TAX_RATE_MISSING
        it.sells("bag")
