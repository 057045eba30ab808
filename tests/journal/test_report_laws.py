"""Every report adds up to the sales themselves, whatever was sold, given back or undone, and when."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import facts as f
from appliance.core.item import ItemId, Unit
from appliance.journal import Journal, reports, sales_reports, verify
from appliance.journal.sales_reports import Days, Sums, by_customer

# The night in which Ukraine's clocks go back: 04:00 becomes 03:00, +03:00 becomes +02:00.
NIGHT = datetime(2026, 10, 24, 20, 30, tzinfo=UTC)
ALL = Days(date(2026, 10, 1), date(2026, 11, 30))

sold_lines = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 90_000), st.integers(0, 500), st.booleans()),
    min_size=1,
    max_size=4,
)
sale = st.fixed_dictionaries(
    {
        "lines": sold_lines,
        "tip": st.sampled_from((0, 0, 250)),
        "rounding": st.sampled_from((0, -3, 4)),
        "money": st.sampled_from(("cash", "card", "both", "euro")),
        "cashier": st.sampled_from(("olena", "ivan")),
        "customer": st.sampled_from(("", "anna", "bohdan")),
        "minutes": st.integers(-90, 300),
        "hours_east": st.sampled_from((2, 3)),
    }
)
step = st.one_of(sale, sale, sale, st.just("close"), st.just("void"))


class Shop:
    """Rings what the strategies draw, and keeps its own sums of it."""

    def __init__(self, path: Path) -> None:
        self.journal = Journal.open(path, "T1")
        self.now = NIGHT
        self.at: datetime = NIGHT
        self.days: Counter[date] = Counter()
        self.hours: Counter[str] = Counter()
        self.cashiers: Counter[str] = Counter()
        self.items: Counter[str] = Counter()
        self.tenders: Counter[tuple[str, str]] = Counter()
        self.customers: Counter[tuple[date, str]] = Counter()
        self.sums = Sums()

    def append(self, *facts: f.Fact, actor: str = "olena") -> None:
        self.journal.append(facts, actor=actor, at=self.at)

    def open_shift(self) -> None:
        if self.journal.state.shift is None:
            number = f.ShiftNumber(self.journal.state.last_shift + 1)
            self.append(f.ShiftOpened(number, 100_00, "UAH"))

    def close(self) -> None:
        shift = self.journal.state.shift
        if shift is not None:
            z = self.journal.state.last_z + 1
            self.append(f.ShiftClosed(shift.shift, z, shift.totals, shift.totals.cash_minor, 0, ""))

    def void(self) -> None:
        """A basket given up before it was paid counts nowhere."""
        self.open_shift()
        sale = f.SaleId(self.journal.state.last_sale + 1)
        assert self.journal.state.shift is not None
        self.append(
            f.SaleStarted(sale, self.journal.state.shift.shift),
            self._line(sale, 1, 0, back=False),
            f.SaleVoided(sale, 100),
        )

    def _line(self, sale: f.SaleId, number: int, goods: int, *, back: bool) -> f.LineAdded:
        return f.LineAdded(
            sale=sale,
            line=f.LineId(number),
            item=ItemId(f"i{goods}"),
            name=f"Товар {goods}",
            unit=Unit.PIECE,
            quantity=Decimal(1),
            unit_price_minor=100,
            taxes=("A",),
            source=f.LineSource.SCAN,
            kind=f.LineKind.RETURN if back else f.LineKind.GOODS,
        )

    def sell(self, told: dict[str, object]) -> None:
        self.open_shift()
        self.now += timedelta(minutes=told["minutes"])  # type: ignore[arg-type]
        self.at = self.now.astimezone(timezone(timedelta(hours=told["hours_east"])))  # type: ignore[arg-type]
        state = self.journal.state
        assert state.shift is not None
        sale = f.SaleId(state.last_sale + 1)
        facts: list[f.Fact] = [f.SaleStarted(sale, state.shift.shift)]
        customer = str(told["customer"])
        if customer:
            facts.append(f.CustomerAttached(sale, customer))
        sold = []
        for number, (goods, amount, less, back) in enumerate(told["lines"], 1):  # type: ignore[arg-type]
            gross = -amount if back else amount
            facts.append(self._line(sale, number, goods, back=back))
            tax = gross // 6
            off = 0 if back else less
            sold.append(f.LineSold(f.LineId(number), gross - tax, tax, gross, off))
            self.items[f"i{goods}"] += gross
        goods_minor = sum(it.gross_minor for it in sold)
        tip, rounding = int(told["tip"]), int(told["rounding"])  # type: ignore[call-overload]
        total = goods_minor + tip
        paid, change = self._pay(facts, sale, str(told["money"]), total + rounding)
        tax = sum(it.tax_minor for it in sold)
        discount = sum(it.discount_minor for it in sold)
        facts.append(
            f.SaleCompleted(
                sale=sale,
                shift=state.shift.shift,
                receipt=state.last_receipt + 1,
                lines=tuple(sold),
                taxes=(f.TaxTotal("A", goods_minor - tax, tax, goods_minor),),
                total_minor=total,
                discount_minor=discount,
                rounding_minor=rounding,
                paid_minor=paid,
                change_minor=change,
                tip_minor=tip,
            )
        )
        cashier = str(told["cashier"])
        self.append(*facts, actor=cashier)
        back = -sum(it.gross_minor for it in sold if it.gross_minor < 0)
        self.sums += Sums(
            1, len(sold), goods_minor, discount, rounding, tip, 0, int(back != 0), back
        )
        self.days[self.at.date()] += goods_minor
        if customer:
            self.customers[self.at.date(), customer] += goods_minor
        self.hours[f"{self.at:%H}"] += goods_minor
        self.cashiers[cashier] += goods_minor

    def _pay(self, facts: list[f.Fact], sale: f.SaleId, money: str, due: int) -> tuple[int, int]:
        """Tenders of the due amount; cash may be more, then change goes back."""
        if due <= 0:
            money = "card" if money == "euro" else money
        parts = {"both": [("card", due // 2, ""), ("cash", due - due // 2, "")]}.get(
            money, [("foreign_cash" if money == "euro" else money, due, "EUR" * (money == "euro"))]
        )
        over = 77 if due > 0 and parts[-1][0] != "card" else 0
        for number, (kind, part, currency) in enumerate(parts, 1):
            amount = part + (over if number == len(parts) else 0)
            foreign = amount // 45 if currency else 0
            facts.append(f.Tendered(sale, number, f.TenderType(kind), amount, currency, foreign))
            self.tenders[kind, currency] += amount
        if over:
            self.tenders["cash", ""] -= over
        return due + over, over


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(step, min_size=1, max_size=14))
def test_every_report_adds_up_to_the_sales_of_any_history(steps: list[object]) -> None:
    with TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "j.db")
        for one in steps:
            if isinstance(one, dict):
                shop.sell(one)
            else:
                getattr(shop, str(one))()
        path = shop.journal.path
        with reports.reading(path) as con:
            assert sales_reports.totals(con, ALL) == shop.sums

            def keyed(question: object) -> dict[str, int]:
                return {it.key: it.sums.total_minor for it in question(con, ALL)}  # type: ignore[operator]

            assert keyed(sales_reports.by_hour) == dict(shop.hours)
            assert keyed(sales_reports.by_cashier) == dict(shop.cashiers)
            days = {day.isoformat(): total for day, total in shop.days.items()}
            assert keyed(sales_reports.by_day) == days
            items = {it.item: it.gross_minor for it in sales_reports.by_item(con, ALL)}
            assert items == dict(shop.items)
            money = {
                (it.type, it.currency): it.amount_minor for it in sales_reports.by_tender(con, ALL)
            }
            assert {k: v for k, v in money.items() if v} == {
                k: v for k, v in shop.tenders.items() if v
            }
            goods = sum(it.gross_minor for it in sales_reports.by_tax(con, ALL))
            assert goods == shop.sums.total_minor
            for day in shop.days:
                one = sales_reports.totals(con, Days(day, day))
                assert one == sales_reports.totals_until(con, day, 86_399)
                spent = {it.key: it.sums.total_minor for it in by_customer(con, Days(day, day))}
                assert spent == {who: it for (at, who), it in shop.customers.items() if at == day}
        shop.journal.close()
        assert verify.verify(path, deep=True).ok
