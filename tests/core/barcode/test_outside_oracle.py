"""The same codes read by an outside library, biip: where it must agree, and where it is known not to.

Known differences, each of them ours on purpose:
- biip does not know DotCode's `]J1` and raises.
- biip does not look at the check digit inside 8003.
- biip has no table for Ukraine and the United States; Germany's counts (25, 26) are plain items here.
- biip takes an empty value for 7004.
- biip drops the zeros at the end of a weight or price.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from urllib.parse import quote

import biip
import pytest
from biip import ParseConfig
from biip.gs1_application_identifiers import _GS1_APPLICATION_IDENTIFIERS as THEIRS
from biip.rcn import Rcn
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core.barcode import Decoded, Kind, decode
from appliance.core.barcode.check_digits import check_digit
from appliance.core.barcode.dictionary import dictionary

TODAY = date.today()
REGIONS = "se no dk de gb fi ee lv lt".split()
GTIN = st.text("0123456789", min_size=13, max_size=13).map(lambda s: s + check_digit(s))


def read(code: str, region: str = "ua") -> Decoded:
    return decode(code, region=region, today=TODAY)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([f"2{n}" for n in range(10)]), st.text("0123456789", min_size=10, max_size=10)
)
@pytest.mark.parametrize("region", REGIONS)
def test_in_store_codes_of_nine_regions(region, prefix, rest):
    code = prefix + rest + check_digit(prefix + rest)
    theirs = biip.parse(code, config=ParseConfig(rcn_region=region)).gtin
    ours = read(code, region)
    if region == "de" and prefix in ("25", "26"):
        assert ours.kind == Kind.ITEM
        return
    if theirs is None:
        assert ours.kind == Kind.INVALID  # the check digit of the value
        return
    assert isinstance(theirs, Rcn)
    ours_says = tuple(
        None if value is None else Decimal(value) for value in (ours.weight, ours.price)
    )
    assert ours_says == (theirs.weight, theirs.price)
    assert (ours.kind == Kind.ITEM) == (ours_says == (None, None))


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789", min_size=8, max_size=8))
def test_eight_digits(digits):
    theirs = biip.parse(digits)
    ours = read(digits)
    if theirs.gtin is None:
        assert ours.kind == Kind.INVALID
    elif ours.kind == Kind.VOUCHER:
        assert ours.voucher == theirs.gtin.as_gtin_13()
    elif ours.kind == Kind.ITEM and ours.symbology == "upce":
        assert theirs.upc is not None
        assert ours.gtin == theirs.upc.as_upc_a().zfill(14)
    elif ours.kind == Kind.ITEM:
        assert ours.symbology == "ean8"


@settings(max_examples=200, deadline=None)
@given(st.text("01", min_size=1, max_size=1), st.text("0123456789", min_size=6, max_size=6))
def test_short_upc(system, six):
    expansions = [system + six + str(check) for check in range(10)]
    good = [code for code in expansions if biip.parse(code).upc is not None]
    ours = [code for code in expansions if read("]E0" + code).kind != Kind.INVALID]
    assert ours == good
    assert len(good) == 1


@settings(max_examples=100, deadline=None)
@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 9))
def test_shipping_units(body, last):
    code = f"00{body}{last}"
    theirs = biip.parse(code).sscc
    ours = read("]C1" + code)
    assert (ours.kind == Kind.GS1) == (theirs is not None)


def theirs_of(element: str) -> dict[str, str]:
    message = biip.parse("]C1" + element).gs1_message
    return {} if message is None else {s.ai.ai: s.value for s in message.element_strings}


def test_the_application_identifiers_are_the_same():
    ours = dictionary()
    assert set(THEIRS) <= set(ours)
    newer = set(ours) - set(THEIRS)
    assert newer == NEWER, sorted(newer)
    for ai, theirs in THEIRS.items():
        assert theirs.separator_required != ours[ai].predefined, ai


NEWER: set[str] = set()


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_values_of_every_identifier(data):
    ai = data.draw(st.sampled_from(sorted(THEIRS)))
    pattern = st.from_regex(
        THEIRS[ai].pattern, fullmatch=True, alphabet=st.characters(codec="ascii")
    )
    element = data.draw(pattern.filter(lambda text: "\n" not in text))
    ours = read("]C1" + element)
    if element == ai:
        assert not ours.understood
    elif ours.understood:
        assert dict(ours.ai) == {ai: element[len(ai) :]}
        assert theirs_of(element) == dict(ours.ai)
    elif not any(component.checks for component in dictionary()[ai].components):
        assert theirs_of(element) == {}


@settings(max_examples=200, deadline=None)
@given(
    GTIN,
    st.text(alphabet="ABCxyz0189-/%&", min_size=1, max_size=20),
    st.text(alphabet="ABCxyz0189", min_size=1, max_size=20),
    st.dates(date(2000, 1, 1), date(2060, 1, 1)),
)
def test_links(gtin, batch, serial, day):
    url = (
        f"https://shop.example/some/path/01/{gtin}/10/{quote(batch, safe='')}"
        f"/21/{serial}?17={day:%y%m%d}&utm=1"
    )
    theirs = biip.parse(url).gs1_digital_link_uri
    ours = read(url)
    assert theirs is not None
    assert ours.kind == Kind.LINK
    assert dict(ours.ai) == {s.ai.ai: s.value for s in theirs.element_strings}


def test_the_known_differences_are_still_there():
    """When one of these fails, the library has moved: the list above and this test go with it."""
    with pytest.raises(biip.ParseError):
        biip.parse("]J110A")
    assert read("]J110A").kind == Kind.GS1
    wrong = "800304012345678902"
    assert theirs_of(wrong) == {"8003": "04012345678902"}
    assert read("]C1" + wrong).kind == Kind.INVALID
    weighed = "211234500007" + check_digit("211234500007")
    assert read(weighed).weight == "0.007"
    theirs_weighed = biip.parse(weighed).gtin
    assert isinstance(theirs_weighed, Rcn)
    assert theirs_weighed.weight is None
