"""What is asked about coupons and about how a price came about."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import LineId


@dataclass(frozen=True, slots=True)
class EnterCoupon:
    """A coupon as it was scanned or typed; the shell proves it and hands on AddCoupon."""

    code: str


@dataclass(frozen=True, slots=True)
class AddCoupon:
    """A coupon that is true and unused. coupon: its serial, of a plain one the word itself.
    promotion: the word that offers ask for. customer: whose it is, "" for anyone's."""

    coupon: str
    promotion: str
    customer: str = ""


@dataclass(frozen=True, slots=True)
class RemoveCoupon:
    coupon: str


@dataclass(frozen=True, slots=True)
class ExplainLine:
    """How the price of a line of the open basket came about, shown step by step."""

    line: LineId
