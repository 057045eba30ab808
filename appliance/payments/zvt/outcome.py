"""What a ZVT terminal's messages mean for the money, and whether they speak of this payment.

A repeated receipt is the terminal's last one, perhaps somebody else's. It counts only when it is
another one than before the command left, and its amount and its time fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from appliance.core.facts import TenderOutcome
from appliance.core.payment_answer import Totals
from appliance.payments.dialogue import Answer
from appliance.payments.zvt.bitmaps import first
from appliance.payments.zvt.container import number
from appliance.payments.zvt.message import Message

APPROVED = "00"
CANCELLED = "6C"
READY = "00"
PLEASE_WAIT = "9C"
DIAGNOSIS_NEEDED = "C2"
REVERSAL_IMPOSSIBLE = frozenset({"6B", "83", "B5"})
"""Refusals of 06 30 after which a refund may be asked for; "already reversed" (B4) is not one."""

NONE_KNOWN = ""
"""For `Memo.before`: the terminal told of no receipt."""

PAYMENT_LONGEST = timedelta(minutes=15)
"""From the command to the slip, with a PIN that is typed twice and a slow host."""

REASONS = {
    "64": "the card cannot be read",
    "65": "the card's data are missing",
    "67": "not possible with this card",
    "68": "not possible with this card",
    "6A": "the terminal is full: close its day",
    "6C": "cancelled on the terminal, or nobody showed a card",
    "6E": "the card is blocked",
    "71": "not enough money on the card",
    "78": "the card has expired",
    "7A": "the terminal does not take this card",
    "7D": "the terminal does not reach its bank",
    "9C": "the terminal is still busy",
    "A1": "the bank does not answer",
    "B4": "already taken back",
    "B5": "the terminal cannot take this payment back",
    "C2": "the terminal needs a diagnosis",
    "C5": "the terminal does not take this kind of payment",
    "CC": "the terminal's printer is not ready",
    "F0": "the terminal's day must be closed first",
}

_TOTALS = 0x60
_TOTALS_HEAD, _GROUP = 4, 7


@dataclass(frozen=True, slots=True)
class Memo:
    """What the journal keeps when the command leaves. before: the terminal's last receipt then;
    sent: the till's local time."""

    before: str
    sent: datetime

    def words(self) -> dict[str, str]:
        return {"before": self.before, "sent": self.sent.isoformat(timespec="seconds")}

    @staticmethod
    def of(words: Mapping[str, str]) -> Memo:
        return Memo(words["before"], datetime.fromisoformat(words["sent"]))


def identity(status: Mapping[str, Any]) -> str:
    """Names one receipt of a terminal; it changes with every payment."""
    names = ("receipt", "trace", "date_mmdd", "time")
    return "/".join(str(status.get(name, "")) for name in names)


def answer(status: Mapping[str, Any]) -> Answer:
    """Of a status information, once the terminal has completed it."""
    code = status.get("result_code", "")
    if code == APPROVED:
        return Answer(TenderOutcome.APPROVED, status.get("amount"), reference(status))
    if not code:
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal gave no result")
    return refused(code)


def refused(code: str) -> Answer:
    """Of an abort (06 1E), or of a result that is no approval."""
    cancelled = code == CANCELLED
    outcome = TenderOutcome.CANCELLED if cancelled else TenderOutcome.DECLINED
    return Answer(outcome, detail=reason(code))


def reason(code: str) -> str:
    return REASONS.get(code, f"ZVT {code}")


def reference(status: Mapping[str, Any]) -> str:
    """For taking it back, and for people: receipt, trace and amount."""
    parts = (status.get("receipt", ""), status.get("trace", ""), status.get("amount", ""))
    return "/".join(map(str, parts))


def referred(text: str) -> tuple[int | None, int | None]:
    """Receipt and amount of a reference; None for what it does not have."""
    receipt, _, rest = text.partition("/")
    amount = rest.rpartition("/")[2]
    return _whole(receipt), _whole(amount)


def told_of(
    status: Mapping[str, Any],
    memo: Memo,
    amount_minor: int,
    *,
    idle: bool,
    clock_tolerance: timedelta,
) -> Answer:
    """What the terminal's last receipt says of a command whose answer was lost. amount_minor: as
    asked, below zero to give money back. idle: the terminal surely works on it no more."""
    if memo.before != NONE_KNOWN and identity(status) == memo.before:
        if idle:
            return Answer(TenderOutcome.DECLINED, detail="the terminal has booked nothing since")
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal may still work on it")
    if status.get("amount") != abs(amount_minor):
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal's last receipt is another one")
    at = _time_of(status, memo.sent)
    if at is None and memo.before == NONE_KNOWN:
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal's last receipt has no time")
    earliest, latest = memo.sent - clock_tolerance, memo.sent + PAYMENT_LONGEST + clock_tolerance
    if at is not None and not earliest <= at <= latest:
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal's last receipt has another time")
    if amount_minor > 0 and status.get("original_trace"):
        return Answer(TenderOutcome.DECLINED, detail="the terminal has taken it back")
    return answer(status)


def totals(message: Message) -> Totals | None:
    """Of the status information of an end of day; None when it counts nothing.

    BMP 60: first and last receipt, then for each kind of card a count and an amount.
    """
    groups = first(message.bmps).get(_TOTALS, b"")[_TOTALS_HEAD:]
    if not groups or len(groups) % _GROUP:
        return None
    rows = [groups[at : at + _GROUP] for at in range(0, len(groups), _GROUP)]
    counted = sum(row[0] for row in rows)
    return Totals(counted, sum(number(row[1:]) for row in rows))


def _time_of(status: Mapping[str, Any], near: datetime) -> datetime | None:
    """The terminal names no year: of those around, the one that comes nearest."""
    if "time" not in status or "date_mmdd" not in status:
        return None
    found = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            text = f"{year}{status['date_mmdd']} {status['time']}"
            found.append(datetime.strptime(text, "%Y%m%d %H:%M:%S"))  # noqa: DTZ007 - local
        except ValueError:
            continue
    return min(found, key=lambda it: abs(it - near), default=None)


def _whole(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdecimal() else None
