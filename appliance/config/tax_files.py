"""Reads config/taxes/*.toml: each country's tax rates and cash rounding by date, every mistake named.

`load("ua")` is Ukraine; `parse` takes a text, for a file that a shopkeeper edits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import ValidationError

from appliance.config.country import FOLDER, Country
from appliance.config.lines import lines_of
from appliance.config.mistakes import ConfigError, Key, Source, did_you_mean, sentence
from appliance.config.rules import Flag, Section, Text, Word, after, before, checked, limits
from appliance.config.schema import Amount, Number, _currency
from appliance.config.toml_text import document_of, text_of
from appliance.core.cash_rounding import CashPeriod, CashTable
from appliance.core.money import exponent, to_minor
from appliance.core.periods import FaultKind, Period, PeriodFault, faults
from appliance.core.pricing.model import RoundingMode, TaxRounding
from appliance.core.taxes import NOTHING_DUE, TaxEntry, TaxKind, TaxPeriod, TaxTable


def _day(value: Any) -> Any:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise ValueError("must be a date without quotes: 2025-10-01")


Day = Annotated[date | None, before(_day)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Section):
    rate: Annotated[Number, limits(ge=0, le=1000)] | None = None
    amount: Amount | None = None
    since: Day = None
    until: Day = None
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax(Section):
    kind: TaxKind
    name: Word
    name_en: Word
    letter: Annotated[Text, limits(max_length=2)] = ""
    included: Flag | None = None
    compound: Flag = False
    rates: tuple[Rate, ...] = ()
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cash(Section):
    """step: 0 where cash is paid to the last unit."""

    step: Amount
    mode: RoundingMode = RoundingMode.HALF_UP
    since: Day = None
    until: Day = None
    note: Text = ""


def _code(value: str) -> str:
    if not re.fullmatch(r"[A-Z0-9_]{1,16}", value):
        raise ValueError("a tax's code must be up to 16 capital letters, digits and _: VAT20")
    return value


def _letters(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", value):
        raise ValueError('must be the two small letters of the country, like "ua"')
    return value


Code = Annotated[str, after(_code)]


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Section):
    """country: two letters as in ISO 3166, small, as the file is named."""

    country: Annotated[Text, after(_letters)]
    name: Word
    name_en: Word
    currency: Annotated[str, after(_currency)]
    prices_include_tax: Flag = True
    tax_rounding: TaxRounding = TaxRounding.LINE
    source: Text = ""
    taxes: dict[Code, Tax] = field(default_factory=dict)
    cash: tuple[Cash, ...] = ()


def countries(folder: Path = FOLDER) -> tuple[str, ...]:
    """The countries there is a file for, by their letters."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load(country: str, folder: Path = FOLDER) -> Country:
    """The rules of a country (two letters, in any case). Raises ConfigError, also when there is no
    file for it."""
    path = folder / f"{country.lower()}.toml"
    known = countries(folder)
    if path.stem not in known:
        said = did_you_mean(country, known)
        raise ConfigError([f"{path}: there is no tax table for `{country}`{said}"])
    return parse(text_of(path), str(path), path.stem)


def parse(text: str, file: str, country: str | None = None) -> Country:
    """The rules in a text. file: its name in messages. country: whose they must be."""
    document = document_of(text, file)
    source = Source(file, lines_of(text))
    try:
        read = checked(File, document)
    except ValidationError as error:
        found = []
        for one in error.errors(include_url=False):
            # What pydantic says about a key itself is said about its section.
            path: Key = tuple(part for part in one["loc"] if part != "[key]")
            found.append((path, sentence(one, _known(path), ())))
        raise _refused(source, found) from None
    wrong = list(_checks(read, country))
    if wrong:
        raise _refused(source, wrong)
    return _country(read)


def _refused(source: Source, found: list[tuple[Key, str]]) -> ConfigError:
    found.sort(key=lambda mistake: source.order(mistake[0]))
    return ConfigError([source.say(path, said) for path, said in found])


def _known(path: Key) -> list[str]:
    """The keys that exist where a path points."""
    match path:
        case ("taxes", _, "rates", int(), *_):
            model: type[Section] = Rate
        case ("taxes", _, _, *_):
            model = Tax
        case ("cash", int(), *_):
            model = Cash
        case _:
            model = File
    return [it.name for it in fields(model)]


def _checks(read: File, country: str | None) -> Iterator[tuple[Key, str]]:
    if country is not None and read.country != country:
        yield ("country",), f'is "{read.country}", but the file is named {country}.toml'
    letters: dict[str, str] = {}
    for code, tax in read.taxes.items():
        at: Key = ("taxes", code)
        if tax.letter and tax.letter in letters:
            said = f"the letter {tax.letter} is already that of {letters[tax.letter]}"
            yield (*at, "letter"), said
        letters.setdefault(tax.letter, code)
        yield from _rates(read, tax, at)
        yield from _periods(tax.rates, (*at, "rates"), "rate")
    decimals = exponent(read.currency)
    for i, cash in enumerate(read.cash):
        if cash.step != round(cash.step, decimals):
            yield ("cash", i, "step"), _too_fine(read.currency, cash.step)
    yield from _periods(read.cash, ("cash",), "rule")


def _rates(read: File, tax: Tax, at: Key) -> Iterator[tuple[Key, str]]:
    if not tax.rates and tax.kind not in NOTHING_DUE:
        yield (*at, "rates"), "must be given: rates = [{ rate = 20, since = 2026-01-01 }]"
    for i, one in enumerate(tax.rates):
        here = (*at, "rates", i)
        if one.rate is None and one.amount is None:
            yield (*here, "rate"), "must be given, in percent (or `amount`, per unit sold)"
        if one.rate is not None and one.amount is not None:
            yield (*here, "amount"), "a tax has a `rate` or an `amount`, not both"
        if tax.kind in NOTHING_DUE and (one.rate or one.amount):
            yield (*here, "rate"), f"a tax of kind {tax.kind} is always 0"
        if one.amount is not None and one.amount != round(one.amount, exponent(read.currency)):
            yield (*here, "amount"), _too_fine(read.currency, one.amount)


def _too_fine(currency: str, amount: Decimal) -> str:
    decimals = exponent(currency)
    wanted = f"at most {decimals} decimals" if decimals else "no decimals"
    return f"{currency} amounts have {wanted}, not {amount}"


def _periods(listed: tuple[Period, ...], at: Key, what: str) -> Iterator[tuple[Key, str]]:
    for fault in faults(listed):
        yield (*at, fault.index, "since"), _said(fault, what)


def _said(fault: PeriodFault, what: str) -> str:
    match fault.kind:
        case FaultKind.BACKWARDS:
            return f"starts on {fault.first}, after its last day {fault.last}"
        case FaultKind.OVERLAP:
            until = f"until {fault.last}" if fault.last else "from then on"
            first = "from the beginning" if fault.first == date.min else f"from {fault.first}"
            return (
                f"two {what}s hold {first} {until}; end the earlier one with `until`, its last day"
            )
        case FaultKind.GAP:
            return f"no {what} holds from {fault.first} until {fault.last}; say what holds then"


def _country(read: File) -> Country:
    def minor(amount: Decimal | None) -> int | None:
        return None if amount is None else to_minor(amount, read.currency)

    taxes: Mapping[str, TaxEntry] = {
        code: TaxEntry(
            code=code,
            kind=tax.kind,
            name=tax.name,
            name_en=tax.name_en,
            periods=tuple(
                TaxPeriod(one.rate, minor(one.amount), one.since, one.until) for one in tax.rates
            )
            or (TaxPeriod(Decimal(0)),),
            letter=tax.letter,
            included=read.prices_include_tax if tax.included is None else tax.included,
            compound=tax.compound,
            note=tax.note,
        )
        for code, tax in read.taxes.items()
    }
    cash = tuple(
        CashPeriod(to_minor(one.step, read.currency), one.mode, one.since, one.until)
        for one in read.cash
    )
    return Country(
        TaxTable(
            country=read.country,
            currency=read.currency,
            name=read.name,
            name_en=read.name_en,
            taxes=taxes,
            rounding=read.tax_rounding,
            prices_include_tax=read.prices_include_tax,
            source=read.source,
        ),
        CashTable(read.country, read.currency, cash),
    )
