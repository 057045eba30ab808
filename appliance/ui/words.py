"""Sentences for refusals, notices and devices: the thing, the cause, the way out.

English stands here as gettext's msgid; `locale/*.po` has the other languages. `N_` marks a
sentence for translation without translating it yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from appliance import i18n
from appliance.core import remedies
from appliance.core.devices import Category, DeviceHealth, DeviceState, Problem
from appliance.core.facts import PrintWhat, TenderType
from appliance.core.iso4217 import MINOR_UNIT_DECIMALS
from appliance.core.money import to_minor
from appliance.core.refusal import Reason
from appliance.core.view import Look
from appliance.ui.sentences import (
    accounts,
    fleet,
    machine,
    offers,
    people,
    prices,
    returns,
    selling,
    serving,
    shift,
    stock,
    tender,
)
from appliance.ui.sentences.mark import N_ as N_  # noqa: PLC0414 - screens take it from here

Translate = Callable[[str], str]


_SUBJECTS = (
    accounts,
    fleet,
    machine,
    offers,
    people,
    prices,
    returns,
    selling,
    serving,
    shift,
    stock,
    tender,
)

REFUSALS: dict[Reason, str] = {
    reason: text for subject in _SUBJECTS for reason, text in subject.REFUSALS.items()
}
NOTICES: dict[str, str] = {
    key: text for subject in _SUBJECTS for key, text in subject.NOTICES.items()
}

DEVICES: dict[Category, str] = {
    Category.CASH_DRAWER: N_("Cash drawer"),
    Category.POS_PRINTER: N_("Printer"),
    Category.SCANNER: N_("Scanner"),
    Category.SCALE: N_("Scale"),
    Category.LINE_DISPLAY: N_("Customer display"),
    Category.PAYMENT_TERMINAL: N_("Card terminal"),
    Category.SMART_CARD_READER: N_("Card reader"),
    Category.CONTACTLESS_READER: N_("Contactless reader"),
    Category.CARD_LEDGER: N_("Gift cards of the shop"),
    Category.MACHINE: N_("This till"),
}

PROBLEMS: dict[Problem, str] = {
    Problem.NONE: N_("works"),
    Problem.UNPLUGGED: N_("unplugged"),
    Problem.NO_ANSWER: N_("does not answer"),
    Problem.PORT_BUSY: N_("port is taken"),
    Problem.NO_PERMISSION: N_("no permission"),
    Problem.PAPER_OUT: N_("out of paper"),
    Problem.PAPER_NEAR_END: N_("paper is running out"),
    Problem.COVER_OPEN: N_("cover is open"),
    Problem.OFFLINE: N_("is off line"),
    Problem.LEFT_OPEN: N_("left open"),
    Problem.STUCK: N_("did not open"),
    Problem.GARBAGE: N_("sends nonsense"),
    Problem.CRASHED: N_("program stopped"),
    Problem.LOW_VOLTAGE: N_("power is too weak"),
    Problem.ON_BATTERY: N_("runs on its battery"),
    Problem.TOO_HOT: N_("is too hot"),
    Problem.WORN: N_("memory card is worn"),
}

NOTHING_TO_DO = N_("Nothing to do.")

TENDERS: dict[str, str] = {
    TenderType.CASH.value: N_("Cash"),
    TenderType.FOREIGN_CASH.value: N_("Foreign cash"),
    TenderType.CARD.value: N_("Card"),
    TenderType.QR.value: N_("QR code"),
    TenderType.GIFT_CARD.value: N_("Gift card"),
    TenderType.VOUCHER.value: N_("Voucher"),
    TenderType.ACCOUNT.value: N_("On account"),
    TenderType.ADVANCE.value: N_("Advance"),
    TenderType.LOYALTY.value: N_("Points"),
}

PRINTS: dict[PrintWhat, str] = {
    PrintWhat.RECEIPT: N_("Receipt {number}"),
    PrintWhat.X_REPORT: N_("X report"),
    PrintWhat.Z_REPORT: N_("Z report {number}"),
    PrintWhat.SLIP: N_("Slip {number}"),
    PrintWhat.REPORT: N_("Report {number}"),
}

OUTCOMES: dict[str, str] = {
    "unknown": N_(
        "Nobody knows whether it came out. Look at the paper: print a copy, or settle it."
    ),
    "failed": N_("It did not come out. Print a copy, or settle it."),
    "waiting": N_("It waits and prints by itself once the printer is ready."),
}

_SEVERITY = (
    DeviceState.FAULT,
    DeviceState.MISSING,
    DeviceState.ATTENTION,
)
_MATTERS_MOST = (
    Category.MACHINE,
    Category.POS_PRINTER,
    Category.CASH_DRAWER,
    Category.SCANNER,
    Category.PAYMENT_TERMINAL,
    Category.CARD_LEDGER,
    Category.SCALE,
    Category.LINE_DISPLAY,
    Category.SMART_CARD_READER,
    Category.CONTACTLESS_READER,
)


_LIMITS = ("least", "left", "limit", "most")
"""What a sentence allows: an amount with its currency, or a plain number."""


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(
    translate: Translate, key: str, params: Mapping[str, str], language: str = "en"
) -> str:
    """The sentence of a refusal or a notice; an unknown key is shown rather than lost.

    language: how its dates and amounts are written.
    """
    try:
        text = REFUSALS[Reason(key)]
    except ValueError:
        text = NOTICES.get(key, "")
    if not text:
        return key.replace("_", " ")
    told = _written(params, language)
    if "why" in told:
        told["why"] = translate(accounts.LEDGER_SAYS.get(told["why"], told["why"]))
    return translate(text).format_map(_Known(people.worded(translate, told)))


def _written(params: Mapping[str, str], language: str) -> dict[str, str]:
    """Days, minutes of a day and amounts as people write them: 2026-11-21 is 21.11.2026, 120.50 UAH
    is 120,50 ₴."""
    return {
        name: _day(value, language)
        if name in ("date", "day")
        else _amount(value, language)
        if name in _LIMITS
        else value
        for name, value in params.items()
    }


def _amount(value: str, language: str) -> str:
    number, _, currency = value.partition(" ")
    if currency not in MINOR_UNIT_DECIMALS:
        return value  # a percentage; a number of pieces, of lines, of tries
    return i18n.money(to_minor(Decimal(number), currency), currency, language)


def _day(value: str, language: str) -> str:
    try:
        at = dt.datetime.fromisoformat(value)
    except ValueError:
        return value  # in words already
    return i18n.date_time(at, language) if ":" in value else i18n.date(at, language)


def device_state(translate: Translate, health: DeviceHealth) -> str:
    """ "Printer: paper is running out"."""
    return f"{translate(DEVICES[health.category])}: {translate(PROBLEMS[health.problem])}"


def remedy(translate: Translate, health: DeviceHealth) -> str:
    """What to do about it, in the device's own words where it has some."""
    return translate(remedies.remedy(health.category, health.problem)[1] or NOTHING_TO_DO)


def worst(devices: tuple[DeviceHealth, ...]) -> DeviceHealth | None:
    """The device that most needs a person; None when all work."""
    troubled = [d for d in devices if d.state is not DeviceState.READY]
    if not troubled:
        return None
    return min(
        troubled,
        key=lambda d: (_SEVERITY.index(d.state), _MATTERS_MOST.index(d.category), d.device),
    )


def in_stock(look: Look) -> str:
    """Where a shop has several tills, that it is the whole shop's."""
    return N_("In stock") if look.tills is None else N_("In the shop")
