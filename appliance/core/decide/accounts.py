"""Decisions about stored value: what a paid basket does to accounts, and the ledger itself."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import EXPIRED, SHARED, Stored, expired, points_of
from appliance.core.decide import completion
from appliance.core.decide.account_lines import (
    advance,
    charge,
    in_hand,
    not_usable,
    pay_back,
    promised,
)
from appliance.core.decide.account_tenders import give_voucher, redeem
from appliance.core.decide.verdict import Decision, Facts, in_short, slip_printed
from appliance.core.facts import AccountKind, LineKind
from appliance.core.loyalty import earning_minor, points_for
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import Sale, State
from appliance.core.totals import price_sale

_HARD = (AccountKind.GIFT_CARD, AccountKind.VOUCHER, AccountKind.ADVANCE)
"""What never holds less than nothing; a tab is owed, and points may be after a return."""

MOVE_MAX = 10**12
"""Of one movement from elsewhere: a number beyond it would in time be more than a balance holds."""

AccountCommand = (
    c.Charge
    | c.Redeem
    | c.GiveVoucher
    | c.Advance
    | c.PayBack
    | c.Block
    | c.NoteMovement
    | c.Hold
    | c.Release
    | c.NoteLedger
    | c.Expire
    | c.WriteOffShort
    | c.PrintAccount
)


def decide(state: State, command: AccountCommand, policy: Policy, occasion: Occasion) -> Decision:
    match command:
        case c.Charge():
            return charge(state, command, policy, occasion)
        case c.Redeem():
            return redeem(state, command, policy, occasion)
        case c.GiveVoucher():
            return give_voucher(state, command, policy, occasion)
        case c.Advance():
            return advance(state, command, policy, occasion)
        case c.PayBack(stored=stored):
            return pay_back(state, stored, policy, occasion)
        case c.Block():
            return _block(command)
        case c.NoteMovement():
            return _noted(command)
        case c.Hold():
            return _hold(command, occasion)
        case c.Release(key=key):
            return (f.ValueReleased(key),)
        case c.NoteLedger():
            heard = (command.epoch, command.seq, command.ledger_epoch, command.ledger_seq)
            return (f.LedgerHeard(*heard),)
        case c.Expire(found=found):
            return _expired(state, found, occasion)
        case c.WriteOffShort(account=account, reason=reason):
            return _written_off(state, account, in_short(reason))
        case c.PrintAccount(stored=stored):
            return (slip_printed(state, f"balance:{stored.account}", ()),)


def _block(command: c.Block) -> Decision:
    reason = in_short(command.reason)
    if not reason:
        return refuse(Reason.REASON_NEEDED)
    if command.stored.blocked is command.blocked:
        return ()
    stored = command.stored
    return (f.AccountBlocked(stored.account, reason, command.blocked, command.origin),)


def _hold(command: c.Hold, occasion: Occasion) -> Decision:
    """All of it or what is free: the other till may pay a part."""
    stored = command.stored
    wrong = not_usable(stored, occasion)
    if wrong is not None:
        return wrong
    if command.amount_minor <= 0:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    amount = min(command.amount_minor, stored.free)
    if amount <= 0:
        gift = stored.kind is AccountKind.GIFT_CARD
        return refuse(Reason.CARD_EMPTY if gift else Reason.VOUCHER_USED)
    return (f.ValueHeld(stored.account, command.key, amount),)


def _noted(command: c.NoteMovement) -> Decision:
    """Another till's movement counts as it is, even when less than nothing is left: then it is a
    matter for a manager."""
    asked, stored = command.asked, command.stored
    if command.seen or not asked.delta:
        return ()
    if abs(asked.delta) > MOVE_MAX:
        return refuse(Reason.COMMAND_WRONG, detail=f"delta: at most {MOVE_MAX}")
    opened: Facts = ()
    if stored is None and asked.kind in _HARD:
        if asked.opened is None or asked.opened.account != asked.account:
            return refuse(Reason.CARD_UNKNOWN)
        opened = (asked.opened,)
    moved: Facts = (
        f.AccountMoved(asked.account, asked.kind, asked.delta, origin=asked.origin),
        *((f.ValueReleased(asked.key, captured=True),) if asked.key else ()),
    )
    after = (stored.balance if stored else 0) + asked.delta
    if after >= 0 or asked.kind not in _HARD:
        return (*opened, *moved)
    hint = stored.hint if stored else asked.opened.hint if asked.opened else ""
    short = f.AccountConflict(asked.account, -after, asked.origin, asked.kind, hint)
    return (*opened, *moved, short)


def _expired(state: State, found: tuple[Stored, ...], occasion: Occasion) -> Facts:
    """A liability falls and income rises: nobody can ask for it any more. What a payment holds, or a
    basket is about to put on it or take off it, is left for the next time."""
    today = occasion.at.date()
    return tuple(
        f.AccountMoved(it.account, it.kind, -it.balance, reason=EXPIRED)
        for it in found
        if it.kind in SHARED
        and it.balance > 0
        and not it.held
        and expired(it, today)
        and not in_hand(state, it.account)
        and not promised(state, it.account)
    )


def _written_off(state: State, account: str, reason: str) -> Decision:
    short = next((it for it in state.shorts if it.account == account), None)
    if short is None:
        return refuse(Reason.NO_SUCH_EFFECT)
    if not reason:
        return refuse(Reason.REASON_NEEDED)
    return (f.AccountMoved(account, short.kind, short.short_minor, reason=reason),)


def ledger(_state: State, sale: Sale, policy: Policy, _occasion: Occasion) -> Facts:
    """What the lines of a paid basket put on accounts, and the points that it earns."""
    with_account = any(line.account for line in sale.live_lines)
    rules = policy.accounts.loyalty
    if not with_account and not (sale.customer and rules.points):
        return ()
    priced = price_sale(sale, policy)
    facts: Facts = ()
    for line, sold in zip(sale.live_lines, priced.lines, strict=True):
        if not line.account:
            continue
        kind = _kind_of_line(line.account)
        if line.opens:
            digest = line.account.partition(":")[2] if kind is AccountKind.GIFT_CARD else ""
            customer = sale.customer if kind is AccountKind.ADVANCE else ""
            facts += (
                f.AccountOpened(line.account, kind, digest, line.code, customer, line.expiry),
            )
        if sold.gross_minor:
            facts += (f.AccountMoved(line.account, kind, sold.gross_minor, sale.sale),)
    return facts + _earned(sale, earning_minor(sale, priced, rules), policy)


def _earned(sale: Sale, spent_minor: int, policy: Policy) -> Facts:
    points = points_for(spent_minor, policy.accounts.loyalty) if sale.customer else 0
    if not points:
        return ()
    return (f.AccountMoved(points_of(sale.customer), AccountKind.LOYALTY, points, sale.sale),)


_PREFIXES = {
    "gc": AccountKind.GIFT_CARD,
    "vc": AccountKind.VOUCHER,
    "adv": AccountKind.ADVANCE,
    "tab": AccountKind.CUSTOMER,
}


def _kind_of_line(account: str) -> AccountKind:
    return _PREFIXES[account.partition(":")[0]]


def papers(state: State, sale: Sale, _policy: Policy, before: Facts) -> Facts:
    """A slip with its code for each card that the till made, and one for money taken ahead."""
    made: Facts = ()
    for line in sale.live_lines:
        if line.kind is LineKind.GIFT_CARD and line.serial:
            slip = f"card:{line.account}:{line.serial}"
            made += (slip_printed(state, slip, (*before, *made)),)
        elif line.kind is LineKind.ADVANCE and line.sold is None:
            made += (slip_printed(state, f"advance:{line.account}", (*before, *made)),)
    return made


completion.LEDGERS.append(ledger)
completion.PAPERS.append(papers)
