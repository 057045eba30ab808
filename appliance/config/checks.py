"""What must hold between settings: codes used twice, amounts finer than the currency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from appliance.config.country import Country
from appliance.config.drawers import mistakes as drawer_mistakes
from appliance.config.fleet import mistakes as fleet_mistakes
from appliance.config.hub import mistakes as hub_mistakes
from appliance.config.mistakes import Key
from appliance.config.passes import mistakes as pass_mistakes
from appliance.config.payments import mistakes as payment_mistakes
from appliance.config.people import mistakes as people_mistakes
from appliance.config.schema import Sections
from appliance.core.barcode import RuleKind
from appliance.core.money import exponent


def checks(settings: Sections, country: Country | None) -> list[tuple[Key, str]]:
    """Every mistake, as the key's path and a sentence."""
    return [
        *_amounts(settings),
        *_taxes(settings),
        *_tax_table(settings, country),
        *drawer_mistakes(settings),
        *_barcodes(settings),
        *_twice("staff", "id", [person.id for person in settings.staff]),
        *_twice("devices", "name", [device.name for device in settings.device_tables]),
        *_twice("payments", "name", [port.name for port in settings.payments]),
        *_manager(settings),
        *payment_mistakes(
            settings.shop.currency, settings.cash.foreign, settings.service_charge, settings.taxes
        ),
        *fleet_mistakes(settings.fleet),
        *hub_mistakes(settings.hub),
        *pass_mistakes(settings.passes),
        *people_mistakes(settings.staff, settings.roles),
    ]


def _amounts(settings: Sections) -> Iterator[tuple[Key, str]]:
    """Amounts that cash, a receipt or the journal could not hold."""
    cash = settings.cash
    amounts: list[tuple[Key, Decimal]] = [
        (("cash", "rounding_step"), cash.rounding_step),
        (("cash", "opening_float"), cash.opening_float),
        (("cash", "drawer_max"), cash.drawer_max),
        (("cash", "drawer_target"), cash.drawer_target),
        (("sell", "total_max"), settings.sell.total_max),
        (("sell", "change_max"), settings.sell.change_max),
        (("returns", "without_receipt_max"), settings.returns.without_receipt_max),
        (("returns", "without_receipt_day_max"), settings.returns.without_receipt_day_max),
    ]
    amounts += [
        (("cash", "denominations", at, "value"), each.value)
        for at, each in enumerate(cash.denominations or ())
    ]
    amounts += [
        (("taxes", code, "amount"), tax.amount)
        for code, tax in settings.taxes.items()
        if tax.amount is not None
    ]
    amounts += [
        (("roles", name, limit), amount)
        for name, role in settings.roles.items()
        for limit in ("refund_max", "no_receipt_max")
        if (amount := getattr(role, limit)) is not None
    ]
    amounts += [
        (("cards", name), getattr(settings.cards, name))
        for name in ("gift_card_min", "gift_card_max", "offline_limit", "offline_day")
    ]
    if settings.loyalty.points:
        loyalty = settings.loyalty
        amounts += [(("loyalty", "per"), loyalty.per), (("loyalty", "value"), loyalty.value)]
        amounts += [
            (("loyalty", "tiers", at, "spent"), tier.spent) for at, tier in enumerate(loyalty.tiers)
        ]
    currency = settings.shop.currency
    decimals = exponent(currency)
    for path, amount in amounts:
        if amount != round(amount, decimals):
            wanted = f"at most {decimals} decimals" if decimals else "no decimals"
            yield path, f"{currency} amounts have {wanted}, not {amount}"


def _tax_table(settings: Sections, country: Country | None) -> Iterator[tuple[Key, str]]:
    if country is None or country.taxes.currency == settings.shop.currency:
        return
    if any(it.amount_minor for tax in country.taxes.taxes.values() for it in tax.periods):
        said = f"has amounts in {country.taxes.currency}, and the shop sells in "
        yield ("prices", "tax_table"), said + settings.shop.currency


def _taxes(settings: Sections) -> Iterator[tuple[Key, str]]:
    letters: dict[str, str] = {}
    for code, tax in settings.taxes.items():
        if tax.rate is None and tax.amount is None:
            yield ("taxes", code, "rate"), "must be given, in percent (or `amount`, per unit sold)"
        if tax.rate is not None and tax.amount is not None:
            yield ("taxes", code, "amount"), "a tax has a `rate` or an `amount`, not both"
        if tax.letter and tax.letter in letters:
            said = f"the letter {tax.letter} is already that of {letters[tax.letter]}"
            yield ("taxes", code, "letter"), said
        letters.setdefault(tax.letter, code)


def _barcodes(settings: Sections) -> Iterator[tuple[Key, str]]:
    """A label's price that cash could not hold."""
    decimals = exponent(settings.shop.currency)
    for at, rule in enumerate(settings.barcodes.rule):
        if rule.kind is RuleKind.PRICE and rule.decimals > decimals:
            said = f"{settings.shop.currency} has {decimals} decimals, a price cannot have more"
            yield ("barcodes", "rule", at, "decimals"), said


def _twice(section: str, key: str, values: Iterable[str]) -> Iterator[tuple[Key, str]]:
    seen: dict[str, int] = {}
    for at, value in enumerate(values):
        if value in seen:
            said = f'"{value}" is already that of no. {seen[value] + 1}; each needs its own'
            yield (section, at, key), said
        seen.setdefault(value, at)


def _manager(settings: Sections) -> Iterator[tuple[Key, str]]:
    """Without a manager nobody could close the shift or allow a refund."""
    if not any(person.role == "manager" for person in settings.staff):
        yield ("staff",), 'at least one person needs role = "manager"'
