"""Currencies without and with three decimals, amounts out of all bounds: a whole day of a till."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.catalogue.store import Catalogue
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import Item, ItemId, Unit
from appliance.core.money import to_minor
from appliance.core.policy import Denomination
from appliance.core.receipt import ShopHeader
from appliance.core.refusal import Reason, Refusal
from appliance.documents import Papers
from appliance.receipt.compose import compose
from appliance.receipt.text import to_text
from tests.core.builders import POLICY
from tests.till.builders import NAMES, Running, open_shift, running


def minor(text: str, currency: str) -> int:
    return to_minor(Decimal(text), currency)


@contextmanager
def shop(folder: Path, currency: str, tea: str, ham: str) -> Iterator[Running]:
    """A shop that sells tea by the piece and ham by weight, in its own currency."""
    goods = [
        Item(ItemId("tea"), "Чай", minor(tea, currency), taxes=("VAT20",)),
        Item(ItemId("ham"), "Шинка", minor(ham, currency), Unit.KILOGRAM, taxes=("VAT20",)),
        Item(ItemId("vase"), "Ваза", 0, open_price=True),
    ]
    with Catalogue(folder / "catalogue.db") as catalogue, catalogue.write() as writer:
        writer.put(goods)
    policy = replace(
        POLICY,
        currency=currency,
        cash_step_minor=0,
        denominations=tuple(Denomination(10**n) for n in range(6)),
    )
    with running(folder, policy=policy) as it:
        open_shift(it)
        yield it


MONEY = (
    # currency, tea, ham, 3 tea + 0.250 ham - 10 %, its VAT, cash, change; as paper says it
    ("JPY", "150", "2000", "855", "143", "1000", "145", "855"),
    ("KWD", "0.125", "3.750", "1.182", "0.197", "2.000", "0.818", "1.182"),
    ("TND", "1.999", "18.450", "9.549", "1.592", "10.000", "0.451", "9.549"),
)


@pytest.mark.parametrize(
    ("currency", "tea", "ham", "total", "vat", "cash", "change", "shown"), MONEY
)
def test_a_whole_sale_its_receipt_and_the_z_are_right_to_the_smallest_coin(
    tmp_path, currency, tea, ham, total, vat, cash, change, shown
):
    with shop(tmp_path, currency, tea, ham) as it:
        it.does(c.SellItem(ItemId("tea"), Decimal(3)))
        it.does(c.SellItem(ItemId("ham"), Decimal("0.250")))
        it.does(c.DiscountBasket(f.Discount(percent=Decimal(10)), "постійний"))
        records = it.does(c.TenderCash(minor(cash, currency)))
        sold = next(r.fact for r in records if isinstance(r.fact, f.SaleCompleted))
        assert sold.total_minor == minor(total, currency)
        assert sold.change_minor == minor(change, currency)
        assert [tax.tax_minor for tax in sold.taxes] == [minor(vat, currency)]
        journal = it.till.journal
        papers = Papers(ShopHeader("Крам"), it.till.policy, NAMES, "en")
        receipt = papers.receipt(journal.facts_of_sale(journal.epoch, f.SaleId(1)))
        text = to_text(compose(receipt), 48)
        assert f"{shown}\n" in text
        amounts = re.findall(
            r" [^ .]*\d(\.\d+)?(?: А)?$", text.partition("Receipt")[0], re.MULTILINE
        )
        assert {len(it) for it in amounts} == {len(shown.partition(".")[2]) + ("." in shown)}
        it.does(c.CountDrawer(()))
        closed = it.does(c.CloseShift(reason="порахую потім"))
        z = next(r for r in closed if isinstance(r.fact, f.ShiftClosed))
        assert z.fact.totals.gross_minor == minor(total, currency)
        key = journal.shifts.key_of(z.fact.shift)
        assert shown in to_text(compose(papers.z_report(z, journal.shifts, key)), 48)


def why(it: Running, request: c.Request) -> Reason:
    answer = it.tries(request)
    assert isinstance(answer, Refusal), f"{request} was accepted"
    return answer.reason


@pytest.mark.parametrize("currency", ["JPY", "UAH", "KWD"])
def test_what_is_out_of_all_bounds_is_refused_and_the_sale_goes_on(tmp_path, currency):
    with shop(tmp_path, currency, "150", "2000") as it:
        tea, vase = ItemId("tea"), ItemId("vase")
        assert why(it, c.SellItem(tea, Decimal(10**9))) is Reason.QUANTITY_TOO_LARGE
        assert why(it, c.SellItem(tea, Decimal("1e400"))) is Reason.QUANTITY_TOO_LARGE
        assert why(it, c.SellItem(tea, Decimal(-1))) is Reason.QUANTITY_NOT_POSITIVE
        assert why(it, c.SellItem(tea, Decimal("NaN"))) is Reason.QUANTITY_NOT_POSITIVE
        assert why(it, c.SellItem(tea, Decimal("0.5"))) is Reason.QUANTITY_NOT_WHOLE
        assert why(it, c.SellItem(ItemId("ham"), Decimal("0.0001"))) is Reason.QUANTITY_TOO_FINE
        assert why(it, c.SellItem(vase, unit_price_minor=-1)) is Reason.PRICE_WRONG
        assert why(it, c.SellItem(vase, amount_minor=-1)) is Reason.PRICE_WRONG
        dear = it.till.policy.total_minor_max
        assert why(it, c.SellItem(vase, unit_price_minor=dear + 1)) is Reason.PRICE_WRONG
        it.does(c.SellItem(vase, unit_price_minor=dear))
        assert why(it, c.SellItem(tea)) is Reason.TOTAL_TOO_LARGE
        assert why(it, c.ChangeQuantity(f.LineId(1), Decimal(2))) is Reason.TOTAL_TOO_LARGE
        it.does(c.VoidLine(f.LineId(1)))
        it.does(c.SellItem(tea))
        it.does(c.TenderCash())
        assert it.till.journal.state.sale is None
