"""What the till says about the stock: papers, counts, lots, single pieces."""

from __future__ import annotations

from appliance.core.facts import StockCause
from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {
    Reason.COUNT_OPEN: N_("Count {count} goes on over the same shelves. Finish it first."),
    Reason.COUNT_OTHER_SCOPE: N_("“{name}” is not in “{scope}”. Count it with its own category."),
    Reason.COUNT_MIXED: N_(
        "“{name}” was counted the other way. Count each lot, or all of it, not both."
    ),
    Reason.COUNT_MOVED: N_(
        "“{name}” was sold or received meanwhile. Count all of it again, type the number."
    ),
    Reason.COUNT_REST_TOO_MANY: N_(
        "More than {most} items were not counted. Count by category, or keep the rest as it is."
    ),
    Reason.NO_SUCH_COUNT: N_("That count is finished. Start a new one."),
    Reason.NO_SUCH_LOT: N_("“{name}” has no lot {lot} in stock. Receive it, or count without it."),
    Reason.PAPER_EMPTY: N_("Nothing is on the paper yet. Scan the goods first."),
    Reason.PARTNER_NEEDED: N_(
        "The other shop is missing. Say which one the goods go to or come from."
    ),
    Reason.COST_WRONG: N_("That cannot be the cost. Type what 1 of it costs."),
    Reason.EXPIRY_WRONG: N_("That is no date. Type day, month and year of the expiry."),
    Reason.SERIAL_NEEDED: N_("“{name}” has a serial number. Scan or type it."),
    Reason.SERIAL_TWICE: N_("Number {serial} is here already. Take another piece."),
    Reason.SERIAL_ONE: N_("A piece with a serial number is one. Add each piece by its number."),
    Reason.SERIAL_IN_STOCK: N_("“{name}” {serial} is in stock already. Check the number."),
    Reason.SERIAL_NOT_IN_STOCK: N_("“{name}” {serial} is not in stock. Receive it first."),
    Reason.SERIAL_SOLD: N_(
        "Piece {serial} was sold on {date}, receipt {receipt}. Take it back first."
    ),
    Reason.LOT_EXPIRED: N_("“{name}”, lot {lot}: expired on {date}. Put it aside, write it off."),
    Reason.STOCK_NOT_ENOUGH: N_("“{name}”: {left} left to sell. Sell fewer, or receive more."),
    Reason.NO_SUCH_PAPER: N_("There is no stock paper {paper}. Look at the list of papers."),
    Reason.PAPER_VOIDED: N_("Paper {paper} is taken back already. Nothing is left to do."),
}

NOTICES: dict[str, str] = {
    "stock_short": N_("“{name}”: only {left} in stock. Count the shelf."),
    "only_expired": N_("“{name}”: what should lie there is past its day. Look at the date on it."),
    "list_printing": N_("The list is printing"),
    "paper_booked": N_("The paper is in the books"),
    "count_applied": N_("The count is the stock now"),
    "count_dropped": N_("The count is thrown away"),
}

CAUSES: dict[StockCause, str] = {
    StockCause.RECEIVED: N_("Goods received"),
    StockCause.TRANSFER_IN: N_("From another shop"),
    StockCause.TRANSFER_OUT: N_("To another shop"),
    StockCause.WRITE_OFF: N_("Written off"),
    StockCause.PRODUCED: N_("Made here"),
    StockCause.SUPPLIER_RETURN: N_("Back to the supplier"),
}
