"""Cards at two tills of a shop, in other currencies, and across a pulled plug."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.catalogue.price_lists import PriceList
from appliance.codes.keys import FILE, load_or_make
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import points_of, tab_of
from appliance.core.facts import AccountKind
from appliance.core.item import ItemId
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal
from appliance.journal.verify import verify
from appliance.people.customers import Customer, CustomerBook
from tests.core.builders import POLICY
from tests.till.builders import Running, open_shift, running, shelf
from tests.till.cards import RULES, balance, printed_code, refused
from tests.till.test_killed import in_child
from tests.till.test_price_lists import bring

CODE = "PLASTIC-000001"
SHARED = replace(POLICY, accounts=replace(RULES, offline_limit_minor=60_00))


@pytest.fixture
def tills(tmp_path: Path) -> Iterator[tuple[Running, Running]]:
    """Two tills, each with its own journal, that know the same cards."""
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    pepper = load_or_make(first).pepper
    (second / FILE).write_bytes((first / FILE).read_bytes())
    assert load_or_make(second).pepper == pepper
    other = replace(SHARED, till_number=2)
    with (
        running(first, policy=SHARED, pepper=pepper) as one,
        running(second, policy=other, pepper=pepper) as two,
    ):
        open_shift(one)
        open_shift(two)
        yield one, two
    for folder in (first, second):
        verdict = verify(folder / "journal.db", deep=True)
        assert verdict.ok, verdict


def hears(it: Running, other: Running, name: str) -> int:
    """Tells a till all that another one moved; how many of the movements counted."""
    opened: dict[str, f.AccountOpened] = {}
    counted = 0
    for record in other.till.journal.records(0, 10_000):
        fact = record.fact
        if isinstance(fact, f.AccountOpened):
            opened[fact.account] = fact
        elif isinstance(fact, f.AccountMoved) and not fact.origin:
            origin = f"{name}/{record.epoch}/{record.seq}"
            note = c.NoteForeignMovement(
                fact.account, fact.kind, fact.delta, origin, opened.get(fact.account)
            )
            counted += bool(it.does(note, actor="cli"))
    return counted


def pays(it: Running, amount_minor: int) -> None:
    it.sells("wine")
    it.does(c.RedeemGiftCard(CODE, amount_minor))
    it.does(c.TenderCash())


def test_a_card_spent_at_two_tills_at_once_becomes_a_managers_matter_at_both(
    tills: tuple[Running, Running],
) -> None:
    one, two = tills
    one.does(c.SellGiftCard(100_00, CODE))
    one.does(c.TenderCash())
    two.sells("wine")
    assert refused(two, c.RedeemGiftCard(CODE)) is Reason.CARD_UNKNOWN
    two.does(c.VoidSale())
    assert hears(two, one, "till-1") == 1
    one.sells("wine")
    assert refused(one, c.RedeemGiftCard(CODE, 60_01)) is Reason.CARD_OFFLINE_LIMIT
    one.does(c.VoidSale())
    pays(one, 60_00)
    pays(two, 60_00)
    two.sells("wine")
    answer = two.tries(c.RedeemGiftCard(CODE))
    assert answer == Refusal(Reason.CARD_OFFLINE_LIMIT, {"left": "0.00 UAH"})
    two.does(c.VoidSale())

    assert hears(two, one, "till-1") == 1
    assert hears(two, one, "till-1") == 0
    assert hears(one, two, "till-2") == 1
    for it in tills:
        (short,) = it.till.look.accounts.shorts
        assert (short.short_minor, short.hint) == (20_00, "0001")
        it.sells("wine")
        assert refused(it, c.RedeemGiftCard(CODE)) is Reason.CARD_EMPTY
        it.does(c.VoidSale())

    assert refused(one, c.WriteOffShort(short.account, " ")) is Reason.PERMISSION_NEEDED
    one.does(c.WriteOffShort(short.account, "The customer came back and paid"), actor="ivan")
    assert one.till.look.accounts.shorts == ()
    assert hears(two, one, "till-1") == 1
    assert two.till.look.accounts.shorts == ()
    assert balance(one, CODE) == balance(two, CODE) == 0


def test_both_tills_come_to_the_same_balance_whoever_hears_first(
    tills: tuple[Running, Running],
) -> None:
    one, two = tills
    one.does(c.SellGiftCard(100_00, CODE))
    one.does(c.TenderCash())
    hears(two, one, "till-1")
    pays(two, 30_00)
    two.does(c.TopUpGiftCard(50_00, CODE))
    two.does(c.TenderCash())
    pays(one, 45_00)
    hears(one, two, "till-2")
    hears(two, one, "till-1")
    assert balance(one, CODE) == balance(two, CODE) == 75_00
    assert one.till.look.accounts.shorts == two.till.look.accounts.shorts == ()


def test_word_of_a_card_that_does_not_fit_changes_nothing(tills: tuple[Running, Running]) -> None:
    one, _ = tills
    stranger = c.NoteForeignMovement("gc:none", AccountKind.GIFT_CARD, -5_00, "till-2/1/1")
    assert one.tries(stranger, actor="ivan") == Refusal(Reason.CARD_UNKNOWN, {})
    assert one.tries(replace(stranger, origin=" "), actor="ivan").reason is Reason.COMMAND_WRONG  # type: ignore[union-attr]
    assert one.till.journal.ledger.accounts(every=True) == ()


@pytest.mark.parametrize(("currency", "step"), [("JPY", 1), ("KWD", 5), ("UAH", 50)])
def test_a_card_is_spent_to_nothing_in_any_currency(
    tmp_path: Path, currency: str, step: int
) -> None:
    rules = replace(RULES, card_most_minor=2 * 10**9)
    policy = replace(
        POLICY, currency=currency, cash_step_minor=step, accounts=rules, denominations=()
    )
    with running(tmp_path, policy=policy, pepper=b"pepper") as it:
        open_shift(it)
        it.does(c.SellGiftCard(10**9, CODE))
        it.does(c.TenderCash())
        it.does(c.SellItem(ItemId("service"), unit_price_minor=10**9 - 1))
        it.does(c.RedeemGiftCard(CODE))
        assert balance(it, CODE) == 1
        it.sells("milk")
        it.does(c.RedeemGiftCard(CODE))
        it.does(c.TenderCash())
        assert balance(it, CODE) == 0


@pytest.mark.parametrize("amount", [0, -1, 10**9, 10**18, 10**30])
def test_an_amount_that_no_card_holds_is_refused(tmp_path: Path, amount: int) -> None:
    with running(tmp_path, policy=replace(POLICY, accounts=RULES), pepper=b"pepper") as it:
        open_shift(it)
        wanted = Reason.AMOUNT_NOT_POSITIVE if amount <= 0 else Reason.CARD_AMOUNT_WRONG
        if amount < 10**18:
            assert refused(it, c.SellGiftCard(amount)) is wanted
        else:
            assert isinstance(it.tries(c.SellGiftCard(amount)), Refusal)
        assert isinstance(it.tries(c.TakeAdvance(amount, "Name")), Refusal) or amount == 10**9
        assert isinstance(it.tries(c.IssueVoucher(amount, "Goodwill"), actor="ivan"), Refusal)


@pytest.mark.parametrize(
    "code", ["", " ", "1", "GC", "GC" + "0" * 18, "x" * 10_000, "\0", "💳" * 9]
)
def test_no_code_of_any_shape_finds_a_card(tmp_path: Path, code: str) -> None:
    with running(tmp_path, policy=replace(POLICY, accounts=RULES), pepper=b"pepper") as it:
        open_shift(it)
        it.sells("milk")
        for request in (c.CheckCard(code), c.RedeemGiftCard(code), c.TopUpGiftCard(1_00, code)):
            assert refused(it, request) is Reason.CARD_UNKNOWN
        it.does(c.TenderCash())


def test_a_plug_pulled_between_redeeming_and_paying_loses_nothing_and_redeems_once(
    tmp_path: Path,
) -> None:
    policy = replace(POLICY, accounts=RULES)

    def ring() -> None:
        with running(tmp_path, policy=policy, pepper=b"pepper") as it:
            open_shift(it)
            it.does(c.SellGiftCard(100_00, CODE))
            it.does(c.TenderCash())
            it.sells("wine")
            it.does(c.RedeemGiftCard(CODE))
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(ring) == signal.SIGKILL
    with running(tmp_path, policy=policy, pepper=b"pepper") as it:
        sale = it.till.journal.state.sale
        assert sale is not None
        assert [t.amount_minor for t in sale.taken_tenders] == [100_00]
        assert balance(it, CODE) == 0
        assert refused(it, c.RedeemGiftCard(CODE)) is Reason.CARD_EMPTY
        it.does(c.TenderCash())
        assert balance(it, CODE) == 0
    assert verify(tmp_path / "journal.db", deep=True).ok


# Points and tabs


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Running, CustomerBook, Customer]]:
    policy: Policy = replace(POLICY, accounts=RULES)
    with CustomerBook(tmp_path) as book:
        maria = book.add(Customer("", "Марія", "0671234567", limit_minor=300_00))
        with running(tmp_path, policy=policy, customers=book, pepper=b"pepper") as it:
            open_shift(it)
            yield it, book, maria


def points(it: Running, customer: str) -> int:
    held = it.till.journal.ledger.account(points_of(customer))
    return held.balance if held else 0


def test_points_of_what_comes_back_are_taken_back(
    shop: tuple[Running, CustomerBook, Customer],
) -> None:
    it, _, maria = shop
    it.sells("wine", "milk")
    it.does(c.AttachCustomer(maria.id))
    it.does(c.TenderCash())
    assert points(it, maria.id) == 29
    it.does(c.VoidCompleted("mistake"), actor="ivan")
    it.does(c.TenderCash())
    assert points(it, maria.id) == 0


def test_points_stay_within_what_there_is_and_what_is_to_pay(
    shop: tuple[Running, CustomerBook, Customer],
) -> None:
    it, _, maria = shop
    it.sells("wine")
    assert refused(it, c.RedeemPoints()) is Reason.NO_CUSTOMER
    it.does(c.AttachCustomer(maria.id))
    assert refused(it, c.RedeemPoints()) is Reason.NO_POINTS
    it.does(c.TenderCash())
    it.sells("bag")
    it.does(c.AttachCustomer(maria.id))
    assert refused(it, c.RedeemPoints(26)) is Reason.POINTS_TOO_FEW
    assert refused(it, c.RedeemPoints(-1)) is Reason.POINTS_BELOW_LEAST
    it.does(c.RedeemPoints())
    # 3.00 is to be paid: the 25 points are worth 2.50.
    assert it.till.look.basket is not None
    assert it.till.look.basket.left_minor == 50
    assert points(it, maria.id) == 0
    it.does(c.VoidTender(1))
    assert points(it, maria.id) == 25


def test_a_customer_whose_basket_is_empty_is_erased_from_the_page_that_shows_them(
    shop: tuple[Running, CustomerBook, Customer],
) -> None:
    it, book, maria = shop
    it.does(c.AttachCustomer(maria.id))
    it.does(c.EraseCustomer(maria.id, "asked for"), actor="ivan")
    assert it.till.journal.state.sale is None
    assert book.get(maria.id) is None


def test_a_customer_is_erased_only_when_nobody_owes_anybody(
    shop: tuple[Running, CustomerBook, Customer],
) -> None:
    it, book, maria = shop
    it.sells("wine")
    it.does(c.AttachCustomer(maria.id))
    erase = c.EraseCustomer(maria.id, "asked for")
    assert it.tries(erase, actor="ivan") == Refusal(Reason.CUSTOMER_IN_BASKET, {})
    it.does(c.PutOnTab())
    assert it.tries(erase, actor="ivan") == Refusal(Reason.CUSTOMER_OWES, {})
    it.does(c.AttachCustomer(maria.id))
    it.does(c.PayTab())
    it.does(c.TenderCash())
    it.does(c.AttachCustomer(maria.id))
    it.does(c.TakeAdvance(50_00, "Order 7"))
    it.does(c.TenderCash())
    assert it.tries(erase, actor="ivan") == Refusal(Reason.CUSTOMER_HAS_MONEY, {})
    it.does(c.ListAdvances())
    (advance,) = it.till.look.accounts.advances or ()
    it.does(c.RefundAdvance(advance.account), actor="ivan")
    it.does(c.TenderCash())
    it.does(erase, actor="ivan")
    assert book.get(maria.id) is None
    assert it.till.journal.ledger.account(tab_of(maria.id)).balance == 0  # type: ignore[union-attr]


def test_consent_stands_in_the_journal_with_its_wording_and_its_time(
    shop: tuple[Running, CustomerBook, Customer],
) -> None:
    it, _, maria = shop
    it.does(c.RecordConsent(maria.id, "marketing", given=True, text_version="3"))
    it.clock.move(days=2)
    it.does(c.RecordConsent(maria.id, "marketing", given=False, text_version="3"))
    (consent,) = it.till.journal.ledger.consents(maria.id)
    assert (consent.purpose, consent.given, consent.text_version) == ("marketing", False, "3")
    assert consent.at == it.clock.now
    assert refused(it, c.RecordConsent("c-none", "x", given=True)) is Reason.CUSTOMER_UNKNOWN


def test_the_group_of_whoever_buys_makes_the_price(tmp_path: Path) -> None:
    with CustomerBook(tmp_path) as book:
        maria = book.add(Customer("", "Марія", groups=("silver",)), code="LOYAL-000001")
        shelf(tmp_path).close()
        bring(tmp_path, PriceList("club", group="silver"), "milk,42.00,\n")
        with running(tmp_path, customers=book, pepper=b"pepper") as it:
            open_shift(it)
            it.sells("milk")
            it.does(c.Scan("LOYAL-000001", source=f.LineSource.SCAN))
            it.sells("milk")
            assert it.till.look.basket is not None
            assert it.till.look.basket.total_minor == 84_00
            it.does(c.TenderCash())
            it.does(c.ShowCustomer(maria.id))
            page = it.till.look.accounts.page
            assert page is not None
            assert [it.total_minor for it in page.purchases] == [84_00]


def test_points_that_paid_go_back_as_points(
    shop: tuple[Running, CustomerBook, Customer],
) -> None:
    it, _, maria = shop
    it.sells("wine")
    it.does(c.AttachCustomer(maria.id))
    it.does(c.TenderCash())
    it.sells("milk")
    it.does(c.AttachCustomer(maria.id))
    it.does(c.RedeemPoints())
    it.does(c.TenderCash())
    # 25 paid, and (46.90 - 2.50) / 10.00 came for it.
    assert points(it, maria.id) == 4
    it.does(c.VoidCompleted("mistake"), actor="ivan")
    it.does(c.RefundToOrigin(points_of(maria.id)), actor="ivan")
    it.does(c.TenderCash())
    assert points(it, maria.id) == 25


def test_a_refund_becomes_a_voucher_that_pays_once(tmp_path: Path) -> None:
    rules = replace(RULES, voucher_once=True)
    with running(tmp_path, policy=replace(POLICY, accounts=rules), pepper=b"pepper") as it:
        open_shift(it)
        it.sells("wine")
        it.does(c.TenderCash())
        sold = f.SaleRef(1, 1, it.till.journal.state.last_sale)
        pick = c.Pick(f.LineId(1), Decimal(1))
        it.does(c.ReturnLines(sold, (pick,), "Defect"))
        it.does(c.RefundToVoucher(), actor="ivan")
        assert it.till.journal.state.sale is None
        code = printed_code(it)
        assert (paid := balance(it, code)) == 252_00
        it.sells("wine")
        it.does(c.RedeemGiftCard(code, 100_00))
        assert balance(it, code) == 0
        it.does(c.VoidTender(1))
        assert balance(it, code) == paid
        it.does(c.RedeemGiftCard(code, 100_00))
        assert refused(it, c.RedeemGiftCard(code)) is Reason.VOUCHER_USED
