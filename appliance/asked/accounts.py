"""Requests about cards, advances, tabs and points get the balance of this very moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from appliance.codes.seeded import new_seed, seeded_code
from appliance.codes.unguessable import code_hash, hint
from appliance.core import commands as c
from appliance.core.accounts import (
    Stored,
    advance_of,
    coded_account,
    expired,
    points_of,
    spendable,
    tab_of,
)
from appliance.core.accounts_look import AdvanceLook, CardLook
from appliance.core.barcode.own import OwnKind, read_own
from appliance.core.facts import AccountKind, LineAdded, SaleCompleted, SaleId
from appliance.core.money import from_minor
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State
from appliance.intake import Answered, Asked, Intake
from appliance.moment import Moment
from appliance.resolve import resolve

CODE_LENGTH_MIN = 8
"""Characters of a plastic card's code; shorter ones are guessed too soon."""

_OF_OWN = {OwnKind.GIFT_CARD: AccountKind.GIFT_CARD, OwnKind.VOUCHER: AccountKind.VOUCHER}
_CARDS = (AccountKind.GIFT_CARD, AccountKind.VOUCHER)


# Cards


def account_of(intake: Intake, code: str) -> str:
    """The account behind a card's code, whether there is one or not."""
    own = read_own(code)
    kind = _OF_OWN.get(own.kind, AccountKind.GIFT_CARD) if own else AccountKind.GIFT_CARD
    return coded_account(kind, code_hash(code, intake.pepper))


def _card(intake: Intake, code: str, account: str) -> Stored | Refusal:
    """A card that is known, by its code or by its account; wrong codes in a row have to wait."""
    if account:
        return intake.journal.ledger.account(account) or refuse(Reason.CARD_UNKNOWN)
    wait_s = intake.guesses.wait_s()
    if wait_s:
        return refuse(Reason.GUESSES_WAIT, seconds=wait_s)
    found = intake.journal.ledger.account(account_of(intake, code)) if code.strip() else None
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
    if intake.journal.ledger.account(account_of(intake, code)) is not None:
        return refuse(Reason.CARD_KNOWN)
    return c.Charge(_new(intake, kind, code), request.amount_minor, opens=True)


def _new(intake: Intake, kind: AccountKind, code: str) -> Stored:
    account = coded_account(kind, code_hash(code, intake.pepper))
    return Stored(account, kind, 0, hint(code))


def _wrong_plastic(intake: Intake, code: str, today: date) -> Refusal | None:
    """A blank card of the shop's stack has a long code, and no goods have the same."""
    own = read_own(code)
    if own is not None and own.kind is not OwnKind.GIFT_CARD:
        return refuse(Reason.CODE_NOT_FOR_SALE, code=code[:60])
    if len(code) < CODE_LENGTH_MIN:
        return refuse(Reason.CARD_CODE_SHORT, least=CODE_LENGTH_MIN)
    goods = resolve(c.Scan(code), intake.shelf, intake.policy, today)
    return refuse(Reason.CARD_IS_GOODS) if isinstance(goods, c.AddItem) else None


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
    return c.Redeem(found, request.amount_minor)


def check(intake: Intake, request: c.CheckCard, now: Moment, today: date) -> Moment | Refusal:
    found = _card(intake, request.code, request.account)
    if isinstance(found, Refusal):
        return found
    return _with(now, card=card_look(intake, found, today))


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


def _with(now: Moment, **changed: object) -> Moment:
    """The moment with an answer of this subject; its serial tells screens that it is a new one."""
    serial = now.serial + 1
    accounts = replace(now.accounts, serial=serial, **changed)  # type: ignore[arg-type]
    return replace(now, serial=serial, accounts=accounts)


def close(_intake: Intake, _request: c.CloseCard, now: Moment, _today: date) -> Moment:
    cleared = replace(
        now.accounts, card=None, advances=None, found=None, page=None, aim="", aim_minor=0
    )
    return replace(now, accounts=replace(cleared, aim_customer=""))


def aim(_intake: Intake, request: c.AimCard, now: Moment, _today: date) -> Moment:
    at = "customer" if request.customer else "card" if request.amount_minor else ""
    accounts = replace(
        now.accounts, aim=at, aim_minor=request.amount_minor, aim_customer=request.customer
    )
    return replace(now, accounts=accounts)


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


# What belongs to the basket's customer


def _customer(intake: Intake) -> str:
    sale = intake.journal.state.sale
    return sale.customer if sale is not None else ""


def points(
    intake: Intake, request: c.RedeemPoints, _now: Moment, _today: date
) -> c.Redeem | Refusal:
    customer = _customer(intake)
    if not customer:
        return refuse(Reason.NO_CUSTOMER)
    return c.Redeem(loyalty(intake, customer), request.points)


def loyalty(intake: Intake, customer: str) -> Stored:
    """A customer's points, whether any were earned yet or not."""
    account = points_of(customer)
    known = intake.journal.ledger.account(account)
    return known or Stored(account, AccountKind.LOYALTY, 0, customer=customer)


def tab(intake: Intake, customer: str) -> Stored:
    account = tab_of(customer)
    known = intake.journal.ledger.account(account)
    return known or Stored(account, AccountKind.CUSTOMER, 0, customer=customer)


def put_on_tab(
    intake: Intake, request: c.PutOnTab, _now: Moment, _today: date
) -> c.Redeem | Refusal:
    customer = _customer(intake)
    if not customer:
        return refuse(Reason.NO_CUSTOMER)
    return c.Redeem(tab(intake, customer), request.amount_minor)


def pay_tab(intake: Intake, request: c.PayTab, _now: Moment, _today: date) -> c.Charge | Refusal:
    customer = _customer(intake)
    if not customer:
        return refuse(Reason.NO_CUSTOMER)
    stored = tab(intake, customer)
    owed = max(0, -stored.balance)
    if not owed:
        return refuse(Reason.TAB_OWES_LESS, left=money(intake, 0))
    return c.Charge(stored, owed if request.amount_minor is None else request.amount_minor)


def money(intake: Intake, minor: int) -> str:
    currency = intake.policy.currency
    return f"{from_minor(minor, currency)} {currency}"


# Money ahead


def take_advance(
    intake: Intake, request: c.TakeAdvance, _now: Moment, _today: date
) -> c.Advance | Refusal:
    """Tied to the basket that it is for: the open one, one set aside earlier, or none yet."""
    state = intake.journal.state
    name = request.name
    if request.sale is not None:
        parked = next((it for it in state.suspended if it.sale == request.sale), None)
        if parked is None:
            return refuse(Reason.NO_SUCH_SALE, sale=request.sale)
        if state.sale is not None and state.sale.live_lines:
            return refuse(Reason.BASKET_OPEN)
        sale, name = int(request.sale), parked.name
    elif state.sale is not None and state.sale.live_lines:
        sale = int(state.sale.sale)
    else:
        sale = int(state.last_sale) + 1
    if not name.strip():
        return refuse(Reason.NAME_NEEDED)
    account = advance_of(intake.policy.till_number, intake.journal.epoch, sale)
    known = intake.journal.ledger.account(account)
    stored = known or Stored(account, AccountKind.ADVANCE, 0, name)
    return c.Advance(stored, request.amount_minor, known is None, name, request.due)


def advance_of_basket(intake: Intake, state: State) -> Stored | None:
    """What was paid ahead for the open basket."""
    if state.sale is None:
        return None
    till, number = intake.policy.till_number, int(state.sale.sale)
    for epoch in range(intake.journal.epoch, 0, -1):
        found = intake.journal.ledger.account(advance_of(till, epoch, number))
        if found is not None:
            return found
    return None


def redeem_advance(
    intake: Intake, request: c.RedeemAdvance, _now: Moment, _today: date
) -> c.Redeem | Refusal:
    found = (
        intake.journal.ledger.account(request.account)
        if request.account
        else advance_of_basket(intake, intake.journal.state)
    )
    if found is None or found.kind is not AccountKind.ADVANCE:
        return refuse(Reason.NO_ADVANCE)
    return c.Redeem(found, request.amount_minor)


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


def refund_advance(
    intake: Intake, request: c.RefundAdvance, _now: Moment, _today: date
) -> c.PayBack | Refusal:
    found = intake.journal.ledger.account(request.account)
    if found is None or found.kind is not AccountKind.ADVANCE:
        return refuse(Reason.NO_ADVANCE)
    return c.PayBack(found)


def advances(intake: Intake, _request: c.ListAdvances, now: Moment, today: date) -> Moment:
    rows = intake.journal.ledger.accounts(AccountKind.ADVANCE)
    parked = {int(it.sale): it.sale for it in intake.journal.state.suspended}
    shown = [advance_look(row.stored, today, parked) for row in rows]
    return _with(now, advances=tuple(sorted(shown, key=lambda it: (it.due, it.account))))


def advance_look(stored: Stored, today: date, parked: dict[int, SaleId]) -> AdvanceLook:
    number = stored.account.rpartition(".")[2]
    return AdvanceLook(
        account=stored.account,
        name=stored.hint,
        balance=stored.balance,
        due=stored.expires,
        overdue=bool(stored.expires) and stored.expires < today.isoformat(),
        sale=parked.get(int(number)) if number.isdecimal() else None,
    )


# Other tills


def note_foreign(
    intake: Intake, request: c.NoteForeignMovement, _now: Moment, _today: date
) -> c.NoteMovement | Refusal:
    if not request.origin.strip() or request.delta != int(Decimal(request.delta)):
        return refuse(Reason.COMMAND_WRONG)
    ledger = intake.journal.ledger
    known = ledger.account(request.account)
    return c.NoteMovement(known, request, ledger.seen(request.account, request.origin))


# Scans and answers


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
    plastic = intake.journal.ledger.account(account_of(intake, request.code))
    return None if plastic is None else _with(now, card=card_look(intake, plastic, today))


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
    c.SellGiftCard: sell,
    c.TopUpGiftCard: top_up,
    c.RedeemGiftCard: redeem,
    c.CheckCard: check,
    c.CloseCard: close,
    c.AimCard: aim,
    c.PrintBalance: balance_slip,
    c.BlockAccount: block,
    c.RefundToVoucher: give_voucher,
    c.IssueVoucher: give_voucher,
    c.RedeemPoints: points,
    c.PutOnTab: put_on_tab,
    c.PayTab: pay_tab,
    c.TakeAdvance: take_advance,
    c.RedeemAdvance: redeem_advance,
    c.RefundAdvance: refund_advance,
    c.ListAdvances: advances,
    c.ReturnGiftCard: return_card,
    c.NoteForeignMovement: note_foreign,
}
