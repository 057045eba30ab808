"""Decisions about stored value: cards sold and charged, accounts that pay, money taken ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import (
    TENDER_OF,
    Stored,
    expired,
    months_later,
    moved_by,
    points_of,
    spendable,
)
from appliance.core.decide import completion
from appliance.core.decide.basket import NAME_LENGTH_MAX, leave_empty
from appliance.core.decide.tender import GIVE_BACK, left_to_pay, new_tender, take
from appliance.core.decide.verdict import Decision, Facts, next_effect
from appliance.core.facts import AccountKind, LineKind
from appliance.core.item import ItemId, Unit
from appliance.core.loyalty import earning_minor, payable_points, points_for, worth_minor
from appliance.core.money import from_minor
from appliance.core.occasion import ANY, Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Sale, State, Tender
from appliance.core.totals import price_sale

REASON_MAX = 80
_HARD = (AccountKind.GIFT_CARD, AccountKind.VOUCHER, AccountKind.ADVANCE)
"""What never holds less than nothing; a tab is owed, and points may be after a return."""

LINE_OF = {
    AccountKind.GIFT_CARD: LineKind.GIFT_CARD,
    AccountKind.ADVANCE: LineKind.ADVANCE,
    AccountKind.CUSTOMER: LineKind.TAB_PAYMENT,
}
FORFEITED = "forfeited"

AccountCommand = (
    c.Charge
    | c.Redeem
    | c.GiveVoucher
    | c.Advance
    | c.PayBack
    | c.Block
    | c.NoteMovement
    | c.WriteOffShort
    | c.PrintAccount
)


def decide(state: State, command: AccountCommand, policy: Policy, occasion: Occasion) -> Decision:
    match command:
        case c.Charge():
            return _charge(state, command, policy, occasion)
        case c.Redeem():
            return _redeem(state, command, policy, occasion)
        case c.GiveVoucher():
            return _voucher(state, command, policy, occasion)
        case c.Advance():
            return _advance(state, command, policy, occasion)
        case c.PayBack(stored=stored):
            return _pay_back(state, stored, policy, occasion)
        case c.Block():
            return _block(command)
        case c.NoteMovement():
            return _noted(command)
        case c.WriteOffShort(account=account, reason=reason):
            return _written_off(state, account, reason.strip())
        case c.PrintAccount(stored=stored):
            return (printed(state, f"balance:{stored.account}", ()),)


def printed(state: State, slip: str, before: Facts) -> f.PrintRequested:
    return f.PrintRequested(next_effect(state, before), f.PrintWhat.SLIP, slip=slip)


# Value by a line of the basket


def _charge(state: State, command: c.Charge, policy: Policy, occasion: Occasion) -> Decision:
    stored, amount, rules = command.stored, command.amount_minor, policy.accounts
    wrong = _not_usable(stored, occasion)
    if wrong is not None:
        return wrong
    if amount <= 0:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    if stored.kind is AccountKind.CUSTOMER and amount > -stored.balance:
        return refuse(Reason.TAB_OWES_LESS, left=_money(max(0, -stored.balance), policy))
    if stored.kind is AccountKind.GIFT_CARD:
        if not rules.card_least_minor <= amount + stored.balance <= rules.card_most_minor:
            least, most = (
                _money(it, policy) for it in (rules.card_least_minor, rules.card_most_minor)
            )
            return refuse(Reason.CARD_AMOUNT_WRONG, least=least, most=most)
        if command.opens and _in_a_basket(state, stored.account):
            return refuse(Reason.CARD_IN_BASKET)
    expires = stored.expires
    if command.opens:
        expires = months_later(occasion.at.date(), rules.card_months)
    return _with_line(
        state, stored, amount, policy, occasion, opens=command.opens, seed=command.seed, day=expires
    )


def _with_line(  # noqa: PLR0913 - what a line of an account is made of
    state: State,
    stored: Stored,
    amount: int,
    policy: Policy,
    occasion: Occasion,
    *,
    opens: bool = False,
    seed: str = "",
    day: str = "",
) -> Decision:
    """The account's line in the open basket, or in a new one."""
    assert state.shift is not None
    started: Facts = ()
    if state.sale is None:
        first = start_sale(state, occasion)
        started, number, lines = (first,), first.sale, 0
    else:
        number, lines = state.sale.sale, len(state.sale.lines)
    if lines >= policy.lines_max:
        return refuse(Reason.BASKET_FULL, most=policy.lines_max)
    if amount > policy.total_minor_max:
        return refuse(Reason.TOTAL_TOO_LARGE)
    kind, line = LINE_OF[stored.kind], f.LineId(lines + 1)
    name = policy.accounts.names.get(kind.value, kind.value)
    back = amount < 0
    added = f.LineAdded(
        sale=number,
        line=line,
        item=ItemId(f":{kind.value}"),
        name=f"{name} {stored.hint}".strip(),
        unit=Unit.PIECE,
        quantity=Decimal(-1 if back else 1),
        unit_price_minor=abs(amount),
        taxes=(),
        source=f.LineSource.COMMAND,
        amount_minor=amount,
        discountable=False,
        code=stored.hint,
        kind=kind,
        serial=seed,
        expiry=day,
        sold=f.LineSold(line, amount, 0, amount, 0) if back else None,
        account=stored.account,
        opens=opens,
    )
    return (*started, added)


def start_sale(state: State, occasion: Occasion) -> f.SaleStarted:
    assert state.shift is not None
    at = "" if occasion is ANY else occasion.at.isoformat(timespec="seconds")
    return f.SaleStarted(f.SaleId(state.last_sale + 1), state.shift.shift, at)


def _money(minor: int, policy: Policy) -> str:
    return f"{from_minor(minor, policy.currency)} {policy.currency}"


def _in_a_basket(state: State, account: str) -> bool:
    return any(line.account == account for sale in _baskets(state) for line in sale.live_lines)


def _baskets(state: State) -> tuple[Sale, ...]:
    return state.suspended if state.sale is None else (state.sale, *state.suspended)


def promised(state: State, account: str) -> int:
    """What refunds in baskets that are not paid out yet will take from an account."""
    lines = (line for sale in _baskets(state) for line in sale.live_lines)
    return sum(
        -line.sold.gross_minor
        for line in lines
        if line.account == account and line.sold is not None and line.sold.gross_minor < 0
    )


# An account pays


def _not_usable(stored: Stored, occasion: Occasion) -> Refusal | None:
    if stored.blocked:
        return refuse(Reason.CARD_BLOCKED, hint=stored.hint)
    if expired(stored, occasion.at.date()):
        return refuse(Reason.CARD_EXPIRED, hint=stored.hint, date=stored.expires)
    return None


def _redeem(state: State, command: c.Redeem, policy: Policy, occasion: Occasion) -> Decision:
    sale, stored = state.sale, command.stored
    assert sale is not None
    wrong = _not_usable(stored, occasion)
    if wrong is not None:
        return wrong
    if stored.customer and not stored.hint and stored.customer != sale.customer:
        return refuse(Reason.NO_CUSTOMER)
    left = left_to_pay(sale, policy).left_minor
    tender = _paying(state, sale, command, max(0, left), policy)
    if isinstance(tender, Refusal):
        return tender
    return take(state, sale, tender, policy, occasion, along=_forfeited(sale, stored, tender))


def _paying(
    state: State, sale: Sale, command: c.Redeem, left: int, policy: Policy
) -> Tender | Refusal:
    """The tender that the account makes; an empty one becomes a sentence of its own."""
    stored, rules = command.stored, policy.accounts
    back = promised(state, stored.account)
    most = spendable(stored, rules, sale.limit_minor) - back
    if most <= 0:
        if stored.kind is AccountKind.GIFT_CARD and stored.balance > back:
            return refuse(Reason.CARD_OFFLINE_LIMIT, left=_money(0, policy))
        return refuse(_EMPTY[stored.kind])
    if stored.kind is AccountKind.LOYALTY:
        return _points(sale, command, most, left, policy)
    amount = min(most, left) if command.amount is None else command.amount
    if amount > most:
        limited = stored.kind is AccountKind.GIFT_CARD and amount <= stored.balance - back
        reason = Reason.CARD_OFFLINE_LIMIT if limited else _TOO_LITTLE[stored.kind]
        return refuse(reason, left=_money(most, policy))
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


# Vouchers


def _voucher(state: State, command: c.GiveVoucher, policy: Policy, occasion: Occasion) -> Decision:
    stored = command.stored
    expires = months_later(occasion.at.date(), policy.accounts.voucher_months)
    digest = stored.account.partition(":")[2]
    opened = f.AccountOpened(stored.account, stored.kind, digest, stored.hint, expires=expires)
    slip = f"card:{stored.account}:{command.seed}"
    amount = command.amount_minor
    if command.reason:
        if amount is None or not 0 < amount <= policy.accounts.card_most_minor:
            return refuse(Reason.AMOUNT_NOT_POSITIVE)
        reason = command.reason.strip()[:REASON_MAX]
        moved = f.AccountMoved(stored.account, stored.kind, amount, reason=reason)
        return (opened, moved, printed(state, slip, ()))
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
    return (opened, *taken, printed(state, slip, taken))


# Money ahead


def _advance(state: State, command: c.Advance, policy: Policy, occasion: Occasion) -> Decision:
    if command.amount_minor <= 0:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    due = (
        command.due
        or (occasion.at.date() + timedelta(days=policy.accounts.advance_days)).isoformat()
    )
    if _no_day(due):
        return refuse(Reason.DUE_WRONG)
    aside: Facts = leave_empty(state)
    customer: Facts = ()
    sale = state.sale
    if sale is not None and sale.live_lines:
        name = command.name.strip()[:NAME_LENGTH_MAX]
        if not name:
            return refuse(Reason.NAME_NEEDED)
        if len(state.suspended) >= policy.suspended_max:
            return refuse(Reason.TOO_MANY_SUSPENDED, most=policy.suspended_max)
        aside = (f.SaleSuspended(sale.sale, name),)
    started = start_sale(state, occasion)
    if sale is not None and sale.customer:
        customer = (
            f.CustomerAttached(
                started.sale, sale.customer, sale.groups, sale.tax_exempt, sale.limit_minor
            ),
        )
    hint = command.name.strip()[:NAME_LENGTH_MAX] or command.stored.hint
    stored = replace(command.stored, hint=hint)
    fresh = replace(state, sale=Sale(started.sale, started.shift))
    line = _with_line(
        fresh, stored, command.amount_minor, policy, occasion, opens=command.opens, day=due
    )
    return line if isinstance(line, Refusal) else (*aside, started, *customer, *line)


def _no_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() != text
    except ValueError:
        return True


def _pay_back(state: State, stored: Stored, policy: Policy, occasion: Occasion) -> Decision:
    if stored.blocked:
        return refuse(Reason.CARD_BLOCKED, hint=stored.hint)
    left = stored.balance - promised(state, stored.account)
    if left <= 0:
        gift = stored.kind is AccountKind.GIFT_CARD
        return refuse(Reason.CARD_IN_BASKET if gift else Reason.NO_ADVANCE)
    left_empty = leave_empty(state)
    state = replace(state, sale=None) if left_empty else state
    line = _with_line(state, stored, -left, policy, occasion)
    return line if isinstance(line, Refusal) else (*left_empty, *line)


# The ledger itself


def _block(command: c.Block) -> Decision:
    reason = command.reason.strip()[:REASON_MAX]
    if not reason:
        return refuse(Reason.REASON_NEEDED)
    if command.stored.blocked is command.blocked:
        return ()
    return (f.AccountBlocked(command.stored.account, reason, command.blocked),)


def _noted(command: c.NoteMovement) -> Decision:
    """Another till's movement counts as it is, even when less than nothing is left: then it is a
    matter for a manager."""
    asked, stored = command.asked, command.stored
    if command.seen or not asked.delta:
        return ()
    opened: Facts = ()
    if stored is None and asked.kind in _HARD:
        if asked.opened is None or asked.opened.account != asked.account:
            return refuse(Reason.CARD_UNKNOWN)
        opened = (asked.opened,)
    moved = f.AccountMoved(asked.account, asked.kind, asked.delta, origin=asked.origin)
    after = (stored.balance if stored else 0) + asked.delta
    if after >= 0 or asked.kind not in _HARD:
        return (*opened, moved)
    hint = stored.hint if stored else asked.opened.hint if asked.opened else ""
    short = f.AccountConflict(asked.account, -after, asked.origin, asked.kind, hint)
    return (*opened, moved, short)


def _written_off(state: State, account: str, reason: str) -> Decision:
    short = next((it for it in state.shorts if it.account == account), None)
    if short is None:
        return refuse(Reason.NO_SUCH_EFFECT)
    if not reason:
        return refuse(Reason.REASON_NEEDED)
    return (f.AccountMoved(account, short.kind, short.short_minor, reason=reason[:REASON_MAX]),)


# With the completion of a sale


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
            made += (printed(state, slip, (*before, *made)),)
        elif line.kind is LineKind.ADVANCE and line.sold is None:
            made += (printed(state, f"advance:{line.account}", (*before, *made)),)
    return made


completion.LEDGERS.append(ledger)
completion.PAPERS.append(papers)
