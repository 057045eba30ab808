"""What a person types after `till sale` and reads after a refusal."""

from __future__ import annotations

import pytest

from appliance.cli import report, send, where
from appliance.journal import reports


@pytest.fixture
def till_3(tmp_path):
    config = tmp_path / "shop.toml"
    config.write_text('[shop]\nlanguage = "en"\n[till]\nnumber = 3\n', encoding="utf-8")
    where.use(config)
    yield
    where.use(None)


@pytest.fixture
def asked(till_3, monkeypatch):
    """What find_sale looks up: (receipt, epoch) or EPOCH/SALE."""
    found = []
    monkeypatch.setattr(reports, "sale_by_receipt", lambda _con, *what: found.append(what))
    monkeypatch.setattr(reports, "sale", lambda _con, *what: found.append(("sale", *what)))

    def ask(number):
        report.find_sale(None, number)
        return found.pop()

    return ask


def test_the_number_printed_on_the_receipt_finds_it(asked):
    assert asked("3-000042") == (42, 1)
    assert asked("3/2-000007") == (7, 2)
    assert asked("42") == (42,)
    assert asked("2/7") == ("sale", 2, 7)


@pytest.mark.parametrize(("number", "code"), [("1-000042", 1), ("3-", 2), ("milk", 2)])
def test_a_number_of_another_till_or_none_at_all_is_said(asked, number, code, capsys):
    with pytest.raises(SystemExit) as ended:
        asked(number)
    assert ended.value.code == code
    assert number in capsys.readouterr().err


def test_a_refusal_is_the_screens_sentence_with_its_name(till_3):
    words = send._sentence({"ok": False, "refusal": "no_shift", "params": {}})
    assert words == "The shift is closed. Open it to sell. (no_shift)"
    assert "later_reason" in send._sentence({"refusal": "later_reason"})
    assert "detail: x" in send._sentence({"refusal": "command_wrong", "params": {"detail": "x"}})
