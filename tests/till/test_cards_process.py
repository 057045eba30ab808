"""A real till: a card is sold, pays in parts across a pulled plug, and a customer is forgotten."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.journal.verify import verify
from tests.till.builders import shelf
from tests.till.test_returns_process import CONFIG, TILL, Counter, running

pytestmark = pytest.mark.alone

MORE = """
[loyalty]
points = 1
per = 10
value = 0.10
"""
CODE = "PLASTIC-000001"


def commands(folder: Path) -> Callable[..., Any]:
    """`till …` beside the running till; what it says as JSON."""

    def said(*words: str, as_json: bool = True) -> Any:
        command = [TILL, "--config", folder / "shop.toml", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout) if as_json else done.stdout

    return said


def test_a_day_of_cards_and_a_customer_with_a_pulled_plug(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shelf(data).close()
    config = CONFIG.partition("[[devices]]")[0] + MORE
    (tmp_path / "shop.toml").write_text(config, encoding="utf-8")
    counter, till = Counter(tmp_path), commands(tmp_path)
    with running(tmp_path):
        counter.does("sign_in", staff="ivan")
        counter.does("open_shift", float_minor=100_00)
        counter.does("sell_gift_card", amount_minor=300_00, code=CODE)
        counter.does("tender_cash")
        till("customer", "add", "Maria", "--phone", "0671234567", "--card", "LOYAL-01", "--json")
        (maria,) = till("customer", "find", "Maria", "--json")
        counter.does("sell_item", item="wine")
        counter.does("attach_customer", customer=maria["id"])
        assert counter.refusal("redeem_gift_card", code="PLASTIC-000002") == "card_unknown"
        counter.does("redeem_gift_card", code=CODE, amount_minor=200_00)
    with running(tmp_path):
        # The plug was pulled with the card redeemed and the rest to pay.
        assert counter.refusal("erase_customer", customer=maria["id"], reason="asked") == (
            "customer_in_basket"
        )
        counter.does("tender_cash")
        (card, points) = till("account", "list", "--json")["accounts"]
        assert (card["balance"], points["balance"]) == (100_00, 25)
        moves = till("account", "show", card["account"], "--json")["moves"]
        assert [it["delta"] for it in moves] == [-200_00, 300_00]
        assert counter.refusal("return_gift_card", account=card["account"]) == "card_spent"
        till("account", "block", card["account"], "--reason", "lost", as_json=False)
        counter.does("sell_item", item="milk")
        assert counter.refusal("redeem_gift_card", code=CODE) == "card_blocked"
        counter.does("tender_cash")
        shown = till("customer", "show", maria["id"], "--json")
        assert [it["total_minor"] for it in shown["purchases"]] == [252_00]
        told = till("customer", "erase", maria["id"], "--reason", "asked", "--yes", as_json=False)
        assert "Copies of people.db" in told
    for file in data.iterdir():
        if file.is_file():
            content = file.read_bytes()
            assert b"671234567" not in content, file
            assert CODE.encode() not in content, file
    till("journal", "verify", as_json=False)
    assert verify(data / "journal.db", deep=True).ok
