"""Gift cards, vouchers, advances and tabs at a whole till: what is sold, paid, given back, short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from appliance.codes.keys import load_or_make
from appliance.codes.seeded import seeded_code
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.account_rules import AccountRules, LoyaltyRules, Tier
from appliance.core.accounts import coded_account, points_of, tab_of
from appliance.core.barcode.own import OwnKind
from appliance.core.facts import AccountKind, LineSource
from appliance.core.refusal import Reason, Refusal
from appliance.journal import reports, sales_reports
from appliance.journal.verify import verify
from appliance.people.customers import Customer, CustomerBook
from tests.core.builders import POLICY
from tests.till.builders import Running, open_shift, running

RULES = AccountRules(
    voucher_months=12,
    loyalty=LoyaltyRules(
        points=1, step_minor=10_00, value_minor=10, tiers=(Tier("Silver", 500_00, "silver"),)
    ),
)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[CustomerBook]:
    with CustomerBook(tmp_path) as made:
        yield made


@pytest.fixture
def it(tmp_path: Path, book: CustomerBook) -> Iterator[Running]:
    pepper = load_or_make(tmp_path).pepper
    policy = replace(POLICY, accounts=RULES)
    with running(tmp_path, policy=policy, customers=book, pepper=pepper) as made:
        open_shift(made)
        yield made
    verdict = verify(tmp_path / "journal.db", deep=True)
    assert verdict.ok, verdict


def refused(it: Running, request: c.Request) -> Reason:
    answer = it.tries(request)
    assert isinstance(answer, Refusal), f"{request} was accepted: {answer}"
    return answer.reason


def sold_card(it: Running, amount_minor: int = 500_00) -> str:
    """The code of a card that the till made, as its slip shows it."""
    it.does(c.SellGiftCard(amount_minor))
    it.does(c.TenderCash())
    return printed_code(it)


def printed_code(it: Running) -> str:
    slips = [job.slip for job in it.till.journal.state.effects if getattr(job, "slip", "")]
    _, kind, _, seed = slips[-1].split(":")
    own = OwnKind.GIFT_CARD if kind == "gc" else OwnKind.VOUCHER
    return seeded_code(own, seed, it.till._intake.pepper).text


def balance(it: Running, code: str) -> int:
    it.does(c.CheckCard(code))
    assert it.till.look.accounts.card is not None
    return it.till.look.accounts.card.balance


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


def customer(book: CustomerBook, **more: object) -> Customer:
    return book.add(Customer("", "Марія Коваленко", "067 123-45-67", **more))  # type: ignore[arg-type]


def test_a_tab_goes_to_its_limit_and_is_paid_later(it: Running, book: CustomerBook) -> None:
    maria = customer(book, limit_minor=100_00)
    it.sells("wine")
    assert refused(it, c.PutOnTab()) is Reason.NO_CUSTOMER
    it.does(c.AttachCustomer(maria.id))
    assert refused(it, c.PutOnTab(100_01)) is Reason.TAB_LIMIT_LEFT
    it.does(c.PutOnTab())
    it.does(c.TenderCash())
    assert it.till.journal.ledger.account(tab_of(maria.id)).balance == -100_00  # type: ignore[union-attr]
    it.does(c.AttachCustomer(maria.id))
    assert refused(it, c.PayTab(100_01)) is Reason.TAB_OWES_LESS
    it.does(c.PayTab())
    it.does(c.TenderCash())
    assert it.till.journal.ledger.account(tab_of(maria.id)).balance == 0  # type: ignore[union-attr]


def test_points_are_earned_with_the_sale_and_pay_the_next(it: Running, book: CustomerBook) -> None:
    maria = customer(book)
    it.sells("wine")
    it.does(c.AttachCustomer(maria.id))
    it.does(c.TenderCash())
    points = it.till.journal.ledger.account(points_of(maria.id))
    assert points is not None
    assert points.balance == 25
    it.sells("milk")
    it.does(c.AttachCustomer(maria.id))
    shown = it.till.look.accounts.customer
    assert shown is not None
    assert shown.points == 25
    assert shown.points_minor == 2_50
    it.does(c.RedeemPoints())
    it.does(c.TenderCash())
    earned = (46_90 - 2_50) // 10_00
    after = it.till.journal.ledger.account(points_of(maria.id))
    assert after is not None
    assert after.balance == earned


def test_who_spends_enough_is_of_the_tiers_group(it: Running, book: CustomerBook) -> None:
    maria = customer(book)
    for _ in range(2):
        it.sells("wine")
        it.does(c.AttachCustomer(maria.id))
        it.does(c.TenderCash())
    it.does(c.AttachCustomer(maria.id))
    assert it.till.journal.state.sale.groups == ("silver",)  # type: ignore[union-attr]


def test_no_name_ever_enters_the_journal(it: Running) -> None:
    it.does(c.RegisterCustomer("Марія Коваленко", "0671234567", card="LOYAL-000001"))
    it.sells("milk")
    it.does(c.Scan("LOYAL-000001", source=LineSource.SCAN))
    it.does(c.TenderCash())
    bodies = b"".join(record.body for record in it.till.journal.records(0, 10_000)).decode()
    assert "Марія" not in bodies
    assert "671234567" not in bodies
    assert "LOYAL" not in bodies


def test_a_customer_who_is_erased_leaves_nothing_but_the_sales(
    it: Running, book: CustomerBook, tmp_path: Path
) -> None:
    it.does(c.RegisterCustomer("Марія Коваленко", "0671234567"))
    it.sells("milk")
    it.does(c.TenderCash())
    maria = book.by_phone("067 1234567")
    assert maria is not None
    assert len(it.till.journal.ledger.purchases(maria.id)) == 1
    it.does(c.EraseCustomer(maria.id, "asked for"), actor="ivan")
    assert book.get(maria.id) is None
    assert len(it.till.journal.ledger.purchases(maria.id)) == 1
    for name in ("people.db", "people.db-wal"):
        file = tmp_path / name
        assert not file.exists() or "Коваленко".encode() not in file.read_bytes()


def test_whoever_was_forgotten_before_an_old_copy_came_back_is_forgotten_again(
    tmp_path: Path,
) -> None:
    with CustomerBook(tmp_path) as book, running(tmp_path, customers=book) as it:
        open_shift(it)
        it.does(c.RegisterCustomer("Марія", "0671234567"))
        it.does(c.VoidSale()) if it.till.journal.state.sale.live_lines else None  # type: ignore[union-attr]
        it.does(c.AttachCustomer(""))
        maria = book.by_phone("0671234567")
        assert maria is not None
        it.does(c.EraseCustomer(maria.id, "asked for"), actor="ivan")
        book.add(maria)
    with CustomerBook(tmp_path) as book, running(tmp_path, customers=book) as it:
        it.does(c.FindCustomers(""))
        assert book.get(maria.id) is None


def test_a_customer_without_consent_or_with_a_known_phone_is_not_kept(it: Running) -> None:
    assert refused(it, c.RegisterCustomer("Марія", purposes=())) is Reason.CONSENT_NEEDED
    it.does(c.RegisterCustomer("Марія", "0671234567"))
    assert refused(it, c.RegisterCustomer("Інша", "+380671234567")) is Reason.CUSTOMER_KNOWN
    assert refused(it, c.RegisterCustomer("Інша", "12")) is Reason.PHONE_WRONG


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
