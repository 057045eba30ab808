"""Web addresses: GS1 Digital Links by the contract's rules, and those that are just links."""

from __future__ import annotations

from datetime import date

import pytest

from appliance.core.barcode import decode
from appliance.core.barcode.digital_link import percent_decode

TODAY = date(2026, 11, 23)
GTIN = "04012345678901"
GLN = "4012345678901"
OTHER = "00000012345670"


def read(code: str) -> dict[str, object]:
    return decode(code, today=TODAY).as_dict()


@pytest.mark.parametrize(
    ("url", "ai"),
    [
        (f"https://id.example/01/{GTIN}", {"01": GTIN}),
        (f"HTTPS://ID.EXAMPLE/01/{GTIN}/", {"01": GTIN}),
        ("http://id.example/01/4012345678901", {"01": GTIN}),
        ("https://id.example/01/12345670", {"01": OTHER}),
        ("https://id.example/01/036000291452", {"01": "00036000291452"}),
        (
            f"https://id.example/a/b/01/{GTIN}/10/L1?17=270100",
            {"01": GTIN, "10": "L1", "17": "270100"},
        ),
        (f"https://id.example/01/{OTHER}/01/{GTIN}", {"01": GTIN}),
        (f"https://id.example/01/{GTIN}/21/01", {"01": GTIN, "21": "01"}),
        (f"https://id.example/414/{GLN}/254/A", {"414": GLN, "254": "A"}),
        (f"https://id.example/01/{GTIN}?x=1&10=A;21=B&utm=c", {"01": GTIN, "10": "A", "21": "B"}),
        (f"https://id.example/01/{GTIN}?10=A#21=B", {"01": GTIN, "10": "A"}),
        (f"https://id.example/01/{GTIN}?10=A?B", {"01": GTIN, "10": "A?B"}),
        (f"https://id.example/01/{GTIN}?10=A%2FB", {"01": GTIN, "10": "A/B"}),
        (f"https://id.example/01/{GTIN}/10/A%2FB+C", {"01": GTIN, "10": "A/B+C"}),
        (f"https://id.example/01/{GTIN}?10=A=B", {"01": GTIN, "10": "A=B"}),
        (f"https://id.example/01/{GTIN}?10=A%4", {"01": GTIN, "10": "A%4"}),
        (f"https://id.example/01/{GTIN}?10=A&10=A", {"01": GTIN, "10": "A"}),
        (f"https://id.example/01/{GTIN}?%31%30=A", {"01": GTIN}),
        (f"https://id.example/01/{GTIN}?9999=A&1=B", {"01": GTIN}),
        (f"https://id.example/01/4012345678901?01={GTIN}", {"01": GTIN}),
        ("https://id.example", {}),
        ("https://", {}),
        ("https://id.example/?01=04012345678901", {}),
        ("https://01/04012345678901", {}),
        (f"https://id.example/{GTIN}", {}),
        (f"https://id.example/01/{GTIN}//", {}),
        (f"https://id.example/01/{GTIN}/extra", {}),
        (f"https://id.example/01/{GTIN}/xx/1", {}),
        (f"https://id.example/10/A/17/{GTIN}", {}),
    ],
)
def test_good_links(url, ai):
    answer = read(url)
    assert answer["kind"] == "link"
    assert answer["ai"] == ai
    assert answer["gtin"] == ai.get("01")
    assert answer["url"] == url


@pytest.mark.parametrize(
    "url",
    [
        "https://id.example/01/04012345678902",
        "https://id.example/01/123",
        f"https://id.example/01/{GTIN}?10",
        f"https://id.example/01/{GTIN}?10=",
        f"https://id.example/01/{GTIN}?17=271301",
        f"https://id.example/01/{GTIN}/10/A?10=B",
        f"https://id.example/01/{GTIN}?37=1",
        f"https://id.example/01/{GTIN}?10=A%20B",
        f"https://id.example/01/{GTIN}?10=%D0%96",
        f"https://id.example/01/{GTIN}?10=%FF",
        "https://id.example/00/1",
    ],
)
def test_links_whose_gs1_data_is_wrong(url):
    answer = read(url)
    assert answer["kind"] == "invalid"
    assert "url" not in answer


def test_a_link_is_never_a_voucher_or_badge():
    answer = read(f"https://id.example/255/{GLN}")
    assert (answer["kind"], answer.get("voucher")) == ("link", None)
    answer = read("https://id.example/8017/401234567890123456")
    assert "badge" not in answer


def test_the_url_is_the_text_without_blanks_and_aim_identifier():
    assert read(" ]Q1https://a.example/x \r\n")["url"] == "https://a.example/x"


def test_percent_decoding_is_utf8_and_leaves_bad_escapes():
    assert percent_decode("%D0%96+%zz%4%") == "Ж+%zz%4%"
