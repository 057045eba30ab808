"""A fortnight of a small shop behind the demo till: facts of sales, as a day's trade makes them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from appliance.catalogue.store import Catalogue
from appliance.core import facts as f
from appliance.core.item import Item, ItemId
from appliance.core.money import round_half_away
from appliance.journal import Journal
from tests.ui.rig import NOW

DAYS = 15
SALES_A_DAY = 34
_OFTEN = ("1063", "1005", "1051", "1073", "1172", "1006", "1007", "1257", "1011", "1064")
_HOURS = (8, 8, 9, 10, 11, 12, 12, 13, 13, 14, 15, 16, 17, 17, 18, 18, 18, 19, 20)
_OFFER = f.PromotionShare("milk-morning", 0, "Ранкове молоко")


def trade(journal: Journal, catalogue: Catalogue) -> None:
    """Up to NOW; the last shift is closed an hour before."""
    chance = random.Random(11)
    goods = [item for sku in _OFTEN if (item := catalogue.by_id(ItemId(sku)))]
    midnight = NOW.replace(hour=0, minute=0)
    for back in reversed(range(DAYS)):
        day = midnight - timedelta(back)
        many = SALES_A_DAY + chance.randint(-6, 9) + (8 if day.weekday() >= 5 else 0)
        hours = sorted(
            day + timedelta(hours=chance.choice(_HOURS), minutes=chance.randint(0, 59))
            for _ in range(many)
        )
        _day(journal, goods, [at for at in hours if at < NOW - timedelta(hours=1)], chance)


def _day(journal: Journal, goods: list[Item], times: list[datetime], chance: random.Random) -> None:
    state = journal.state
    shift = f.ShiftNumber(state.last_shift + 1)
    journal.append([f.ShiftOpened(shift, 500_00, "UAH")], actor="olena", at=times[0])
    for at in times:
        facts = _sale(journal, goods, chance, shift)
        journal.append(facts, actor=("olena", "ivan")[at.hour >= 14], at=at)
    shift_state = journal.state.shift
    assert shift_state is not None
    totals = shift_state.totals
    off = chance.choice((0, 0, 0, -5_00, 2_00))
    counted = totals.cash_minor + off
    closed = f.ShiftClosed(
        shift, journal.state.last_z + 1, totals, counted, off, "Решта" if off else ""
    )
    journal.append([closed], actor="olena", at=times[-1] + timedelta(minutes=20))


def _sale(
    journal: Journal, goods: list[Item], chance: random.Random, shift: f.ShiftNumber
) -> list[f.Fact]:
    sale = f.SaleId(journal.state.last_sale + 1)
    facts: list[f.Fact] = [f.SaleStarted(sale, shift)]
    sold = []
    promotion = 0
    for number in range(1, chance.randint(1, 5) + 1):
        item = goods[min(len(goods) - 1, int(chance.expovariate(0.35)))]
        weighed = item.unit.value != "H87"
        many = (
            Decimal(chance.randint(300, 1900)) / 1000
            if weighed
            else Decimal(chance.choice((1, 1, 1, 2, 3)))
        )
        full = round_half_away(Fraction(many) * item.price_minor)
        less = full // 10 if chance.random() < 0.12 else 0
        promotion += less
        gross = full - less
        tax = round_half_away(Fraction(gross, 6))
        cost = None
        if item.cost_minor is not None:
            cost = round_half_away(Fraction(many) * item.cost_minor)
        facts.append(
            f.LineAdded(
                sale=sale,
                line=f.LineId(number),
                item=item.id,
                name=item.name,
                unit=item.unit,
                quantity=many,
                unit_price_minor=item.price_minor,
                taxes=item.taxes,
                source=f.LineSource.SCAN,
            )
        )
        sold.append(f.LineSold(f.LineId(number), gross - tax, tax, gross, less, cost_minor=cost))
    total, tax = sum(it.gross_minor for it in sold), sum(it.tax_minor for it in sold)
    card = chance.random() < 0.45
    paid = total if card else -(-total // 50_00) * 50_00
    kind = f.TenderType.CARD if card else f.TenderType.CASH
    facts += [
        f.Tendered(sale, 1, kind, paid),
        f.SaleCompleted(
            sale=sale,
            shift=shift,
            receipt=journal.state.last_receipt + 1,
            lines=tuple(sold),
            taxes=(f.TaxTotal("VAT20", total - tax, tax, total),),
            total_minor=total,
            discount_minor=sum(it.discount_minor for it in sold),
            rounding_minor=0,
            paid_minor=paid,
            change_minor=paid - total,
            promotions=(replace(_OFFER, amount_minor=promotion),) if promotion else (),
        ),
    ]
    return facts
