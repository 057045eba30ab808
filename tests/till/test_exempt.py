"""A customer who owes no VAT, from the settings to the receipt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from appliance import shop
from appliance.config import load
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.why import WhyKind, why_sale
from appliance.people.customers import Customer, CustomerBook
from tests.core.builders import POLICY
from tests.till.builders import open_shift, running

ROOT = Path(__file__).parents[2]


def test_vat_is_taken_off_and_excise_stays(tmp_path: Path) -> None:
    policy = replace(POLICY, waived=frozenset({"VAT20", "VAT7"}))
    with (
        CustomerBook(tmp_path) as book,
        running(tmp_path, policy=policy, customers=book) as it,
    ):
        open_shift(it)
        embassy = book.add(Customer("", "Посольство", "067 123-45-67", tax_exempt=True))
        it.sells("milk", "wine")
        full = it.till.look.basket.total_minor  # type: ignore[union-attr]
        it.does(c.AttachCustomer(embassy.id))
        shown = it.till.look.basket
        assert shown is not None
        milk, wine = shown.lines
        # 46.90 holds 7.82 of VAT. Of 252.00 the wine itself is 200.00: 5 % excise is 10.00 then.
        assert (milk.amount_minor, wine.amount_minor) == (39_08, 210_00)
        assert shown.total_minor == full - 7_82 - 42_00
        it.does(c.TenderCash())
        facts = [record.fact for record in it.till.journal.records()]
        sold = next(fact for fact in facts if isinstance(fact, f.SaleCompleted))
        assert [tax.code for tax in sold.taxes if tax.tax_minor] == ["EXC5"]
        told = why_sale([x for x in facts if getattr(x, "sale", 1) == 1], policy)
        assert all(WhyKind.EXEMPT in [step.kind for step in why.steps] for why in told)
        it.sells("milk")
        assert it.till.look.basket.total_minor == 46_90  # type: ignore[union-attr]


def test_the_demo_shop_waives_vat_and_keeps_excise() -> None:
    policy = shop.policy(load(ROOT / "config" / "shop.demo.toml"))
    assert policy.waived == {"VAT20", "VAT7"}
