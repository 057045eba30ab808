"""Refusals: what a person may not do now, as a value the UI says in the cashier's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why not. The sentences, with their way out, stand in `words.py`."""

    NO_SHIFT = "no_shift"
    SHIFT_ALREADY_OPEN = "shift_already_open"
    BASKET_EMPTY = "basket_empty"
    BASKET_OPEN = "basket_open"
    BASKET_FULL = "basket_full"
    NO_SUCH_LINE = "no_such_line"
    NO_SUCH_SALE = "no_such_sale"
    NO_SUCH_TENDER = "no_such_tender"
    NO_SUCH_ITEM = "no_such_item"
    NO_SUCH_EFFECT = "no_such_effect"
    LINE_NOT_VOIDED = "line_not_voided"
    CODE_UNKNOWN = "code_unknown"
    CODE_INVALID = "code_invalid"
    CODE_EXPIRED = "code_expired"
    CODE_NOT_FOR_SALE = "code_not_for_sale"
    QUANTITY_NOT_POSITIVE = "quantity_not_positive"
    QUANTITY_TOO_LARGE = "quantity_too_large"
    QUANTITY_NOT_WHOLE = "quantity_not_whole"
    QUANTITY_TOO_FINE = "quantity_too_fine"
    WEIGHT_NEEDED = "weight_needed"
    PRICE_NEEDED = "price_needed"
    PRICE_WRONG = "price_wrong"
    AMOUNT_FIXED = "amount_fixed"
    TOTAL_TOO_LARGE = "total_too_large"
    DISCOUNT_WRONG = "discount_wrong"
    NOT_DISCOUNTABLE = "not_discountable"
    TAX_UNKNOWN = "tax_unknown"
    REASON_NEEDED = "reason_needed"
    NAME_NEEDED = "name_needed"
    TOO_MANY_SUSPENDED = "too_many_suspended"
    SALE_HAS_TENDERS = "sale_has_tenders"
    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    TENDER_TOO_LARGE = "tender_too_large"
    NOT_ENOUGH_CASH = "not_enough_cash"
    NOT_COUNTED = "not_counted"
    ALREADY_RECOUNTED = "already_recounted"
    COUNT_WRONG = "count_wrong"
    NOTHING_TO_PRINT = "nothing_to_print"
    STAFF_UNKNOWN = "staff_unknown"
    STORAGE_FULL = "storage_full"
    STORAGE_FAULT = "storage_fault"
    SCALE_NOT_STABLE = "scale_not_stable"
    SCALE_OVERLOAD = "scale_overload"
    NO_SCALE = "no_scale"
    COMMAND_WRONG = "command_wrong"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Refusal:
    """params: what the sentence names, e.g. {"code": "482.."}; values are plain text."""

    reason: Reason
    params: Mapping[str, str] = field(default_factory=dict)


def refuse(reason: Reason, **params: object) -> Refusal:
    return Refusal(reason, {name: str(value) for name, value in params.items()})
