"""What an ECR17 result means for the money, and whether it speaks of this payment.

A result names no amount (unless a currency was exchanged) and no till. So the last result of the
terminal counts only when its STAN is another one than before the command left, and its time fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.core.facts import TenderOutcome
from appliance.payments.dialogue import Answer
from appliance.payments.ecr17.answers import Result

PAYMENT_LONGEST = timedelta(minutes=15)
"""From the command to the host's time, with a PIN that is typed twice and a slow host."""

_MINUTE = timedelta(minutes=1)
"""What the host's time is rounded to."""


@dataclass(frozen=True, slots=True)
class Memo:
    """What the journal keeps when the command leaves. stan: of the terminal's last result then;
    sent: the till's local time."""

    stan: str
    sent: datetime

    def words(self) -> dict[str, str]:
        return {"stan": self.stan, "sent": self.sent.isoformat(timespec="milliseconds")}

    @staticmethod
    def of(words: Mapping[str, str]) -> Memo:
        return Memo(words["stan"], datetime.fromisoformat(words["sent"]))


def answer(result: Result, asked_minor: int) -> Answer:
    """Of a result that is about this payment. asked_minor: below zero to give money back."""
    if result.outcome == "approved":
        amount_minor = result.amount_minor
        paid_minor = abs(asked_minor) if amount_minor is None else amount_minor
        return Answer(TenderOutcome.APPROVED, amount_minor, f"{result.stan}/{paid_minor}")
    if result.outcome in {"declined", "card_not_present"}:
        return Answer(TenderOutcome.DECLINED, detail=result.error or f"ECR17 {result.code}")
    return Answer(TenderOutcome.UNKNOWN, detail=f"ECR17 {result.code}")


def told_of(
    result: Result, memo: Memo, asked_minor: int, *, given_up: bool, clock_tolerance: timedelta
) -> Answer:
    """What the terminal's last result says of a command whose answer was lost.

    given_up: so much time has passed that no terminal still works on the command. The protocol has
    no word for that, and until then an old result proves nothing.
    """
    if result.stan == memo.stan:
        if given_up:
            return Answer(TenderOutcome.DECLINED, detail="the terminal has booked nothing since")
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal may still work on it")
    if result.amount_minor not in {None, abs(asked_minor)}:
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal's last result is another one")
    at = _time_of(result.date_time, memo.sent)
    earliest = memo.sent - clock_tolerance - _MINUTE
    if at is not None and not earliest <= at <= memo.sent + PAYMENT_LONGEST + clock_tolerance:
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal's last result has another time")
    return answer(result, asked_minor)


def referred(text: str) -> tuple[str, int | None]:
    """STAN and amount of a reference."""
    stan, _, amount = text.partition("/")
    return stan, int(amount) if amount.isascii() and amount.isdecimal() else None


def _time_of(text: str, near: datetime) -> datetime | None:
    """DDDHHMM: the day of the year, without the year; of those around, the one that comes nearest.
    Offline approvals have none."""
    if len(text) != len("DDDHHMM") or not (text.isascii() and text.isdecimal()):
        return None
    day, hour, minute = int(text[:3]), int(text[3:5]), int(text[5:])
    since = timedelta(days=day - 1, hours=hour, minutes=minute)
    years = (near.year - 1, near.year, near.year + 1)
    found = [datetime(year, 1, 1) + since for year in years]  # noqa: DTZ001 - local
    return None if not day else min(found, key=lambda it: abs(it - near))
