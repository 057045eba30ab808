"""What an answer of a PrivatBank terminal means for the money, and what of it may be kept.

Nothing else of an answer leaves this module: some carry a holder's name, an expiry date, track 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from appliance.malformed import Malformed

APPROVED, PARTLY = "0000", "0010"
CANCELLED = "1001"
NOT_CHARGED = frozenset({"1002", "1003", "1006", "1007"})
"""The terminal's own refusals that surely took no money; of its others one has to ask."""
LOCAL_FROM = "1000"
"""Codes from here on are the terminal's own, those below the bank's."""

RECEIPT_INFO = "GetReceiptInfo"
SERVICE = "ServiceMessage"

KEPT = (
    "approvalCode", "invoiceNumber", "rrn", "terminalId", "merchant", "paymentSystem",
    "bankAcquirer", "issuerName", "responseCode", "date", "time", "amount", "signVerif",
    "posEntryMode", "txnType", "trnStatus",
)  # fmt: skip

_AMOUNT = re.compile(r"([0-9]+)(?:\.([0-9]{1,2}))?")
_CODE = re.compile("[0-9]{4}")
_DIGITS = re.compile("[0-9]+")
_LAST_FOUR = re.compile(r"[0-9]{4}\Z")
_DIGITS_MAX = 4000
"""Python reads no longer number at once, and nobody owes one."""


class Outcome(Enum):
    APPROVED = "approved"
    PARTIALLY_APPROVED = "partially_approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    BUSY = "busy"
    INTERRUPT_ACKNOWLEDGED = "interrupt_acknowledged"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Pending:
    """What was asked for before the answer was lost. last_invoice_before: the number of the last
    receipt as the terminal told it before; terminal_id: None when it did not tell."""

    amount_minor: int
    last_invoice_before: str
    terminal_id: str | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """amount_minor: the answer's own, for the approved outcomes alone. journal: what may be kept."""

    outcome: Outcome
    amount_minor: int | None
    journal: Mapping[str, str]


def to_minor(text: str) -> int:
    """Of "87.50", "87.5" and "87"; the currency of these terminals has two decimals."""
    match = _AMOUNT.fullmatch(text)
    if match is None or len(match[1].lstrip("0")) > _DIGITS_MAX:
        raise Malformed(f'"{text[:20]}" is no amount like 87.50')
    whole, decimals = match[1].lstrip("0") or "0", match[2] or ""
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def to_text(amount_minor: int) -> str:
    return f"{amount_minor // 100}.{amount_minor % 100:02}"


def texts(params: Mapping[str, Any]) -> dict[str, str]:
    """The texts of an answer without blanks around them. Whole numbers become texts: both are
    seen in the wild. What is neither says nothing."""
    return {
        name: str(value).strip()
        for name, value in params.items()
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
    }


def is_later(invoice: str, before: str) -> bool:
    """Both are digits, and the first is the larger number."""
    if not (_DIGITS.fullmatch(invoice) and _DIGITS.fullmatch(before)):
        return False
    one, other = invoice.lstrip("0"), before.lstrip("0")
    return (len(one), one) > (len(other), other)


def is_same(invoice: str, before: str) -> bool:
    """Both are digits, and the same number."""
    digits = _DIGITS.fullmatch(invoice) and _DIGITS.fullmatch(before)
    return bool(digits) and invoice.lstrip("0") == before.lstrip("0")


def has_failed(answer: Mapping[str, Any]) -> bool:
    """By its own word; the description, misspelt in the wild, decides nothing."""
    return answer.get("error") is True or answer.get("error") == "true"


def meaning(
    answer: Mapping[str, Any], *, requested_minor: int | None = None, pending: Pending | None = None
) -> Meaning:
    """Raises Malformed for what is no answer: without a method, or with params of another kind."""
    method, params = answer.get("method"), answer.get("params")
    if not isinstance(method, str):
        raise Malformed("method is missing")
    if params is not None and not isinstance(params, dict):
        raise Malformed("params: an object is needed")
    said = texts(params or {})
    if method == SERVICE:
        return Meaning(_service(said), None, {})
    failed = has_failed(answer)
    if method == RECEIPT_INFO:
        outcome, amount = _receipt(said, failed=failed, pending=pending)
    else:
        outcome, amount = _final(said, failed=failed, requested_minor=requested_minor)
    return Meaning(outcome, amount, _kept(said))


Judged = tuple[Outcome, int | None]
_UNKNOWN: Judged = (Outcome.UNKNOWN, None)


def _service(said: Mapping[str, str]) -> Outcome:
    match said.get("msgType"):
        case "deviceBusy":
            return Outcome.BUSY
        case "interruptTransmitted":
            return Outcome.INTERRUPT_ACKNOWLEDGED
        case _:
            return Outcome.SERVICE


def _receipt(said: Mapping[str, str], *, failed: bool, pending: Pending | None) -> Judged:
    """The last receipt of the batch is perhaps somebody else's: everything has to fit."""
    code, amount = said.get("responseCode"), _amount(said)
    if failed or pending is None or amount is None:
        return _UNKNOWN
    if not is_later(said.get("invoiceNumber", ""), pending.last_invoice_before):
        return _UNKNOWN
    if pending.terminal_id is not None and said.get("terminalId") != pending.terminal_id:
        return _UNKNOWN
    if code == APPROVED and amount == pending.amount_minor:
        return Outcome.APPROVED, amount
    if code == PARTLY and 0 < amount < pending.amount_minor:
        return Outcome.PARTIALLY_APPROVED, amount
    return _UNKNOWN


def _final(said: Mapping[str, str], *, failed: bool, requested_minor: int | None) -> Judged:
    code, amount = said.get("responseCode", ""), _amount(said)
    if not _CODE.fullmatch(code):
        return _UNKNOWN
    if code in {APPROVED, PARTLY}:
        if failed or amount is None:
            return _UNKNOWN
        less = requested_minor is not None and amount < requested_minor
        partly = code == PARTLY or less
        return (Outcome.PARTIALLY_APPROVED if partly else Outcome.APPROVED), amount
    if code == CANCELLED:
        return Outcome.CANCELLED, None
    if code < LOCAL_FROM or code in NOT_CHARGED:
        return Outcome.DECLINED, None
    return _UNKNOWN


def _amount(said: Mapping[str, str]) -> int | None:
    try:
        return to_minor(said.get("amount", ""))
    except Malformed:
        return None


def _kept(said: Mapping[str, str]) -> dict[str, str]:
    kept = {name: said[name] for name in KEPT if said.get(name)}
    last_four = _LAST_FOUR.search(said.get("pan", ""))
    return kept | ({"pan_last4": last_four[0]} if last_four else {})
