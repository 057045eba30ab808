"""Reads offers.toml: the shop's offers, each mistake named with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from appliance.config.mistakes import ConfigError, Key, Source, did_you_mean
from appliance.core.money import exponent
from appliance.core.offers import LANGUAGES, Offer, Offers, usual_name
from appliance.core.pricing.fields import BasketError, Fields
from appliance.core.pricing.model import Bundle, Promotion, Threshold
from appliance.core.pricing.promotions_json import read_promotion

FILE = "offers.toml"
OFFERS_MAX = 2_000
TEXT_MAX = 4_000_000
"""Characters of a file; 2,000 offers of a hundred items each are well below."""

_EVERYWHERE = (
    *("id", "type", "name", "from", "until", "days", "hours", "group", "coupon"),
    *("plain_coupon", "most_per_customer"),
)
_OF_TYPE: dict[str, tuple[str, ...]] = {
    "percent": ("percent", "skus", "most_per_sale"),
    "n_for_m": ("buy", "pay", "skus", "most_per_sale"),
    "nth_percent": ("every", "percent", "skus", "most_per_sale"),
    "bundle": ("items", "price", "most_per_sale"),
    "threshold": ("min", "percent", "amount"),
}
_NUMBERS = frozenset({"percent", "amount", "price", "min"})


def load(path: Path, currency: str) -> Offers:
    """The offers of a file; none where there is no file. Raises ConfigError with every mistake."""
    try:
        with path.open("rb") as file:
            data = file.read(4 * TEXT_MAX + 1)
    except FileNotFoundError:
        return Offers()
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError([f"{path}: is not written in UTF-8"]) from None
    return parse(text, str(path), currency)


def parse(text: str, file: str, currency: str) -> Offers:
    """The offers in a text. file: its name in messages."""
    if len(text) > TEXT_MAX:
        raise ConfigError([f"{file}: is longer than {TEXT_MAX} characters"])
    from appliance.config.lines import lines_of  # a till without offers reads no TOML
    from appliance.config.toml_text import document_of

    try:
        document = document_of(text, file)
    except RecursionError:
        raise ConfigError([f"{file}: is nested too deeply"]) from None
    source = Source(file, lines_of(text))
    found: list[tuple[Key, str]] = [
        ((name,), f"is no key here{did_you_mean(name, ['offers'])}")
        for name in document
        if name != "offers"
    ]
    listed = document.get("offers", [])
    if not isinstance(listed, list):
        raise ConfigError([source.say(("offers",), "must be written as [[offers]] sections")])
    if len(listed) > OFFERS_MAX:
        raise ConfigError([source.say(("offers",), f"there are more than {OFFERS_MAX} offers")])
    offers: list[Offer] = []
    places: dict[str, int] = {}
    for i, one in enumerate(listed):
        at: Key = ("offers", i)
        wrong = list(_keys(one, at))
        found += wrong
        if not wrong:
            try:
                offer = _offer(one, exponent(currency))
            except BasketError as error:
                name, _, said = str(error).partition(": ")
                found.append((_place(at, name), said or name))
                continue
            found += _contradictions(offer, at)
            if offer.id in places:
                first = source.lines.get(("offers", places[offer.id], "id"), 0)
                found.append(((*at, "id"), f'"{offer.id}" is taken by the offer in line {first}'))
            places.setdefault(offer.id, i)
            offers.append(offer)
    if found:
        found.sort(key=lambda mistake: source.order(mistake[0]))
        raise ConfigError([source.say(path, said) for path, said in found])
    version = hashlib.blake2b(text.encode(), digest_size=6).hexdigest() if offers else ""
    return Offers(tuple(offers), version)


def _place(at: Key, name: str) -> Key:
    """Where "items[0].qty" stands in the file."""
    parts: list[str | int] = []
    for part in name.removeprefix("offer").strip(".").split("."):
        word, _, index = part.partition("[")
        if word:
            parts.append(word)
        if index:
            parts.append(int(index.rstrip("]")))
    return (*at, *parts)


def _keys(one: Any, at: Key) -> Iterator[tuple[Key, str]]:
    if not isinstance(one, dict):
        yield at, "must be a section [[offers]]"
        return
    kind = one.get("type")
    if not isinstance(kind, str) or kind not in _OF_TYPE:
        known = ", ".join(_OF_TYPE)
        yield (*at, "type"), f"must be one of {known}{did_you_mean(str(kind), list(_OF_TYPE))}"
        return
    known_keys = (*_EVERYWHERE, *_OF_TYPE[kind])
    for name in one:
        if name not in known_keys:
            said = f"is no key of an offer of type {kind}{did_you_mean(name, known_keys)}"
            yield (*at, name), said
    if not isinstance(one.get("id"), str) or not one["id"].strip():
        yield (*at, "id"), 'must be given: a short name of your own, like "yoghurt-3-for-2"'
    names = one.get("name", {})
    if isinstance(names, str):
        return
    if not isinstance(names, dict) or any(not isinstance(it, str) for it in names.values()):
        yield (*at, "name"), 'must be a text, or { uk = "...", en = "..." }'
    else:
        for language in names:
            if language not in LANGUAGES:
                yield (*at, "name", language), "is no language of the till; use uk and en"


def _offer(one: Mapping[str, Any], decimals: int) -> Offer:
    fields = Fields({name: _json(name, it) for name, it in one.items()}, "offer", decimals)
    promotion = read_promotion(fields)
    most = _count(fields, "most_per_sale", least=1)
    if most is not None and not isinstance(promotion, Threshold):
        promotion = _capped(promotion, most)
    names = one.get("name", {})
    if isinstance(names, str):
        names = dict.fromkeys(LANGUAGES, names)
    names = {language: names[language].strip() for language in LANGUAGES if names.get(language)}
    return Offer(
        promotion,
        names or {language: usual_name(promotion, language) for language in LANGUAGES},
        _count(fields, "most_per_customer", least=0) or 0,
        fields.flag("plain_coupon", default=False),
    )


def _capped(promotion: Promotion, most: int) -> Promotion:
    assert not isinstance(promotion, Threshold)
    return replace(promotion, most=most)


def _count(fields: Fields, name: str, least: int) -> int | None:
    if not fields.has(name):
        return None
    value = fields.integer(name)
    if not least <= value <= 1_000_000:
        raise BasketError(f"{name}: must be a whole number, at least {least}")
    return value


def _json(name: str, value: Any) -> Any:
    """TOML's own numbers and dates as a basket's JSON has them."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if number and name in _NUMBERS:
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if name == "hours" and isinstance(value, str):
        return [part.strip() for part in value.replace("–", "-").split("-")]
    if name == "items" and isinstance(value, list):
        return [
            {key: _json(key, it) for key, it in item.items()} if isinstance(item, dict) else item
            for item in value
        ]
    return value


def _contradictions(offer: Offer, at: Key) -> Iterator[tuple[Key, str]]:
    """What can never hold, or never be meant."""
    when, promotion = offer.when, offer.promotion
    if when.since is not None and when.since.tzinfo is not None:
        yield (*at, "from"), "must be local time, without an offset"
    elif when.until is not None and when.until.tzinfo is not None:
        yield (*at, "until"), "must be local time, without an offset"
    elif when.since is not None and when.until is not None and when.since >= when.until:
        yield (*at, "until"), f"ends before it starts, or at once: {when.since} to {when.until}"
    if when.days is not None and not when.days:
        yield (*at, "days"), "names no day; leave it out for every day"
    if when.coupon is not None and not when.coupon.strip():
        yield (*at, "coupon"), "must be a word"
    if offer.plain_coupon and when.coupon is None:
        yield (*at, "plain_coupon"), "needs a `coupon`: the word that is typed"
    if isinstance(promotion, Threshold):
        if promotion.min_minor <= 0:
            yield (*at, "min"), "must be above 0"
    elif not isinstance(promotion, Bundle) and promotion.skus is not None and not promotion.skus:
        yield (*at, "skus"), "names no item; leave it out for all"
    if isinstance(promotion, Bundle) and any(not item.skus for item in promotion.items):
        yield (*at, "items"), "an item of the bundle names no goods, so it can never be filled"
