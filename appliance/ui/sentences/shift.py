"""What the till says about shifts, drawers and the safe."""

from __future__ import annotations

from appliance.core.open_matters import MatterKind
from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {
    Reason.NO_SUCH_DRAWER: N_("There is no drawer {drawer}. Choose one that is shown."),
    Reason.DRAWER_NOT_YOURS: N_("{drawer} is not your drawer. Sign in as whose it is."),
    Reason.DRAWER_NOT_THEIRS: N_("{drawer} is not theirs. Choose somebody who works at it."),
    Reason.DRAWER_ALREADY_THEIRS: N_("That is who answers for it now. Choose who takes over."),
    Reason.DIFFERENCE_REASON: N_("The count is off. Choose the reason, or count again."),
    Reason.BAG_NEEDED: N_("Every bag for the safe has a number. Type what is printed on it."),
    Reason.MATTERS_OPEN: N_(
        "Nobody knows yet where some money is. Settle it, or ask a manager to close all the same."
    ),
    Reason.NO_SUCH_Z: N_("There is no Z report {number}. Look for it in More, Cash, Past shifts."),
    Reason.NO_SUCH_X: N_("There is no such X report. Ask for the one of this shift."),
}

NOTICES: dict[str, str] = {
    "drawer_full": N_("Much cash in the drawer. Take some to the safe when it is quiet."),
    "drawer_chosen": N_("You work at {drawer} now"),
    "handed_over": N_("{name} answers for the drawer now"),
    "terminal_inspected": N_("Written down: {serial} was looked at today"),
    "terminal_settled": N_("Written down: the terminal's day is done with"),
    "payment_settled": N_("Written down: the payment is settled"),
    "dropped": N_("{amount} to the safe, bag {bag}"),
}

MATTERS: dict[MatterKind, tuple[str, str]] = {
    MatterKind.UNKNOWN_PAYMENT: (
        N_("Payment without an answer"),
        N_("Recall the basket and ask the terminal again."),
    ),
    MatterKind.STRAY: (
        N_("Money that moved for nothing"),
        N_("Give it back or book it: open the payments."),
    ),
    MatterKind.REVERSAL: (
        N_("Money to give back to a card"),
        N_("Ask the terminal once more, or say how it went back: open the payments."),
    ),
    MatterKind.TERMINAL_DIFFERS: (
        N_("Terminal and till differ"),
        N_("Look at the payments one by one: open the terminals."),
    ),
    MatterKind.TERMINAL_OPEN: (
        N_("Terminal not compared"),
        N_("Ask it for its sums, or compare its slip: open the terminals."),
    ),
    MatterKind.TERMINAL_TAMPERED: (
        N_("Terminal tampered with"),
        N_("Take no card on it. Call a manager and the bank."),
    ),
    MatterKind.TERMINAL_UNSEEN: (
        N_("Terminal to be looked at"),
        N_("Look at seals, cables and serial number; a manager notes it."),
    ),
    MatterKind.SHORT_ACCOUNT: (
        N_("Card spent beyond its balance"),
        N_("A manager decides: charge it or write it off."),
    ),
    MatterKind.DRAWER_OPEN: (N_("The drawer is open"), N_("Close it.")),
    MatterKind.OTHER_SHIFT: (
        N_("Another drawer's shift is open"),
        N_("It is closed by itself: choose that drawer first."),
    ),
    MatterKind.FOREIGN: (
        N_("Foreign notes not counted"),
        N_("Count what lies in the drawer of this currency."),
    ),
    MatterKind.PRINT: (
        N_("Print to look after"),
        N_("Look at the paper: print a copy, or say that it came out."),
    ),
    MatterKind.PRINT_WAITING: (
        N_("Receipt that waits for the printer"),
        N_("See what the printer lacks, or call it off."),
    ),
    MatterKind.UNDER_WAY: (
        N_("Basket on its way to another till"),
        N_("See that it has arrived there, or take it back."),
    ),
    MatterKind.SUSPENDED: (
        N_("Suspended basket"),
        N_("Recall and finish it, or void it. It may also wait until tomorrow."),
    ),
    MatterKind.STOCK_COUNT: (
        N_("Count of goods that goes on"),
        N_("Finish it, or go on tomorrow."),
    ),
}
"""What it is called, and what to do about it."""
