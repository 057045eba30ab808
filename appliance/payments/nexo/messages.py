"""nexo Sale to POI messages as Python objects, and what their answers mean.

Source: nexo Sale to POI Protocol 3.0 and docs.adyen.com, "Terminal API". Of an answer only the
result, the amount and the transaction's number are read: nothing of the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from appliance.core.facts import TenderOutcome
from appliance.core.money import exponent
from appliance.malformed import Malformed
from appliance.payments.dialogue import Answer

PROTOCOL_VERSION = "3.0"
REQUEST, RESPONSE = "SaleToPOIRequest", "SaleToPOIResponse"

CALLED_OFF = frozenset({"Aborted", "Cancel"})
NOT_CHARGED = frozenset(
    """Busy DeviceOut InsertedCard InvalidCard LoggedOut MessageFormat NotAllowed NotFound
    PaymentRestriction Refusal UnavailableDevice UnavailableService UnreachableHost WrongPIN""".split()
)
"""Failures that the protocol defines as final. Any other word is unknown, and asked about."""


@dataclass(frozen=True, slots=True)
class Address:
    """Who speaks to whom: the till's name for itself, and the terminal's "model-serial"."""

    sale_id: str
    poi_id: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request: category like "Payment", service: its id, unique for 48 hours."""

    address: Address
    category: str
    service: str

    def header(self, kind: str = "Request") -> dict[str, Any]:
        return {
            "ProtocolVersion": PROTOCOL_VERSION,
            "MessageClass": "Service",
            "MessageCategory": self.category,
            "MessageType": kind,
            "ServiceID": self.service,
            "SaleID": self.address.sale_id,
            "POIID": self.address.poi_id,
        }

    def reference(self) -> dict[str, str]:
        return {
            "MessageCategory": self.category,
            "SaleID": self.address.sale_id,
            "ServiceID": self.service,
        }

    def request(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return {
            REQUEST: {"MessageHeader": self.header(), f"{self.category}Request": dict(body)},
        }

    def response_in(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The body of the answer to this very request. Raises Malformed."""
        answer = part(message, RESPONSE)
        self.is_answered_by(part(answer, "MessageHeader"))
        return part(answer, f"{self.category}Response")

    def is_answered_by(self, header: Mapping[str, Any]) -> None:
        for name in ("MessageCategory", "ServiceID", "SaleID", "POIID"):
            if header.get(name) != self.header()[name]:
                raise Malformed(f"the answer to another question: its {name} differs")


def payment(transaction: str, at: str, amount_minor: int, currency: str) -> dict[str, Any]:
    return {
        "SaleData": {"SaleTransactionID": {"TransactionID": transaction, "TimeStamp": at}},
        "PaymentTransaction": {
            "AmountsReq": {
                "Currency": currency,
                "RequestedAmount": to_number(amount_minor, currency),
            }
        },
    }


def free_refund(transaction: str, at: str, amount_minor: int, currency: str) -> dict[str, Any]:
    """Without the payment that it belongs to: the customer's card is needed again."""
    body = payment(transaction, at, amount_minor, currency)
    return body | {"PaymentData": {"PaymentType": "Refund"}}


def reversal(
    transaction: str, at: str, original: tuple[str, str], amount_minor: int, currency: str
) -> dict[str, Any]:
    """original: number and time stamp of the payment, as the terminal gave them."""
    number, stamp = original
    return {
        "OriginalPOITransaction": {"POITransactionID": {"TransactionID": number, "TimeStamp": stamp}},
        "ReversalReason": "MerchantCancel",
        "ReversedAmount": to_number(amount_minor, currency),
        "SaleData": {"SaleTransactionID": {"TransactionID": transaction, "TimeStamp": at}},
    }  # fmt: skip


def status(of: Exchange) -> dict[str, Any]:
    return {"ReceiptReprintFlag": False, "MessageReference": of.reference()}


def abort(of: Exchange) -> dict[str, Any]:
    return {"AbortReason": "MerchantAbort", "MessageReference": of.reference()}


def diagnosis() -> dict[str, Any]:
    return {"HostDiagnosisFlag": False}


def meaning(body: Mapping[str, Any], amount_minor: int, currency: str) -> Answer:
    """Of a PaymentResponse or a ReversalResponse. amount_minor: what was asked."""
    response = part(body, "Response")
    if response.get("Result") in {"Success", "Partial"}:
        return _approved(body, amount_minor, currency)
    condition = str(response.get("ErrorCondition", ""))
    if condition in CALLED_OFF:
        return Answer(TenderOutcome.CANCELLED, detail=condition)
    if condition in NOT_CHARGED:
        return Answer(TenderOutcome.DECLINED, detail=condition)
    return Answer(TenderOutcome.UNKNOWN, detail=condition[:40] or "no result")


def status_meaning(
    body: Mapping[str, Any], of: Exchange, amount_minor: int, currency: str
) -> Answer:
    """Of a TransactionStatusResponse: what the terminal answered, or would have."""
    response = part(body, "Response")
    if response.get("Result") == "Success":
        repeated = part(body, "RepeatedMessageResponse")
        of.is_answered_by(part(repeated, "MessageHeader"))
        answers = part(repeated, "RepeatedResponseMessageBody")
        return meaning(part(answers, f"{of.category}Response"), amount_minor, currency)
    condition = str(response.get("ErrorCondition", ""))
    if condition == "NotFound":
        return Answer(TenderOutcome.DECLINED, detail="the terminal never got it")
    return Answer(TenderOutcome.UNKNOWN, detail=condition[:40] or "no result")


def _approved(body: Mapping[str, Any], amount_minor: int, currency: str) -> Answer:
    amount: int | None = amount_minor
    if "PaymentResult" in body:
        amounts = part(part(body, "PaymentResult"), "AmountsResp")
        amount = to_minor(amounts.get("AuthorizedAmount"), currency)
        if amounts.get("Currency", currency) != currency:
            amount = None
    elif "ReversedAmount" in body:
        amount = to_minor(body["ReversedAmount"], currency)
    if amount is None:
        return Answer(TenderOutcome.UNKNOWN, detail="approved, without an amount that can be read")
    transaction = part(part(body, "POIData"), "POITransactionID")
    number, stamp = transaction.get("TransactionID", ""), transaction.get("TimeStamp", "")
    return Answer(TenderOutcome.APPROVED, amount, f"{number} {stamp}"[:80])


def part(whole: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = whole.get(name)
    if not isinstance(found, dict):
        raise Malformed(f"{name} is missing")
    return found


def to_number(amount_minor: int, currency: str) -> float:
    """JSON's only kind of number with decimals; a till's sums pass it unchanged."""
    number = float(Decimal(amount_minor).scaleb(-exponent(currency)))
    assert to_minor(number, currency) == amount_minor, "more digits than JSON's numbers hold"
    return number


def to_minor(number: object, currency: str) -> int | None:
    """None for what is no amount of that currency."""
    if not isinstance(number, int | float) or isinstance(number, bool):
        return None
    try:
        minor = Decimal(str(number)).scaleb(exponent(currency))
    except InvalidOperation:
        return None
    return int(minor) if minor >= 0 and minor == minor.to_integral_value() else None
