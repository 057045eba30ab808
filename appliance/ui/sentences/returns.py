"""What the till says about goods that come back and about sales that are undone."""

from __future__ import annotations

from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {
    Reason.NOTHING_TO_RETURN: N_("Nothing is chosen. Touch + beside what comes back."),
    Reason.RETURN_OF_RETURN: N_("“{name}” came back on this receipt. Sell it again instead."),
    Reason.RETURN_SERIAL_NEEDED: N_("“{name}” has a serial number. Scan it on the goods."),
    Reason.RETURN_SERIAL_OTHER: N_(
        "{serial} is not the “{name}” of this receipt. Scan the number on the goods again."
    ),
    Reason.SERIAL_HAS_RECEIPT: N_(
        "{serial} was sold with receipt {receipt}. Take it back with that receipt."
    ),
    Reason.NOT_ON_RECEIPT: N_("“{name}” is not on this receipt. Look for its own receipt."),
    Reason.RETURN_LINE_FIXED: N_("“{name}” comes back as it was paid. Remove it, choose it anew."),
    Reason.RETURN_ELSEWHERE: N_(
        "Goods of this receipt wait in the basket “{basket}”. Recall it first."
    ),
    Reason.RETURN_AGAIN: N_("What comes back is chosen from its receipt again. Scan the receipt."),
    Reason.NOT_RETURNABLE: N_("“{name}” does not come back by itself. Leave it out."),
    Reason.ALREADY_RETURNED: N_("“{name}” came back already. Look at the customer's receipts."),
    Reason.MORE_THAN_SOLD: N_("“{name}”: {left} left to return. Choose so many at most."),
    Reason.RETURN_PRICE_TOO_HIGH: N_("“{name}” brings {most} at most. Type that or less."),
    Reason.RETURN_LIMIT: N_("Without a receipt at most {most} at once. Ask for the receipt."),
    Reason.RETURN_DAY_LIMIT: N_(
        "Without a receipt at most {most} a day. Ask for the receipt, or come tomorrow."
    ),
    Reason.RECEIPT_UNKNOWN: N_("There is no receipt {number} here. Look at the number again."),
    Reason.RECEIPT_OTHER_TILL: N_(
        "Receipt {number} is of till {till}. Return it there, or without a receipt."
    ),
    Reason.RECEIPT_NOT_FOUND: N_("“{text}” is no receipt. Scan its code, or type 1-000118."),
    Reason.NOT_PAID_FROM_THERE: N_("This did not pay for it. Give the money back another way."),
    Reason.VOID_AS_PAID: N_("A voided sale is paid out as it was paid. Or make a return instead."),
    Reason.VOID_IN_HAND: N_("A sale is being voided. Pay it out first, or call it off."),
    Reason.VOID_OF_RETURN: N_("Receipt {number} holds a return. Sell the goods again instead."),
    Reason.VOID_OTHER_SHIFT: N_("Receipt {number} is of an earlier shift. Make a return instead."),
    Reason.VOID_AFTER_RETURN: N_(
        "Some of receipt {number} came back already. Take the rest back line by line."
    ),
    Reason.ALREADY_VOIDED: N_("All of receipt {number} came back already. Nothing is left."),
}

NOTICES: dict[str, str] = {
    "goods_back": N_("Comes back: {name}"),
    "void_begun": N_("Receipt {number} is being voided: pay it out"),
}
