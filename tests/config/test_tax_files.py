"""The shipped tax tables, and the mistakes somebody may make in one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from appliance.config import ConfigError, tax_files
from appliance.core.cash_rounding import cash_faults
from appliance.core.iso4217 import MINOR_UNIT_DECIMALS
from appliance.core.pricing import TaxRounding
from appliance.core.taxes import TaxKind, rate_on, rates_on, table_faults

HEAD = """\
country = "xx"
name = "X"
name_en = "X"
currency = "EUR"
"""


def refused(text):
    with pytest.raises(ConfigError) as wrong:
        tax_files.parse(HEAD + text, "xx.toml", "xx")
    return str(wrong.value)


def tax(rates, more='kind = "vat"'):
    return f'[taxes.VAT]\n{more}\nname = "V"\nname_en = "V"\nrates = {rates}\n'


def test_ukraine_germany_poland_austria_and_britain_are_there_and_more():
    assert {"ua", "de", "pl", "at", "gb"} <= set(tax_files.countries())
    assert len(tax_files.countries()) >= 11


@pytest.mark.parametrize("country", tax_files.countries())
def test_a_shipped_table_is_whole(country):
    found = tax_files.load(country)
    assert found.taxes.country == found.cash.country == country
    assert found.taxes.currency in MINOR_UNIT_DECIMALS
    assert not table_faults(found.taxes)
    assert not cash_faults(found.cash)
    assert found.taxes.source
    kinds = [one.kind for one in found.taxes.taxes.values()]
    assert {TaxKind.VAT, TaxKind.ZERO, TaxKind.EXEMPT, TaxKind.OUT_OF_SCOPE} <= set(kinds)
    assert kinds.count(TaxKind.EXEMPT) == kinds.count(TaxKind.OUT_OF_SCOPE) == 1
    assert rates_on(found.taxes, date(2026, 11, 23))
    for entry in found.taxes.taxes.values():
        assert entry.name
        assert entry.name_en


@pytest.mark.parametrize(
    ("country", "code", "day", "percent"),
    [
        ("ua", "VAT20", "2026-11-23", "20"),
        ("ua", "EXC5", "2015-01-01", "5"),
        ("de", "STANDARD", "2020-06-30", "19"),
        ("de", "STANDARD", "2020-07-01", "16"),
        ("de", "REDUCED", "2020-12-31", "5"),
        ("de", "REDUCED", "2021-01-01", "7"),
        ("de", "MEALS", "2026-01-01", "7"),
        ("pl", "STANDARD", "2026-11-23", "23"),
        ("at", "STANDARD", "2026-11-23", "20"),
        ("gb", "STANDARD", "2009-06-01", "15"),
        ("gb", "HOSPITALITY", "2021-10-01", "12.5"),
        ("fr", "REDUCED55", "2026-11-23", "5.5"),
        ("se", "FOOD", "2026-03-31", "12"),
        ("se", "FOOD", "2026-04-01", "6"),
        ("se", "FOOD", "2028-01-01", "12"),
        ("fi", "STANDARD", "2024-09-01", "25.5"),
        ("fi", "REDUCED", "2026-01-01", "13.5"),
        ("ch", "LODGING", "2023-12-31", "3.7"),
        ("ee", "STANDARD", "2023-12-31", "20"),
        ("ee", "STANDARD", "2024-01-01", "22"),
        ("ee", "STANDARD", "2025-07-01", "24"),
        ("cz", "REDUCED", "2024-01-01", "12"),
    ],
)
def test_known_rates_of_known_days(country, code, day, percent):
    rule = rate_on(tax_files.load(country).taxes, code, date.fromisoformat(day))
    assert rule.rate == Decimal(percent)


def test_zero_exempt_and_outside_the_tax_need_no_rate_and_stay_apart():
    rules = rates_on(tax_files.load("ua").taxes, date(2026, 11, 23))
    assert {rules[code].rate for code in ("VAT0", "EXEMPT", "OUT", "DEPOSIT")} == {0}
    assert rules["EXC5"].compound
    assert all(rule.included for rule in rules.values())


def test_poland_rounds_once_for_each_letter():
    assert tax_files.load("PL").taxes.rounding is TaxRounding.TOTAL


def test_a_tax_may_be_added_to_prices_that_do_not_hold_it():
    text = "prices_include_tax = false\n" + tax("[{ rate = 5 }]")
    found = tax_files.parse(HEAD + text, "xx.toml").taxes
    assert not rate_on(found, "VAT", date(2026, 1, 1)).included


def test_a_fixed_tax_is_given_in_the_currency():
    text = tax("[{ amount = 0.25 }]", 'kind = "fee"\nincluded = false')
    rule = rate_on(tax_files.parse(HEAD + text, "xx.toml").taxes, "VAT", date(2026, 1, 1))
    assert (rule.rate, rule.amount_minor, rule.included) == (None, 25, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            tax("[{ rate = 19, until = 2020-06-30 },\n{ rate = 16, since = 2020-06-01 }]"),
            "xx.toml:10: [taxes.VAT.rates] no. 2 `since`: two rates hold from 2020-06-01 until "
            "2020-06-30; end the earlier one with `until`, its last day",
        ),
        (
            tax("[{ rate = 19 }, { rate = 16, since = 2020-06-01 }]"),
            "two rates hold from 2020-06-01 from then on",
        ),
        (
            tax("[{ rate = 19, until = 2020-06-30 }, { rate = 16, since = 2021-01-01 }]"),
            "no rate holds from 2020-07-01 until 2020-12-31; say what holds then",
        ),
        (
            tax("[{ rate = 19, since = 2021-01-01, until = 2020-06-30 }]"),
            "starts on 2021-01-01, after its last day 2020-06-30",
        ),
        (tax("[{ rate = 19, amount = 1 }]"), "a tax has a `rate` or an `amount`, not both"),
        (tax("[{ since = 2020-01-01 }]"), "must be given, in percent (or `amount`, per unit sold)"),
        (tax("[]"), "must be given: rates = [{ rate = 20, since = 2026-01-01 }]"),
        (tax("[{ rate = 1 }]", 'kind = "exempt"'), "a tax of kind exempt is always 0"),
        (tax("[{ amount = 0.255 }]"), "EUR amounts have at most 2 decimals, not 0.255"),
        (tax('[{ rate = 1, since = "2020-01-01" }]'), "must be a date without quotes: 2025-10-01"),
        (tax("[{ rate = 1, since = 2020-01-01T10:00:00 }]"), "must be a date without quotes"),
        (
            tax('[{ rate = "20" }]'),
            'must be a number without quotes, with a point: 12.50, not "20"',
        ),
        (tax("[{ rate = -1 }]"), "must be at least 0, not -1"),
        (tax("[{ rate = 1, sinse = 2020-01-01 }]"), "unknown key, did you mean `since`?"),
        (tax("[{ rate = 1 }]", 'kind = "vta"'), '"vta" is not possible, did you mean `vat`?'),
        (tax("[{ rate = 1 }]", 'kind = "vat"\nlettre = "A"'), "did you mean `letter`?"),
        (tax("[{ rate = 1 }]").replace("VAT", '"my tax"'), "must be up to 16 capital letters"),
        ("[[cash]]\nstep = 0.05\nmod = 1\n", "unknown key, did you mean `mode`?"),
        ("[[cash]]\nstep = 0.005\n", "xx.toml:6: [cash] no. 1 `step`: EUR amounts have at most 2"),
        (
            "[[cash]]\nstep = 0.05\n[[cash]]\nstep = 0.10\nsince = 2020-01-01\n",
            "two rules hold from 2020-01-01",
        ),
        ("[taxs]\n", "did you mean `taxes`?"),
        ("cash = = 1\n", "xx.toml:5: "),
    ],
)
def test_a_mistake_is_said_with_its_place_and_the_way_out(text, said):
    assert said in refused(text)


def test_two_codes_never_share_a_letter():
    one = tax("[{ rate = 1 }]", 'kind = "vat"\nletter = "A"')
    assert "the letter A is already that of VAT" in refused(one + one.replace(".VAT]", ".RED]"))


def test_a_file_is_named_as_its_country():
    with pytest.raises(ConfigError, match=r'is "xx", but the file is named yy\.toml'):
        tax_files.parse(HEAD, "yy.toml", "yy")


def test_a_country_without_a_table_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match="there is no tax table for `atlantis`"):
        tax_files.load("atlantis")
    with pytest.raises(ConfigError, match="there is no tax table for `../demo/day`"):
        tax_files.load("../demo/day")
