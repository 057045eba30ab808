"""Decisions about terminals and banks: asked once, answered by them or by a person, never guessed.

A tender that was asked for is pending until its port answers. What nobody can tell is unknown: it
is neither taken nor declined, and it is asked about or decided by a named manager, never repeated.
"""

from __future__ import annotations

from typing import assert_never

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.extras import tip_minor, with_tip
from appliance.core.decide.restrictions import not_payable
from appliance.core.decide.tender import (
    GIVE_BACK,
    completed_if_paid,
    left_to_pay,
    refused_amount,
)
from appliance.core.decide.verdict import Decision, Facts, in_short
from appliance.core.evolve import replay
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy, PortRule
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Sale, State, Tender, TenderStatus

REFERENCE_MAX = 12
"""What a person types of a slip: an RRN has twelve characters, a card number more: it never fits."""

PORT_REFERENCE_MAX = 80
"""What a port needs to take a payment back: of nexo a transaction id and its time."""

_UNANSWERED = (TenderStatus.PENDING, TenderStatus.UNKNOWN)

PaymentCommand = (
    c.AskTender
    | c.CancelTender
    | c.InquireTender
    | c.ConfirmTender
    | c.SendTender
    | c.AnswerTender
    | c.ResolveTender
    | c.CloseStray
)


def decide(state: State, command: PaymentCommand, policy: Policy, occasion: Occasion) -> Decision:
    match command:
        case c.AskTender():
            return _ask(state, command, policy, occasion)
        case c.CancelTender(tender=number):
            sale, tender = _held(state, None, number)
            if sale is None or tender is None or tender.status is not TenderStatus.PENDING:
                return refuse(Reason.NO_SUCH_TENDER)
            return () if tender.cancelling else (f.TenderCancelAsked(sale.sale, number),)
        case c.InquireTender(sale=of, tender=number):
            sale, tender = _held(state, of, number)
            if sale is None or tender is None or tender.status is not TenderStatus.UNKNOWN:
                return refuse(Reason.NO_SUCH_TENDER)
            return (f.TenderInquired(sale.sale, number),)
        case c.ConfirmTender():
            return _confirm(state, command, policy, occasion)
        case c.SendTender():
            return _send(state, command)
        case c.AnswerTender():
            return _answer(state, command, policy, occasion)
        case c.ResolveTender():
            return _resolve(state, command, policy, occasion)
        case c.CloseStray(sale=of, tender=number, reason=reason):
            if all((it.sale, it.tender) != (of, number) for it in state.strays):
                return refuse(Reason.NO_SUCH_TENDER)
            if not reason.strip():
                return refuse(Reason.REASON_NEEDED)
            return (f.PaymentStrayClosed(of, number, in_short(reason)),)
        case _:
            assert_never(command)


def _held(state: State, of: f.SaleId | None, number: int) -> tuple[Sale | None, Tender | None]:
    """A live tender of the open basket or of one set aside, with its sale."""
    open_sale = () if state.sale is None else (state.sale,)
    for sale in (*open_sale, *state.suspended):
        if sale.sale == of or (of is None and sale is state.sale):
            return sale, next((it for it in sale.tenders if it.tender == number), None)
    return None, None


def _port(policy: Policy, kind: f.TenderType, name: str) -> PortRule | None:
    return next(
        (it for it in policy.ports if it.type is kind and (not name or it.name == name)), None
    )


def _busy(state: State, port: PortRule) -> Refusal | None:
    """One outstanding question per terminal, whatever basket it is for. A terminal that remembers
    its last payment only could never tell of an earlier one again."""
    open_sale = () if state.sale is None else (state.sale,)
    asked = {
        it.status
        for sale in (*open_sale, *state.suspended)
        for it in sale.tenders
        if it.port == port.name and not it.voided
    }
    if TenderStatus.PENDING in asked:
        return refuse(Reason.PAYMENT_PORT_BUSY)
    if TenderStatus.UNKNOWN in asked and port.type is f.TenderType.CARD and not port.by_hand:
        return refuse(Reason.PAYMENT_PORT_UNSURE)
    return None


def _ask(state: State, command: c.AskTender, policy: Policy, occasion: Occasion) -> Decision:
    sale = state.sale
    assert sale is not None
    port = _port(policy, command.type, command.port)
    if port is None:
        return refuse(Reason.NO_PAYMENT_PORT)
    left = left_to_pay(sale, policy)
    amount = left.left_minor if command.amount_minor is None else command.amount_minor
    wrong = (
        not_payable(sale, occasion)
        or refused_amount(state, sale, command.type, amount, policy)
        or _busy(state, port)
    )
    if wrong is not None:
        return wrong
    number = len(sale.tenders) + 1
    return (f.TenderAsked(sale.sale, number, command.type, amount, port.name),)


def reverse(
    state: State, sale: Sale, tender: Tender, policy: Policy, _occasion: Occasion
) -> Decision:
    """A payment that a terminal took goes back the way it came, as a payment of its own."""
    if tender.amount_minor < 0 or any(it.reverses == tender.tender for it in sale.live_tenders):
        return refuse(Reason.TENDER_ANSWERED)
    port = _port(policy, tender.type, tender.port)
    if port is None:
        return refuse(Reason.NO_PAYMENT_PORT)
    busy = _busy(state, port)
    if busy is not None:
        return busy
    return (
        f.TenderAsked(
            sale=sale.sale,
            tender=len(sale.tenders) + 1,
            type=tender.type,
            amount_minor=-tender.amount_minor,
            port=port.name,
            reference=tender.reference,
            reverses=tender.tender,
        ),
    )


GIVE_BACK[f.TenderType.CARD] = reverse
GIVE_BACK[f.TenderType.QR] = reverse


def _confirm(
    state: State, command: c.ConfirmTender, policy: Policy, occasion: Occasion
) -> Decision:
    sale, tender = _held(state, None, command.tender)
    if sale is None or tender is None:
        return refuse(Reason.NO_SUCH_TENDER)
    if tender.status not in _UNANSWERED or tender.voided:
        return refuse(Reason.TENDER_ANSWERED)
    if any(it.name == tender.port and not it.by_hand for it in policy.ports):
        return refuse(Reason.TENDER_ANSWERS_ITSELF)
    amount = _answered_amount(tender, command.outcome, command.amount_minor, policy)
    if isinstance(amount, Refusal):
        return amount
    answered = f.TenderAnswered(
        sale=sale.sale,
        tender=tender.tender,
        outcome=command.outcome,
        amount_minor=amount,
        reference=_reference(command.reference),
        by_hand=True,
    )
    return _booked(state, answered, policy, occasion)


def _send(state: State, command: c.SendTender) -> Decision:
    """Once per tender, and not after somebody called it off: a port that is refused sends nothing."""
    _, tender = _held(state, command.sale, command.tender)
    if tender is None:
        return refuse(Reason.NO_SUCH_TENDER)
    if tender.status is not TenderStatus.PENDING or tender.sent or tender.cancelling:
        return refuse(Reason.TENDER_ANSWERED)
    return (f.TenderSent(command.sale, command.tender, command.memo),)


def _answer(state: State, command: c.AnswerTender, policy: Policy, occasion: Occasion) -> Decision:
    """Late answers count too. One that contradicts what a person decided meanwhile is not swallowed:
    the money is real, and somebody must see to it."""
    _, tender = _held(state, command.sale, command.tender)
    asked = 0 if tender is None else tender.amount_minor
    amount = asked if command.amount_minor is None else command.amount_minor
    approved = command.outcome is f.TenderOutcome.APPROVED
    if tender is None or tender.voided or tender.status not in _UNANSWERED:
        known = tender is not None and tender.status is TenderStatus.TAKEN
        if not approved or known or not amount or _stray_known(state, command):
            return refuse(Reason.TENDER_ANSWERED)
        return (
            f.PaymentStray(
                command.sale,
                command.tender,
                amount,
                command.reference[:PORT_REFERENCE_MAX],
                command.detail[:200],
            ),
        )
    if approved and not amount:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    answered = f.TenderAnswered(
        sale=command.sale,
        tender=command.tender,
        outcome=command.outcome,
        amount_minor=amount if approved else 0,
        reference=command.reference[:PORT_REFERENCE_MAX],
        detail=command.detail[:200],
    )
    return _booked(state, answered, policy, occasion)


def _stray_known(state: State, command: c.AnswerTender) -> bool:
    return any((it.sale, it.tender) == (command.sale, command.tender) for it in state.strays)


def _resolve(
    state: State, command: c.ResolveTender, policy: Policy, occasion: Occasion
) -> Decision:
    sale, tender = _held(state, command.sale, command.tender)
    if sale is None or tender is None:
        return refuse(Reason.NO_SUCH_TENDER)
    if tender.status is not TenderStatus.UNKNOWN or tender.voided:
        return refuse(Reason.TENDER_ANSWERED)
    if command.outcome is f.TenderOutcome.UNKNOWN:
        return refuse(Reason.TENDER_UNKNOWN)
    if not command.reason.strip():
        return refuse(Reason.REASON_NEEDED)
    amount = _answered_amount(tender, command.outcome, command.amount_minor, policy)
    if isinstance(amount, Refusal):
        return amount
    answered = f.TenderAnswered(
        sale=sale.sale,
        tender=tender.tender,
        outcome=command.outcome,
        amount_minor=amount,
        reference=_reference(command.reference),
        by_hand=True,
        reason=in_short(command.reason),
    )
    return _booked(state, answered, policy, occasion)


def _answered_amount(
    tender: Tender, outcome: f.TenderOutcome, amount: int | None, policy: Policy
) -> int | Refusal:
    """What a person says was approved: the same way as asked for, and no more than a slip holds."""
    if outcome is not f.TenderOutcome.APPROVED:
        return 0
    told = tender.amount_minor if amount is None else amount
    if told * tender.amount_minor <= 0:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    if abs(told) > abs(tender.amount_minor) + policy.change_minor_max:
        return refuse(Reason.TOTAL_TOO_LARGE)
    return told


def _reference(text: str) -> str:
    return "".join(ch for ch in text if ch.isalnum() or ch in "-/")[-REFERENCE_MAX:]


def _booked(
    state: State, answered: f.TenderAnswered, policy: Policy, occasion: Occasion
) -> Decision:
    """The answer as a fact; what the terminal took beyond what was left is a tip given there; and
    the completion, if that was all and the basket is the one at the counter."""
    facts: Facts = (answered,)
    if state.sale is None or state.sale.sale != answered.sale:
        return facts
    if answered.outcome is f.TenderOutcome.APPROVED and answered.amount_minor > 0:
        over = answered.amount_minor - max(0, left_to_pay(state.sale, policy).left_minor)
        if over > 0:
            facts += with_tip(state.sale, over + tip_minor(state.sale), policy)
    sale = replay(state, facts).sale
    assert sale is not None
    return facts + completed_if_paid(state, sale, policy, occasion, facts)
