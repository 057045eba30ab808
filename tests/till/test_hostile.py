"""Wrong and hostile requests: refused with a word, never the end of the till, never half done."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from appliance import local_socket
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import Stored
from appliance.core.devices import DrawerKicked, Outcome, Scanned
from appliance.core.item import Item
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import DrawerPulse
from appliance.local_socket import LocalSocket, ask
from appliance.mailbox import MAILBOX_MAX
from appliance.requests import FROM_OUTSIDE

from .builders import Hands, Running, open_shift, running

HALF = "\ud800"
HUGE = 10**30
BOTTLE = {"id": "mine", "name": "Золота пляшка", "price_minor": 10_000_00}
FOREIGN = {
    "command": "note_foreign_movement",
    "account": "tab:x",
    "kind": "customer",
    "origin": "2-1-7",
    "actor": "ivan",
}
STOCK = {"command": "count_stock", "source": "x"}


@contextmanager
def served(folder: Path) -> Iterator[tuple[Running, Path]]:
    with running(folder) as it:
        open_shift(it)
        it.sells("milk")
        server = LocalSocket(folder / "till.sock", it.till)
        server.start()
        try:
            yield it, server.path
        finally:
            server.close()


def told(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """As a script in another language would send it, with what our own encoder refuses."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(path))
        client.sendall(json.dumps(request).encode() + b"\n")
        answer: dict[str, Any] = json.loads(client.makefile("rb").readline())
        return answer


@pytest.mark.parametrize(
    "request_",
    [
        {"command": "no_sale", "reason": HALF},
        {"command": "no_sale", "reason": "x", "actor": HALF},
        {"command": "no_sale", "reason": "x", "id": HALF},
        {"command": "no_sale", "reason": "x", "id": "7" * 201},
        {"command": "no_sale", "reason": "x" * 100_000},
        {"command": "no_sale", "reason": "x", HALF: 1},
        {"command": HALF},
        {"command": "scan", "code": HALF},
        {"command": "scan", "code": "1" * 500_000},
        {"command": "check_price", "code": HALF},
        {"command": "sell_item", "item": HALF},
        {"command": "weigh_item", "item": HALF},
        {"command": "sell_item", "item": "apples", "quantity": "1E-999999999"},
        {"command": "sell_item", "item": "milk", "unit_price_minor": 10**15},
        {"command": "override_price", "line": 1, "unit_price_minor": 10**15, "reason": "x"},
        {"command": "override_price", "line": 1, "unit_price_minor": HUGE, "reason": "x"},
        {"command": "discount_line", "line": 1, "discount": {"percent": "1E-99999"}},
        {"command": "discount_basket", "discount": {"amount_minor": HUGE}},
        {"command": "move_cash", "direction": "pay_in", "amount_minor": HUGE, "reason": "x"},
        {"command": "move_cash", "direction": "pay_in", "amount_minor": 2**63 - 1, "reason": "x"},
        {"command": "print_receipt", "sale": HUGE},
        {"command": "print_receipt", "sale": 2**63 - 1},
        {"command": "print_receipt", "sale": -5},
        {"command": "skip_receipt", "sale": 2**63 - 1},
        {"command": "skip_receipt", "sale": -5},
        {"command": "take_back_containers", "item": BOTTLE, "quantity": "9", "source": "key"},
        {"command": "print_z", "shift": 99, "epoch": 1, "copy": 1},
        {**FOREIGN, "delta": 2**63 - 1},
        {**STOCK, "counts": [{"item": "a", "quantity": "1E15"}]},
        {**STOCK, "counts": [{"item": "a", "quantity": "1E999999"}]},
        {**STOCK, "counts": [{"item": "a", "quantity": "0.0001"}]},
        {**STOCK, "counts": [{"item": HALF, "quantity": "1"}]},
    ],
    ids=lambda request: ascii(request)[:60],
)
def test_a_request_out_of_all_bounds_is_refused_and_the_till_sells_on(
    tmp_path: Path, request_: dict[str, Any]
) -> None:
    with served(tmp_path) as (it, path):
        before = it.till.journal.last_seq
        assert told(path, request_)["ok"] is False
        assert it.till.journal.last_seq == before
        assert ask(path, {"command": "tender_cash"})["ok"]


def test_a_stranger_is_not_recorded_as_having_acted(tmp_path: Path) -> None:
    with served(tmp_path) as (it, path):
        before = it.till.journal.last_seq
        for stranger in ("nobody", "till", "'; DROP TABLE fact; --"):
            answer = ask(path, {"command": "no_sale", "reason": "x", "actor": stranger})
            assert answer["refusal"] == "staff_unknown"
        assert it.till.journal.last_seq == before


def test_a_price_hidden_by_a_discount_cannot_break_the_sale(tmp_path: Path) -> None:
    with served(tmp_path) as (_, path):
        free = {"command": "discount_line", "line": 1, "discount": {"percent": "100"}}
        assert ask(path, free)["refusal"] == "permission_needed"
        assert ask(path, {**free, "actor": "ivan"})["ok"]
        dear = {"command": "override_price", "line": 1, "unit_price_minor": 10**18, "reason": "x"}
        assert ask(path, dear)["refusal"] == "price_wrong"
        assert ask(path, {"command": "tender_cash"})["ok"]


@contextmanager
def held_up(it: Running) -> Iterator[None]:
    """The Till's thread stands still, as in a slow fsync."""
    standing, go_on = threading.Event(), threading.Event()

    def stand(_: object) -> None:
        standing.set()
        go_on.wait(20)

    it.till.submit(c.AimScanner(False), reply=stand)
    assert standing.wait(10)
    try:
        yield
    finally:
        go_on.set()


def test_what_was_answered_busy_is_never_done_later(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        with held_up(it):
            answer = it.till.ask(c.TenderCash(), timeout_s=0.05)
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.BUSY
        it.does(c.AimScanner(False))
        assert it.till.journal.state.sale is not None
        assert it.till.journal.state.done is None


def test_a_passing_trouble_is_not_remembered_by_the_id(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderCash())
        busy = it.tries(c.PrintReceipt(), id="7")
        assert isinstance(busy, Refusal)
        assert busy.reason is Reason.BUSY
        job = it.hands.printed[-1]
        it.does(c.StartEffect(job.effect))
        it.does(c.EndEffect(job.effect, Outcome.DONE))
        assert it.does(c.PrintReceipt(), id="7")


def test_a_drawer_that_answers_at_once_does_not_wait_for_room_in_a_full_mailbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path) as it:
        open_shift(it)

        def kick(hands: Hands, pulse: DrawerPulse) -> bool:
            it.till.tell(DrawerKicked("drawer", str(pulse.effect), Outcome.FAILED, "no pins"))
            return True

        with held_up(it):
            it.till.submit(c.NoSale("розмін"))
            monkeypatch.setattr(Hands, "kick", kick)
            for _ in range(MAILBOX_MAX):
                it.till.submit(c.AimScanner(False))
        while isinstance(it.tries(c.AimScanner(False)), Refusal):
            pass
        ended = [r.fact for r in it.till.journal.records() if isinstance(r.fact, f.EffectEnded)]
        assert [fact.detail for fact in ended][-1:] == ["no pins"]


def test_the_printer_is_permitted_in_the_end_however_full_the_mailbox_was(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderCash())
        job = str(it.hands.printed[-1].effect)
        permitted: list[bool] = []
        with held_up(it):
            for _ in range(MAILBOX_MAX + 1):
                it.till.submit(c.AimScanner(False))
            printer = threading.Thread(target=lambda: permitted.append(it.till.permit(job)))
            printer.start()
        printer.join(20)
        assert permitted == [True]


def test_a_catalogue_that_cannot_be_read_is_a_fault_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path) as it:
        open_shift(it)

        def unreadable(*_: object) -> None:
            raise sqlite3.DatabaseError("database disk image is malformed")

        with monkeypatch.context() as patched:
            for verb in ("by_gtin", "by_id"):
                patched.setattr(f"appliance.catalogue.store.Catalogue.{verb}", unreadable)
            it.till.tell(Scanned("scanner", "4820000000017"))
            for request in (c.SellItem("milk"), c.WeighItem("milk")):  # type: ignore[arg-type]
                answer = it.tries(request)
                assert isinstance(answer, Refusal)
                assert answer.reason is Reason.STORAGE_FAULT
        it.sells("milk")
        assert it.till.look.storage.fault == ""


def test_watchers_that_do_not_listen_are_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_socket, "SEND_TIMEOUT_S", 0.2)
    monkeypatch.setattr(local_socket, "CLIENTS_MAX", 2)
    with served(tmp_path) as (it, path):
        deaf = []
        for _ in range(2):
            client = socket.socket(socket.AF_UNIX)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(10)
            client.connect(str(path))
            client.sendall(b'{"watch": true}\n')
            assert b"look" in client.recv(100)
            deaf.append(client)
        served_again = threading.Event()
        threading.Thread(target=_ask_until_answered, args=(path, served_again)).start()
        price_check = False
        for _ in range(20_000):
            price_check = not price_check
            it.does(c.AimScanner(price_check))
            if served_again.wait(0.001):
                break
        assert served_again.is_set()
        for client in deaf:
            client.close()


def _ask_until_answered(path: Path, answered: threading.Event) -> None:
    while path.exists():
        try:
            ask(path, {"look": True}, timeout_s=5)
        except (OSError, ValueError):
            continue
        answered.set()
        return


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_is_are_days_like_any_other(
    tmp_path: Path, day: str
) -> None:
    with served(tmp_path) as (_, path):
        assert ask(path, {"command": "find_receipt", "on": day})["ok"]
        assert ask(path, {"command": "tender_cash"})["ok"]


def test_the_view_is_told_whatever_page_is_open(tmp_path: Path) -> None:
    with served(tmp_path) as (_, path):
        assert ask(path, {"command": "show_x", "of": "till", "actor": "ivan"})["ok"]
        told_x = ask(path, {"look": True})["look"]["cash"]["x"]
        assert told_x["sections"]


def test_no_request_from_outside_brings_what_the_till_looks_up_itself() -> None:
    """An item with a price, a card with a balance, a receipt with sums: those are no claims."""
    looked_up = (Item, Stored, c.EarlierSale, f.LineSold)
    for name, kind in FROM_OUTSIDE.items():
        fields = typing.get_type_hints(kind).values()
        parts = {part for hint in fields for part in (hint, *typing.get_args(hint))}
        assert parts.isdisjoint(looked_up), name


def test_what_is_written_about_a_deed_is_kept_short(tmp_path: Path) -> None:
    with served(tmp_path) as (it, path):
        assert ask(path, {"command": "no_sale", "reason": "х" * 8_000, "actor": "ivan"})["ok"]
        told = [r.fact for r in it.till.journal.records() if isinstance(r.fact, f.DrawerOpened)]
        assert len(told[-1].reason) == 200
