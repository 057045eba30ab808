"""What is wrong with a device and how to mend it, in English message ids, for every device.

Each pair is (what is wrong, what to do). A category's own words win over those for any device.
"""

from __future__ import annotations

from appliance.core.devices import Category, Problem

Remedy = tuple[str, str]

DEVICE_NAMES: dict[Category, str] = {
    Category.CASH_DRAWER: "Cash drawer",
    Category.POS_PRINTER: "Printer",
    Category.SCANNER: "Scanner",
    Category.SCALE: "Scale",
    Category.LINE_DISPLAY: "Customer display",
    Category.PAYMENT_TERMINAL: "Card terminal",
    Category.SMART_CARD_READER: "Card reader",
    Category.CONTACTLESS_READER: "Contactless reader",
    Category.CARD_LEDGER: "Gift cards of the shop",
    Category.MACHINE: "This till",
}

ANY: dict[Problem, Remedy] = {
    Problem.NONE: ("Works.", ""),
    Problem.UNPLUGGED: (
        "Not plugged in.",
        "Check both ends of the cable. It is found by itself when it is back.",
    ),
    Problem.NO_ANSWER: (
        "Plugged in, but does not answer.",
        "Check that it is switched on and that its speed and kind are set right.",
    ),
    Problem.PORT_BUSY: (
        "Another program is using it.",
        "Close the other program, or restart the till.",
    ),
    Problem.NO_PERMISSION: (
        "The till is not allowed to use it.",
        "Add the till's user to the group that owns the device, then restart the till.",
    ),
    Problem.PAPER_OUT: ("Out of paper.", "Put in a new roll."),
    Problem.PAPER_NEAR_END: ("The paper is nearly used up.", "Have a new roll ready."),
    Problem.COVER_OPEN: ("The cover is open.", "Close the cover."),
    Problem.OFFLINE: ("Switched off line.", "Press its on-line button, or switch it off and on."),
    Problem.LEFT_OPEN: ("Left open.", "Close it."),
    Problem.STUCK: ("Did not open.", "Open it with the key and look what holds it."),
    Problem.GARBAGE: (
        "What it sends makes no sense.",
        "Check its speed, parity and kind in the settings, and its cable.",
    ),
    Problem.CRASHED: (
        "Its driver failed and is starting again.",
        "If this stays, restart the till and tell the technician.",
    ),
    Problem.LOW_VOLTAGE: (
        "The power is too weak.",
        "Use the power supply that was made for it, with its own cable.",
    ),
    Problem.ON_BATTERY: (
        "Mains power is gone: it runs on its battery.",
        "Finish what is open. It switches itself off before the battery is empty.",
    ),
    Problem.TOO_HOT: (
        "Too hot: it slows itself down.",
        "Give it air and take it out of the sun.",
    ),
    Problem.WORN: (
        "Its memory card is nearly worn out.",
        "Make a backup, and have the technician change the card soon.",
    ),
}

OWN: dict[tuple[Category, Problem], Remedy] = {
    (Category.POS_PRINTER, Problem.UNPLUGGED): (
        "Not plugged in.",
        "Check its power and both ends of the cable. Waiting receipts print by themselves.",
    ),
    (Category.POS_PRINTER, Problem.NO_ANSWER): (
        "Plugged in, but does not answer.",
        "Switch it off and on. Receipts whose printing is unsure are asked about.",
    ),
    (Category.POS_PRINTER, Problem.PAPER_OUT): (
        "Out of paper.",
        "Put in a new roll. The receipt prints by itself.",
    ),
    (Category.POS_PRINTER, Problem.COVER_OPEN): (
        "The cover is open.",
        "Close the cover. The receipt prints by itself.",
    ),
    (Category.SCANNER, Problem.UNPLUGGED): (
        "Not plugged in.",
        "Check both ends of the cable. Until then, type the code by hand.",
    ),
    (Category.SCANNER, Problem.GARBAGE): (
        "What it sends is no code.",
        "Set the scanner to the speed in the settings, or scan its factory reset code.",
    ),
    (Category.CASH_DRAWER, Problem.UNPLUGGED): (
        "Cannot be opened by the till.",
        "Check its cable and the printer it hangs on. Until then, open it with the key.",
    ),
    (Category.CASH_DRAWER, Problem.NO_ANSWER): (
        "Its printer does not answer.",
        "Switch the printer off and on. Until then, open the drawer with the key.",
    ),
    (Category.CASH_DRAWER, Problem.LEFT_OPEN): ("The drawer is open.", "Close the drawer."),
    (Category.CASH_DRAWER, Problem.STUCK): (
        "The drawer did not open.",
        "See that it is not locked by its key, then check its cable.",
    ),
    (Category.SCALE, Problem.UNPLUGGED): (
        "Not plugged in.",
        "Check both ends of the cable. Until it is back, type the weight by hand.",
    ),
    (Category.SCALE, Problem.NO_ANSWER): (
        "Plugged in, but does not answer.",
        "Check that it is switched on and that its dialogue in its own menu is the one set here.",
    ),
    (Category.SCALE, Problem.GARBAGE): (
        "What it sends is no weight.",
        "Check its unit (kg), speed, parity and dialogue in its own menu.",
    ),
    (Category.CARD_LEDGER, Problem.NO_ANSWER): (
        "The till that keeps the gift cards does not answer.",
        "See that it is on and in the network. Until then a card pays only a part.",
    ),
    (Category.PAYMENT_TERMINAL, Problem.NO_ANSWER): (
        "Does not answer.",
        "Check its power, its network cable and its address in [[payments]]. Until then, take cash.",
    ),
    (Category.LINE_DISPLAY, Problem.NO_ANSWER): (
        "Plugged in, but takes no text.",
        "Check its power and its flow control setting.",
    ),
    (Category.SMART_CARD_READER, Problem.UNPLUGGED): (
        "Not plugged in.",
        "Check its cable. Until it is back, type the code by hand.",
    ),
    (Category.SMART_CARD_READER, Problem.NO_ANSWER): (
        "The card service of this machine does not answer.",
        "Start it: systemctl start pcscd. If it is missing, install the package pcscd.",
    ),
    (Category.CONTACTLESS_READER, Problem.UNPLUGGED): (
        "Not plugged in.",
        "Check its cable. Until it is back, type the code by hand.",
    ),
    (Category.CONTACTLESS_READER, Problem.PORT_BUSY): (
        "Another program is using it.",
        "Stop the card service, which takes such readers too: systemctl stop pcscd.socket pcscd.",
    ),
}


def remedy(category: Category, problem: Problem) -> Remedy:
    """What is wrong and what to do, as message ids; the second is empty when all is well."""
    return OWN.get((category, problem), ANY[problem])
