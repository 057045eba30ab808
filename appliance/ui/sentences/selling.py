"""What the till says about selling, cash, paper and the till itself."""

from __future__ import annotations

from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

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
    Reason.CODE_EXPIRED: N_("“{name}” is past its date {date}. Do not sell it; put it aside."),
    Reason.CODE_NOT_FOR_SALE: N_("Code {code} is not for goods. Scan the item's own code."),
    Reason.BENCH_TEST_IN_SHIFT: N_("The bench test opens the drawer. Close the shift first."),
    Reason.BENCH_TEST_ONLY: N_("Only a bench test writes this down. Start it under Settings."),
    Reason.CODE_OF_WIFI: N_("This is a code for Wi-Fi. Scan it under Settings, Wi-Fi."),
    Reason.QUANTITY_NOT_POSITIVE: N_("The quantity must be more than 0. To take it away, void it."),
    Reason.QUANTITY_TOO_LARGE: N_("That is too many: at most {most}. Was a code typed here?"),
    Reason.QUANTITY_NOT_WHOLE: N_("It is sold by the piece. Type a whole number."),
    Reason.QUANTITY_TOO_FINE: N_("Too many decimals: at most {decimals}. Type it shorter."),
    Reason.WEIGHT_NEEDED: N_("“{name}” is sold by weight. Put it on the scale or type the weight."),
    Reason.PRICE_NEEDED: N_("“{name}” has no fixed price. Type the price."),
    Reason.PRICE_FIXED: N_("“{name}” has a price of its own. Sell it, then change the price."),
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
