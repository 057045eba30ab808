"""What the till says about taking money and giving it back."""

from __future__ import annotations

from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {
    Reason.TENDER_NOT_TAKEN: N_("This shop does not take that. Choose another way to pay."),
    Reason.TENDER_BEYOND_TOTAL: N_("That is more than is left to pay. Only cash gives change."),
    Reason.TOO_MANY_TENDERS: N_("Too many payments for one receipt. Split the basket."),
    Reason.NOTHING_LEFT_TO_PAY: N_("Nothing is left to pay. Finish the sale."),
    Reason.STILL_TO_PAY: N_("Not everything is paid. Take the rest first."),
    Reason.MONEY_GOES_BACK: N_("The customer gets money back here. Choose how to give it out."),
    Reason.REFUND_TOO_LARGE: N_("That is more than the customer gets back. Give out less."),
    Reason.REFUND_IN_OWN_CURRENCY: N_("Money is given back in the shop's own currency. Use cash."),
    Reason.TENDER_PENDING: N_("The terminal has not answered yet. Wait, or cancel on it."),
    Reason.TENDER_UNKNOWN: N_(
        "Nobody knows yet whether the customer paid. Ask again, or set the sale aside."
    ),
    Reason.TENDER_ANSWERED: N_("That payment has its answer already. Look at the payments again."),
    Reason.TENDER_ANSWERS_ITSELF: N_("This terminal answers by itself. Wait for it, or ask again."),
    Reason.CURRENCY_UNKNOWN: N_("{currency} is not taken here. Take another currency."),
    Reason.RATE_MISSING: N_(
        "There is no rate of {currency} for today. Set it in [[cash.foreign]] of the settings."
    ),
    Reason.FOREIGN_STEP: N_("Only notes from {step} {currency} are taken. Take whole notes."),
    Reason.CUSTOMER_CODE: N_(
        "This is the code from the customer's own bank app{names}. The till cannot take money with it. "
        "Let the customer scan your code, or pay by card."
    ),
    Reason.NO_PAY_CODE: N_("No payment code is shown now. Start a QR payment first."),
    Reason.NO_PAYMENT_PORT: N_("No terminal is set up for that. Add [[payments]] to the settings."),
    Reason.TERMINAL_PERSON: N_(
        "A program cannot look at a terminal. Sign in first, or say who looked."
    ),
    Reason.TERMINAL_NOT_LISTED: N_(
        "No terminal {serial} is on the list. Compare the number, or put it on the list."
    ),
    Reason.TERMINAL_KNOWN: N_(
        "Terminal {serial} is on the list already. Note a look at it, or retire it first."
    ),
    Reason.TERMINAL_INCOMPLETE: N_(
        "Something about the terminal is missing. Give make, model, serial number, place,"
        " 1 to {most} days, a photo with its hash."
    ),
    Reason.TERMINAL_SAY_WHAT: N_(
        "A word is missing. Say what was seen, or why the terminal leaves."
    ),
    Reason.TERMINALS_FULL: N_("{most} terminals are on the list. Retire those that are gone."),
    Reason.GIVE_BACK_BY_HAND: N_(
        "This terminal has no wire. Give the money back on it, then touch “Money given back”."
    ),
    Reason.PAYMENT_PORT_BUSY: N_("The terminal is busy with another payment. Finish that first."),
    Reason.PAYMENT_PORT_UNSURE: N_(
        "The terminal owes an answer about an earlier payment. Ask it again, or take cash."
    ),
    Reason.SERVICE_CHARGE_OFF: N_(
        "There is no service charge here. Set it in [service_charge] of the settings."
    ),
    Reason.TIPS_OFF: N_("Tips are switched off. Switch them on in [tips] of the settings."),
}

NOTICES: dict[str, str] = {}
