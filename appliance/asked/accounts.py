"""What is asked of any account, and what the screens keep showing of accounts after each answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from appliance.asked.advances import advance_look, advance_of_basket
from appliance.asked.cards import card_look
from appliance.core import commands as c
from appliance.core.accounts import SHARED, Stored
from appliance.core.accounts_look import AdvanceLook
from appliance.core.facts import LineAdded, SaleCompleted
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State
from appliance.intake import Answered, Asked, Intake
from appliance.moment import Moment


def close(_intake: Intake, _request: c.CloseCard, now: Moment, _today: date) -> Moment:
    cleared = replace(
        now.accounts, card=None, advances=None, found=None, page=None, aim="", aim_minor=0
    )
    return replace(now, accounts=replace(cleared, aim_customer=""))


def _known(intake: Intake, account: str) -> Stored | Refusal:
    return intake.journal.ledger.account(account) or refuse(Reason.ACCOUNT_UNKNOWN)


def balance_slip(
    intake: Intake, request: c.PrintBalance, _now: Moment, _today: date
) -> c.PrintAccount | Refusal:
    found = _known(intake, request.account)
    return found if isinstance(found, Refusal) else c.PrintAccount(found)


def block(intake: Intake, request: c.BlockAccount, _now: Moment, _today: date) -> c.Block | Refusal:
    found = _known(intake, request.account)
    if isinstance(found, Refusal):
        return found
    return c.Block(found, request.reason, request.blocked)


def note_foreign(
    intake: Intake, request: c.NoteForeignMovement, _now: Moment, _today: date
) -> c.NoteMovement | Refusal:
    if not request.origin.strip():
        return refuse(Reason.COMMAND_WRONG)
    ledger = intake.journal.ledger
    known = ledger.account(request.account)
    return c.NoteMovement(known, request, ledger.seen(request.account, request.origin))


def note_block(
    intake: Intake, request: c.NoteForeignBlock, _now: Moment, _today: date
) -> c.Block | Moment | Refusal:
    found = _known(intake, request.account)
    if isinstance(found, Refusal):
        return found
    return c.Block(found, request.reason, request.blocked, request.origin)


def hold(
    intake: Intake, request: c.HoldValue, now: Moment, _today: date
) -> c.Hold | Moment | Refusal:
    """The same key again is answered by what the ledger has of it already."""
    if not request.key.strip():
        return refuse(Reason.COMMAND_WRONG)
    if intake.journal.ledger.hold(request.key) is not None:
        return now
    found = intake.journal.ledger.account(request.account)
    if found is None or found.kind not in SHARED:
        return refuse(Reason.CARD_UNKNOWN)
    return c.Hold(found, request.amount_minor, request.key)


def write_off_expired(
    intake: Intake, _request: c.WriteOffExpired, now: Moment, today: date
) -> c.Expire | Moment:
    """Two tills that wrote off the same card would owe less than nothing: the ledger's alone does."""
    if intake.policy.accounts.shared:
        return now
    return c.Expire(intake.journal.ledger.expired(today))


def release(
    intake: Intake, request: c.ReleaseValue, now: Moment, _today: date
) -> c.Release | Moment | Refusal:
    if not request.key.strip():
        return refuse(Reason.COMMAND_WRONG)
    held = intake.journal.ledger.hold(request.key)
    return now if held is not None and held.state != "held" else c.Release(request.key)


def pays_back(intake: Intake, command: Any, _today: date) -> Any:
    """Money before a basket that gives an account's back: another till may have spent it since."""
    sale = intake.journal.state.sale
    for line in sale.live_lines if sale is not None else ():
        back = line.sold.gross_minor if line.account and line.sold is not None else 0
        if back >= 0:
            continue
        held = intake.journal.ledger.account(line.account)
        if held is None or held.balance + back < 0:
            return refuse(Reason.ALREADY_SPENT, name=line.name)
    return command


def told(intake: Intake, now: Moment, _before: State, answer: Answered) -> Moment:
    """Keeps what is shown of cards true after anything that moved one."""
    state = intake.journal.state
    accounts = now.accounts
    if not isinstance(answer, Refusal):
        facts = [record.fact for record in answer]
        if any(isinstance(it, LineAdded) and it.account for it in facts):
            accounts = replace(accounts, aim="", aim_minor=0)
        if any(isinstance(it, SaleCompleted) for it in facts):
            accounts = replace(accounts, card=None)
    today = intake.today()
    if accounts.card is not None:
        known = intake.journal.ledger.account(accounts.card.account)
        shown = card_look(intake, known, today) if known else None
        accounts = replace(accounts, card=shown)
    accounts = replace(accounts, advance=_basket_advance(intake, state, today))
    return now if accounts == now.accounts else replace(now, accounts=accounts)


def _basket_advance(intake: Intake, state: State, today: date) -> AdvanceLook | None:
    if state.sale is None or not state.sale.live_lines:
        return None
    found = advance_of_basket(intake, state)
    return None if found is None or found.balance <= 0 else advance_look(found, today, {})


ASKED: dict[type, Asked] = {
    c.CloseCard: close,
    c.PrintBalance: balance_slip,
    c.BlockAccount: block,
    c.NoteForeignMovement: note_foreign,
    c.NoteForeignBlock: note_block,
    c.HoldValue: hold,
    c.ReleaseValue: release,
    c.WriteOffExpired: write_off_expired,
}

READY = dict.fromkeys((c.TenderCash, c.AskTender, c.GiveVoucher, c.Settle), pays_back)
