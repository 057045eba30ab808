"""What an offer took off is named where it acts: under the line, on the paper, and it stays so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from appliance.core import commands as c
from appliance.core.facts import DenominationCount, Discount, LineId
from appliance.core.receipt import DiscountRow, Receipt, Report, ShopHeader
from appliance.core.view import LineLook
from appliance.documents import Papers
from appliance.journal import Journal
from appliance.ui.sentences.offers import why_sentence
from tests.core.builders import POLICY
from tests.till.builders import NAMES, Running, open_shift, running
from tests.till.test_offers import COUPON, THREE_FOR_TWO, coupon, terms

OVER_100 = """
[[offers]]
id = "over"
name = { uk = "Кошик від 100", en = "Baskets from 100" }
type = "threshold"
min = 100
percent = 10
"""


def lines(it: Running) -> tuple[LineLook, ...]:
    shown = it.till.look.basket
    assert shown is not None
    return shown.lines


def paper(it: Running) -> Receipt:
    """The receipt of the last sale."""
    journal = it.till.journal
    assert isinstance(journal, Journal)
    done = journal.state.done
    assert done is not None
    papers = Papers(ShopHeader("На розі"), POLICY, NAMES, "uk", qr=False)
    return papers.receipt(journal.facts_of_sale(journal.epoch, done.sale.sale))


def test_an_offer_stands_under_its_line_and_stays_when_other_goods_are_scanned(
    tmp_path: Path,
) -> None:
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO)) as it:
        open_shift(it)
        it.sells("milk", "milk", "milk")
        (milk,) = lines(it)
        (offer,) = milk.offers
        assert (offer.name("uk"), offer.name("en")) == ("3 за ціною 2", "3 for 2")
        assert (offer.amount_minor, milk.amount_minor) == (46_90, 2 * 46_90)
        for sku in ("bread", "wine", "bread"):
            it.sells(sku)
            # The very same object: the screen draws nothing of it anew.
            assert lines(it)[0] is milk
        it.does(c.ChangeQuantity(milk.line, Decimal(2)))
        assert lines(it)[0].offers == ()
        it.does(c.ChangeQuantity(milk.line, Decimal(3)))
        assert lines(it)[0] == milk


def test_the_receipt_names_each_offer_where_it_took_something_off(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO + OVER_100)) as it:
        open_shift(it)
        it.sells("milk", "milk", "milk", "wine")
        it.does(c.DiscountLine(LineId(2), Discount(amount_minor=2_00)))
        it.does(c.DiscountBasket(Discount(amount_minor=1_80)))
        it.does(c.TenderCash())
        printed = paper(it)
    milk, wine = printed.lines
    assert milk.discounts == (DiscountRow(-46_90, "3 за ціною 2"),)
    assert wine.discounts == (DiscountRow(-2_00),)
    # 93.80 + 250.00 are worth 10 % less; then come the 1.80 that the cashier took off.
    assert printed.discounts == (DiscountRow(-34_38, "Кошик від 100"), DiscountRow(-1_80))
    taken = sum(row.amount_minor for row in printed.discounts)
    assert printed.subtotal_minor + taken == printed.total_minor == 307_62
    assert printed.saved_minor == 46_90 + 2_00 + 34_38 + 1_80


def test_a_copy_says_the_same_when_the_offer_is_gone(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO + OVER_100)) as it:
        open_shift(it)
        it.sells("milk", "milk", "milk", "wine")
        it.does(c.TenderCash())
        printed = paper(it)
    with running(tmp_path, terms=terms(tmp_path)) as it:
        assert replace(paper(it), at=printed.at) == printed


def test_x_and_z_tell_what_each_offer_gave_and_an_undone_sale_gives_nothing(
    tmp_path: Path,
) -> None:
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO + OVER_100)) as it:
        it.does(c.SignIn("ivan"))
        it.does(c.OpenShift(500_00))
        for _ in range(3):
            it.sells("milk", "milk", "milk")
            it.does(c.TenderCash())
        it.does(c.VoidCompleted("mistake"))
        it.does(c.TenderCash())
        it.sells("milk", "milk", "milk", "bread")
        it.does(c.TenderCash())
        journal = it.till.journal
        assert isinstance(journal, Journal)
        key = journal.shifts.key_of(1)
        assert key is not None
        given = [(row.name, row.times, row.amount_minor) for row in journal.shifts.offers(key)]
        assert given == [("3 за ціною 2", 3, 3 * 46_90), ("Кошик від 100", 1, 11_83)]
        papers = Papers(ShopHeader("На розі"), POLICY, NAMES, "uk", qr=False)
        it.does(c.PrintXReport())
        it.does(c.CountDrawer((DenominationCount(500_00, 2),)))
        it.does(c.CloseShift("x"))
        for job in it.hands.printed[-2:]:
            shown = papers.document(job, journal)
            assert isinstance(shown, Report)
            told = next(part.rows for part in shown.sections if part.title == "Offers")
            assert [(row.label, row.amount_minor) for row in told] == [
                ("3 за ціною 2 × 3", -3 * 46_90),
                ("Кошик від 100 × 1", -11_83),
            ]
        journal.rebuild()
        again = [(row.name, row.times, row.amount_minor) for row in journal.shifts.offers(key)]
        assert again == given


def test_a_price_check_tells_what_runs_for_the_item_and_for_whom(tmp_path: Path) -> None:
    gold = THREE_FOR_TWO.replace('"three"', '"gold"').replace("buy", 'group = "gold"\nbuy')
    later = THREE_FOR_TWO.replace('"three"', '"later"') + "from = 2026-12-01\n"
    offers = THREE_FOR_TWO + gold + later + OVER_100
    with running(tmp_path, terms=terms(tmp_path, offers)) as it:
        open_shift(it)

        def told(sku: str) -> list[str]:
            it.does(c.CheckPrice(sku))
            price = it.till.look.price
            assert price is not None
            assert price.told is not None
            return [names["en"] for names in price.told.offers]

        assert told("milk") == ["3 for 2"]
        assert told("bread") == []
        it.does(c.SetCustomer("C-1", groups=("gold",)))
        assert told("milk") == ["3 for 2", "3 for 2"]


def test_why_tells_what_an_offer_with_a_name_of_its_own_does(tmp_path: Path) -> None:
    named = COUPON.replace('"percent"', '"percent"\nname = "Осінь"')
    with running(tmp_path, terms=terms(tmp_path, named + THREE_FOR_TWO)) as it:
        open_shift(it)
        it.sells("milk", "milk", "milk")

        def told() -> str:
            it.does(c.ExplainLine(LineId(1)))
            why = it.till.look.why
            assert why is not None
            return why_sentence(why, "uk", "UAH")

        assert "; 3 за ціною 2: −46,90; " in told()
        it.does(c.ChangeQuantity(LineId(1), Decimal(1)))
        it.does(c.EnterCoupon(coupon(1)))
        assert "; Осінь (−10 %): −4,69; " in told()
