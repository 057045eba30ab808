"""Why a card's file is not taken: what the screen says, and how often the light flashes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Trouble(StrEnum):
    MISNAMED = "misnamed"
    UNREADABLE = "unreadable"
    FIELDS = "fields"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    FOREIGN_KEY = "foreign_key"
    OTHER_MACHINE = "other_machine"
    OTHER_TILL = "other_till"
    OLD = "old"
    SET_UP = "set_up"
    CARD = "card"


FLASHES: Mapping[Trouble, int] = {
    Trouble.MISNAMED: 1,
    Trouble.UNREADABLE: 1,
    Trouble.FIELDS: 2,
    Trouble.UNSIGNED: 3,
    Trouble.FORGED: 3,
    Trouble.FOREIGN_KEY: 3,
    Trouble.OTHER_MACHINE: 4,
    Trouble.OTHER_TILL: 4,
    Trouble.OLD: 5,
    Trouble.SET_UP: 5,
    Trouble.CARD: 6,
}
"""Short flashes after the long one; the ones that are put right in the same way share a number."""

WORDS: Mapping[Trouble, tuple[str, str]] = {
    Trouble.MISNAMED: (
        "A file on the card is nearly named like a provisioning file.",
        "Name it kram-provision.json. Windows may hide the end of a name.",
    ),
    Trouble.UNREADABLE: (
        "The card's provisioning file cannot be read.",
        "Put the card into the computer and write the file again.",
    ),
    Trouble.FIELDS: (
        "The card's provisioning file has mistakes.",
        "Mend them in the list of cards and write the file again.",
    ),
    Trouble.UNSIGNED: (
        "The card's provisioning file is not signed, and this till takes signed files alone.",
        "Write it with the provisioning key: till provision --key.",
    ),
    Trouble.FORGED: (
        "The card's provisioning file was changed after it was signed.",
        "Write it again; copy both files, the one that ends in .sig too.",
    ),
    Trouble.FOREIGN_KEY: (
        "The card's provisioning file is signed with a key that this till does not know.",
        "Write it with the key of this chain, or flash the card anew.",
    ),
    Trouble.OTHER_MACHINE: (
        "The card's provisioning file is for another machine.",
        "See by the labels which card belongs here.",
    ),
    Trouble.OTHER_TILL: (
        "The card's provisioning file is for another till, and this one has sold already.",
        "See by the labels which card belongs here. For a new till flash a card anew.",
    ),
    Trouble.OLD: (
        "The card's provisioning file is older than the one this till was set up with.",
        "Write a new one.",
    ),
    Trouble.SET_UP: (
        "This till sells already; a file without a key that it knows changes nothing any more.",
        "Change it at the till, or flash the card anew.",
    ),
    Trouble.CARD: (
        "The memory card cannot be written.",
        "Copy what is on it and take another card.",
    ),
}
"""What is wrong, and what to do: English, the keys of the translations."""
