"""Decisions about accounts that pay, and about what is given back as a voucher."""

from __future__ import annotations

from dataclasses import replace

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import (
    FORFEITED,
    KIND_OF,
    LEDGER_PORT,
    SHARED,
    TENDER_OF,
    Stored,
    months_later,
    moved_by,
    spendable,
)
from appliance.core.decide.account_lines import not_usable, promised
from appliance.core.decide.restrictions import not_payable
from appliance.core.decide.tender import (
    GIVE_BACK,
    left_to_pay,
    new_tender,
    refused_amount,
    take,
)
from appliance.core.decide.verdict import Decision, Facts, in_short, slip_printed
from appliance.core.facts import AccountKind
from appliance.core.loyalty import payable_points, worth_minor
from appliance.core.money import Money
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Sale, State, Tender


def redeem(state: State, command: c.Redeem, policy: Policy, occasion: Occasion) -> Decision:
    sale, stored = state.sale, command.stored
    assert sale is not None
    wrong = not_usable(stored, occasion)
    if wrong is not None:
        return wrong
    if stored.customer and not stored.hint and stored.customer != sale.customer:
        return refuse(Reason.NO_CUSTOMER)
    left = left_to_pay(sale, policy).left_minor
    tender = _paying(state, sale, command, max(0, left), policy)
    if isinstance(tender, Refusal):
        return tender
    if policy.accounts.shared and stored.kind in SHARED:
        return _ask_ledger(state, sale, tender, command, policy, occasion)
    return take(state, sale, tender, policy, occasion, along=_forfeited(sale, stored, tender))


def _ask_ledger(
    state: State,
    sale: Sale,
    tender: Tender,
    command: c.Redeem,
    policy: Policy,
    occasion: Occasion,
) -> Decision:
    """Pending until the shop's ledger has set the amount aside for it, as a terminal's is."""
    wrong = not_payable(sale, occasion) or refused_amount(
        state, sale, tender.type, tender.amount_minor, policy
    )
    if wrong is not None:
        return wrong
    return (
        f.TenderAsked(
            sale=sale.sale,
            tender=tender.tender,
            type=tender.type,
            amount_minor=tender.amount_minor,
            port=LEDGER_PORT,
            reference=tender.reference,
            account=tender.account,
            alone_minor=command.alone_minor,
        ),
    )


def paid_from_account(sale: Sale, tender: Tender) -> Facts:
    """What a tender that the ledger answered takes off its account."""
    stored = Stored(tender.account, KIND_OF[tender.type], 0)
    return (*moved_by(sale.sale, tender), *_forfeited(sale, stored, tender))


def _paying(
    state: State, sale: Sale, command: c.Redeem, left: int, policy: Policy
) -> Tender | Refusal:
    """The tender that the account makes; an empty one becomes a sentence of its own."""
    stored, rules = command.stored, policy.accounts
    back = promised(state, stored.account)
    asks = rules.shared and stored.kind in SHARED
    most = (stored.free if asks else spendable(stored, rules, sale.limit_minor)) - back
    if most <= 0:
        if stored.kind is AccountKind.GIFT_CARD and stored.free > back:
            return refuse(Reason.CARD_OFFLINE_LIMIT, left=Money(0, policy.currency))
        return refuse(_EMPTY[stored.kind])
    if stored.kind is AccountKind.LOYALTY:
        return _points(sale, command, most, left, policy)
    amount = min(most, left) if command.amount is None else command.amount
    if amount > most:
        limited = stored.kind is AccountKind.GIFT_CARD and amount <= stored.free - back
        reason = Reason.CARD_OFFLINE_LIMIT if limited else _TOO_LITTLE[stored.kind]
        return refuse(reason, left=Money(most, policy.currency))
    tender = new_tender(sale, TENDER_OF[stored.kind], amount)
    once = stored.kind is AccountKind.VOUCHER and rules.voucher_once and amount < stored.balance
    reference = f"{FORFEITED} {stored.balance - amount}" if once else ""
    return replace(tender, account=stored.account, reference=reference)


def _points(
    sale: Sale, command: c.Redeem, most: int, left: int, policy: Policy
) -> Tender | Refusal:
    rules = policy.accounts.loyalty
    if command.amount is not None and command.amount > most:
        return refuse(Reason.POINTS_TOO_FEW, left=most)
    points = payable_points(most if command.amount is None else command.amount, left, rules)
    if points <= 0:
        return refuse(Reason.POINTS_BELOW_LEAST, least=rules.least)
    tender = new_tender(sale, f.TenderType.LOYALTY, worth_minor(points, rules))
    return replace(tender, account=command.stored.account, points=points)


_EMPTY = {
    AccountKind.GIFT_CARD: Reason.CARD_EMPTY,
    AccountKind.VOUCHER: Reason.VOUCHER_USED,
    AccountKind.ADVANCE: Reason.NO_ADVANCE,
    AccountKind.CUSTOMER: Reason.TAB_LIMIT,
    AccountKind.LOYALTY: Reason.NO_POINTS,
}
_TOO_LITTLE = {
    AccountKind.GIFT_CARD: Reason.CARD_TOO_LITTLE,
    AccountKind.VOUCHER: Reason.CARD_TOO_LITTLE,
    AccountKind.ADVANCE: Reason.CARD_TOO_LITTLE,
    AccountKind.CUSTOMER: Reason.TAB_LIMIT_LEFT,
}


def _forfeited(sale: Sale, stored: Stored, tender: Tender) -> Facts:
    """What a voucher that is good for one payment loses with it."""
    rest = _forfeits(tender)
    if not rest:
        return ()
    return (f.AccountMoved(stored.account, stored.kind, -rest, sale.sale, FORFEITED),)


def _forfeits(tender: Tender) -> int:
    word, _, rest = tender.reference.partition(" ")
    return int(rest) if word == FORFEITED and rest.isdecimal() else 0


def give_back(
    _state: State, sale: Sale, tender: Tender, _policy: Policy, _occasion: Occasion
) -> Decision:
    """A tender that is handed back: the account holds again what it paid, and what it forfeited."""
    back: Facts = (f.TenderVoided(sale.sale, tender.tender),)
    back += moved_by(sale.sale, tender, back=True)
    rest = _forfeits(tender)
    if rest:
        kind = AccountKind.VOUCHER
        back += (f.AccountMoved(tender.account, kind, rest, sale.sale, FORFEITED),)
    return back


GIVE_BACK.update(dict.fromkeys(TENDER_OF.values(), give_back))


def give_voucher(
    state: State, command: c.GiveVoucher, policy: Policy, occasion: Occasion
) -> Decision:
    stored = command.stored
    expires = months_later(occasion.at.date(), policy.accounts.voucher_months)
    digest = stored.account.partition(":")[2]
    opened = f.AccountOpened(stored.account, stored.kind, digest, stored.hint, expires=expires)
    slip = f"card:{stored.account}:{command.seed}"
    amount = command.amount_minor
    if command.reason:
        if amount is None or not 0 < amount <= policy.accounts.card_most_minor:
            return refuse(Reason.AMOUNT_NOT_POSITIVE)
        reason = in_short(command.reason)
        moved = f.AccountMoved(stored.account, stored.kind, amount, reason=reason)
        return (opened, moved, slip_printed(state, slip, ()))
    sale = state.sale
    if sale is None:
        return refuse(Reason.REASON_NEEDED)
    left = left_to_pay(sale, policy).left_minor
    if left >= 0:
        return refuse(Reason.NOTHING_GOES_BACK)
    back = left if amount is None else -amount
    tender = replace(new_tender(sale, f.TenderType.VOUCHER, back), account=stored.account)
    taken = take(state, sale, tender, policy, occasion)
    if isinstance(taken, Refusal):
        return taken
    return (opened, *taken, slip_printed(state, slip, taken))
