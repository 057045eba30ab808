"""A Wi-Fi code under the till's scanner is no goods, and its password stays nowhere."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from appliance.core import codec
from appliance.core import commands as c
from appliance.core.devices import Scanned
from appliance.core.refusal import Reason, Refusal
from tests.till.builders import open_shift, running

SECRET = "canary-4-wifi"
CODE = f"WIFI:T:WPA;S:Shop;P:{SECRET};;"


def test_it_is_refused_with_a_hint_and_without_a_word_of_the_code(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with running(tmp_path) as it:
        open_shift(it)
        for code in (CODE, f"]Q1{CODE}"):
            answer = it.tries(c.Scan(code))
            assert isinstance(answer, Refusal)
            assert answer.reason is Reason.CODE_OF_WIFI
            assert not answer.params
        it.till.tell(Scanned("scanner", CODE))
        it.does(c.NeverMind())
        assert SECRET not in str(codec.to_json(it.till.look))
    assert SECRET not in caplog.text
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
