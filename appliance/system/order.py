"""What an order is: who may give it, what it must look like, what is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

TILL, UPDATER = "kram", "kram-update"
"""Users, as systemd/sysusers.d makes them."""

Values = Mapping[str, Any]
Field = Callable[[Any], Any]
"""Raises ValueError, with words for the log, for a value that is not one."""


class Refused(Exception):
    """It cannot be done now. why: a code, or words. remedy: what a person can do."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Order:
    """who: users that may give it; root may give every one. check: raises ValueError. do: raises
    Refused; of an order with a file, values["file"] is a descriptor that is closed afterwards."""

    who: frozenset[str]
    check: Callable[[Values], None]
    do: Callable[[Values], Values]
    takes_file: bool = False


def shape(needed: Mapping[str, Field] | None = None, **maybe: Field) -> Callable[[Values], None]:
    """A check: all of `needed`, some of `maybe`, nothing else."""
    must = dict(needed or {})

    def check(values: Values) -> None:
        known = {**must, **maybe}
        for name in values:
            if name not in known:
                raise ValueError(f"unknown field {str(name)[:40]!r}")
        for name in must:
            if name not in values:
                raise ValueError(f"field {name!r} is missing")
        for name, value in values.items():
            try:
                known[name](value)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None

    return check


def text(rule: Callable[[str], bool], told: str) -> Field:
    """A text that keeps to the rule. told: which it is, for the log."""

    def check(value: Any) -> None:
        if not isinstance(value, str) or not rule(value):
            raise ValueError(told)

    return check


def flag(value: Any) -> None:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - collected as ValueErrors
