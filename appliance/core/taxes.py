"""A country's taxes by date: which rates hold on a day, and a typed answer when one is missing.

Items name a tax by its code, and the code outlives its rates: Germany's STANDARD was 19, 16 and 19
percent within one year. Zero-rated, exempt and outside the tax are codes of their own, for though
all are 0 a report tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from appliance.core import periods
from appliance.core.periods import PeriodFault
from appliance.core.policy import TaxRule
from appliance.core.pricing.model import TaxRounding


class TaxKind(StrEnum):
    """What a code stands for in a report. DEPOSIT: returnable containers, taxed or not as the
    country has it. FEE: an eco or bag fee that is no VAT and no excise."""

    VAT = "vat"
    EXCISE = "excise"
    DEPOSIT = "deposit"
    FEE = "fee"
    ZERO = "zero"
    EXEMPT = "exempt"
    OUT_OF_SCOPE = "out_of_scope"


NOTHING_DUE = frozenset({TaxKind.ZERO, TaxKind.EXEMPT, TaxKind.OUT_OF_SCOPE})
"""Kinds whose rate is always 0."""


@dataclass(frozen=True, slots=True)
class TaxPeriod:
    """rate: percent; amount_minor: fixed, per 1 of quantity; exactly one is set. until: the last
    day."""

    rate: Decimal | None = None
    amount_minor: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class TaxEntry:
    """One code. name: as the country's receipts print it, without the rate. letter: of its group
    on the receipt, "" where the country has none. note: where the rates come from."""

    code: str
    kind: TaxKind
    name: str
    name_en: str
    periods: tuple[TaxPeriod, ...]
    letter: str = ""
    included: bool = True
    compound: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class TaxTable:
    """rounding: how receipts of the country usually round; the shop's settings may say otherwise."""

    country: str
    currency: str
    name: str
    name_en: str
    taxes: Mapping[str, TaxEntry]
    rounding: TaxRounding = TaxRounding.LINE
    prices_include_tax: bool = True
    source: str = ""


class Missing(StrEnum):
    """UNKNOWN: no such code. NOT_YET: its first rate starts later. ENDED: its last rate is over.
    GAP: between two rates (files with gaps are refused)."""

    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    ENDED = "ended"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class RateMissing:
    """No rate for a code on a day. ended: the last day that had one before; starts: the first day
    that has one after; None when there is no such day."""

    code: str
    day: date
    reason: Missing
    ended: date | None = None
    starts: date | None = None


def rate_on(table: TaxTable, code: str, day: date) -> TaxRule | RateMissing:
    """The rule of a code on a day, ready for the shop's policy; or why there is none."""
    entry = table.taxes.get(code)
    if entry is None:
        return RateMissing(code, day, Missing.UNKNOWN)
    period = periods.period_on(entry.periods, day)
    if period is None:
        return _missing(entry, day)
    return TaxRule(
        code=code,
        name=entry.name,
        letter=entry.letter,
        rate=period.rate,
        amount_minor=period.amount_minor,
        included=entry.included,
        compound=entry.compound,
    )


def rates_on(table: TaxTable, day: date) -> dict[str, TaxRule]:
    """The rules in force on a day by code, in the table's order. A code without a rate that day is
    not among them; `missing_on` says why."""
    found = {code: rate_on(table, code, day) for code in table.taxes}
    return {code: rule for code, rule in found.items() if isinstance(rule, TaxRule)}


def missing_on(table: TaxTable, day: date, codes: Iterable[str]) -> list[RateMissing]:
    """What keeps goods with these codes from being sold on a day; empty when nothing does."""
    found = [rate_on(table, code, day) for code in dict.fromkeys(codes)]
    return [one for one in found if isinstance(one, RateMissing)]


def next_change(table: TaxTable, day: date) -> date | None:
    """The next day on which a rate of the table starts or ends: when to ask `rates_on` again."""
    days = [periods.next_change(entry.periods, day) for entry in table.taxes.values()]
    return min((one for one in days if one is not None), default=None)


def table_faults(table: TaxTable) -> dict[str, list[PeriodFault]]:
    """Codes whose rates overlap or leave days out; a file with any is refused."""
    found = {code: periods.faults(entry.periods) for code, entry in table.taxes.items()}
    return {code: wrong for code, wrong in found.items() if wrong}


def waived_for_exempt(table: TaxTable) -> frozenset[str]:
    """The codes that an exempt customer owes not: VAT, also that on a deposit. Excise and fees he
    pays. `pricing.exempt.exempt_line` says what that does to a line."""
    return frozenset(
        code
        for code, entry in table.taxes.items()
        if entry.kind is TaxKind.VAT or (entry.kind is TaxKind.DEPOSIT and _is_taxed(entry))
    )


def _is_taxed(entry: TaxEntry) -> bool:
    return any(period.rate for period in entry.periods)


def _missing(entry: TaxEntry, day: date) -> RateMissing:
    ended = max((p.until for p in entry.periods if p.until and p.until < day), default=None)
    starts = min((p.since for p in entry.periods if p.since and p.since > day), default=None)
    reason = Missing.GAP
    if ended is None:
        reason = Missing.NOT_YET
    elif starts is None:
        reason = Missing.ENDED
    return RateMissing(entry.code, day, reason, ended, starts)
