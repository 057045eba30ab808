"""The local socket: everyone outside commands the one writer, and a wrong word harms nobody."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.local_socket import LINE_MAX, LocalSocket, ask

from .builders import Running, open_shift, running


@contextmanager
def served(folder: Path) -> Iterator[tuple[Running, Path]]:
    with running(folder) as it:
        path = folder / "till.sock"
        server = LocalSocket(path, it.till)
        server.start()
        try:
            yield it, path
        finally:
            server.close()


def test_a_script_sells_and_is_told_the_facts(tmp_path: Path) -> None:
    with served(tmp_path) as (it, path):
        open_shift(it)
        ask(path, {"command": "scan", "code": "4820000000017", "actor": "ivan"})
        answer = ask(path, {"command": "tender_cash", "amount_minor": 5000})
        assert answer["ok"]
        completed = next(f["body"] for f in answer["facts"] if f["type"] == "SaleCompleted")
        assert (completed["total_minor"], completed["change_minor"]) == (4690, 300)
        added = [r for r in it.till.journal.records() if r.type == "LineAdded"]
        assert [record.actor for record in added] == ["ivan"]


def test_a_refusal_names_its_reason(tmp_path: Path) -> None:
    with served(tmp_path) as (_, path):
        answer = ask(path, {"command": "sell_item", "item": "milk"})
        assert answer == {"ok": False, "refusal": "no_shift", "params": {}}


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"command": "scann", "code": "1"}, "did you mean 'scan'?"),
        ({"command": "scan"}, "needs code"),
        ({"command": "scan", "code": 5}, "code: expected a text"),
        ({"command": "tender_cash", "amount_minor": 1.5}, "expected a whole number"),
        ({"command": "change_quantity", "line": 1, "quantity": 2}, "decimal in quotes"),
        ({"command": "end_effect", "effect": 1, "outcome": "done"}, "unknown command"),
        ({"command": "no_sale", "reason": "x", "sum": 1}, "unknown field 'sum'"),
        ({"command": "no_sale", "reason": "x", "actor": 7}, "id and actor are texts"),
        ({}, "unknown command None"),
    ],
)
def test_a_wrong_command_says_what_was_meant(
    tmp_path: Path, request_: dict[str, object], said: str
) -> None:
    with served(tmp_path) as (it, path):
        it.does(c.AimScanner(False))
        before = it.till.journal.last_seq
        answer = ask(path, request_)
        assert answer["refusal"] == "command_wrong"
        assert said in answer["params"]["detail"]
        assert it.till.journal.last_seq == before


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000, b"NaN", b'{"command": []}']
)
def test_bytes_that_are_no_request_get_an_answer_and_the_till_sells_on(
    tmp_path: Path, line: bytes
) -> None:
    with served(tmp_path) as (_, path):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            client.sendall(line + b"\n")
            assert json.loads(client.makefile("rb").readline())["ok"] is False
        assert ask(path, {"look": True})["ok"]


def test_an_endless_line_is_cut_off(tmp_path: Path) -> None:
    with served(tmp_path) as (_, path):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            client.sendall(b"x" * (LINE_MAX + 1))
            stream = client.makefile("rb")
            assert json.loads(stream.readline())["refusal"] == "command_wrong"
            assert stream.readline() == b""
        assert ask(path, {"look": True})["ok"]


def test_a_watcher_sees_the_basket_grow(tmp_path: Path) -> None:
    with served(tmp_path) as (it, path), socket.socket(socket.AF_UNIX) as client:
        open_shift(it)
        client.settimeout(10)
        client.connect(str(path))
        client.sendall(b'{"watch": true}\n')
        stream = client.makefile("rb")
        assert "look" in json.loads(stream.readline())
        it.sells("milk")
        while True:
            look = json.loads(stream.readline()).get("look", {})
            if look.get("basket", {}).get("total_minor") == 4690:
                break


def test_the_socket_is_closed_to_strangers(tmp_path: Path) -> None:
    with served(tmp_path) as (_, path):
        assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0
    assert not path.exists()
