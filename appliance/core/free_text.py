"""Texts that a person types or a terminal answers: a card number in one is starred before it is kept.

A waiter notes the number of a card beside the reason, a cashier types it for the slip's number: what
a command brings as free text never reaches the journal with more than the last four digits. Codes,
serial numbers and names of things are left alone: they are looked up, and barcodes pass Luhn.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from appliance.core.card_numbers import masked
from appliance.core.copies import replace

FREE = frozenset(
    {
        *("bag", "detail", "document", "make", "model", "name", "note", "partner"),
        *("photo", "place", "reason", "reference", "seen"),
    }
)
"""Fields of commands, in whichever command they stand."""

T = TypeVar("T")


def starred(command: T) -> T:
    """The command as it may be journalled; the very same one where nothing was found."""
    kind: Any = type(command)
    kept = {name: getattr(command, name) for name in _free_of(kind)}
    shown = {name: masked(text) for name, text in kept.items() if isinstance(text, str)}
    changed = {name: text for name, text in shown.items() if text != kept[name]}
    return replace(command, **changed) if changed else command


@cache
def _free_of(kind: Any) -> tuple[str, ...]:
    return tuple(it.name for it in fields(kind) if it.name in FREE)
