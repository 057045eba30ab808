"""What becomes of each question about money: its states as one table, read from the facts.

An intent is one tender that a terminal or a bank was asked for, money to be taken or (negative) to
be given back. It is created by the fact that is on the disk before the terminal hears anything, and
sent by the one that is there before the first byte of the money command leaves. `unknown` is a
state like any other: nobody can tell, so the terminal is asked, never charged again. What is
declined or cancelled may still turn out to be approved, for terminals answer late. `settled`: the
terminal's own batch was closed, and it agreed with the journal or a person saw to the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from appliance.core import facts as f
from appliance.core.copies import replace


class IntentState(StrEnum):
    CREATED = "created"
    SENT = "sent"
    APPROVED = "approved"
    PARTIALLY_APPROVED = "partially_approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    REVERSED = "reversed"
    SETTLED = "settled"


class Event(StrEnum):
    """leaves: the money command. approves, approves_part, declines, cancels, loses: what came of it,
    whoever says so. gives_back: another intent returned all of it. settles: the day was compared."""

    LEAVES = "leaves"
    APPROVES = "approves"
    APPROVES_PART = "approves_part"
    DECLINES = "declines"
    CANCELS = "cancels"
    LOSES = "loses"
    GIVES_BACK = "gives_back"
    SETTLES = "settles"


_S, _E = IntentState, Event

NEXT: Mapping[IntentState, Mapping[Event, IntentState]] = MappingProxyType(
    {
        _S.CREATED: {
            _E.LEAVES: _S.SENT,
            # A terminal without a wire, and one that could not even be asked.
            _E.APPROVES: _S.APPROVED,
            _E.APPROVES_PART: _S.PARTIALLY_APPROVED,
            _E.DECLINES: _S.DECLINED,
            _E.CANCELS: _S.CANCELLED,
            _E.LOSES: _S.UNKNOWN,
        },
        _S.SENT: {
            _E.APPROVES: _S.APPROVED,
            _E.APPROVES_PART: _S.PARTIALLY_APPROVED,
            _E.DECLINES: _S.DECLINED,
            _E.CANCELS: _S.CANCELLED,
            _E.LOSES: _S.UNKNOWN,
        },
        _S.UNKNOWN: {
            _E.APPROVES: _S.APPROVED,
            _E.APPROVES_PART: _S.PARTIALLY_APPROVED,
            _E.DECLINES: _S.DECLINED,
            _E.CANCELS: _S.CANCELLED,
            _E.LOSES: _S.UNKNOWN,
        },
        # Late: the money moved after all.
        _S.DECLINED: {_E.APPROVES: _S.APPROVED, _E.APPROVES_PART: _S.PARTIALLY_APPROVED},
        _S.CANCELLED: {_E.APPROVES: _S.APPROVED, _E.APPROVES_PART: _S.PARTIALLY_APPROVED},
        _S.APPROVED: {_E.GIVES_BACK: _S.REVERSED, _E.SETTLES: _S.SETTLED},
        _S.PARTIALLY_APPROVED: {_E.GIVES_BACK: _S.REVERSED, _E.SETTLES: _S.SETTLED},
        _S.SETTLED: {_E.GIVES_BACK: _S.REVERSED},
        _S.REVERSED: {},
    }
)
"""The whole machine. An event that a state does not list changes nothing."""

TAKEN = frozenset({_S.APPROVED, _S.PARTIALLY_APPROVED, _S.SETTLED})
"""Money moved, and nobody moved it back."""
UNSETTLED = frozenset({_S.APPROVED, _S.PARTIALLY_APPROVED})
"""Taken since the terminal's last batch."""
OPEN = frozenset({_S.CREATED, _S.SENT, _S.UNKNOWN})
"""Somebody still waits for an answer."""


@dataclass(frozen=True, slots=True)
class Intent:
    """asked_minor: below zero to give money back; amount_minor: what the answer said. original,
    reverses: the payment that it gives back, by its reference and by its tender. gone_minor: how much
    of it was given back by others. memo: what the port left to ask by later. late: the answer came
    after another end. by_hand, reason: a person said so, and why."""

    sale: f.SaleId
    tender: int
    type: f.TenderType
    port: str
    asked_minor: int
    state: IntentState = IntentState.CREATED
    amount_minor: int = 0
    reference: str = ""
    detail: str = ""
    original: str = ""
    reverses: int = 0
    gone_minor: int = 0
    inquired: int = 0
    cancel_asked: bool = False
    late: bool = False
    by_hand: bool = False
    reason: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True)
class PastIntent:
    """at: when it was asked, by whom. receipt: of its sale, once that was completed."""

    epoch: int
    at: datetime
    cashier: str
    receipt: int | None
    intent: Intent


Key = tuple[f.SaleId, int]

_OUTCOMES = {
    f.TenderOutcome.DECLINED: Event.DECLINES,
    f.TenderOutcome.CANCELLED: Event.CANCELS,
    f.TenderOutcome.UNKNOWN: Event.LOSES,
}


def after(known: Mapping[Key, Intent], fact: f.Fact) -> tuple[Intent, ...]:
    """The intents that one fact makes or changes, as they are after it."""
    match fact:
        case f.TenderAsked():
            return (_asked(fact),)
        case f.TenderSent(sale=sale, tender=tender, memo=memo):
            return _each(
                known, (sale, tender), lambda it: replace(stepped(it, Event.LEAVES), memo=memo)
            )
        case f.TenderInquired(sale=sale, tender=tender):
            return _each(known, (sale, tender), lambda it: replace(it, inquired=it.inquired + 1))
        case f.TenderCancelAsked(sale=sale, tender=tender):
            return _each(known, (sale, tender), lambda it: replace(it, cancel_asked=True))
        case f.TenderAnswered(sale=sale, tender=tender):
            return _answered(known, fact, known.get((sale, tender)))
        case f.PaymentStray(sale=sale, tender=tender):
            return _each(known, (sale, tender), lambda it: _strayed(it, fact))
        case f.PaymentStrayClosed(sale=sale, tender=tender, given_back=True):
            return _each(known, (sale, tender), lambda it: _gone(it, it.amount_minor))
        case f.ReversalClosed(sale=sale, tender=tender, reason=reason):
            return _each(
                known,
                (sale, tender),
                lambda it: replace(_gone(it, it.amount_minor), reason=reason, by_hand=True),
            )
        case f.TotalsAccepted(port=port):
            mine = (it for it in known.values() if it.port == port and it.state in UNSETTLED)
            return tuple(stepped(it, Event.SETTLES) for it in mine)
        case _:
            return ()


def stepped(intent: Intent, event: Event) -> Intent:
    """By the table; what it does not list changes nothing."""
    return replace(intent, state=NEXT[intent.state].get(event, intent.state))


def _each(
    known: Mapping[Key, Intent], key: Key, change: Callable[[Intent], Intent]
) -> tuple[Intent, ...]:
    return (change(known[key]),) if key in known else ()


def _asked(fact: f.TenderAsked) -> Intent:
    return Intent(
        *(fact.sale, fact.tender, fact.type, fact.port, fact.amount_minor),
        original=fact.reference,
        reverses=fact.reverses,
    )


def _answered(
    known: Mapping[Key, Intent], fact: f.TenderAnswered, intent: Intent | None
) -> tuple[Intent, ...]:
    """The intent's own end, and what it means for the payment that it gives back."""
    if intent is None:
        return ()
    told = replace(
        stepped(intent, _OUTCOMES.get(fact.outcome) or _approval(intent, fact.amount_minor)),
        amount_minor=fact.amount_minor,
        reference=fact.reference or intent.reference,
        detail=fact.detail,
        by_hand=fact.by_hand,
        reason=fact.reason,
    )
    payment = known.get((fact.sale, intent.reverses))
    if payment is None or not fact.amount_minor:
        return (told,)
    return told, _gone(payment, -fact.amount_minor)


def _approval(intent: Intent, amount_minor: int) -> Event:
    part = abs(amount_minor) < abs(intent.asked_minor)
    return Event.APPROVES_PART if part else Event.APPROVES


def _strayed(intent: Intent, fact: f.PaymentStray) -> Intent:
    approved = stepped(intent, _approval(intent, fact.amount_minor))
    return replace(
        approved,
        amount_minor=fact.amount_minor,
        reference=fact.reference or intent.reference,
        detail=fact.detail,
        late=True,
    )


def _gone(intent: Intent, minor: int) -> Intent:
    """So much of it was given back; all of it is another state."""
    gone = replace(intent, gone_minor=intent.gone_minor + minor)
    return stepped(gone, Event.GIVES_BACK) if gone.gone_minor >= gone.amount_minor else gone


def replayed(facts: Iterable[f.Fact]) -> dict[Key, Intent]:
    """All intents of a run of facts."""
    known: dict[Key, Intent] = {}
    for fact in facts:
        known |= {(it.sale, it.tender): it for it in after(known, fact)}
    return known
