"""What the till says about cards, vouchers, money ahead, tabs, points and customers."""

from __future__ import annotations

from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {
    Reason.CARD_UNKNOWN: N_("No card has this code. Scan it again, or type it from the slip."),
    Reason.CARD_BLOCKED: N_("Card …{hint} is blocked. Ask a manager to look into it."),
    Reason.CARD_EXPIRED: N_("Card …{hint} was valid until {date}. Take another payment."),
    Reason.CARD_EMPTY: N_("The card is empty. Take another payment, or top it up."),
    Reason.CARD_TOO_LITTLE: N_(
        "There is only {left} on it. Take that much, and the rest otherwise."
    ),
    Reason.CARD_OFFLINE_LIMIT: N_(
        "Without word from the other tills this card pays {left} more. Take the rest otherwise."
    ),
    Reason.CARD_AMOUNT_WRONG: N_("A card holds {least} to {most}. Type another amount."),
    Reason.CARD_IN_BASKET: N_(
        "This card is in a basket already. Finish that basket, or take another card."
    ),
    Reason.ALREADY_SPENT: N_("“{name}” was spent elsewhere meanwhile. Take the line out."),
    Reason.CARD_KNOWN: N_("This card was sold before. Take a blank one, or top this one up."),
    Reason.CARD_CODE_SHORT: N_("A card's code has {least} characters or more. Take another card."),
    Reason.CARD_IS_GOODS: N_("That is the barcode of goods. Scan the blank card's own code."),
    Reason.CARD_NO_TOP_UP: N_("A voucher is not topped up. Sell a gift card instead."),
    Reason.CARD_SPENT: N_("Card …{hint} was used already. Only an unused card is taken back."),
    Reason.GUESSES_WAIT: N_("Too many wrong codes. Wait {seconds} s, then scan the card."),
    Reason.VOUCHER_USED: N_("The voucher is used up. Take another payment."),
    Reason.NO_ADVANCE: N_("Nothing is paid ahead here. Look at the list of advances."),
    Reason.DUE_WRONG: N_("That is no date. Write it like 2026-12-24."),
    Reason.TAB_LIMIT: N_("The tab is full. Take a payment, or ask a manager to raise the limit."),
    Reason.TAB_LIMIT_LEFT: N_("Only {left} more fits on the tab. Take the rest otherwise."),
    Reason.TAB_OWES_LESS: N_("The customer owes {left}. Take that at most."),
    Reason.NO_POINTS: N_("The customer has no points yet. Take another payment."),
    Reason.POINTS_TOO_FEW: N_("The customer has {left} points. Take that many at most."),
    Reason.POINTS_BELOW_LEAST: N_("Points pay from {least} on. Take another payment."),
    Reason.NO_CUSTOMER: N_("Whose is it? Find the customer first."),
    Reason.NOTHING_GOES_BACK: N_("This basket gives nothing back. A voucher is for a refund."),
    Reason.CUSTOMER_UNKNOWN: N_("This customer is not known any more. Search again."),
    Reason.CUSTOMER_KNOWN: N_("{name} is known by this already. Search instead of adding."),
    Reason.CUSTOMER_IN_BASKET: N_("The customer is in an open basket. Finish it first."),
    Reason.CUSTOMER_OWES: N_("The customer still owes money. Settle the tab first."),
    Reason.CUSTOMER_HAS_MONEY: N_(
        "The shop still holds money of this customer. Give it back, or let it be spent first."
    ),
    Reason.CUSTOMER_NAME_NEEDED: N_("A customer needs a name. Type at least the first name."),
    Reason.CUSTOMER_FIELD_WRONG: N_("Something typed there cannot be right. Look at it again."),
    Reason.CUSTOMERS_OFF: N_("Customers are not kept on this till. Sell without."),
    Reason.PHONE_WRONG: N_("That is no phone number. Type it like 067 123 45 67."),
    Reason.CONSENT_NEEDED: N_("Without the customer's consent nothing is kept. Ask first."),
    Reason.ACCOUNT_UNKNOWN: N_("This account is not known here. Look in the list again."),
}

LEDGER_SAYS: dict[str, str] = {
    Reason.CARD_UNKNOWN: REFUSALS[Reason.CARD_UNKNOWN],
    Reason.CARD_EMPTY: REFUSALS[Reason.CARD_EMPTY],
    Reason.VOUCHER_USED: REFUSALS[Reason.VOUCHER_USED],
    Reason.CARD_BLOCKED: N_("This card is blocked. Ask a manager to look into it."),
    Reason.CARD_EXPIRED: N_("This card is not valid any more. Take another payment."),
    Reason.TENDER_ANSWERED: N_("That did not work. Take the card once more."),
    "restart": N_("The till was started anew meanwhile. Take the card once more."),
    "unreachable": N_(
        "The till that keeps the gift cards does not answer. Take another payment, or the card later."
    ),
}
"""Why the shop's ledger declined, by the detail of its answer."""

NOTICES: dict[str, str] = {
    "card_declined": "{why}",
    "payment_declined": N_("Not paid: {why}"),
    "customer_forgotten": N_("All that was known of the person is deleted"),
    "customer_card": N_("The card is {name}'s now"),
    "card_printing": N_("The balance is printing"),
    "aim_card": N_("Scan the blank card now"),
    "card_blocked": N_("The card is blocked"),
    "card_unblocked": N_("The card pays again"),
    "voucher_printing": N_("The voucher is printing"),
}
