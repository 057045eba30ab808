"""Laws of a signed result: it says what was found, and nobody can change a letter of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core.verdict import Verdict
from appliance.wire.bench_result import NoResult, Result, fingerprint, opened, signed

KEY = ec.generate_private_key(ec.SECP256R1())
_words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=40)
_names = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=12)
results = st.builds(
    Result, _words, _words, _words, _words, st.dictionaries(_names, st.sampled_from(Verdict))
)


@settings(deadline=None)
@given(results)
def test_what_was_signed_is_read_and_named_by_its_key(result: Result) -> None:
    assert opened(signed(result, KEY)) == (result, fingerprint(KEY.public_key()))


@settings(deadline=None)
@given(results, st.data())
def test_a_letter_changed_is_found_out(result: Result, data: st.DataObject) -> None:
    code = signed(result, KEY)
    at = data.draw(st.integers(5, len(code) - 2))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").filter(code[at].__ne__))
    with pytest.raises(NoResult):
        opened(code[:at] + letter + code[at + 1 :])


@given(st.text(max_size=300))
def test_any_other_text_is_no_result(text: str) -> None:
    for told in (text, f"KRAM1{text}"):
        with pytest.raises(NoResult):
            opened(told)


def test_a_whole_till_s_result_fits_a_code_that_a_telephone_reads() -> None:
    import qrcode

    steps = [
        *("touch", "sound", "drawer", "printer", "cutter", "scanner", "paper", "scale", "pole"),
        *("card", "nfc", "terminal", "clock", "network", "storage", "heat", "power"),
    ]
    result = Result(
        "kyiv-saksahanskoho-12-till-1", "10000000c0ffee00", "2026-11-29T13:45", "0.9.0", {}
    )
    code = signed(replace(result, steps=dict.fromkeys(steps, Verdict.PASSED)), KEY)
    drawn = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    drawn.add_data(code)
    drawn.make(fit=True)
    assert drawn.version <= 14
