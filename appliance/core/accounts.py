"""Stored value: whose an account is by its id, what may be spent, and what a tender moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from appliance.core import facts as f
from appliance.core.account_rules import AccountRules
from appliance.core.facts import AccountKind, TenderType
from appliance.core.state import Tender

TENDER_OF: dict[AccountKind, TenderType] = {
    AccountKind.GIFT_CARD: TenderType.GIFT_CARD,
    AccountKind.VOUCHER: TenderType.VOUCHER,
    AccountKind.ADVANCE: TenderType.ADVANCE,
    AccountKind.CUSTOMER: TenderType.ACCOUNT,
    AccountKind.LOYALTY: TenderType.LOYALTY,
}
KIND_OF: dict[TenderType, AccountKind] = {tender: kind for kind, tender in TENDER_OF.items()}

SHARED = (AccountKind.GIFT_CARD, AccountKind.VOUCHER)
"""What every till of the shop takes, and the shared ledger keeps."""

LEDGER_PORT = "ledger"
"""The port behind which the shop's ledger is asked, as a terminal is."""

HELD = "held"
"""What it answers when the amount is set aside there; else the till paid on its own account."""

FORFEITED = "forfeited"
"""The reason of what a voucher for one payment loses with it."""

EXPIRED = "expired"
"""The reason of a movement by which the rest of an expired card leaves the books."""

_CODED = {AccountKind.GIFT_CARD: "gc:", AccountKind.VOUCHER: "vc:"}
_TAB, _POINTS, _ADVANCE = "tab:", "pts:", "adv:"


def coded_account(kind: AccountKind, digest: str) -> str:
    """The account behind a code, the same at every till of the shop. digest: the keyed hash."""
    return _CODED[kind] + digest


def tab_of(customer: str) -> str:
    """A customer's tab; it is opened with its first movement."""
    return _TAB + customer


def points_of(customer: str) -> str:
    return _POINTS + customer


def advance_of(till: int, epoch: int, sale: int) -> str:
    """What was paid ahead for a sale that waits."""
    return f"{_ADVANCE}{till}.{epoch}.{sale}"


def customer_of(account: str) -> str:
    """Whose tab or points these are; "" for any other account."""
    return account[len(_TAB) :] if account.startswith((_TAB, _POINTS)) else ""


@dataclass(frozen=True, slots=True)
class Stored:
    """An account as the ledger has it now. balance: money, or points; of a tab less than nothing is
    what its customer owes. spent_unheard: what this till paid out of it since it last heard of
    the other tills. held: what other tills are about to pay out of it. expires: the last day it pays; of an advance the day it is due."""

    account: str
    kind: AccountKind
    balance: int
    hint: str = ""
    customer: str = ""
    expires: str = ""
    blocked: bool = False
    spent_unheard: int = 0
    held: int = 0

    @property
    def free(self) -> int:
        return self.balance - self.held


def expired(stored: Stored, today: date) -> bool:
    """An advance is the customer's money whatever the day."""
    if stored.kind is AccountKind.ADVANCE or not stored.expires:
        return False
    return stored.expires < today.isoformat()


def spendable(stored: Stored, rules: AccountRules, limit_minor: int = 0) -> int:
    """What may be taken from it now: money, or points. limit: how much a customer may owe."""
    if stored.kind is AccountKind.CUSTOMER:
        return max(0, limit_minor + stored.balance)
    most = stored.free
    if stored.kind is AccountKind.GIFT_CARD and rules.offline_limit_minor:
        most = min(most, rules.offline_limit_minor - stored.spent_unheard)
    return max(0, most)


def payable_alone(stored: Stored, rules: AccountRules, spent_today_minor: int) -> int:
    """What this till may pay from a card of the shop while the ledger cannot be reached."""
    if not rules.offline_limit_minor:
        return 0
    most = min(stored.free, rules.offline_limit_minor - stored.spent_unheard)
    if rules.offline_day_minor:
        most = min(most, rules.offline_day_minor - spent_today_minor)
    return max(0, most)


def months_later(day: date, months: int) -> str:
    """The same day so many months on, the month's last where it has no such day; "" for never."""
    if months <= 0:
        return ""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last).isoformat()
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def moved_by(sale: f.SaleId, tender: Tender, *, back: bool = False) -> tuple[f.Fact, ...]:
    """What a tender moves on its account: nothing for money that has none. back: it is undone."""
    kind = KIND_OF.get(tender.type)
    if kind is None or not tender.account:
        return ()
    amount = tender.points if kind is AccountKind.LOYALTY else tender.amount_minor
    if back or not tender.port:
        return (f.AccountMoved(tender.account, kind, amount if back else -amount, sale),)
    held = tender.detail == HELD
    moved = f.AccountMoved(tender.account, kind, -amount, sale, tender=tender.tender, held=held)
    return (moved,)
