"""What the till says about people: permissions, PINs, badges, ages, training."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.core.refusal import Reason
from appliance.core.roles import Permission
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {
    Reason.PERMISSION_NEEDED: N_("Not yours to do: {permission}. Ask a manager to allow it here."),
    Reason.APPROVER_MAY_NOT: N_("That person may not either: {permission}. Ask a manager."),
    Reason.LOCKED: N_("The till is locked. Sign in first, then do it again."),
    Reason.PIN_NEEDED: N_("A PIN is needed. Type it, or scan the badge."),
    Reason.PIN_NOT_SET: N_("No PIN is set for this person. A manager sets one: More, People."),
    Reason.NO_PINS: N_("Nobody has a PIN yet, so nobody could unlock it. Set one: More, People."),
    Reason.PIN_WRONG: N_("The PIN is wrong. Type it again; tries left: {left}."),
    Reason.PIN_WAIT: N_("Too many wrong PINs. Wait {wait} s, or sign in with a badge."),
    Reason.BADGE_UNKNOWN: N_("This badge is nobody's here. Sign in with a PIN."),
    Reason.TAG_UNKNOWN: N_("This card is nobody's here. Give it to a person or a customer first."),
    Reason.TAG_UNREAD: N_("The card was not read. Hold it still until the till answers."),
    Reason.TAG_EMPTY: N_("Nothing of this shop is on this card or tag. Take another one."),
    Reason.TAG_CHANGES: N_("This phone or card has another number at every touch. Use a tag."),
    Reason.TAG_BANK_CARD: N_("This is a bank card. Take it on the payment terminal."),
    Reason.BADGE_TAKEN: N_("This badge is somebody else's. Take another one."),
    Reason.BADGE_SHORT: N_("That is no code of a card or tag. Hold it to the reader again."),
    Reason.SIGN_IN_FIRST: N_("Not yours to do: {permission}. Whoever may signs in and does it."),
    Reason.LAST_MANAGER: N_(
        "The last who looks after the people stays. Make somebody else a manager first."
    ),
    Reason.MANAGER_FIRST: N_(
        "Without a manager's PIN or badge nobody could let anybody in. Set a manager's first."
    ),
    Reason.STAFF_AT_TILL: N_("{name} is at the till. Somebody else signs in first."),
    Reason.STAFF_NAME_NEEDED: N_("A name is needed. Type how people call this person."),
    Reason.PIN_TOO_EASY: N_("This PIN is guessed first. Choose 4 to 8 other digits, no year."),
    Reason.NO_STAFF_LIST: N_("This till keeps no staff list. Nothing has changed."),
    Reason.AGE_CHECK_NEEDED: N_("“{name}” is sold from {age} years. Look at the customer."),
    Reason.AGE_TOO_YOUNG: N_("Too young: it is sold from {age} years. Put it aside."),
    Reason.DATE_WRONG: N_("That is no date of birth. Type day, month and year: 31 12 1990."),
    Reason.ITEM_QUANTITY_MAX: N_("At most {most} of “{name}” for one customer. Sell that many."),
    Reason.OUTSIDE_SALE_HOURS: N_(
        "“{name}” is not sold at this hour. Put it aside; it is sold from {since}."
    ),
    Reason.SALE_HOURS_OVER: N_(
        "The hours for “{name}” are over. Take it out of the basket; it is sold again from {since}."
    ),
    Reason.NOT_IN_TRAINING: N_(
        "That is not for training: it would last. Leave the training first."
    ),
    Reason.IN_TRAINING: N_("The till is in training. Leave the training first."),
}

NOTICES: dict[str, str] = {
    "overridden": N_("{name} allowed it"),
    "locked": N_("The till is locked"),
    "badge_given": N_("The badge is theirs; it opens the till from now on"),
    "badge_blocked": N_("The badge opens nothing any more"),
    "pin_set": N_("The PIN is set"),
    "age_checked": N_("Age is checked: {age} years or more"),
    "age_refused": N_("Not sold: too young"),
    "training_started": N_("Training: nothing here is a sale"),
    "training_ended": N_("The training is over; the till is as it was"),
}

PERMISSIONS: dict[Permission, str] = {
    Permission.SELL: N_("selling"),
    Permission.SELL_RESTRICTED: N_("goods with an age limit"),
    Permission.SELL_MANAGED: N_("goods that a manager sells"),
    Permission.VOID_LINE: N_("taking a line out"),
    Permission.VOID_SALE: N_("voiding the basket"),
    Permission.VOID_COMPLETED: N_("voiding a finished sale"),
    Permission.DISCOUNT_LINE: N_("a discount on a line"),
    Permission.DISCOUNT_BASKET: N_("a discount on the basket"),
    Permission.PRICE_OVERRIDE: N_("a price of your own"),
    Permission.BELOW_MIN_PRICE: N_("a price below the lowest"),
    Permission.OPEN_PRICE: N_("goods without a price"),
    Permission.RETURN_WITH_RECEIPT: N_("a return"),
    Permission.RETURN_WITHOUT_RECEIPT: N_("a return without receipt"),
    Permission.RETURN_LATE: N_("a return after its time"),
    Permission.REFUND_OTHER_WAY: N_("giving money back another way"),
    Permission.CREDIT_SALE: N_("a sale on account"),
    Permission.ISSUE_CARD: N_("gift cards"),
    Permission.BLOCK_CARD: N_("blocking a card"),
    Permission.RESOLVE_UNKNOWN: N_("settling an unknown payment"),
    Permission.NO_SALE: N_("opening the drawer"),
    Permission.PAY_IN: N_("paying money in"),
    Permission.PAY_OUT: N_("paying money out"),
    Permission.SAFE_DROP: N_("money into the safe"),
    Permission.OPEN_SHIFT: N_("opening the shift"),
    Permission.CLOSE_SHIFT: N_("closing the shift"),
    Permission.HAND_OVER: N_("handing the drawer over"),
    Permission.COUNT: N_("counting the drawer"),
    Permission.SEE_CASH: N_("seeing what should be in the drawer"),
    Permission.ANY_DRAWER: N_("another cashier's drawer"),
    Permission.X_REPORT: N_("the X report"),
    Permission.REPORTS: N_("the reports"),
    Permission.STOCK_COUNT: N_("counting goods"),
    Permission.STOCK_RECEIVE: N_("receiving goods"),
    Permission.STOCK_TRANSFER: N_("moving goods"),
    Permission.STOCK_WRITE_OFF: N_("writing goods off"),
    Permission.CUSTOMERS: N_("customers' data"),
    Permission.ERASE_CUSTOMER: N_("erasing a customer"),
    Permission.PRICES: N_("prices and offers"),
    Permission.TRAINING: N_("training"),
    Permission.SETTINGS: N_("the settings"),
    Permission.STAFF: N_("the staff list"),
}

ROLES: dict[str, str] = {
    "cashier": N_("cashier"),
    "senior": N_("senior cashier"),
    "manager": N_("manager"),
}

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
MORE_THAN = N_("{permission}, more than {limit}")


def role(translate: Callable[[str], str], name: str) -> str:
    """A usual role in words; a role of the shop's own is its own word."""
    return translate(ROLES[name]) if name in ROLES else name


def worded(translate: Callable[[str], str], params: Mapping[str, str]) -> Mapping[str, str]:
    """The same parameters, with a permission said in words instead of by its key."""
    if params.get("weekday"):
        day = translate(WEEKDAYS[int(params["weekday"]) - 1])
        return {**params, "since": f"{params['since']} ({day})"}
    try:
        permission = translate(PERMISSIONS[Permission(params["permission"])])
    except (KeyError, ValueError):
        return params
    limit = params.get("limit", "")
    if limit:
        permission = translate(MORE_THAN).format(permission=permission, limit=limit)
    return {**params, "permission": permission}
