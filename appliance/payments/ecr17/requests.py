"""The ECR17 messages that the till sends: fixed columns, numbers filled with zeros.

Source: Nexi, "Protocollo ECR17", application level.
"""

from __future__ import annotations

import re

from appliance.malformed import Malformed

AMOUNT_MAX_MINOR = 99_999_999
_ID = re.compile("[0-9]{8}")
_STAN = re.compile("[0-9]{6}")
_RECEIPT_TEXT = " " * 128


def status(terminal_id: str) -> str:
    return f"{id_of(terminal_id)}0s"


def payment(terminal_id: str, till_id: str, amount_minor: int) -> str:
    """No further data, no card in the slot yet, the terminal finds the card's kind by itself."""
    amount = f"{checked_amount(amount_minor):08}"
    return f"{id_of(terminal_id)}0P{id_of(till_id)}00000{amount}{_RECEIPT_TEXT}00000000"


def reversal(terminal_id: str, till_id: str, stan: str) -> str:
    """Takes back the last payment, which has to have this STAN."""
    return f"{id_of(terminal_id)}0S{id_of(till_id)}{checked_stan(stan)}00"


def last_result(terminal_id: str, till_id: str) -> str:
    return f"{id_of(terminal_id)}0G{id_of(till_id)}0000"


def id_of(digits: str) -> str:
    """Raises Malformed."""
    if not _ID.fullmatch(digits):
        raise Malformed("The terminal and the till are named by eight digits each")
    return digits


def checked_stan(stan: str) -> str:
    if not _STAN.fullmatch(stan):
        raise Malformed("A STAN has six digits")
    return stan


def checked_amount(amount_minor: int) -> int:
    if not 1 <= amount_minor <= AMOUNT_MAX_MINOR:
        raise Malformed(f"An amount is from 1 to {AMOUNT_MAX_MINOR}")
    return amount_minor
