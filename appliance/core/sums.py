"""Sums of shifts: money taken by its kind, taxes by their code, several shifts together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from appliance.core.facts import ShiftTotals, TaxTotal, TenderTotal

_COUNTED = tuple(
    field.name for field in fields(ShiftTotals) if field.name not in ("taxes", "tenders")
)


def sum_totals(shifts: Iterable[ShiftTotals]) -> ShiftTotals:
    total = ShiftTotals()
    for it in shifts:
        total = ShiftTotals(
            **{name: getattr(total, name) + getattr(it, name) for name in _COUNTED},
            taxes=sum_taxes(total.taxes, it.taxes),
            tenders=sum_tenders(total.tenders, it.tenders),
        )
    return total


def sum_tenders(
    before: tuple[TenderTotal, ...], added: tuple[TenderTotal, ...]
) -> tuple[TenderTotal, ...]:
    """Both together, in the order of kinds and currencies."""
    sums: dict[tuple[str, str], TenderTotal] = {}
    for it in (*before, *added):
        key = (it.type.value, it.currency)
        old = sums.get(key)
        sums[key] = (
            it
            if old is None
            else TenderTotal(
                it.type,
                old.amount_minor + it.amount_minor,
                old.count + it.count,
                it.currency,
                old.foreign_minor + it.foreign_minor,
            )
        )
    return tuple(sums[key] for key in sorted(sums))


def sum_taxes(before: tuple[TaxTotal, ...], added: tuple[TaxTotal, ...]) -> tuple[TaxTotal, ...]:
    """Both together, in the order of codes; the rates of a code apart."""
    sums = {tax.of: tax for tax in before}
    for tax in added:
        old = sums.get(tax.of, TaxTotal(tax.code, 0, 0, 0, tax.rate))
        sums[tax.of] = TaxTotal(
            tax.code,
            old.net_minor + tax.net_minor,
            old.tax_minor + tax.tax_minor,
            old.gross_minor + tax.gross_minor,
            tax.rate,
        )
    return tuple(sums[of] for of in sorted(sums))
