"""What an ECR17 terminal answers, read from its columns without the card's number.

Source: Nexi, "Protocollo ECR17", application level; columns are counted from 1 there and here.
A short answer has empty fields at its end.
"""

from __future__ import annotations

from dataclasses import dataclass

STATUS, RESULTS = "s", frozenset({"E", "V"})
"""V is a result with a currency exchange."""

OUTCOMES = {"00": "approved", "01": "declined", "05": "card_not_present", "09": "unknown_tag"}


def outcome(code: str) -> str:
    return OUTCOMES.get(code, "unknown")


@dataclass(frozen=True, slots=True)
class Result:
    """Of a payment or a reversal. amount_minor: None where the answer has no amount of its own
    (only those with a currency exchange do)."""

    code: str
    date_time: str = ""
    error: str = ""
    stan: str = ""
    amount_minor: int | None = None

    @property
    def outcome(self) -> str:
        return outcome(self.code)


def kind(payload: str) -> str:
    """The letter of the message."""
    return _at(payload, 10, 1)


def result(payload: str) -> Result:
    code = _at(payload, 11, 2)
    refused = outcome(code) == "declined"
    amount = _at(payload, 75, 8) if kind(payload) == "V" else ""
    return Result(
        code,
        date_time="" if refused else _at(payload, 41, 7),
        error=_at(payload, 13, 24).strip() if refused else "",
        stan=_at(payload, 60, 6),
        amount_minor=int(amount) if _decimal(amount) else None,
    )


def _decimal(digits: str) -> bool:
    return digits.isascii() and digits.isdecimal()


def _at(payload: str, column: int, width: int) -> str:
    return payload[column - 1 : column - 1 + width]
