"""Decisions about terminals and banks: asked once, answered by them or by a person, never guessed.

A tender that was asked for is pending until its port answers. What nobody can tell is unknown: it
is neither taken nor declined, and it is asked about or decided by a named manager, never repeated.
"""

from __future__ import annotations

from typing import assert_never

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import LEDGER_PORT
from appliance.core.copies import replace
from appliance.core.decide.account_tenders import paid_from_account
from appliance.core.decide.extras import tip_minor, with_tip
from appliance.core.decide.restrictions import not_payable
from appliance.core.decide.tender import (
    GIVE_BACK,
    completed_if_paid,
    left_to_pay,
    refused_amount,
)
from appliance.core.decide.terminals import asked_back
from appliance.core.decide.verdict import Decision, Facts, in_short, slip_printed
from appliance.core.evolve import replay
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.returns import refund_plan
from appliance.core.state import Sale, State, Tender, TenderStatus
from appliance.core.terminals import REVERSALS_FROM, asks_itself, held, port_of, refused_port
from appliance.core.totals import price_sale

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
            sale, tender = held(state, None, number)
            if sale is None or tender is None or tender.status is not TenderStatus.PENDING:
                return refuse(Reason.NO_SUCH_TENDER)
            return () if tender.cancelling else (f.TenderCancelAsked(sale.sale, number),)
        case c.InquireTender(sale=of, tender=number):
            sale, tender = held(state, of, number)
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
        case c.CloseStray(sale=of, tender=number, reason=reason, given_back=given_back):
            if all((it.sale, it.tender) != (of, number) for it in state.strays):
                return refuse(Reason.NO_SUCH_TENDER)
            if not reason.strip():
                return refuse(Reason.REASON_NEEDED)
            return (f.PaymentStrayClosed(of, number, in_short(reason), given_back),)
        case _:
            assert_never(command)


def _ask(state: State, command: c.AskTender, policy: Policy, occasion: Occasion) -> Decision:
    sale = state.sale
    assert sale is not None
    left = left_to_pay(sale, policy)
    origin = _origin(sale, command, policy)
    port = port_of(policy, command.type, command.port or origin.port)
    port = port or port_of(policy, command.type, command.port)
    if port is None:
        return refuse(Reason.NO_PAYMENT_PORT)
    if command.amount_minor is not None:
        amount = command.amount_minor
    elif origin.amount_minor:
        amount = max(left.left_minor, -origin.amount_minor)
    else:
        amount = left.left_minor
    wrong = (
        not_payable(sale, occasion)
        or refused_amount(state, sale, command.type, amount, policy)
        or refused_port(state, port)
    )
    if wrong is not None:
        return wrong
    number = len(sale.tenders) + 1
    its_own = -origin.amount_minor <= amount < 0
    reference = origin.reference if its_own else ""
    return (f.TenderAsked(sale.sale, number, command.type, amount, port.name, reference),)


def _origin(sale: Sale, command: c.AskTender, policy: Policy) -> f.PaidBy:
    """The payment that a refund of this kind gives back first: its reference finds it again at the
    terminal that took it. Of nothing, when money is to be taken."""
    plan = refund_plan(sale, price_sale(sale, policy).total_minor) if sale.taken_back else ()
    nothing = f.PaidBy(command.type, 0)
    mine = (it for it in plan if it.type is command.type and command.port in ("", it.port))
    return next((it for it in mine if command.origin in ("", it.reference)), nothing)


def reverse(
    state: State, sale: Sale, tender: Tender, policy: Policy, _occasion: Occasion
) -> Decision:
    """A payment that a terminal took goes back the way it came, as a payment of its own."""
    if tender.amount_minor < 0 or any(it.reverses == tender.tender for it in sale.live_tenders):
        return refuse(Reason.TENDER_ANSWERED)
    port = port_of(policy, tender.type, tender.port)
    if port is None:
        return refuse(Reason.NO_PAYMENT_PORT)
    wrong = refused_port(state, port)
    if wrong is not None:
        return wrong
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
    sale, tender = held(state, None, command.tender)
    if sale is None or tender is None:
        return refuse(Reason.NO_SUCH_TENDER)
    if tender.status not in _UNANSWERED or tender.voided:
        return refuse(Reason.TENDER_ANSWERED)
    if tender.port == LEDGER_PORT or asks_itself(policy, tender.port):
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
    _, tender = held(state, command.sale, command.tender)
    if tender is None:
        return refuse(Reason.NO_SUCH_TENDER)
    if tender.status is not TenderStatus.PENDING or tender.sent or tender.cancelling:
        return refuse(Reason.TENDER_ANSWERED)
    return (f.TenderSent(command.sale, command.tender, command.memo),)


def _answer(state: State, command: c.AnswerTender, policy: Policy, occasion: Occasion) -> Decision:
    """Late answers count too. One that contradicts what a person decided meanwhile is not swallowed:
    the money is real, and somebody must see to it."""
    sale, tender = held(state, command.sale, command.tender)
    asked = 0 if tender is None else tender.amount_minor
    amount = asked if command.amount_minor is None else command.amount_minor
    approved = command.outcome is f.TenderOutcome.APPROVED
    awaited = tender is not None and tender.status in _UNANSWERED and not tender.voided
    if not awaited and command.outcome is f.TenderOutcome.UNKNOWN:
        return ()  # its end is known meanwhile: that somebody does not know it is no news
    if not awaited and not (approved and _still_fits(sale, tender, amount, policy)):
        known = tender is not None and tender.status is TenderStatus.TAKEN
        if not approved or known or not amount or _stray_known(state, command):
            return refuse(Reason.TENDER_ANSWERED)
        return (_stray(command, amount, tender, policy),)
    if approved and not amount:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    unsure = tender is not None and tender.status is TenderStatus.UNKNOWN
    if unsure and command.outcome is f.TenderOutcome.UNKNOWN:
        return ()  # still nobody knows: that is no news
    answered = f.TenderAnswered(
        sale=command.sale,
        tender=command.tender,
        outcome=command.outcome,
        amount_minor=amount if approved else 0,
        reference=command.reference[:PORT_REFERENCE_MAX],
        detail=command.detail[:200],
    )
    booked = _booked(state, answered, policy, occasion)
    return booked if isinstance(booked, Refusal) else _with_slips(state, booked, command)


def _with_slips(state: State, facts: Facts, command: c.AnswerTender) -> Facts:
    """In the same moment as the answer, which counts once: so each slip is printed once."""
    for printout in command.printouts:
        facts += (slip_printed(state, printout.job, facts),)
    return facts


def _still_fits(
    sale: Sale | None, tender: Tender | None, amount_minor: int, policy: Policy
) -> bool:
    """A basket that was told "declined" still waits for just this money."""
    if sale is None or tender is None or tender.status is not TenderStatus.DECLINED:
        return False
    if tender.tender > REVERSALS_FROM or any(it.status in _UNANSWERED for it in sale.live_tenders):
        return False
    return 0 < amount_minor <= left_to_pay(sale, policy).left_minor


def _stray(
    command: c.AnswerTender, amount: int, tender: Tender | None, policy: Policy
) -> f.PaymentStray:
    name = tender.port if tender is not None else command.port
    kind = next((it.type for it in policy.ports if it.name == name), f.TenderType.CARD)
    return f.PaymentStray(
        *(command.sale, command.tender, amount, command.reference[:PORT_REFERENCE_MAX]),
        *(command.detail[:200], name, kind if tender is None else tender.type),
    )


def _stray_known(state: State, command: c.AnswerTender) -> bool:
    """Heard before: it waits for a person, or goes back already."""
    key = (command.sale, command.tender)
    going = ((sale.sale, it.tender) for sale in state.reversals for it in sale.tenders)
    return key in going or any((it.sale, it.tender) == key for it in state.strays)


def _resolve(
    state: State, command: c.ResolveTender, policy: Policy, occasion: Occasion
) -> Decision:
    sale, tender = held(state, command.sale, command.tender)
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


def _moved(state: State, answered: f.TenderAnswered) -> Facts:
    """What a card of the shop paid leaves it in the same moment."""
    sale, tender = held(state, answered.sale, answered.tender)
    approved = answered.outcome is f.TenderOutcome.APPROVED
    if sale is None or tender is None or not tender.account or not approved:
        return ()
    paid = replace(tender, amount_minor=answered.amount_minor, detail=answered.detail)
    return paid_from_account(sale, paid)


def _booked(
    state: State, answered: f.TenderAnswered, policy: Policy, occasion: Occasion
) -> Decision:
    """The answer as a fact; what the terminal took beyond what was left is a tip given there; and
    the completion, if that was all and the basket is the one at the counter."""
    facts: Facts = (answered, *_moved(state, answered))
    facts += asked_back(replay(state, facts), policy)
    _, tender = held(state, answered.sale, answered.tender)
    is_open = state.sale is not None and tender in state.sale.tenders
    if state.sale is None or state.sale.sale != answered.sale or not is_open:
        return facts
    if answered.outcome is f.TenderOutcome.APPROVED and answered.amount_minor > 0:
        over = answered.amount_minor - max(0, left_to_pay(state.sale, policy).left_minor)
        if over > 0:
            facts += with_tip(state.sale, over + tip_minor(state.sale), policy)
    given_up = tender is not None and (tender.cancelling or tender.status is TenderStatus.DECLINED)
    if given_up and answered.amount_minor > 0:
        # Nobody counts on it any more: whether the customer keeps the goods the cashier says.
        return facts
    sale = replay(state, facts).sale
    assert sale is not None
    return facts + completed_if_paid(state, sale, policy, occasion, facts)
