"""Price a basket: line discounts, promotions, basket discount, taxes, totals, tenders."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from appliance.core.pricing.exact import money, split
from appliance.core.pricing.lines import (
    discount_of,
    exact_taxes,
    plain_line,
    priced_line,
    round_taxes,
)
from appliance.core.pricing.model import (
    Basket,
    Line,
    Priced,
    PricedLine,
    Reduction,
    Tax,
    TaxRounding,
    TaxTotal,
)
from appliance.core.pricing.promotions import (
    apply_promotions,
    discountable_amounts,
    line_amounts,
    spread,
)
from appliance.core.pricing.settle import settle


def price(basket: Basket) -> Priced:
    """The whole price of a basket. Total: raises only TenderExceedsTotal.

    A basket without promotions, basket discount and `TaxRounding.TOTAL` asks its lines for what
    they remember, so that pricing it again after one more line costs next to nothing.
    """
    rounded_by_line = basket.tax_rounding is not TaxRounding.TOTAL
    if rounded_by_line and basket.discount is None and not basket.promotions:
        lines = [line._plain or plain_line(line) for line in basket.lines]
        reductions: tuple[Reduction, ...] = ()
    else:
        lines, reductions = _reduced_lines(basket)
    total = sum([line.gross_minor for line in lines])
    return Priced(
        lines=tuple(lines),
        taxes=_tax_totals(basket.lines, lines),
        promotions=reductions,
        total_minor=total,
        settlement=settle(total, basket.tenders, basket.rounding),
    )


def _reduced_lines(basket: Basket) -> tuple[list[PricedLine], tuple[Reduction, ...]]:
    full = line_amounts(basket.lines)
    amounts = list(full)
    per_line: list[tuple[Reduction, ...]] = [()] * len(amounts)
    reductions = []
    for position, taken in apply_promotions(basket, amounts):
        promotion_id = basket.promotions[position].id
        reductions.append(Reduction(position, promotion_id, taken.total))
        for i, part in taken.discounts.items():
            per_line[i] += (Reduction(position, promotion_id, part),)
    if basket.discount is not None:
        eligible = discountable_amounts(basket.lines, amounts)
        off = discount_of(basket.discount, sum(eligible.values()))
        for i, part in spread(off, eligible).discounts.items():
            amounts[i] -= part
    if basket.tax_rounding is TaxRounding.TOTAL:
        taxes = _taxes_rounded_once(basket.lines, amounts)
        priced = [
            priced_line(*parts)
            for parts in zip(basket.lines, amounts, taxes, per_line, strict=True)
        ]
    else:
        # A line that nothing touched knows its price already.
        priced = [
            plain_line(line)
            if amount == before and not own
            else priced_line(line, amount, round_taxes(line, amount), own)
            for line, amount, before, own in zip(basket.lines, amounts, full, per_line, strict=True)
        ]
    return priced, tuple(reductions)


def _taxes_rounded_once(lines: Sequence[Line], amounts: Sequence[int]) -> list[tuple[int, ...]]:
    """Each tax rounded over the whole basket, then spread over its lines by their exact taxes."""
    shares: dict[str, list[tuple[int, int]]] = {}
    places: dict[str, list[tuple[int, int]]] = {}
    taxes = [[0] * len(line.taxes) for line in lines]
    for i, (line, amount) in enumerate(zip(lines, amounts, strict=True)):
        if not line.taxes:
            continue
        numerators, denominator = exact_taxes(line, amount)
        for j, tax in enumerate(line.taxes):
            shares.setdefault(tax.code, []).append((numerators[j], denominator))
            places.setdefault(tax.code, []).append((i, j))
    for code, of_code in shares.items():
        common = lcm(*{denominator for _, denominator in of_code})
        whole = money(sum(n * (common // d) for n, d in of_code), common)
        for (i, j), part in zip(places[code], split(whole, of_code), strict=True):
            taxes[i][j] = part
    return [tuple(of_line) for of_line in taxes]


def _tax_totals(lines: Sequence[Line], priced: Sequence[PricedLine]) -> dict[str, TaxTotal]:
    """Per code, in order of appearance: its rounded taxes and what they were levied on."""
    alike: dict[int, tuple[tuple[Tax, ...], list[PricedLine]]] = {}
    for line, one in zip(lines, priced, strict=True):
        if (group := alike.get(id(line.taxes))) is not None:
            group[1].append(one)
        else:
            alike[id(line.taxes)] = (line.taxes, [one])
    totals: dict[str, tuple[int, int]] = {}
    for taxes, members in alike.values():
        if not taxes:
            continue
        net = sum([one.net_minor for one in members])
        before = 0
        columns = zip(*[one.taxes for one in members], strict=True)
        for tax, column in zip(taxes, columns, strict=True):
            amount = sum(column)
            known_net, known_tax = totals.get(tax.code, (0, 0))
            levied_on = net + before if tax.compound else net
            totals[tax.code] = (known_net + levied_on, known_tax + amount)
            before += amount
    return {code: TaxTotal(net, tax) for code, (net, tax) in totals.items()}
