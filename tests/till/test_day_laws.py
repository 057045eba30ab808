"""Laws of a day at a running till: whatever people do, receipts, tenders, drawers and reports agree."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import ItemId
from appliance.core.policy import Drawer, ForeignCurrency, Person, PortRule, ServiceCharge
from appliance.core.sums import sum_totals
from appliance.journal import Record, reports
from tests.core.builders import POLICY
from tests.till.builders import Running, running

CARD, CASH = f.TenderType.CARD, f.TenderType.CASH
SHOP = replace(
    POLICY,
    drawers=(Drawer("a", "А"), Drawer("b", "Б")),
    staff=(Person("olena", "Олена", "manager"), Person("ivan", "Іван", "manager")),
    foreign=(ForeignCurrency("EUR", Decimal("48.2"), step_minor=100),),
    ports=(PortRule("terminal", CARD),),
    service_charge=ServiceCharge("Сервіс", Decimal(10), ("VAT20",)),
    tip_percents=(Decimal(10),),
    blind_count=False,
)

Deed = Callable[[Running], Iterable[c.Request]]
"""What people do next, as the till stands."""


def _says(request: c.Request) -> Deed:
    return lambda _it: (request,)


def _newest(it: Running, kind: type) -> Any:
    found = [r.fact for r in it.till.journal.records() if isinstance(r.fact, kind)]
    return found[-1] if found else None


def _by_card(outcome: f.TenderOutcome, amount: int | None) -> Deed:
    def asked(it: Running) -> Iterable[c.Request]:
        yield c.AskTender(CARD, amount)
        sale = it.till.journal.state.sale
        if sale is not None and sale.tenders:
            yield c.ConfirmTender(len(sale.tenders), outcome)

    return asked


def _hand_back(it: Running) -> Iterable[c.Request]:
    sale = it.till.journal.state.sale
    if sale is not None and sale.live_tenders:
        yield c.VoidTender(sale.live_tenders[-1].tender)


def _resolve(it: Running) -> Iterable[c.Request]:
    state = it.till.journal.state
    for sale in (*((state.sale,) if state.sale else ()), *state.suspended):
        for tender in sale.live_tenders:
            yield c.ResolveTender(sale.sale, tender.tender, f.TenderOutcome.APPROVED, "є на чеку")


def _on_account(make: Callable[[str], c.Request]) -> Deed:
    """With the newest card, voucher or advance that there is."""

    def done(it: Running) -> Iterable[c.Request]:
        opened = _newest(it, f.AccountOpened)
        return (make(opened.account),) if opened is not None else ()

    return done


def _take_back(it: Running) -> Iterable[c.Request]:
    sold, epoch = _newest(it, f.SaleCompleted), it.till.journal.epoch
    if sold is not None and sold.lines:
        pick = c.Pick(sold.lines[0].line, Decimal(1))
        yield c.ReturnLines(f.SaleRef(1, epoch, sold.sale), (pick,), "не підійшло")


def _recall(it: Running) -> Iterable[c.Request]:
    return (c.RecallSale(it.sale) for it in it.till.journal.state.suspended[:1])


def _work_at(drawer: str, change_minor: int) -> Deed:
    return lambda _it: (c.ChooseDrawer(drawer), c.OpenShift(change_minor))


def _close(pieces: int) -> Deed:
    def closed(_it: Running) -> Iterable[c.Request]:
        yield c.VoidSale()
        yield c.CountDrawer((f.DenominationCount(50_00, pieces),))
        yield c.CloseShift("порахую потім", anyway=True)
        yield c.OpenShift(80_00)

    return closed


MONEY = st.integers(1, 300_00)
SKUS = st.sampled_from(["milk", "bread", "wine", "bag"]).map(ItemId)
GOODS: st.SearchStrategy[Deed] = st.one_of(
    st.builds(c.SellItem, SKUS, st.integers(1, 3).map(Decimal)).map(_says),
    st.builds(c.SellGiftCard, MONEY).map(_says),
)
SALES: st.SearchStrategy[Deed] = st.one_of(
    GOODS,
    st.builds(c.DiscountBasket, st.just(f.Discount(percent=Decimal(7)))).map(_says),
    st.builds(c.AddTip, MONEY).map(_says),
    st.just(_says(c.AddServiceCharge())),
    st.builds(c.TakeAdvance, MONEY, st.just("Замовлення")).map(_says),
    st.just(_take_back),
    st.just(_says(c.ReturnWithoutReceipt(ItemId("milk"), Decimal(1), "без чека", 20_13))),
    st.sampled_from([_says(c.VoidCompleted("помилка")), _says(c.VoidSale()), _recall]),
    st.just(_says(c.SuspendSale("потім"))),
)
PAYMENTS: st.SearchStrategy[Deed] = st.one_of(
    st.builds(c.TenderCash, st.none() | MONEY).map(_says),
    st.just(_says(c.TenderCash())),
    st.builds(c.TenderForeignCash, st.just("EUR"), st.integers(1, 9).map(lambda n: n * 100)).map(
        _says
    ),
    st.builds(_by_card, st.sampled_from(f.TenderOutcome), st.none() | MONEY),
    st.sampled_from([_hand_back, _resolve, _says(c.Settle()), _says(c.RefundToVoucher())]),
    st.just(_on_account(lambda it: c.RedeemGiftCard(account=it))),
    st.just(_on_account(lambda it: c.RedeemAdvance(account=it))),
    st.builds(lambda amount: _on_account(lambda it: c.TopUpGiftCard(amount, account=it)), MONEY),
    st.just(_on_account(c.RefundAdvance)),
)
DRAWER: st.SearchStrategy[Deed] = st.one_of(
    st.builds(c.SignIn, st.sampled_from(["olena", "ivan"])).map(_says),
    st.builds(_work_at, st.sampled_from(["a", "b"]), MONEY),
    st.builds(c.MoveCash, st.sampled_from(f.CashDirection), MONEY, st.just("так")).map(_says),
    st.builds(c.DropToSafe, st.just("Б-1"), MONEY).map(_says),
    st.builds(c.HandOver, st.sampled_from(["olena", "ivan"]), st.just("так")).map(_says),
    st.builds(_close, st.integers(0, 9)),
)


def _deal(first: Deed, more: list[Deed], money: list[Deed]) -> list[Deed]:
    """A customer who leaves with it paid, most of the time."""
    return [first, *more, *money, _says(c.TenderCash())]


DEALS = st.builds(_deal, GOODS, st.lists(SALES, max_size=2), st.lists(PAYMENTS, max_size=3))
DAYS = st.lists(st.tuples(DEALS, DEALS, st.lists(DRAWER, max_size=1)), min_size=4, max_size=12).map(
    lambda parts: [deed for part in parts for deeds in part for deed in deeds]
)


@settings(max_examples=40, deadline=None)
@given(DAYS)
def test_receipts_tenders_drawers_and_reports_of_any_day_agree(deeds: list[Deed]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with running(Path(folder), policy=SHOP, pepper=b"law") as it:
            for request in (c.SignIn("olena"), c.OpenShift(100_00)):
                it.does(request)
            for deed in deeds:
                for request in deed(it):
                    it.tries(request)
            state, shifts = it.till.journal.state, it.till.journal.shifts
            records = list(it.till.journal.records())
            held = (*((state.shift,) if state.shift else ()), *state.other_shifts)
            totals = {it.shift: it.totals for it in held}
            totals |= {
                r.fact.shift: r.fact.totals for r in records if isinstance(r.fact, f.ShiftClosed)
            }
            for number, told in totals.items():
                key = shifts.key_of(number)
                assert key is not None
                people = sum_totals(shifts.sold_by(who, key) for who in ("olena", "ivan"))
                assert (people.gross_minor, people.tenders) == (told.gross_minor, told.tenders)
        with reports.reading(Path(folder) / "journal.db") as con:
            for report in reports.shifts(con):
                assert report.totals == totals[f.ShiftNumber(report.shift)]
                assert report.agrees
    for number, told in totals.items():
        adds_up(told, number, records)


def adds_up(told: f.ShiftTotals, number: f.ShiftNumber, records: list[Record]) -> None:
    """A shift's sums beside the facts alone."""
    facts = [record.fact for record in records]
    receipts = [x for x in facts if isinstance(x, f.SaleCompleted) and x.shift == number]
    takings = told.gross_minor + told.tips_minor + told.prepaid_minor
    assert takings == sum(it.total_minor for it in receipts)
    assert told.rounding_minor == sum(it.rounding_minor for it in receipts)
    taken = Counter({(CASH, ""): -sum(it.change_minor for it in receipts)})
    sold = {it.sale for it in receipts}
    for (kind, currency), amount in tendered(facts, sold):
        taken[kind, currency] += amount
    assert {(it.type, it.currency): it.amount_minor for it in told.tenders if it.amount_minor} == {
        key: amount for key, amount in taken.items() if amount
    }
    assert takings + told.rounding_minor == sum(taken.values())
    assert told.cash_sales_minor == taken[CASH, ""]
    moved = sum(
        it.amount_minor if it.direction is f.CashDirection.PAY_IN else -it.amount_minor
        for it in facts
        if isinstance(it, f.CashMoved) and it.shift == number
    )
    (start,) = (x.float_minor for x in facts if isinstance(x, f.ShiftOpened) and x.shift == number)
    assert told.cash_minor == start + taken[CASH, ""] + moved


def tendered(
    facts: list[f.Fact], sold: set[f.SaleId]
) -> Iterable[tuple[tuple[f.TenderType, str], int]]:
    """What was taken for these sales and not handed back: (kind, currency), amount."""
    kept: dict[tuple[f.SaleId, int], tuple[tuple[f.TenderType, str], int]] = {}
    asked: dict[tuple[f.SaleId, int], f.TenderType] = {}
    for fact in facts:
        match fact:
            case f.Tendered():
                kept[fact.sale, fact.tender] = ((fact.type, fact.currency), fact.amount_minor)
            case f.TenderAsked():
                asked[fact.sale, fact.tender] = fact.type
            case f.TenderAnswered(outcome=f.TenderOutcome.APPROVED):
                key = (fact.sale, fact.tender)
                kept[key] = ((asked[key], ""), fact.amount_minor)
            case f.TenderVoided():
                kept.pop((fact.sale, fact.tender), None)
    return (tender for (sale, _), tender in kept.items() if sale in sold)
