"""What an ECR17 terminal answers, read from its columns without the card's number.

Source: Nexi, "Protocollo ECR17", application level; columns are counted from 1 there and here.
A short answer has empty fields at its end.
"""

from __future__ import annotations

from dataclasses import dataclass

OUTCOMES = {"00": "approved", "01": "declined", "05": "card_not_present", "09": "unknown_tag"}


def outcome(code: str) -> str:
    return OUTCOMES.get(code, "unknown")


@dataclass(frozen=True, slots=True)
class Result:
    """Of a payment or a reversal. amount_minor: None where the answer has no amount of its own
    (only those with a currency exchange do)."""

    code: str
    authorisation: str = ""
    date_time: str = ""
    error: str = ""
    acquirer: str = ""
    stan: str = ""
    online_id: str = ""
    amount_minor: int | None = None

    @property
    def outcome(self) -> str:
        return outcome(self.code)


def kind(payload: str) -> str:
    """The letter of the message: E or V a result, s status, S a line of receipt, T, C."""
    return _at(payload, 10, 1)


def terminal_id(payload: str) -> str:
    return _at(payload, 1, 8)


def result(payload: str) -> Result:
    code = _at(payload, 11, 2)
    refused = outcome(code) == "declined"
    amount = _at(payload, 75, 8) if kind(payload) == "V" else ""
    return Result(
        code,
        authorisation="" if refused else _at(payload, 35, 6).strip(),
        date_time="" if refused else _at(payload, 41, 7),
        error=_at(payload, 13, 24).strip() if refused else "",
        acquirer=_at(payload, 49, 11).strip(),
        stan=_at(payload, 60, 6),
        online_id=_at(payload, 66, 6),
        amount_minor=int(amount) if _decimal(amount) else None,
    )


def total_minor(payload: str) -> int | None:
    """What the terminal has taken in its session; None if it does not say."""
    digits = _at(payload, 13, 16)
    good = outcome(_at(payload, 11, 2)) == "approved" and _decimal(digits)
    return int(digits) if good else None


def _decimal(digits: str) -> bool:
    return digits.isascii() and digits.isdecimal()


def _at(payload: str, column: int, width: int) -> str:
    return payload[column - 1 : column - 1 + width]
