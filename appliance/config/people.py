"""[[staff]], [roles.NAME], [signals] and [sell.hours]: who works here, who may what, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated

from appliance.config.mistakes import Key, did_you_mean
from appliance.config.rules import Section, Text, Whole, Word, after, limits
from appliance.core.permissions import PROGRAMS
from appliance.core.roles import CASHIER, ROLES, Permission, Role
from appliance.core.sale_hours import parse

Percent = Annotated[Decimal, limits(ge=0, le=100)]
Amount = Annotated[Decimal, limits(ge=0)]


def _hours(value: str) -> str:
    if not parse(value):
        raise ValueError(
            f'must be a time like "08:00-23:00" or "mon-fri 08:00-23:00", not "{value}"'
        )
    return value


Hours = Annotated[Text, after(_hours)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Section):
    """role: cashier, senior, manager, or one of [roles]."""

    id: Word
    name: Word
    role: Text = CASHIER.name


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRole(Section):
    """A role of the shop's own, or a change to a usual one. like: the role that it starts from;
    may and may_not add to it and take away; a limit that is not given is that role's."""

    like: Text = ""
    may: tuple[Permission, ...] = ()
    may_not: tuple[Permission, ...] = ()
    discount_percent_max: Percent | None = None
    price_down_percent_max: Percent | None = None
    refund_max: Amount | None = None
    no_receipt_max: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals(Section):
    """When the report of signals marks a cashier: so many times the shop's median rate, and never
    below so many cases."""

    times_median: Annotated[Decimal, limits(ge=1, le=100)] = Decimal(2)
    at_least: Annotated[Whole, limits(ge=1, le=10_000)] = 5


def roles(own: Mapping[str, OwnRole], minor: Callable[[Decimal], int]) -> dict[str, Role]:
    """All roles of the shop: the usual ones and its own, in order of need."""
    made = dict(ROLES)
    for name, table in own.items():
        base = made.get(table.like or name, CASHIER)
        role = replace(
            base, name=name, permissions=(base.permissions | {*table.may}) - {*table.may_not}
        )
        for limit in ("discount_percent_max", "price_down_percent_max"):
            if getattr(table, limit) is not None:
                role = replace(role, **{limit: getattr(table, limit)})
        if table.refund_max is not None:
            role = replace(role, refund_max_minor=minor(table.refund_max))
        if table.no_receipt_max is not None:
            role = replace(role, no_receipt_max_minor=minor(table.no_receipt_max))
        made[name] = role
    return made


def mistakes(staff: Sequence[Person], own: Mapping[str, OwnRole]) -> Iterator[tuple[Key, str]]:
    """Roles that nobody knows, and people called like a program, which may do anything."""
    known = [*ROLES, *own]
    for at, person in enumerate(staff):
        if person.id in PROGRAMS:
            yield ("staff", at, "id"), f'"{person.id}" is the till\'s own name'
        if person.role not in known:
            said = f'"{person.role}" is not possible{did_you_mean(person.role, known)}'
            yield ("staff", at, "role"), said
    seen = list(ROLES)
    for name, table in own.items():
        if table.like and table.like not in seen:
            said = f'"{table.like}" is not possible{did_you_mean(table.like, seen)}'
            yield ("roles", name, "like"), said
        seen.append(name)
