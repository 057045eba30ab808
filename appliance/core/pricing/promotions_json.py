"""Promotions as they stand in a basket's JSON: parameters and conditions, each with its range."""

from __future__ import annotations

from collections.abc import Callable

from appliance.core.pricing.fields import BasketError, Fields
from appliance.core.pricing.model import (
    ALWAYS,
    AmountOff,
    Bundle,
    BundleItem,
    Conditions,
    Discount,
    NForM,
    NthPercent,
    PercentOff,
    PercentPromotion,
    Promotion,
    Threshold,
)


def read_promotion(one: Fields) -> Promotion:
    """One promotion; whether its conditions hold does not matter here."""
    read = _READERS[one.one_of("type", _READERS)]
    return read(one, one.text("id", ""), _conditions(one))


_CONDITIONS = frozenset({"from", "until", "days", "hours", "group", "coupon"})


def _conditions(one: Fields) -> Conditions:
    if one.names_none_of(_CONDITIONS):
        return ALWAYS
    days = one.integers("days")
    if days is not None and not all(1 <= day <= 7 for day in days):
        raise BasketError(f"{one.path}.days: must be from 1 (Monday) to 7")
    return Conditions(
        since=one.moment("from"),
        until=one.moment("until"),
        days=None if days is None else frozenset(days),
        hours=one.hours("hours"),
        group=one.text("group") if one.has("group") else None,
        coupon=one.text("coupon") if one.has("coupon") else None,
    )


def _skus(one: Fields) -> frozenset[str] | None:
    skus = one.texts("skus")
    return None if skus is None else frozenset(skus)


def _percent(one: Fields, name: str, when: Conditions) -> Promotion:
    return PercentPromotion(name, one.percent("percent"), _skus(one), when)


def _n_for_m(one: Fields, name: str, when: Conditions) -> Promotion:
    buy, pay = one.integer("buy"), one.integer("pay")
    if buy <= pay or pay < 0:
        raise BasketError(f"{one.path}: buy must be above pay, and pay at least 0")
    return NForM(name, buy, pay, _skus(one), when)


def _nth_percent(one: Fields, name: str, when: Conditions) -> Promotion:
    every = one.integer("every")
    if every < 1:
        raise BasketError(f"{one.path}.every: must be at least 1")
    return NthPercent(name, every, one.percent("percent"), _skus(one), when)


def _bundle(one: Fields, name: str, when: Conditions) -> Promotion:
    items = tuple(_bundle_item(item) for item in one.objects("items"))
    if not items:
        raise BasketError(f"{one.path}.items: a bundle needs items")
    return Bundle(name, items, one.money_not_below_zero("price"), when)


def _bundle_item(item: Fields) -> BundleItem:
    skus = _skus(item)
    if skus is None:
        raise BasketError(f"{item.path}.skus: missing")
    qty = item.integer("qty")
    if qty < 1:
        raise BasketError(f"{item.path}.qty: must be at least 1")
    return BundleItem(skus, qty)


def _threshold(one: Fields, name: str, when: Conditions) -> Promotion:
    return Threshold(name, one.money("min"), read_discount(one), when)


def read_discount(one: Fields) -> Discount:
    """`percent` or `amount`, exactly one of them."""
    if one.has("percent") == one.has("amount"):
        raise BasketError(f"{one.path}: give percent or amount, one of them")
    if one.has("percent"):
        return PercentOff(one.percent("percent"))
    return AmountOff(one.money_not_below_zero("amount"))


_READERS: dict[str, Callable[[Fields, str, Conditions], Promotion]] = {
    "percent": _percent,
    "n_for_m": _n_for_m,
    "nth_percent": _nth_percent,
    "bundle": _bundle,
    "threshold": _threshold,
}
