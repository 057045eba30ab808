"""`till stock` against a running till: papers, counts and lists, for people and for scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from appliance.cli import stock_papers, where
from appliance.core import commands as c
from appliance.local_socket import LocalSocket
from tests.till.builders import open_shift, running

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    settings = tmp_path / "shop.toml"
    socket = tmp_path / "till.sock"
    settings.write_text(f'[shop]\nlanguage = "en"\n[till]\ndata_dir = "{tmp_path}"\n')
    app = typer.Typer()
    stock_papers.register(app)
    app.callback()(lambda: None)

    def run(*arguments: object, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["stock", *map(str, arguments)])
        assert done.exit_code == code, done.output + repr(done.exception)
        return done.output

    where.use(settings)
    with running(tmp_path) as it:
        open_shift(it)
        it.does(c.SignIn("ivan"))
        server = LocalSocket(socket, it.till)
        server.start()
        try:
            yield run
        finally:
            server.close()
            where.use(None)


def test_a_delivery_from_a_file_is_taken_whole(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "delivery.csv"
    file.write_text(
        "SKU;Quantity;Cost;Lot;Expiry\nmilk;24;31,50;A1;2030-01-31\nbread;30;12.5;;\napples;10,5;;;\n"
    )
    number = run("receive", file, "--supplier", "Ферма", "--document", "17").strip()
    rows = {row["item"]: row for row in json.loads(run("list", "--json"))}
    assert {sku: row["left"] for sku, row in rows.items()} == {
        "milk": "24",
        "bread": "30",
        "apples": "10.5",
    }
    assert rows["milk"]["value_minor"] == 75600
    assert json.loads(run("value", "--json")) == {"value_minor": 113100, "items_without_cost": 1}
    paper = json.loads(run("papers", "--json"))[0]
    assert (paper["number"], paper["partner"], paper["rows"]) == (number, "Ферма", 3)
    assert json.loads(run("expiring", "--days", 3650, "--json"))[0]["lot"] == "A1"
    run("undo", number)
    assert json.loads(run("value", "--json"))["value_minor"] == 0
    assert "taken back" in run("undo", number, code=1)


def test_a_file_with_a_wrong_row_names_each_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(
        "sku,quantity,cost,expiry\nmilk,2,,\nnothing,1,,\nbread,many,,\nbread,0,,\n"
        "bread,1,-5,\nbread,1,,31.12.2026\n"
    )
    told = run("receive", file, code=2)
    for line in (3, 4, 5, 6, 7):
        assert f"line {line}:" in told
    assert "Nothing was taken" in told
    assert json.loads(run("list", "--json")) == []
    file.write_text("sku,colour,quantity\nmilk,red,1\n")
    assert "colour" in run("receive", file, code=2)
    file.write_text("name\nmilk\n")
    run("receive", file, code=2)
    file.write_bytes(b"\xff\xfe\x00")
    run("receive", file, code=2)


def test_papers_counts_and_history_by_hand(run: Run) -> None:
    run("receive", "--item", "milk", "--quantity", 10, "--cost", "30")
    run("write-off", "milk", 1, "--reason", "broken")
    run("transfer", "milk", 2, "--to", "Shop 2")
    run("transfer", "milk", 1, "--from", "Shop 2")
    run("transfer", "milk", 1, code=2)
    run("supplier-return", "milk", 1)
    causes = [row["cause"] for row in json.loads(run("history", "milk", "--json"))]
    assert sorted(causes) == sorted(
        ["supplier_return", "transfer_in", "transfer_out", "write_off", "received"]
    )
    number = run("count").strip()
    run("count", "--count", number, "--item", "milk", "--quantity", 5)
    row = json.loads(run("count", "--count", number, "--json"))[0]
    assert (row["counted"], row["expected"], row["value_minor"]) == ("5", "7", -6000)
    run("count", "--count", number, "--apply")
    assert json.loads(run("list", "--json"))[0]["left"] == "5"
    assert "milk" in run("list")
    run("write-off", "milk", "many", "--reason", "x", code=2)
    run("write-off", "nothing", 1, "--reason", "x", code=2)


def test_what_to_buy_goes_into_a_file(run: Run, tmp_path: Path) -> None:
    run("suggest", code=1)
    assert json.loads(run("suggest", "--json")) == []
    out = tmp_path / "order.csv"
    run("suggest", "--csv", out)
    assert out.read_text(encoding="utf-8-sig").startswith("supplier,sku,name,order")
