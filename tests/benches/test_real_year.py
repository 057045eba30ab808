"""A slice of a real grocery year, rung through a running till: takings equal to the cent."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.real_year import Takings, differences, year


def test_two_real_weeks_of_a_store_come_to_the_same_cent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = year(367, 2, tmp_path, sold_only=True)
    said = capfd.readouterr().out
    assert code == 0, said
    assert "differences  0 in" in said


def test_a_cent_too_much_anywhere_is_found() -> None:
    data = Takings([100, 200], {"2017-01-01": 300}, {"milk": 100, "bread": 200})
    till = Takings([100, 201], {"2017-01-01": 301}, {"milk": 100, "bread": 201})
    assert len(differences(data, till)) == 3
    assert differences(data, data) == []
