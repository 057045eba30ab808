"""Payment codes: what was built is read as it was, and nothing that is read crashes."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from appliance.malformed import Malformed
from appliance.qr import epc, iban, mpm, nbu, swiss

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40)
CODE_WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=99)
IDS = st.integers(1, 99).map(lambda n: f"{n:02}").filter(lambda it: it != mpm.CRC)
INNER = st.lists(
    st.tuples(
        st.integers(0, 99).map(lambda n: f"{n:02}"), st.text("ЇA😀1", min_size=1, max_size=8)
    ),
    min_size=1,
    max_size=8,
)
AMOUNTS = st.integers(1, 10**9)


@st.composite
def objects(draw: st.DrawFn) -> tuple[str, str | mpm.Template]:
    id_ = draw(IDS)
    return id_, draw(INNER if id_ in mpm.TEMPLATES else CODE_WORDS)


@given(st.lists(objects(), max_size=12))
def test_a_tree_comes_back_and_one_wrong_character_is_seen(
    tree: list[tuple[str, str | mpm.Template]],
) -> None:
    whole: mpm.Tree = [("00", "01"), *tree]
    payload = mpm.build(whole)
    code = mpm.read(payload)
    assert code.tree == [*whole, ("63", code.crc)]
    assert mpm.build(code.tree[:-1]) == payload


@given(st.lists(WORDS, min_size=9, max_size=9), AMOUNTS, st.sampled_from(["lf", "crlf"]))
def test_ukrainian_fields_come_back(words: list[str], amount: int, eol: str) -> None:
    head = ["BCD", "002", "1", "UCT", words[0], words[1], words[2]]
    fields = [*head, f"UAH{amount // 100}.{amount % 100:02}", *words[3:8]]
    for trailing in (False, True):
        code = nbu.read(nbu.build(fields, eol, trailing_eol=trailing))
        assert (code.fields, code.amount_minor) == (fields, amount)


@given(WORDS.filter(bool), AMOUNTS, WORDS)
def test_european_fields_come_back(name: str, amount: int, text: str) -> None:
    due = f"EUR{amount // 100}.{amount % 100:02}"
    fields = ["BCD", "002", "1", "SCT", "", name, "AT611904300234573201", due, "", "", text, "x"]
    code = epc.read(epc.build(fields))
    assert (code.fields, code.amount_minor) == (fields, amount)


@given(st.lists(WORDS, min_size=31, max_size=31), AMOUNTS)
def test_swiss_fields_come_back(fields: list[str], amount: int) -> None:
    for number, value in ((1, "SPC"), (2, "0200"), (3, "1"), (20, "EUR"), (28, "NON"), (31, "EPD")):
        fields[number - 1] = value
    fields[18] = f"{amount // 100}.{amount % 100:02}"
    code = swiss.read(swiss.build(fields))
    assert (code.fields, code.amount_minor, code.currency) == (fields, amount, "EUR")


@given(st.one_of(st.text(), st.text(st.sampled_from("0123456789\r\nBCDSP.")), st.text("059263")))
def test_whatever_is_scanned_is_read_or_refused_and_never_a_crash(text: str) -> None:
    for read in (mpm.read, nbu.read, epc.read, swiss.read):
        for payload in (text, f"{nbu.ADDRESS}{text}", f"000201{text}", f"BCD\n002\n1\nSCT\n{text}"):
            with contextlib.suppress(Malformed):
                read(payload)


@given(st.sampled_from(sorted(iban.LENGTHS)), st.data())
def test_one_wrong_or_exchanged_character_makes_no_account(
    country: str, data: st.DataObject
) -> None:
    size = iban.LENGTHS[country] - 4
    body = data.draw(st.text("0123456789ABCXYZ", min_size=size, max_size=size))
    check = 98 - iban.mod_97(f"{country}00{body}")
    good = f"{country}{check:02}{body}"
    assert iban.is_valid(good)
    at = data.draw(st.integers(4, len(good) - 1))
    other = data.draw(st.sampled_from([ch for ch in "0123456789ABCXYZ" if ch != good[at]]))
    same_kind = other.isdigit() == good[at].isdigit()
    assert not (same_kind and iban.is_valid(good[:at] + other + good[at + 1 :]))
