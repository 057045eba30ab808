"""From the answers of the first run to the text of the shop's settings file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from appliance.config import tax_files
from appliance.config.amend import Value, with_section, with_tables
from appliance.core.barcode import REGIONS
from appliance.core.cash_rounding import rounding_on
from appliance.core.money import exponent
from appliance.ui.setup_port import Answers

TIME_ZONES = {
    "at": "Europe/Vienna",
    "ch": "Europe/Zurich",
    "cz": "Europe/Prague",
    "de": "Europe/Berlin",
    "ee": "Europe/Tallinn",
    "fi": "Europe/Helsinki",
    "fr": "Europe/Paris",
    "gb": "Europe/London",
    "pl": "Europe/Warsaw",
    "se": "Europe/Stockholm",
    "ua": "Europe/Kyiv",
}
TILLS = {"uk": "Каса {number}", "en": "Till {number}"}
THANKS = {"uk": "Дякуємо за покупку!", "en": "Thank you!"}


def settings_text(before: str, answers: Answers, today: date) -> str:
    """before: what stands in the file already; what the answers do not name stays."""
    country = tax_files.load(answers.country)
    shop: dict[str, Value] = {
        "name": answers.name,
        "language": answers.language,
        "currency": country.taxes.currency,
        "timezone": TIME_ZONES[answers.country],
        "receipt_footer": (THANKS[answers.language],),
    }
    number = answers.number
    till: dict[str, Value] = {
        "number": number,
        "name": TILLS[answers.language].format(number=number),
    }
    prices: dict[str, Value] = {"include_tax": country.taxes.prices_include_tax}
    if answers.country in REGIONS:
        prices["region"] = answers.country
    if answers.vat:
        prices["tax_table"] = answers.country
    sections: dict[str, Mapping[str, Value]] = {"shop": shop, "till": till, "prices": prices}
    rounding = rounding_on(country.cash, today)
    if not answers.vat and rounding is not None:
        # Without the table of taxes nobody says how the country rounds cash.
        step = Decimal(rounding.step_minor).scaleb(-exponent(country.taxes.currency))
        sections["cash"] = {"rounding_step": step}
    if answers.fleet:
        sections["fleet"] = dict(answers.fleet)
    text = before
    for name, values in sections.items():
        text = with_section(text, name, values)
    return with_tables(text, "devices", answers.devices)
