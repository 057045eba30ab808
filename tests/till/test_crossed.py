"""Subjects that meet in one basket: cards, tabs, tips, voids and what other tills say meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.account_rules import AccountRules
from appliance.core.policy import PortRule, ServiceCharge
from appliance.core.refusal import Reason
from appliance.people.customers import Customer, CustomerBook
from tests.core.builders import POLICY
from tests.till.builders import Running, open_shift, running
from tests.till.cards import refused

PLASTIC = "PLASTIC-0001"
CARD = f.TenderType.CARD
SHOP = replace(
    POLICY,
    staff=tuple(replace(person, role="manager") for person in POLICY.staff),
    ports=(PortRule("terminal", CARD),),
    service_charge=ServiceCharge("Сервіс", Decimal(10), ("VAT20",)),
    tip_percents=(Decimal(10),),
    accounts=AccountRules(card_most_minor=1_000_00),
)
NINA = Customer("nina", "Ніна", "067 123-45-67", limit_minor=1_000_00)


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Running]:
    with CustomerBook(tmp_path) as book:
        book.add(NINA)
        with running(tmp_path, policy=SHOP, customers=book, pepper=b"pepper") as made:
            open_shift(made)
            yield made


def held(it: Running) -> dict[str, int]:
    rows = it.till.journal.ledger.accounts(every=True)
    return {row.stored.account.partition(":")[0]: row.stored.balance for row in rows}


def sold_plastic(it: Running, amount_minor: int = 100_00) -> str:
    made = it.does(c.SellGiftCard(amount_minor, PLASTIC))
    it.does(c.TenderCash())
    return next(record.fact.account for record in made if isinstance(record.fact, f.LineAdded))


def sold_by_card(it: Running) -> None:
    it.sells("wine")
    it.does(c.AskTender(CARD))
    it.does(c.ConfirmTender(1, f.TenderOutcome.APPROVED))


def test_a_card_taken_out_of_one_basket_and_sold_in_another_does_not_come_back(it: Running) -> None:
    it.does(c.SellGiftCard(100_00, PLASTIC))
    it.sells("milk")
    it.does(c.VoidLine(f.LineId(1)))
    assert it.till.look.notice is not None
    assert it.till.look.notice.undo is None
    it.does(c.SuspendSale("потім"))
    sold_plastic(it, 200_00)
    it.does(c.RecallSale(f.SaleId(1)))
    assert refused(it, c.RestoreLine(f.LineId(1))) is Reason.LINE_FIXED
    it.does(c.TenderCash())
    assert held(it) == {"gc": 200_00}


def test_a_card_given_back_and_spent_meanwhile_is_not_paid_out_as_well(it: Running) -> None:
    account = sold_plastic(it)
    it.does(c.ReturnGiftCard(account=account))
    it.sells("milk")
    it.does(c.VoidLine(f.LineId(1)))
    it.does(c.SuspendSale("потім"))
    it.sells("wine")
    it.does(c.RedeemGiftCard(account=account))
    it.does(c.TenderCash())
    it.does(c.RecallSale(f.SaleId(2)))
    assert refused(it, c.RestoreLine(f.LineId(1))) is Reason.LINE_FIXED
    it.does(c.TenderCash())
    assert held(it) == {"gc": 0}


def test_a_card_that_another_till_spent_while_its_money_lay_ready_is_not_paid_out(
    it: Running,
) -> None:
    account = sold_plastic(it)
    it.does(c.ReturnGiftCard(account=account))
    it.does(c.NoteForeignMovement(account, f.AccountKind.GIFT_CARD, -60_00, "2-1-7"))
    for pay in (c.TenderCash(), c.RefundToVoucher(), c.AskTender(CARD), c.Settle()):
        assert refused(it, pay) is Reason.ALREADY_SPENT
    it.does(c.VoidLine(f.LineId(1)))
    assert held(it) == {"gc": 40_00}


def test_a_card_holds_no_more_than_it_may_however_often_it_is_topped_up(it: Running) -> None:
    account = sold_plastic(it, 900_00)
    it.does(c.TopUpGiftCard(100_00, account=account))
    assert refused(it, c.TopUpGiftCard(1, account=account)) is Reason.CARD_AMOUNT_WRONG
    it.does(c.TenderCash())
    assert held(it) == {"gc": 1_000_00}


def test_a_tab_is_paid_once_however_many_baskets_wait_with_it(it: Running) -> None:
    it.does(c.AttachCustomer(NINA.id))
    it.sells("wine")
    it.does(c.PutOnTab())
    it.does(c.AttachCustomer(NINA.id))
    it.does(c.PayTab(200_00))
    it.does(c.SuspendSale("Ніна"))
    it.does(c.AttachCustomer(NINA.id))
    assert refused(it, c.PayTab(52_01)) is Reason.TAB_OWES_LESS
    it.does(c.PayTab())
    assert refused(it, c.PayTab()) is Reason.TAB_OWES_LESS
    it.does(c.TenderCash())
    it.does(c.RecallSale(f.SaleId(2)))
    it.does(c.TenderCash())
    assert held(it)["tab"] == 0


def test_a_basket_that_undoes_a_sale_takes_nothing_else_in(it: Running) -> None:
    sold_by_card(it)
    it.does(c.VoidCompleted("помилка"))
    before = it.till.journal.state.sale
    for request in (
        *(c.SellGiftCard(100_00), c.TakeAdvance(50_00, "Ніна"), c.AddTip(5_00)),
        *(c.AddServiceCharge(), c.AttachCustomer(NINA.id), c.SellItem("milk")),  # type: ignore[arg-type]
        *(c.SuspendSale("потім"), c.VoidLine(f.LineId(1))),
    ):
        assert refused(it, request) is Reason.VOID_IN_HAND
    assert it.till.journal.state.sale == before


def test_a_void_whose_terminal_is_silent_lets_the_next_customer_be_served(it: Running) -> None:
    sold_by_card(it)
    it.does(c.VoidCompleted("помилка"))
    it.does(c.AskTender(CARD))
    it.does(c.ConfirmTender(1, f.TenderOutcome.UNKNOWN))
    it.does(c.SuspendSale("скасування"))
    it.sells("milk")
    it.does(c.TenderCash())
    assert refused(it, c.VoidCompleted("ще раз", f.SaleRef(1, 1, f.SaleId(1)))) in (
        Reason.ALREADY_VOIDED,
        Reason.VOID_AFTER_RETURN,
    )
    it.does(c.ResolveTender(f.SaleId(2), 1, f.TenderOutcome.APPROVED, "є на чеку"))
    it.does(c.RecallSale(f.SaleId(2)))
    done = it.does(c.Settle())
    completed = next(record.fact for record in done if isinstance(record.fact, f.SaleCompleted))
    assert completed.total_minor == -25200


def test_tips_charges_and_cards_are_made_anew_never_changed_by_hand(it: Running) -> None:
    it.sells("milk")
    for made in (c.AddTip(5_00), c.AddServiceCharge(), c.SellGiftCard(100_00)):
        it.does(made)
    for line in (2, 3, 4):
        number = f.LineId(line)
        for change in (
            c.OverridePrice(number, 900_00, "так"),
            c.ChangeQuantity(number, Decimal(3)),
        ):
            assert refused(it, change) is Reason.LINE_FIXED
        it.does(c.VoidLine(number))
        assert refused(it, c.RestoreLine(number)) is Reason.LINE_FIXED
    it.does(c.TenderCash())
    assert it.till.journal.state.done is not None
    assert it.till.journal.state.done.total_minor == 46_90
