"""Facts of a small shop, as `decide` would make them: what benches and the journal's tests write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from appliance.core import facts as f
from appliance.core.devices import Outcome
from appliance.core.item import ItemId, Unit
from appliance.core.state import State

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)

GOODS = (
    ("1001", "Молоко «Галичина» 2,5% 900 мл", 4690, "4820000000017"),
    ("1002", "Хліб «Київхліб» Український 950 г", 3450, "4820000000024"),
    ("1003", "Сир твердий «Комо» Російський 50%", 18990, "4820000000031"),
    ("1004", "Кава мелена «Якобс» 250 г", 23900, "4820000000048"),
    ("1005", "Шоколад «Рошен» молочний 90 г", 4999, "4820000000055"),
    ("1006", "Вода «Моршинська» негазована 1,5 л", 2650, "4820000000062"),
    ("1007", "Яйця курячі С1 10 шт", 6890, "4820000000079"),
)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def line_added(sale: int, line: int, quantity: str = "1", goods: int | None = None) -> f.LineAdded:
    item, name, price, code = GOODS[(line if goods is None else goods) % len(GOODS)]
    return f.LineAdded(
        sale=f.SaleId(sale),
        line=f.LineId(line),
        item=ItemId(item),
        name=name,
        unit=Unit.PIECE,
        quantity=Decimal(quantity),
        unit_price_minor=price,
        taxes=("A",),
        source=f.LineSource.SCAN,
        code=code,
    )


def shift_opened(state: State, float_minor: int = 100_00) -> f.ShiftOpened:
    return f.ShiftOpened(f.ShiftNumber(state.last_shift + 1), float_minor, "UAH")


def shift_closed(state: State) -> f.ShiftClosed:
    assert state.shift is not None
    totals = state.shift.totals
    number = state.shift.shift
    return f.ShiftClosed(number, state.last_z + 1, totals, totals.cash_minor - 5, -5, "coins")


def drafts(state: State, lines: int) -> list[list[f.Fact]]:
    """The appends of a basket: the first starts the sale."""
    assert state.shift is not None
    sale = f.SaleId(state.last_sale + 1)
    appends: list[list[f.Fact]] = [[line_added(sale, n)] for n in range(1, lines + 1)]
    appends[0].insert(0, f.SaleStarted(sale, state.shift.shift))
    return appends


def payment(state: State, discount_minor: int = 0) -> list[f.Fact]:
    """Tender, completion, drawer and print for the open sale."""
    assert state.sale is not None
    assert state.shift is not None
    sale = state.sale.sale
    sold = []
    for line in state.sale.live_lines:
        gross = int(line.unit_price_minor * line.quantity) - discount_minor
        tax = gross // 6
        sold.append(f.LineSold(line.line, gross - tax, tax, gross, discount_minor))
    total = sum(line.gross_minor for line in sold)
    tax = sum(line.tax_minor for line in sold)
    paid = total + 50_00
    effect = state.last_effect + 1
    return [
        f.Tendered(sale, len(state.sale.tenders) + 1, f.TenderType.CASH, paid),
        f.SaleCompleted(
            sale=sale,
            shift=state.shift.shift,
            receipt=state.last_receipt + 1,
            lines=tuple(sold),
            taxes=(f.TaxTotal("A", total - tax, tax, total),) if sold else (),
            total_minor=total,
            discount_minor=discount_minor * len(sold),
            rounding_minor=0,
            paid_minor=paid,
            change_minor=paid - total,
        ),
        f.DrawerOpened(f.EffectId(effect), f.DrawerCause.SALE),
        f.PrintRequested(f.EffectId(effect + 1), f.PrintWhat.RECEIPT, sale),
    ]


def effects(state: State) -> list[list[f.Fact]]:
    """The drawer opened, the receipt started and came out."""
    pulse, job = state.effects[-2:]
    return [
        [f.EffectStarted(job.effect)],
        [f.EffectEnded(pulse.effect, Outcome.DONE)],
        [f.EffectEnded(job.effect, Outcome.DONE)],
    ]


def names(facts: Sequence[object]) -> list[str]:
    return [type(fact).__name__ for fact in facts]
