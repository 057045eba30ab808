"""From the shop's settings to what each part needs of them: policy, names, header, screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from appliance.config import Settings
from appliance.config.accounts import rules as account_rules
from appliance.config.payments import charge_rule, foreign_rules, port_rules
from appliance.config.people import roles
from appliance.core.account_rules import NAMES
from appliance.core.devices import Category
from appliance.core.look import Names
from appliance.core.policy import (
    AutoPrint,
    Denomination,
    Drawer,
    Person,
    Policy,
    ReturnRules,
    TaxRule,
)
from appliance.core.receipt import Document, ShopHeader
from appliance.core.sale_hours import parse
from appliance.i18n import translator

if TYPE_CHECKING:
    from appliance.receipt.layout import Layout

__all__ = ["header", "lay_out", "names", "policy"]


def policy(settings: Settings) -> Policy:
    """The rules that the core decides by."""
    minor = settings.minor
    printers = [d for d in settings.device_tables if d.category is Category.POS_PRINTER]
    return Policy(
        currency=settings.shop.currency,
        region=settings.prices.region,
        barcode_rules=settings.barcodes.rules,
        taxes={
            code: TaxRule(
                code=code,
                name=tax.name or code,
                letter=tax.letter,
                rate=tax.rate,
                amount_minor=None if tax.amount is None else minor(tax.amount),
                included=settings.prices.include_tax if tax.included is None else tax.included,
                compound=tax.compound,
            )
            for code, tax in settings.taxes.items()
        },
        waived=frozenset(code for code, tax in settings.taxes.items() if tax.waived),
        prices_include_tax=settings.prices.include_tax,
        tax_rounding=settings.prices.tax_rounding.value,
        cash_step_minor=minor(settings.cash.rounding_step),
        cash_rounding_mode=settings.cash.rounding_mode.value,
        denominations=tuple(
            Denomination(minor(it.value), it.kind.value == "note", it.colour)
            for it in settings.denominations
        ),
        blind_count=settings.cash.blind_count,
        opening_float_minor=minor(settings.cash.opening_float),
        drawers=tuple(Drawer(it.id, it.name, it.device, it.staff) for it in settings.cash.drawers),
        drawer_max_minor=minor(settings.cash.drawer_max),
        drawer_target_minor=minor(settings.cash.drawer_target),
        # Without a printer no receipt waits for one.
        auto_print=settings.receipt.auto_print if printers else AutoPrint.NEVER,
        staff=tuple(Person(it.id, it.name, it.role) for it in settings.staff),
        roles=roles(settings.roles, minor),
        sale_hours={
            category: tuple(span for text in texts for span in parse(text) or ())
            for category, texts in settings.sell.hours.items()
        },
        till_number=settings.till.number,
        quantity_max=settings.sell.quantity_max,
        total_minor_max=minor(settings.sell.total_max),
        change_minor_max=minor(settings.sell.change_max),
        suspended_max=settings.sell.suspended_max,
        tenders=frozenset(settings.sell.tenders),
        returns=ReturnRules(
            days=settings.returns.days,
            without_receipt_minor=minor(settings.returns.without_receipt_max),
            without_receipt_day_minor=minor(settings.returns.without_receipt_day_max),
        ),
        foreign=foreign_rules(settings.cash.foreign),
        ports=port_rules(settings.payments),
        tip_percents=settings.tips.percents,
        tip_name=translator(settings.shop.language)("Tip"),
        service_charge=charge_rule(settings.service_charge),
        accounts=account_rules(
            settings.cards,
            settings.loyalty,
            minor,
            {key: translator(settings.shop.language)(name) for key, name in NAMES.items()},
        ),
    )


def names(settings: Settings, epoch: int) -> Names:
    return Names(settings.shop.name, settings.till.name, settings.till.number, epoch)


def header(settings: Settings) -> ShopHeader:
    """The top and bottom of every paper."""
    shop = settings.shop
    tax_id = " · ".join(filter(None, (shop.legal_name, shop.tax_id)))
    return ShopHeader(
        name=shop.name,
        legal=tuple(filter(None, (tax_id, *shop.address, *shop.receipt_header))),
        footer=shop.receipt_footer,
        logo=str(shop.logo or ""),
    )


def lay_out(settings: Settings) -> Callable[[Document], Layout]:
    """How this shop's paper is laid out: by its own template, or the usual one."""
    chosen = settings.receipt.template
    if chosen:
        # Its mistakes are told as the till starts, not by the first receipt.
        from appliance.receipt.template import load

        own = load(chosen)

    def laid_out(document: Document) -> Layout:
        from appliance.receipt.compose import compose
        from appliance.receipt.template import DEFAULT

        return compose(document, own if chosen else DEFAULT)

    return laid_out
