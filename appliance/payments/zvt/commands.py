"""The commands that a till sends to a ZVT terminal.

Source: PA00P015, "Commands from ECR to PT".
"""

from __future__ import annotations

from appliance.payments.zvt.apdu import Apdu

ACKNOWLEDGED = Apdu("8000")
ABORT = Apdu("06B0")
DIAGNOSIS = Apdu("0670")

PRINTS_ON_TILL = 0x06
"""Payment and administration slips come as lines (06 D1, 06 D3) instead of on the terminal."""
_INTERMEDIATE_STATUS = 0x08
_AMOUNT_FROM_TILL = 0x10
_SLIPS_AS_LINES = 0x80

_AMOUNT, _PAYMENT_TYPE, _CURRENCY, _RECEIPT = b"\x04", b"\x19", b"\x49", b"\x87"
_TERMINAL_DECIDES = b"\x40"


def registration(password: str, *, prints_on_till: bool) -> Apdu:
    """Nobody may type an amount on the terminal: what it charges, a till asked for."""
    config = _INTERMEDIATE_STATUS | _AMOUNT_FROM_TILL | _SLIPS_AS_LINES
    if prints_on_till:
        config |= PRINTS_ON_TILL
    return Apdu("0600", bcd(password, 3) + bytes([config]))


def authorisation(amount_minor: int, currency: str) -> Apdu:
    """currency: the three digits of ISO 4217."""
    return Apdu("0601", _money(amount_minor, currency) + _PAYMENT_TYPE + _TERMINAL_DECIDES)


def refund(password: str, amount_minor: int, currency: str) -> Apdu:
    return Apdu("0631", bcd(password, 3) + _money(amount_minor, currency))


def reversal(password: str, receipt: int) -> Apdu:
    """Takes back a whole payment of the open batch."""
    return Apdu("0630", bcd(password, 3) + _RECEIPT + bcd(str(receipt), 2))


def repeat_receipt(password: str) -> Apdu:
    """Answered by the status information of the last payment."""
    return Apdu("0620", bcd(password, 3))


def enquiry(password: str) -> Apdu:
    return Apdu("0501", bcd(password, 3))


def turnover(password: str) -> Apdu:
    """The totals of the batch, which stays open."""
    return Apdu("0610", bcd(password, 3))


def end_of_day(password: str) -> Apdu:
    return Apdu("0650", bcd(password, 3))


def bcd(digits: str, length: int) -> bytes:
    return bytes.fromhex(digits.rjust(2 * length, "0"))


def _money(amount_minor: int, currency: str) -> bytes:
    return _AMOUNT + bcd(str(amount_minor), 6) + _CURRENCY + bcd(currency, 2)
