"""An exempt customer pays the net price, and the taxes that are not waived."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from appliance.core.pricing import Basket, Line, Tax, price
from appliance.core.pricing.exempt import exempt_line, kept_taxes

VAT = Tax("VAT20", Decimal(20))
EXCISE = Tax("EXC5", Decimal(5), compound=True)
ECO = Tax("ECO", None, 50)


def paid(line):
    return price(Basket((line,))).lines[0]


def test_included_tax_is_taken_out_of_the_price():
    line = exempt_line(Line("milk", 1, 4990, (VAT,)), {"VAT20"})
    assert (line.price, line.taxes) == (4158, ())
    assert paid(line).gross_minor == 4158


def test_added_tax_is_simply_not_added():
    line = exempt_line(
        Line("milk", 1, 4990, (Tax("VAT20", Decimal(20), included=False),)), {"VAT20"}
    )
    assert paid(line).gross_minor == 4990


def test_an_excise_stays_and_is_levied_on_the_lower_price():
    line = exempt_line(Line("beer", 1, 12600, (VAT, EXCISE)), {"VAT20"})
    one = paid(line)
    assert (one.net_minor, one.taxes, one.gross_minor) == (10000, (500,), 10500)


def test_a_fixed_tax_in_the_price_stays_in_it():
    one = paid(exempt_line(Line("lamp", 3, 1250, (ECO, VAT)), {"VAT20"}))
    assert (one.net_minor, one.taxes) == (3000, (150,))


def test_nothing_waived_leaves_the_very_line():
    line = Line("milk", 1, 4990, (VAT,))
    assert exempt_line(line, {"VAT7"}) is line
    assert kept_taxes((VAT, EXCISE), {"VAT20"}) == (EXCISE,)


def test_a_price_finer_than_the_currency_stays_exact():
    line = exempt_line(Line("fuel", 1000, Fraction(1459, 10), (VAT,), fine_price=True), {"VAT20"})
    assert line.price == Fraction(1459, 12)


@given(
    st.integers(0, 10**7),
    st.integers(-50, 50),
    st.sampled_from([(VAT,), (VAT, EXCISE), (ECO, VAT), (VAT, ECO, EXCISE)]),
)
def test_the_shop_keeps_its_net_but_for_the_rounding_of_the_unit_price(minor, qty, taxes):
    minor += 60  # above the fixed tax
    usual = paid(Line("x", qty, minor, taxes))
    exempt = paid(exempt_line(Line("x", qty, minor, taxes), {"VAT20"}))
    assert abs(exempt.net_minor - usual.net_minor) <= abs(qty) / 2 + len(taxes)
    assert abs(exempt.gross_minor) <= abs(usual.gross_minor)
