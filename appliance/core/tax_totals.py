"""What a sale's taxes come to, each rate by itself: goods that come back bring the rate of their day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from appliance.core import pricing
from appliance.core.facts import LineSold, TaxTotal
from appliance.core.policy import Policy, TaxRule
from appliance.core.state import Line


def tax_totals(
    lines: Iterable[Line], taxes: Mapping[str, pricing.TaxTotal], policy: Policy
) -> tuple[TaxTotal, ...]:
    """In the order of codes and rates. taxes: of all the lines together, by code.

    What came back at another rate than today's is taken out of its code's sum into one of its own.
    here: codes with something at today's rate. unsure: those among it with goods from before the
    rate was kept; a sum that today's rate does not explain is then told without any.
    """
    sums: dict[str, dict[Decimal | None, tuple[int, int]]] = {
        code: {rate_of(code, policy): (tax.net_minor, tax.tax_minor)} for code, tax in taxes.items()
    }
    here, unsure = set[str](), set[str]()
    for line in lines:
        if line.sold is None:
            here.update(line.taxes)
            continue
        rates = line.sold.rates or (None,) * len(line.taxes)
        for (code, base, amount), rate in zip(levied(line, line.sold, policy), rates, strict=True):
            of, today = sums[code], rate_of(code, policy)
            if rate is None or rate == today:
                here.add(code)
                if rate is None:
                    unsure.add(code)
                continue
            (net, tax), (known_net, known_tax) = of[today], of.get(rate, (0, 0))
            of[today] = (net - base, tax - amount)
            of[rate] = (known_net + base, known_tax + amount)
    found = []
    for code, of in sums.items():
        today = rate_of(code, policy)
        for rate, (net, tax) in of.items():
            if rate == today and code not in here:
                continue
            total = TaxTotal(code, net, tax, net + tax, rate)
            rule = policy.taxes.get(code)
            fits = code not in unsure or rate != today or (rule and made_by(total, rule))
            found.append(total if fits else replace(total, rate=None))
    return tuple(sorted(found, key=lambda it: it.of))


def levied(line: Line, sold: LineSold, policy: Policy) -> Iterator[tuple[str, int, int]]:
    """Each tax of a line whose amounts stand: its code, what it was levied on, and its amount."""
    amounts = sold.taxes or (sold.tax_minor,) * len(line.taxes)
    before = 0
    for code, amount in zip(line.taxes, amounts, strict=True):
        rule = policy.taxes.get(code)
        yield code, sold.net_minor + (before if rule and rule.compound else 0), amount
        before += amount


def rates_sold(
    sold: LineSold, codes: tuple[str, ...], taxes: tuple[TaxTotal, ...]
) -> tuple[Decimal | None, ...]:
    """The percent of each of a sold line's taxes that day, by its sale's own sums; None where they
    do not tell. An exchange may have two rates of a code: the line's is the one that its tax fits."""
    amounts = sold.taxes or (sold.tax_minor,) * len(codes)
    found: list[Decimal | None] = []
    for code, amount in zip(codes, amounts, strict=True):
        rates = [tax.rate for tax in taxes if tax.code == code and tax.rate is not None]
        found.append(min(rates, key=lambda rate: _off(sold.net_minor, amount, rate), default=None))
    return tuple(found)


def made_by(total: TaxTotal, rule: TaxRule) -> bool:
    """Whether a tax's amount is what this rule makes of its base: not so when goods come back that
    were sold at another rate. Roundings of lines are less than half a percent of the base."""
    if rule.rate is None:
        return False
    off = _off(total.net_minor, total.tax_minor, rule.rate)
    return off <= max(Fraction(1), Fraction(abs(total.net_minor), 200))


def rate_of(code: str, policy: Policy) -> Decimal | None:
    """Today's percent; None of a fixed amount, and of a tax that the shop has no more."""
    rule = policy.taxes.get(code)
    return rule.rate if rule else None


def _off(net_minor: int, tax_minor: int, rate: Decimal) -> Fraction:
    return abs(Fraction(net_minor) * Fraction(rate) / 100 - tax_minor)
