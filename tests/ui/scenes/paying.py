"""Scenes of paying: cash, card terminals with their troubles, codes that a phone reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from appliance.core import commands as c
from appliance.core.accounts import LEDGER_PORT
from appliance.core.devices import Scanned
from appliance.core.facts import SaleId, TenderOutcome, TenderType
from appliance.core.payment_answer import PaymentAnswered, PaymentShown
from appliance.core.policy import Policy, PortRule
from appliance.drivers.cards.chip import COPY
from appliance.payments.qr.schemes import Bill, Nbu
from appliance.till import Till
from tests.ui.rig import BREAD, COFFEE, MILK, NOW, Rig
from tests.ui.scenes.accounts import with_card
from tests.ui.scenes.scene import APPROVED, BASKET, OPEN, SOLD, Scene, does, go


def shown(till: Till, code: str) -> None:
    """The QR port shows a code for the payment that was asked for."""
    sale = till.look.basket
    assert sale is not None
    until = NOW + timedelta(minutes=10)
    till.tell(PaymentShown(sale.sale, 1, code, until, f"1-1-{sale.sale}-1"))


def _code_shown(till: Till) -> None:
    basket = till.look.basket
    assert basket is not None
    shop = Nbu(
        account="UA213223130000026007233566001", holder="ФОП Гончар О.В.", tax_id="3141592653"
    )
    bill = Bill(basket.total_minor, "UAH", f"1-1-{basket.sale}-1", NOW, NOW)
    shown(till, shop.write(bill))


def _their_code(rig: Rig) -> None:
    """The customer holds out the code of their own bank app."""
    rig.till.tell(Scanned("scanner", "hQVDUFYwMWEPTwegAAAAAxAQUARWaXNh"))
    rig.until(lambda: rig.desk.look.notice is not None)


def _page_shown(till: Till) -> None:
    shown(till, "https://pay.mbnk.biz/2210012MPLYwJjVUzchj")


def _bank_answers(policy: Policy) -> Policy:
    ports = tuple(replace(it, by_hand=it.type is TenderType.CARD) for it in policy.ports)
    return replace(policy, ports=ports)


def _verdict(rig: Rig) -> None:
    rig.desk.go("payments")
    rig.tap(rig.desk.kit.t("A manager decides"))
    rig.tap(rig.desk.kit.t("The terminal's slip"))


def _cash(rig: Rig) -> None:
    rig.tap(rig.desk.kit.t("Other amount"))
    rig.tap("1000")


def _partly_paid(rig: Rig) -> None:
    rig.desk.go("cash")


def _euros(rig: Rig) -> None:
    rig.desk.go("foreign")
    rig.tap("10")


def _card_asked(till: Till) -> None:
    with_card(till)
    does(till, c.RedeemGiftCard("PLASTIC-5RMY"))


def _copied(rig: Rig) -> None:
    """A card of the shop's own that cannot prove itself."""
    does(rig.till, c.AskTender(TenderType.CARD))
    rig.until(lambda: rig.desk.look.pay.asked is not None)
    tender = rig.desk.look.pay.asked.tender
    answer = PaymentAnswered(SaleId(1), tender, TenderOutcome.DECLINED, detail=COPY)
    rig.till.tell(answer)
    rig.until(lambda: rig.desk.look.pay.asked is None)


def _shared_cards(policy: Policy) -> Policy:
    ledger = PortRule(LEDGER_PORT, TenderType.GIFT_CARD, by_hand=False)
    accounts = replace(policy.accounts, shared=True)
    return replace(policy, accounts=accounts, ports=(*policy.ports, ledger))


UNKNOWN = c.ConfirmTender(1, TenderOutcome.UNKNOWN, reference="004821")

OPEN_DAY: tuple[c.Request, ...] = (
    *OPEN,
    c.SellItem(MILK),
    c.TenderForeignCash("EUR", 50_00),
    c.SellItem(MILK),
    c.TenderForeignCash("USD", 20_00),
    c.SellItem(COFFEE),
    c.AskTender(TenderType.CARD),
    c.ConfirmTender(1, TenderOutcome.DECLINED),
    c.VoidSale(),
    c.AnswerTender(SaleId(3), 1, TenderOutcome.APPROVED, 89_00, reference="004817"),
    c.SellItem(COFFEE),
    c.AskTender(TenderType.CARD),
    UNKNOWN,
    c.SuspendSale("Оплата неясна 14:31"),
    c.SellItem(BREAD),
    c.SuspendSale("Пані Марія"),
    c.SellItem(BREAD),
    c.TenderCash(),
    c.PrintReceipt(),
)
"""A day that leaves much open: notes to count, a card nobody is sure of, one that paid for nothing."""

WIRED_NAME = "Термінал Ощад"


def _wired(policy: Policy) -> Policy:
    return replace(policy, ports=(PortRule(WIRED_NAME, TenderType.CARD, by_hand=False),))


def wire_answer(
    sale: int, tender: int, outcome: TenderOutcome, amount: int | None = None
) -> c.Request:
    told = "немає зв'язку" if outcome is TenderOutcome.UNKNOWN else ""
    reference = "004821" if outcome is TenderOutcome.APPROVED else ""
    return c.AnswerTender(SaleId(sale), tender, outcome, amount, reference, told, WIRED_NAME)


BY_WIRE: tuple[c.Request, ...] = (*BASKET, c.AskTender(TenderType.CARD))

LOST: tuple[c.Request, ...] = (*BY_WIRE, wire_answer(1, 1, TenderOutcome.UNKNOWN))

IN_PART: tuple[c.Request, ...] = (*BY_WIRE, wire_answer(1, 1, TenderOutcome.APPROVED, 200_00))

LEFT_OPEN: tuple[c.Request, ...] = (
    *IN_PART,
    c.GiveUpSale("Пішов"),
    wire_answer(1, 1001, TenderOutcome.DECLINED),
    c.SellItem(COFFEE),
    c.AskTender(TenderType.CARD),
    wire_answer(2, 1, TenderOutcome.UNKNOWN),
    c.SuspendSale("Оплата неясна 14:31"),
)
"""Money that is to go back and a payment without an answer, both at a terminal with a wire."""

TERMINAL_OFF: tuple[c.Request, ...] = (
    *LEFT_OPEN,
    c.BookTotals(WIRED_NAME, True, 2, 519_00),
)

SCENES = (
    Scene("cash", open=_cash),
    Scene("cash-part", (*BASKET, c.TenderCash(200_00)), _partly_paid, everywhere=False),
    Scene("pay", (*BASKET, c.AskTender(TenderType.CARD, 200_00), APPROVED), go("pay")),
    Scene("terminal", (*BASKET, c.AskTender(TenderType.CARD))),
    Scene(
        "terminal-unsure",
        (*BASKET, c.AskTender(TenderType.CARD), c.ConfirmTender(1, TenderOutcome.UNKNOWN)),
    ),
    Scene("terminal-wait", BY_WIRE, change=_wired),
    Scene("terminal-lost", LOST, change=_wired),
    Scene("terminal-declined", BASKET, _copied, change=_wired),
    Scene("terminal-ledger", OPEN, after=_card_asked, change=_shared_cards),
    Scene("pay-part", IN_PART, go("pay"), everywhere=False, change=_wired),
    Scene("pay-code", (*BASKET, c.AskTender(TenderType.QR)), after=_code_shown),
    Scene(
        "customer-code",
        (*BASKET, c.AskTender(TenderType.QR)),
        after=_code_shown,
        customers=True,
    ),
    Scene(
        "pay-code-theirs",
        (*BASKET, c.AskTender(TenderType.QR)),
        _their_code,
        _code_shown,
        everywhere=False,
    ),
    Scene(
        "pay-code-unsure",
        (*BASKET, c.AskTender(TenderType.QR), c.ConfirmTender(1, TenderOutcome.UNKNOWN)),
        everywhere=False,
    ),
    Scene(
        "bank-wait",
        (*BASKET, c.AskTender(TenderType.QR)),
        everywhere=False,
        change=_bank_answers,
    ),
    Scene(
        "bank-lost",
        (
            *BASKET,
            c.AskTender(TenderType.QR),
            c.AnswerTender(SaleId(1), 1, TenderOutcome.UNKNOWN, port="QR"),
        ),
        everywhere=False,
        change=_bank_answers,
    ),
    Scene(
        "pay-code-bank",
        (*BASKET, c.AskTender(TenderType.QR)),
        after=_page_shown,
        everywhere=False,
        change=_bank_answers,
    ),
    Scene("foreign-cash", open=_euros),
    Scene("tip", open=go("tip"), everywhere=False),
    Scene("done", SOLD, go("done")),
    Scene("payments", OPEN_DAY, go("payments"), everywhere=False),
    Scene("payments-wired", LEFT_OPEN, go("payments"), change=_wired),
    Scene("verdict", LEFT_OPEN, _verdict, change=_wired),
    Scene("terminals", TERMINAL_OFF, go("terminals"), change=_wired),
    Scene("terminal-day", TERMINAL_OFF, go("terminal_day", terminal=WIRED_NAME), change=_wired),
)
