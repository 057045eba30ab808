"""Three real tills of a shop, one of them with the ledger; plugs are pulled with money half paid."""

from __future__ import annotations

import shutil
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from appliance.codes.keys import FILE, load_or_make
from appliance.codes.unguessable import code_hash
from appliance.core.accounts import coded_account
from appliance.core.facts import AccountKind
from appliance.journal.ledger import Ledger, MoveRow
from appliance.journal.reports import reading
from appliance.journal.verify import verify
from appliance.local_socket import ask
from tests.till.builders import shelf
from tests.till.test_returns_process import CONFIG, Counter, running

pytestmark = pytest.mark.alone

CODE = "PLASTIC-000001"
SOON_S = 20.0


def make(folder: Path, number: int, cards: str) -> Counter:
    data = folder / "data"
    data.mkdir(parents=True)
    shelf(data).close()
    config = CONFIG.partition("[[devices]]")[0]
    config = config.replace("[till]\n", f'[till]\nnumber = {number}\nname = "Till {number}"\n')
    (folder / "shop.toml").write_text(f"{config}\n[cards]\n{cards}\n", encoding="utf-8")
    return Counter(folder)


def account_of(folder: Path) -> str:
    pepper = load_or_make(folder / "data").pepper
    return coded_account(AccountKind.GIFT_CARD, code_hash(CODE, pepper))


def left(folder: Path) -> int | None:
    with reading(folder / "data" / "journal.db") as con:
        held = Ledger(con).account(account_of(folder))
    return None if held is None else held.free


def moves(folder: Path) -> tuple[MoveRow, ...]:
    with reading(folder / "data" / "journal.db") as con:
        return Ledger(con).moves(account_of(folder))


def becomes(folder: Path, amount: int) -> None:
    until = time.monotonic() + SOON_S
    while left(folder) != amount:
        assert time.monotonic() < until, left(folder)
        time.sleep(0.05)


def answered(counter: Counter) -> dict[str, Any]:
    """The tender after the ledger's answer."""
    until = time.monotonic() + SOON_S
    while True:
        look = ask(counter.socket, {"look": True})["look"]
        if look["pay"].get("asked") is None:
            return look
        assert time.monotonic() < until
        time.sleep(0.02)


def test_three_tills_share_a_card_across_pulled_plugs(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    at = f'"127.0.0.1:{port}"'
    folders = [tmp_path / str(number) for number in (1, 2, 3)]
    hub = make(folders[0], 1, f"serve = {at}")
    alone = f"ledger = {at}\noffline_limit = 30.00\noffline_day = 50.00"
    two, three = make(folders[1], 2, alone), make(folders[2], 3, alone)
    load_or_make(folders[0] / "data")
    for folder in folders[1:]:
        shutil.copy(folders[0] / "data" / FILE, folder / "data" / FILE)

    with running(folders[1]):
        with running(folders[2]), running(folders[0]):
            for counter in (hub, two, three):
                counter.does("sign_in", staff="ivan")
                counter.does("open_shift", float_minor=100_00)
            hub.does("sell_gift_card", amount_minor=300_00, code=CODE)
            hub.does("tender_cash")
            for folder in folders:
                becomes(folder, 300_00)
            two.does("sell_item", item="wine")
            two.does("redeem_gift_card", code=CODE, amount_minor=100_00)
            answered(two)
            two.does("tender_cash")
            for folder in folders:
                becomes(folder, 200_00)
            three.does("sell_item", item="wine")
            three.does("redeem_gift_card", code=CODE, amount_minor=50_00)
        # The third till and the hub lost their power in the middle of it; the second pays alone.
        two.does("sell_item", item="wine")
        two.does("redeem_gift_card", code=CODE)
        answered(two)
        two.does("tender_cash")
        with running(folders[0]), running(folders[2]):
            answered(three)
            # The third till wrote down what the ledger held for it, its own allowance, or nothing.
            paid = sum(-it.delta for it in moves(folders[2]) if it.sale and not it.origin)
            assert paid in (0, 30_00, 50_00)
            for folder in folders:
                becomes(folder, 300_00 - 100_00 - 30_00 - paid)
    for folder in folders:
        verdict = verify(folder / "data" / "journal.db", deep=True)
        assert verdict.ok, verdict
