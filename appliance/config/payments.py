"""[[payments]], [[cash.foreign]], [tips] and [service_charge]: what a shop takes besides its cash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from appliance.config.mistakes import Key
from appliance.config.rules import Section, Text, Word, after, before, limits
from appliance.core.facts import TenderType
from appliance.core.iso4217 import MINOR_UNIT_DECIMALS
from appliance.core.money import exponent, to_minor
from appliance.core.policy import ForeignCurrency, PortRule, ServiceCharge

QUICK_MAX = 4
"""Keys in one row."""

MANUAL = "manual"
"""The driver of a terminal that stands by itself: the cashier says what it showed."""

BY_HAND = frozenset({MANUAL, "qr"})
"""Drivers that no bank answers: a person tells what became of a payment."""


def _known(value: str) -> str:
    if value not in MINOR_UNIT_DECIMALS:
        raise ValueError(f'"{value}" is no currency of ISO 4217')
    return value


def _day(value: Any) -> Any:
    """TOML has dates of its own; one in quotes is meant the same."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f'must be a date like 2026-11-24, not "{value}"') from None
    return value


Amount = Annotated[Decimal, limits(gt=0)]
Percent = Annotated[Decimal, limits(gt=0, le=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign(Section):
    """rate: what 1 of it is worth, as the shop buys it. day: the only day on which the rate holds;
    left out, it holds until it is changed. step: the smallest note taken. quick: keys for notes."""

    currency: Annotated[Text, after(_known)]
    rate: Amount | None = None
    day: Annotated[date | None, before(_day)] = None
    step: Amount = Decimal(1)
    quick: Annotated[tuple[Amount, ...], limits(max_length=QUICK_MAX)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Section):
    """The three keys that every port has; the rest is its driver's own."""

    name: Word
    type: Literal["card", "qr"] = "card"
    driver: Word = MANUAL
    options: dict[str, Any] = field(default_factory=dict)

    def table(self) -> dict[str, object]:
        fixed = {"name": self.name, "type": self.type, "driver": self.driver}
        return {**fixed, **self.options}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tips(Section):
    """percents: the quick keys; none when the shop takes no tips."""

    percents: Annotated[tuple[Percent, ...], limits(max_length=QUICK_MAX)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(Section):
    """percent of the goods that have discounts, as they are paid; 0 for none."""

    percent: Annotated[Decimal, limits(ge=0, le=100)] = Decimal(0)
    name: Word = "Обслуговування"
    taxes: tuple[Text, ...] = ()


def foreign_rules(tables: tuple[Foreign, ...]) -> tuple[ForeignCurrency, ...]:
    """As the core knows them; `mistakes` saw to it that the amounts are whole."""
    return tuple(
        ForeignCurrency(
            it.currency,
            it.rate,
            "" if it.day is None else it.day.isoformat(),
            to_minor(it.step, it.currency),
            tuple(to_minor(note, it.currency) for note in it.quick),
        )
        for it in tables
    )


def port_rules(tables: tuple[Payment, ...]) -> tuple[PortRule, ...]:
    return tuple(
        PortRule(it.name, TenderType(it.type), by_hand=it.driver in BY_HAND) for it in tables
    )


def charge_rule(charge: Charge) -> ServiceCharge | None:
    if not charge.percent:
        return None
    return ServiceCharge(charge.name, charge.percent, charge.taxes)


def mistakes(
    currency: str, foreign: tuple[Foreign, ...], charge: Charge, taxes: Mapping[str, object]
) -> Iterator[tuple[Key, str]]:
    """The shop's own currency as a foreign one, notes finer than their currency, unknown taxes."""
    for at, each in enumerate(foreign):
        if each.currency == currency:
            yield ("cash", "foreign", at, "currency"), f"{currency} is the shop's own currency"
        decimals = exponent(each.currency)
        amounts = (("step", each.step), *(("quick", note) for note in each.quick))
        for key, amount in amounts:
            if amount != round(amount, decimals):
                wanted = f"at most {decimals} decimals" if decimals else "no decimals"
                said = f"{each.currency} amounts have {wanted}, not {amount}"
                yield ("cash", "foreign", at, key), said
    for code in charge.taxes:
        if code not in taxes:
            yield ("service_charge", "taxes"), f"there is no [taxes.{code}]"
