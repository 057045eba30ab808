"""What the till says about offers, coupons, the day's taxes, and how a price came about."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from appliance import i18n
from appliance.core.item import Unit
from appliance.core.refusal import Reason
from appliance.core.why import WhyKind, WhyLook, WhyStep
from appliance.ui.sentences.mark import N_

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSALS: dict[Reason, str] = {
    Reason.TAX_RATE_MISSING: N_(
        "“{name}”: tax {code} has no rate on {day}. Add it to the tax table."
    ),
    Reason.COUPON_MALFORMED: N_(
        "No coupon has this code or word. Scan it again, or type it: More, Coupon."
    ),
    Reason.COUPON_FORGED: N_("This coupon is not from this shop. Do not take it."),
    Reason.COUPON_EXPIRED: N_("The coupon ended on {date}. Sell without it."),
    Reason.COUPON_USED: N_("This coupon has been used already. Sell without it."),
    Reason.COUPON_HELD: N_("This coupon lies in a suspended basket. Take it out of there first."),
    Reason.COUPON_TWICE: N_(
        "A coupon “{word}” is in the basket already, and one is enough. Give this one back."
    ),
    Reason.COUPON_UNKNOWN: N_(
        "There is no such coupon in this basket. See those that are: More, Coupon."
    ),
    Reason.COUPON_NOT_HERE: N_("No offer asks for the coupon “{word}” now. Keep it for later."),
    Reason.COUPON_NOT_YOURS: N_(
        "This coupon is for one customer only. Find that customer first, then scan it again."
    ),
    Reason.COUPONS_FULL: N_("At most {most} coupons a basket. Take some into the next one."),
}

NOTICES: dict[str, str] = {
    "offers_fault": N_("The new offers have a mistake, so the old ones hold: {fault}"),
    "coupon_added": N_("Coupon “{word}” is in the basket."),
    "coupon_waits": N_("Coupon “{word}” is in the basket and waits for its goods."),
    "coupon_removed": N_("The coupon is out of the basket."),
    "coupon_kept": N_("Coupon “{word}” was not needed and stays good: give it back."),
}

_UNITS = {
    Unit.PIECE: N_("pcs"),
    Unit.KILOGRAM: N_("kg"),
    Unit.LITRE: N_("l"),
    Unit.METRE: N_("m"),
}

_STEPS: dict[WhyKind, str] = {
    WhyKind.CATALOGUE: N_("Price in the catalogue"),
    WhyKind.LIST: N_("Price list “{text}” instead of {before}"),
    WhyKind.OVERRIDE: N_("Price set by hand instead of {before}"),
    WhyKind.LABEL: N_("Price on the label"),
    WhyKind.OPEN: N_("Price named at the till"),
    WhyKind.DEPOSIT: N_("Deposit, goes with “{text}”"),
    WhyKind.LEAST: N_("Least price instead of {before}"),
    WhyKind.WISHES: N_("Wishes, for each: {text}"),
    WhyKind.EXEMPT: N_("Without VAT: this customer owes none"),
    WhyKind.TARE: N_("The container of {quantity} is taken off"),
    WhyKind.SERVICE: N_("{percent} of the goods as they are paid"),
    WhyKind.BASE: "{price} × {quantity}",
    WhyKind.DISCOUNT: N_("Discount"),
    WhyKind.OFFER: "{text}",
    WhyKind.SHARE_OF_OFFER: N_("{text}, this line's share"),
    WhyKind.SHARE_OF_DISCOUNT: N_("Basket discount, this line's share"),
    WhyKind.TAX_INCLUDED: N_("includes {text}"),
    WhyKind.TAX_ADDED: N_("plus {text}"),
    WhyKind.TOTAL: N_("To pay"),
}

_WITHOUT_AMOUNT = (WhyKind.EXEMPT, WhyKind.TARE)


def why_rows(why: WhyLook, language: str, currency: str) -> list[tuple[str, str, WhyKind]]:
    """(what happened, its amount, kind) of each step, in words."""
    say = i18n.translator(language)
    return [(*_row(step, why, say, language, currency), step.kind) for step in why.steps]


def why_sentence(why: WhyLook, language: str, currency: str) -> str:
    """The whole way in one sentence: "46,90 × 3: 140,70; 3 for 2: −46,90; to pay: 93,80"."""
    return "; ".join(
        f"{text}: {amount}" if amount else text
        for text, amount, _ in why_rows(why, language, currency)
    )


def _row(
    step: WhyStep, why: WhyLook, say: Callable[[str], str], language: str, currency: str
) -> tuple[str, str]:
    def money(minor: int) -> str:
        return i18n.amount(minor, currency, language)

    kind = step.kind
    text = step.names.get(language) or next(iter(step.names.values()), "") or step.text
    if step.percent is not None and kind in (WhyKind.TAX_INCLUDED, WhyKind.TAX_ADDED):
        percent = i18n.percent(step.percent, language)
        text = text if percent in text else f"{text} {percent}"
    rule = step.rules.get(language, "")
    if rule and rule not in text:
        text = f"{text} ({rule})"
    sentence = say(_STEPS[kind])
    if kind is WhyKind.TOTAL and why.sold:
        sentence = say(N_("Paid")) if step.amount_minor >= 0 else say(N_("Paid back"))
    row = sentence.format(
        text=text,
        before="" if step.before_minor is None else money(step.before_minor),
        price=_price(step, currency, language),
        quantity=_quantity(step, why.unit, say, language),
        percent="" if step.percent is None else i18n.percent(step.percent, language),
    )
    if kind is WhyKind.DISCOUNT and step.percent is not None:
        row = f"{row} {i18n.percent(-step.percent, language)}"
    if kind is WhyKind.SHARE_OF_DISCOUNT and step.percent is not None:
        row = f"{row} ({i18n.percent(-step.percent, language)})"
    if kind is WhyKind.LIST and step.quantity is not None and step.quantity > 1:
        many = say(N_("from {quantity}")).format(quantity=_quantity(step, why.unit, say, language))
        row = f"{row} ({many})"
    if kind is WhyKind.OVERRIDE and step.text:
        row = f"{row}: {step.text}"
    return row, "" if kind in _WITHOUT_AMOUNT else money(step.amount_minor)


def _price(step: WhyStep, currency: str, language: str) -> str:
    """A unit's price; of one finer than the currency, to two decimals more."""
    price = step.price_minor
    if price is None:
        return ""
    if price == price.to_integral_value():
        return i18n.amount(int(price), currency, language)
    decimals = len(i18n.amount(0, currency, language).partition("0")[2]) - 1
    return i18n.number((price / Decimal(10) ** max(0, decimals)).normalize(), language)


def _quantity(step: WhyStep, unit: Unit, say: Callable[[str], str], language: str) -> str:
    if step.quantity is None:
        return ""
    number = i18n.number(step.quantity, language)
    return number if unit is Unit.PIECE else f"{number} {say(_UNITS[unit])}"
