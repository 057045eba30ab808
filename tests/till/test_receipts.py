"""Receipts are found by whatever stands on them, by day, sum, goods and whose they are."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.barcode.own import ReceiptCode
from appliance.core.refusal import Reason
from appliance.people.customers import Customer, CustomerBook
from tests.till.builders import Clock, open_shift, running
from tests.till.returning import bought, opened, refused, take


@pytest.mark.parametrize("code", ["1-000001", "1", "kram:receipt:1-000001", "code128", "1/1-1"])
def test_a_receipt_is_found_by_whatever_stands_on_it(tmp_path: Path, code: str) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        bought(it, "milk", "bread", "bread")
        text = ReceiptCode(1, 1, 1).text if code == "code128" else code
        receipt = opened(it, text)
        assert (receipt.number, receipt.total_minor) == ("1-000001", 4690 + 2 * 2450)
        assert [(line.name, line.left) for line in receipt.lines] == [
            ("Молоко", Decimal(1)),
            ("Хліб", Decimal(2)),
        ]


def test_a_scanned_receipt_opens_itself(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        bought(it, "milk")
        it.does(c.Scan(ReceiptCode(1, 1, 1).text))
        found = it.till.look.receipts
        assert found is not None
        assert found.scanned
        assert found.receipt is not None


def test_codes_that_are_no_receipt_of_this_till_say_so(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        bought(it, "milk")
        for code, reason in (
            ("1-000077", Reason.RECEIPT_UNKNOWN),
            ("2-000001", Reason.RECEIPT_OTHER_TILL),
            ("1/9-000001", Reason.RECEIPT_UNKNOWN),
            ("999999999999999", Reason.RECEIPT_NOT_FOUND),
            ("0", Reason.RECEIPT_NOT_FOUND),
            ("молоко", Reason.RECEIPT_NOT_FOUND),
            ("1-999999999999999", Reason.RECEIPT_UNKNOWN),
        ):
            assert refused(it, c.FindReceipt(code=code)) is reason, code
        strange = f.SaleRef(1, 10**18, f.SaleId(10**18))
        assert refused(it, take(strange, (1, 1))) is Reason.NO_SUCH_SALE
        assert refused(it, take(f.SaleRef(2, 1, f.SaleId(1)), (1, 1))) is Reason.RECEIPT_OTHER_TILL
        assert refused(it, c.FindReceipt(on="gestern")) is Reason.RECEIPT_NOT_FOUND


def test_receipts_are_listed_by_day_sum_and_item(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        bought(it, "milk")
        it.clock.move(days=1)
        bought(it, "bread", "bread")

        def numbers(**asked: object) -> list[str]:
            it.does(c.FindReceipt(**asked))  # type: ignore[arg-type]
            found = it.till.look.receipts
            return [row.number for row in found.receipts] if found else []

        assert numbers(newest=True) == ["1-000002", "1-000001"]
        assert numbers(on="2026-11-23") == ["1-000001"]
        assert numbers(amount_minor=4900) == ["1-000002"]
        assert numbers(text="milk") == ["1-000001"]
        assert numbers(text="Хліб") == ["1-000002"]
        assert numbers(on="2026-11-23", text="bread") == []
        assert numbers(on="2026-11-23", to="2026-11-24") == ["1-000002", "1-000001"]
        assert numbers(on="2026-11-24", to="2026-11-23") == []
        assert numbers() == []


def test_the_day_that_summer_time_ends_has_all_its_receipts(tmp_path: Path) -> None:
    """25 hours: 00:30 and 23:30 of 25 October 2026 in Kyiv, and half an hour to either side."""
    zone = ZoneInfo("Europe/Kyiv")
    with running(tmp_path, clock=Clock(datetime(2026, 10, 24, 23, 30, tzinfo=zone))) as it:
        open_shift(it)
        bought(it, "milk")
        for at in (datetime(2026, 10, 25, 0, 30), datetime(2026, 10, 25, 23, 30)):
            it.clock.now = at.replace(tzinfo=zone)
            bought(it, "milk")
        it.clock.now = datetime(2026, 10, 26, 0, 30, tzinfo=zone)
        bought(it, "milk")
        it.does(c.FindReceipt(on="2026-10-25"))
        found = it.till.look.receipts
        assert found is not None
        assert [row.number for row in found.receipts] == ["1-000003", "1-000002"]


def test_a_customers_card_lists_their_receipts_while_receipts_are_looked_for(
    tmp_path: Path,
) -> None:
    with CustomerBook(tmp_path) as book, running(tmp_path, customers=book) as it:
        open_shift(it)
        anna = book.add(Customer("", "Анна"), code="ANNA-5521")
        bought(it, "milk")
        it.does(c.AttachCustomer(anna.id))
        bought(it, "bread")
        it.does(c.FindReceipt(newest=True))
        it.does(c.Scan("ANNA-5521"))
        found = it.till.look.receipts
        assert found is not None
        assert ([row.number for row in found.receipts], found.whose) == (["1-000002"], "Анна")
        it.does(c.FindReceipt())
        it.sells("milk")
        it.does(c.Scan("ANNA-5521"))
        assert it.till.look.receipts is None
        assert it.till.journal.state.sale is not None
        assert it.till.journal.state.sale.customer == anna.id


def test_a_receipt_of_a_basket_parked_for_long_is_found_too(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("wine")
        it.does(c.SuspendSale("Пані Марія"))
        for _ in range(5):
            bought(it, "bread")
        it.does(c.RecallSale(f.SaleId(1)))
        it.does(c.TenderCash())
        assert opened(it, "6").lines[0].name == "Вино"
        assert [opened(it, str(at)).lines[0].name for at in range(1, 6)] == ["Хліб"] * 5
