"""Requests about gift cards and vouchers get the card of this very moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from appliance.asked.plastic import means_else
from appliance.codes.seeded import new_seed, seeded_code
from appliance.codes.unguessable import code_hash, hint
from appliance.core import commands as c
from appliance.core.accounts import (
    Stored,
    coded_account,
    expired,
    payable_alone,
    spendable,
)
from appliance.core.accounts_look import CardLook
from appliance.core.barcode.own import OwnKind, read_own
from appliance.core.facts import AccountKind
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.intake import Asked, Intake
from appliance.moment import Moment

CODE_LENGTH_MIN = 8
"""Characters of a plastic card's code; shorter ones are guessed too soon."""

_OF_OWN = {OwnKind.GIFT_CARD: AccountKind.GIFT_CARD, OwnKind.VOUCHER: AccountKind.VOUCHER}
_CARDS = (AccountKind.GIFT_CARD, AccountKind.VOUCHER)


def account_of(code: str, pepper: bytes) -> str:
    """The account behind a card's code, whether there is one or not."""
    own = read_own(code)
    kind = _OF_OWN.get(own.kind, AccountKind.GIFT_CARD) if own else AccountKind.GIFT_CARD
    return coded_account(kind, code_hash(code, pepper))


def _card(intake: Intake, code: str, account: str) -> Stored | Refusal:
    """A card that is known, by its code or by its account; wrong codes in a row have to wait."""
    if account:
        return intake.journal.ledger.account(account) or refuse(Reason.CARD_UNKNOWN)
    wait_s = intake.guesses.wait_s()
    if wait_s:
        return refuse(Reason.GUESSES_WAIT, seconds=wait_s)
    found = intake.journal.ledger.account(account_of(code, intake.pepper)) if code.strip() else None
    if found is None:
        intake.guesses.wrong()
        return refuse(Reason.CARD_UNKNOWN)
    intake.guesses.right()
    return found


def sell(intake: Intake, request: c.SellGiftCard, _now: Moment, today: date) -> c.Charge | Refusal:
    kind = AccountKind.GIFT_CARD
    if not request.code.strip():
        seed = new_seed()
        code = seeded_code(OwnKind.GIFT_CARD, seed, intake.pepper).text
        return c.Charge(_new(intake, kind, code), request.amount_minor, opens=True, seed=seed)
    code = request.code.strip()
    wrong = _wrong_plastic(intake, code, today)
    if wrong is not None:
        return wrong
    if intake.journal.ledger.account(account_of(code, intake.pepper)) is not None:
        return refuse(Reason.CARD_KNOWN)
    return c.Charge(_new(intake, kind, code), request.amount_minor, opens=True)


def _new(intake: Intake, kind: AccountKind, code: str) -> Stored:
    account = coded_account(kind, code_hash(code, intake.pepper))
    return Stored(account, kind, 0, hint(code))


def _wrong_plastic(intake: Intake, code: str, today: date) -> Refusal | None:
    """A blank card of the shop's stack has a long code, and no goods have the same."""
    if len(code) < CODE_LENGTH_MIN:
        return refuse(Reason.CARD_CODE_SHORT, least=CODE_LENGTH_MIN)
    return means_else(intake, code, today, OwnKind.GIFT_CARD)


def top_up(
    intake: Intake, request: c.TopUpGiftCard, _now: Moment, _today: date
) -> c.Charge | Refusal:
    found = _card(intake, request.code, request.account)
    if isinstance(found, Refusal):
        return found
    if found.kind is not AccountKind.GIFT_CARD:
        return refuse(Reason.CARD_NO_TOP_UP)
    return c.Charge(found, request.amount_minor)


def redeem(
    intake: Intake, request: c.RedeemGiftCard, _now: Moment, _today: date
) -> c.Redeem | Refusal:
    found = _card(intake, request.code, request.account)
    if isinstance(found, Refusal):
        return found
    if found.kind not in _CARDS:
        return refuse(Reason.CARD_UNKNOWN)
    rules = intake.policy.accounts
    if not rules.shared:
        return c.Redeem(found, request.amount_minor)
    midnight = intake.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    spent = intake.journal.ledger.spent_alone_minor(midnight)
    return c.Redeem(found, request.amount_minor, payable_alone(found, rules, spent))


def check(intake: Intake, request: c.CheckCard, now: Moment, today: date) -> Moment | Refusal:
    found = _card(intake, request.code, request.account)
    if isinstance(found, Refusal):
        return found
    return now.with_accounts(card=card_look(intake, found, today))


def card_look(intake: Intake, stored: Stored, today: date) -> CardLook:
    rules = intake.policy.accounts
    why = Reason.CARD_BLOCKED.value if stored.blocked else ""
    if not why and expired(stored, today):
        why = Reason.CARD_EXPIRED.value
    return CardLook(
        account=stored.account,
        kind=stored.kind,
        hint=stored.hint,
        balance=stored.balance,
        spendable=0 if why else spendable(stored, rules),
        expires=stored.expires,
        blocked=stored.blocked,
        why=why,
        unspent=not why and stored.kind is AccountKind.GIFT_CARD and unspent(intake, stored),
    )


def aim(_intake: Intake, request: c.AimCard, now: Moment, _today: date) -> Moment:
    at = "customer" if request.customer else "card" if request.amount_minor else ""
    accounts = replace(
        now.accounts, aim=at, aim_minor=request.amount_minor, aim_customer=request.customer
    )
    return replace(now, accounts=accounts)


def give_voucher(
    intake: Intake, request: c.RefundToVoucher | c.IssueVoucher, _now: Moment, _today: date
) -> c.GiveVoucher | Refusal:
    seed = new_seed()
    code = seeded_code(OwnKind.VOUCHER, seed, intake.pepper).text
    stored = _new(intake, AccountKind.VOUCHER, code)
    if isinstance(request, c.RefundToVoucher):
        return c.GiveVoucher(stored, seed, request.amount_minor)
    if not request.reason.strip():
        return refuse(Reason.REASON_NEEDED)
    return c.GiveVoucher(stored, seed, request.amount_minor, request.reason.strip())


def unspent(intake: Intake, stored: Stored) -> bool:
    """Whether no sale has taken anything from the card that was not handed back."""
    taken: dict[int, int] = {}
    for move in intake.journal.ledger.moves(stored.account):
        if move.origin:
            return False
        taken[move.sale] = taken.get(move.sale, 0) + move.delta
    return stored.balance > 0 and all(delta >= 0 for delta in taken.values())


def return_card(
    intake: Intake, request: c.ReturnGiftCard, _now: Moment, _today: date
) -> c.PayBack | Refusal:
    found = _card(intake, request.code, request.account)
    if isinstance(found, Refusal):
        return found
    if found.kind is not AccountKind.GIFT_CARD or not unspent(intake, found):
        return refuse(Reason.CARD_SPENT, hint=found.hint)
    return c.PayBack(found)


def scanned(
    intake: Intake, request: c.Scan, now: Moment, today: date
) -> c.Command | Moment | Refusal | None:
    """A card's scan shows what can be done with it; while a card is being sold it is the card."""
    if now.accounts.aim == "card":
        return sell(intake, c.SellGiftCard(now.accounts.aim_minor, request.code), now, today)
    own = read_own(request.code)
    if own is not None and own.kind in _OF_OWN:
        return check(intake, c.CheckCard(request.code), now, today)
    if own is not None or len(request.code) < CODE_LENGTH_MIN:
        return None
    plastic = intake.journal.ledger.account(account_of(request.code, intake.pepper))
    return None if plastic is None else now.with_accounts(card=card_look(intake, plastic, today))


ASKED: dict[type, Asked] = {
    c.SellGiftCard: sell,
    c.TopUpGiftCard: top_up,
    c.RedeemGiftCard: redeem,
    c.CheckCard: check,
    c.AimCard: aim,
    c.RefundToVoucher: give_voucher,
    c.IssueVoucher: give_voucher,
    c.ReturnGiftCard: return_card,
}
