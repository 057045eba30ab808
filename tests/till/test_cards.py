"""Gift cards, vouchers and advances at a whole till: what is sold, paid, given back, short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import coded_account
from appliance.core.facts import AccountKind
from appliance.core.refusal import Reason
from appliance.journal import reports, sales_reports
from appliance.people.customers import CustomerBook
from tests.till.builders import Running
from tests.till.cards import (
    RULES,
    balance,
    customer,
    printed_code,
    refused,
    selling_cards,
    sold_card,
)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[CustomerBook]:
    with CustomerBook(tmp_path) as made:
        yield made


@pytest.fixture
def it(tmp_path: Path, book: CustomerBook) -> Iterator[Running]:
    with selling_cards(tmp_path, book) as made:
        yield made


def test_a_card_is_worth_what_was_paid_for_it_and_pays_in_parts(it: Running) -> None:
    code = sold_card(it)
    assert balance(it, code) == 500_00
    it.sells("milk", "milk")
    it.does(c.RedeemGiftCard(code, 50_00))
    it.does(c.TenderCash())
    assert balance(it, code) == 450_00
    it.sells("bread")
    it.does(c.RedeemGiftCard(code))
    assert balance(it, code) == 450_00 - 24_50


def test_a_card_never_pays_beyond_its_balance(it: Running) -> None:
    code = sold_card(it, 20_00)
    it.sells("milk")
    assert refused(it, c.RedeemGiftCard(code, 20_01)) is Reason.CARD_TOO_LITTLE
    it.does(c.RedeemGiftCard(code))
    assert refused(it, c.RedeemGiftCard(code)) is Reason.CARD_EMPTY
    it.does(c.TenderCash())


def test_a_tender_handed_back_is_on_the_card_again(it: Running) -> None:
    code = sold_card(it)
    it.sells("milk", "wine")
    it.does(c.RedeemGiftCard(code, 100_00))
    assert balance(it, code) == 400_00
    it.does(c.VoidTender(1))
    assert balance(it, code) == 500_00


def test_a_card_is_taken_back_only_unused(it: Running) -> None:
    code = sold_card(it, 100_00)
    it.sells("milk")
    it.does(c.RedeemGiftCard(code, 10_00))
    it.does(c.TenderCash())
    assert refused(it, c.ReturnGiftCard(code)) is Reason.CARD_SPENT
    other = sold_card(it, 50_00)
    it.does(c.ReturnGiftCard(other))
    it.does(c.SuspendSale("payout waits"))
    it.sells("milk")
    assert refused(it, c.RedeemGiftCard(other)) is Reason.CARD_EMPTY
    it.does(c.TenderCash())
    it.does(c.RecallSale(it.till.journal.state.suspended[0].sale))
    it.does(c.TenderCash())
    assert balance(it, other) == 0


def test_a_card_of_a_voided_sale_never_existed(it: Running) -> None:
    it.does(c.SellGiftCard(500_00, "PLASTIC-000001"))
    it.does(c.VoidSale())
    assert refused(it, c.CheckCard("PLASTIC-000001")) is Reason.CARD_UNKNOWN


def test_a_plastic_card_is_found_by_its_scan_and_topped_up(it: Running) -> None:
    it.does(c.AimCard(300_00))
    it.does(c.Scan("PLASTIC-000001"))
    it.does(c.TenderCash())
    assert not [j for j in it.till.journal.state.effects if getattr(j, "slip", "")]
    it.does(c.Scan("PLASTIC-000001"))
    card = it.till.look.accounts.card
    assert card is not None
    assert card.spendable == 300_00
    it.does(c.TopUpGiftCard(200_00, account=card.account))
    it.does(c.TenderCash())
    assert balance(it, "PLASTIC-000001") == 500_00
    assert refused(it, c.SellGiftCard(10_00, "PLASTIC-000001")) is Reason.CARD_KNOWN


def test_neither_goods_nor_short_codes_become_cards(it: Running) -> None:
    assert refused(it, c.SellGiftCard(100_00, "4820000000017")) is Reason.CARD_IS_GOODS
    assert refused(it, c.SellGiftCard(100_00, "1234")) is Reason.CARD_CODE_SHORT


def test_the_same_blank_is_not_sold_twice_in_one_basket_or_two(it: Running) -> None:
    it.does(c.SellGiftCard(100_00, "PLASTIC-000001"))
    assert refused(it, c.SellGiftCard(100_00, "PLASTIC-000001")) is Reason.CARD_IN_BASKET
    it.does(c.SuspendSale("later"))
    assert refused(it, c.SellGiftCard(100_00, "PLASTIC-000001")) is Reason.CARD_IN_BASKET


def test_blocked_and_unknown_cards_have_their_own_sentences(it: Running) -> None:
    code = sold_card(it)
    it.sells("milk")
    account = coded_account(
        AccountKind.GIFT_CARD, it.till.journal.ledger.accounts()[0].stored.account[3:]
    )
    it.does(c.BlockAccount(account, "lost"), actor="ivan")
    assert refused(it, c.RedeemGiftCard(code)) is Reason.CARD_BLOCKED
    it.does(c.BlockAccount(account, "found", blocked=False), actor="ivan")
    it.does(c.RedeemGiftCard(code))


def test_an_expired_voucher_says_so(it: Running) -> None:
    it.does(c.IssueVoucher(50_00, "goodwill"), actor="ivan")
    code = printed_code(it)
    it.clock.move(days=366)
    it.sells("milk")
    assert refused(it, c.RedeemGiftCard(code)) is Reason.CARD_EXPIRED


def test_five_wrong_codes_have_to_wait(it: Running) -> None:
    it.sells("milk")
    for number in range(5):
        assert refused(it, c.RedeemGiftCard(f"WRONG-CODE-{number}")) is Reason.CARD_UNKNOWN
    assert refused(it, c.RedeemGiftCard("WRONG-CODE-9")) is Reason.GUESSES_WAIT


def test_the_code_stands_nowhere_in_the_journal(it: Running, tmp_path: Path) -> None:
    code = sold_card(it)
    it.till.journal.checkpoint()
    bodies = b"".join(record.body for record in it.till.journal.records(0, 10_000))
    assert code.encode() not in bodies
    assert code[2:-2].encode() not in bodies


def test_another_till_that_spent_the_same_card_leaves_a_matter_for_the_manager(it: Running) -> None:
    code = sold_card(it, 100_00)
    account = it.till.journal.ledger.accounts()[0].stored.account
    it.sells("wine")
    it.does(c.RedeemGiftCard(code))
    it.does(c.TenderCash())
    note = c.NoteForeignMovement(account, AccountKind.GIFT_CARD, -60_00, "till-2/1/118")
    it.does(note, actor="cli")
    assert it.till.look.accounts.shorts[0].short_minor == 60_00
    it.does(note, actor="cli")
    assert it.till.journal.ledger.account(account).balance == -60_00  # type: ignore[union-attr]
    it.does(c.WriteOffShort(account, "looked into"), actor="ivan")
    assert it.till.look.accounts.shorts == ()
    assert it.till.journal.ledger.account(account).balance == 0  # type: ignore[union-attr]


def test_alone_a_till_pays_out_of_one_card_only_so_much(it: Running, tmp_path: Path) -> None:
    rules = replace(RULES, offline_limit_minor=30_00)
    it.till._follow(replace(it.till.policy, accounts=rules))
    code = sold_card(it, 100_00)
    account = it.till.journal.ledger.accounts()[0].stored.account
    it.does(c.NoteForeignMovement(account, AccountKind.GIFT_CARD, 5_00, "till-2/1/7"), actor="cli")
    it.sells("wine")
    assert refused(it, c.RedeemGiftCard(code, 40_00)) is Reason.CARD_OFFLINE_LIMIT
    it.does(c.RedeemGiftCard(code))
    assert refused(it, c.RedeemGiftCard(code)) is Reason.CARD_OFFLINE_LIMIT
    it.does(c.NoteForeignMovement(account, AccountKind.GIFT_CARD, -1_00, "till-2/1/9"), actor="cli")
    it.does(c.RedeemGiftCard(code, 30_00))


def test_money_ahead_waits_with_the_goods_and_pays_when_they_are_fetched(it: Running) -> None:
    it.sells("wine")
    goods = it.till.journal.state.sale.sale  # type: ignore[union-attr]
    it.does(c.TakeAdvance(100_00, "Пані Марія"))
    it.does(c.TenderCash())
    it.does(c.ListAdvances())
    waiting = it.till.look.accounts.advances
    assert waiting is not None
    assert waiting[0].name == "Пані Марія"
    assert waiting[0].sale == goods
    it.does(c.RecallSale(goods))
    shown = it.till.look.accounts.advance
    assert shown is not None
    assert shown.balance == 100_00
    it.does(c.RedeemAdvance())
    it.does(c.TenderCash())
    assert it.till.journal.ledger.liabilities() == ()


def test_an_advance_goes_back_to_who_paid_it(it: Running) -> None:
    it.does(c.TakeAdvance(100_00, "Замовлення 7"))
    it.does(c.TenderCash())
    it.does(c.ListAdvances())
    (advance,) = it.till.look.accounts.advances or ()
    it.does(c.RefundAdvance(advance.account))
    assert refused(it, c.RefundAdvance(advance.account)) is Reason.BASKET_OPEN
    it.does(c.TenderCash())
    done = it.till.journal.state.done
    assert done is not None
    assert done.total_minor == -100_00
    assert it.till.journal.ledger.liabilities() == ()


def test_the_sum_of_movements_is_the_balance_is_what_the_shop_owes(it: Running) -> None:
    codes = [sold_card(it, 100_00), sold_card(it, 50_00)]
    it.sells("milk")
    it.does(c.RedeemGiftCard(codes[0]))
    facts = [record.fact for record in it.till.journal.records(0, 10_000)]
    moved = sum(fact.delta for fact in facts if isinstance(fact, f.AccountMoved))
    (cards,) = it.till.journal.ledger.liabilities()
    assert moved == cards.balance == 150_00 - 46_90


def test_what_a_card_was_sold_for_is_no_takings_until_it_pays_for_goods(
    it: Running, book: CustomerBook, tmp_path: Path
) -> None:
    code = sold_card(it, 500_00)
    assert it.till.journal.state.shift is not None
    before = it.till.journal.state.shift.totals
    assert (before.gross_minor, before.prepaid_minor) == (0, 500_00)
    it.sells("wine")
    it.does(c.RedeemGiftCard(code))
    it.does(c.TakeAdvance(70_00, "Пані Марія"))
    it.does(c.TenderCash())
    debtor = customer(book, limit_minor=500_00)
    it.sells("wine")
    wine = it.till.look.basket.total_minor  # type: ignore[union-attr]
    it.does(c.AttachCustomer(debtor.id))
    it.does(c.PutOnTab())
    it.does(c.AttachCustomer(debtor.id))
    it.does(c.PayTab())
    it.does(c.TenderCash())
    totals = it.till.journal.state.shift.totals
    assert totals.gross_minor == 2 * wine
    assert totals.prepaid_minor == 500_00 + 70_00 + wine
    taken = sum(tender.amount_minor for tender in totals.tenders)
    assert taken == totals.gross_minor + totals.prepaid_minor + totals.rounding_minor
    with reports.reading(tmp_path / "journal.db") as con:
        assert reports.shifts(con)[0].totals == totals
        days = sales_reports.Days(date(2026, 11, 23), date(2026, 11, 23))
        sums = sales_reports.totals(con, days)
        assert (sums.total_minor, sums.prepaid_minor) == (2 * wine, totals.prepaid_minor)
        sold = {row.item for row in sales_reports.by_item(con, days)}
    assert not any(sku.startswith(":") for sku in sold)
