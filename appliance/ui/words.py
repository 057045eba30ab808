"""Sentences for refusals, notices and devices: the thing, the cause, the way out.

English stands here as gettext's msgid; `locale/*.po` has the other languages. `N_` marks a
sentence for translation without translating it yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.core import remedies
from appliance.core.devices import Category, DeviceHealth, DeviceState, Problem
from appliance.core.facts import PrintWhat
from appliance.core.refusal import Reason

Translate = Callable[[str], str]


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    return message


REFUSALS: dict[Reason, str] = {
    Reason.NO_SHIFT: N_("The shift is closed. Open it to sell."),
    Reason.SHIFT_ALREADY_OPEN: N_("The shift is open already. Just sell."),
    Reason.BASKET_EMPTY: N_("The basket is empty. Scan an item first."),
    Reason.BASKET_OPEN: N_("There are items in the basket. Take payment or suspend it first."),
    Reason.BASKET_FULL: N_("The basket is full: {most} lines. Take payment for these first."),
    Reason.NO_SUCH_LINE: N_("That line is gone. Choose another one."),
    Reason.NO_SUCH_SALE: N_("That sale is gone. Look in the list again."),
    Reason.NO_SUCH_TENDER: N_("That payment is gone. Look at the payments again."),
    Reason.NO_SUCH_ITEM: N_("The item is no longer in the catalogue. Search for it by name."),
    Reason.NO_SUCH_EFFECT: N_("That matter is settled already. Nothing is left to do."),
    Reason.LINE_NOT_VOIDED: N_("The line is in the basket already. Nothing to bring back."),
    Reason.CODE_UNKNOWN: N_("Code {code} is not in the catalogue. Search for the item by name."),
    Reason.CODE_INVALID: N_("“{code}” is no code of goods. Scan again or type the number."),
    Reason.CODE_EXPIRED: N_("The item is past its date {date}. Do not sell it; put it aside."),
    Reason.CODE_NOT_FOR_SALE: N_("Code {code} is not for goods. Scan the item's own code."),
    Reason.QUANTITY_NOT_POSITIVE: N_("The quantity must be more than 0. To take it away, void it."),
    Reason.QUANTITY_TOO_LARGE: N_("That is too many: at most {most}. Was a code typed here?"),
    Reason.QUANTITY_NOT_WHOLE: N_("It is sold by the piece. Type a whole number."),
    Reason.QUANTITY_TOO_FINE: N_("Too many decimals: at most {decimals}. Type it shorter."),
    Reason.WEIGHT_NEEDED: N_("“{name}” is sold by weight. Put it on the scale or type the weight."),
    Reason.PRICE_NEEDED: N_("“{name}” has no fixed price. Type the price."),
    Reason.PRICE_WRONG: N_("The price cannot be that. Type it again."),
    Reason.AMOUNT_FIXED: N_("The price of “{name}” is on its label. Void it and weigh it again."),
    Reason.TOTAL_TOO_LARGE: N_("The sum is too large for one receipt. Split the basket."),
    Reason.DISCOUNT_WRONG: N_("The discount must be between 0 and the price. Type it again."),
    Reason.NOT_DISCOUNTABLE: N_("“{name}” has no discounts. Sell it at its price."),
    Reason.TAX_UNKNOWN: N_("“{name}” has an unknown tax {code}. Correct it in the catalogue."),
    Reason.REASON_NEEDED: N_("A reason is needed. Choose one."),
    Reason.NAME_NEEDED: N_("A name is needed. Type one to find the basket again."),
    Reason.TOO_MANY_SUSPENDED: N_("{most} baskets are suspended already. Recall one first."),
    Reason.SALE_HAS_TENDERS: N_("Money was taken for this basket. Hand it back first."),
    Reason.AMOUNT_NOT_POSITIVE: N_("The amount must be more than 0. Type it again."),
    Reason.TENDER_TOO_LARGE: N_("The change would be too large. Check the amount received."),
    Reason.NOT_ENOUGH_CASH: N_("There is less cash in the drawer. Take out a smaller amount."),
    Reason.NOT_COUNTED: N_("The drawer is not counted. Count it first."),
    Reason.ALREADY_RECOUNTED: N_("The drawer was counted twice. Close the shift with this count."),
    Reason.COUNT_WRONG: N_("The count has a wrong number. Correct it and count again."),
    Reason.NOTHING_TO_PRINT: N_("There is no receipt to print. Finish a sale first."),
    Reason.STAFF_UNKNOWN: N_("This badge is not in the staff list. Ask the manager to add it."),
    Reason.STORAGE_FULL: N_(
        "The memory card is full. Nothing is lost; free space to go on selling."
    ),
    Reason.STORAGE_FAULT: N_(
        "The memory card does not write. The action was not done; call service."
    ),
    Reason.SCALE_NOT_STABLE: N_(
        "The scale is moving or empty. Wait until it is still, then again."
    ),
    Reason.SCALE_OVERLOAD: N_("Too heavy for the scale. Weigh it in parts."),
    Reason.NO_SCALE: N_("The scale does not answer. Type the weight, or check its cable."),
    Reason.COMMAND_WRONG: N_("The till did not understand the request. Try another way."),
    Reason.BUSY: N_("The till is still busy with this. Wait a second and try again."),
}

NOTICES: dict[str, str] = {
    "line_voided": N_("Removed: {name}"),
    "sale_voided": N_("The sale was voided"),
    "sale_suspended": N_("Suspended: {name}"),
    "sale_recalled": N_("The basket is back"),
    "line_discounted": N_("Discount given: {name}"),
    "basket_discounted": N_("Discount given on the whole basket"),
    "price_overridden": N_("New price: {name}"),
    "signed_in": N_("At the till: {name}"),
    "basket_restored": N_("The power was cut; the basket is back as it was"),
    "shift_closed": N_("The shift is closed, Z report No. {number} is printing"),
    "shift_opened": N_("The shift is open. Good trade!"),
    "cash_moved": N_("Written down: {amount}"),
    "drawer_opened": N_("The drawer is open: {reason}"),
    "copy_printing": N_("A copy is printing"),
    "report_printing": N_("The report is printing"),
    "settled": N_("Settled"),
    "entry_cleared": N_("A scan came: “{text}” was put aside"),
}

DEVICES: dict[Category, str] = {
    Category.CASH_DRAWER: N_("Cash drawer"),
    Category.POS_PRINTER: N_("Printer"),
    Category.SCANNER: N_("Scanner"),
    Category.SCALE: N_("Scale"),
    Category.LINE_DISPLAY: N_("Customer display"),
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
}

NOTHING_TO_DO = N_("Nothing to do.")

PRINTS: dict[PrintWhat, str] = {
    PrintWhat.RECEIPT: N_("Receipt {number}"),
    PrintWhat.X_REPORT: N_("X report"),
    PrintWhat.Z_REPORT: N_("Z report {number}"),
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
    Category.POS_PRINTER,
    Category.CASH_DRAWER,
    Category.SCANNER,
    Category.SCALE,
    Category.LINE_DISPLAY,
)


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(translate: Translate, key: str, params: Mapping[str, str]) -> str:
    """The sentence of a refusal or a notice; an unknown key is shown rather than lost."""
    try:
        text = REFUSALS[Reason(key)]
    except ValueError:
        text = NOTICES.get(key, "")
    if not text:
        return key.replace("_", " ")
    return translate(text).format_map(_Known(params))


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
