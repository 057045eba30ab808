"""`till customer` and `till account`: what a person is told, what goes into files, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appliance.cli import main, where
from appliance.core import commands as c
from appliance.people.customers import CustomerBook
from tests.till.builders import open_shift, running


@pytest.fixture(scope="module")
def runner() -> CliRunner:
    if not main.app.registered_groups:
        main._mount()
    return CliRunner()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop of two customers; one has bought, one card is sold."""
    config = tmp_path / "shop.toml"
    config.write_text(f'[till]\ndata_dir = "{tmp_path}"\n', encoding="utf-8")
    with CustomerBook(tmp_path) as book, running(tmp_path, customers=book) as it:
        open_shift(it)
        it.does(c.RegisterCustomer("Марія Коваленко", "067 123 45 67"))
        it.sells("milk")
        it.does(c.TenderCash())
        it.does(c.RegisterCustomer("Іван Петренко", "050 765 43 21", attach=False))
        it.does(c.SellGiftCard(100_00, "PLASTIC-000001"))
        it.does(c.TenderCash())
    where.use(config)
    return tmp_path


def said(runner: CliRunner, *args: str, code: int = 0) -> str:
    result = runner.invoke(main.app, ["--config", str(where._chosen[0]), *args])
    assert result.exit_code == code, result.output
    return result.output


def test_a_customer_is_found_by_the_end_of_the_phone(runner: CliRunner, shop: Path) -> None:
    found = json.loads(said(runner, "customer", "find", "45 67", "--json"))
    assert [it["name"] for it in found] == ["Марія Коваленко"]
    said(runner, "customer", "find", "0000000", code=1)


def test_everything_of_one_person_goes_into_three_files(runner: CliRunner, shop: Path) -> None:
    (maria,) = json.loads(said(runner, "customer", "find", "Марія", "--json"))
    said(runner, "customer", "export", maria["id"], str(shop / "out"))
    data = json.loads((shop / "out" / f"{maria['id']}.json").read_text(encoding="utf-8"))
    assert data["customer"]["phone"] == "380671234567"
    assert data["purchases"][0]["total_minor"] == 46_90
    assert data["consents"][0]["purpose"] == "loyalty"
    assert data["consents"][0]["text"].startswith("«Ми зберігаємо ваше ім")
    text = (shop / "out" / f"{maria['id']}.txt").read_text(encoding="utf-8")
    assert "Марія Коваленко" in text
    table = (shop / "out" / f"{maria['id']}.csv").read_text(encoding="utf-8").splitlines()
    assert table[0] == "at,receipt,total_minor"
    assert table[1].endswith(",1,4690")
    assert {it.stat().st_mode & 0o777 for it in (shop / "out").iterdir()} == {0o600}


def test_a_file_of_customers_is_imported_and_its_mistakes_are_named(
    runner: CliRunner, shop: Path
) -> None:
    file = shop / "people.csv"
    file.write_text(
        "name,phone,groups,limit\n"
        "ТОВ Ромашка,044 555 12 34,wholesale,1000\n"
        "Без телефону,,,\n"
        "Двійник,0671234567,,\n"
        ",0441112233,,\n",
        encoding="utf-8",
    )
    told = json.loads(said(runner, "customer", "import", str(file), "--json", code=1))
    assert told["added"] == 2
    assert [it["line"] for it in told["mistakes"]] == [4, 5]
    (found,) = json.loads(said(runner, "customer", "find", "Ромашка", "--json"))
    assert (found["groups"], found["limit_minor"]) == (["wholesale"], 1000_00)


def test_a_limit_and_groups_are_changed(runner: CliRunner, shop: Path) -> None:
    (ivan,) = json.loads(said(runner, "customer", "find", "Петренко", "--json"))
    said(runner, "customer", "change", ivan["id"], "--limit", "250.50", "--group", "silver")
    (ivan,) = json.loads(said(runner, "customer", "find", "Петренко", "--json"))
    assert (ivan["limit_minor"], ivan["groups"]) == (250_50, ["silver"])
    said(runner, "customer", "change", ivan["id"], "--limit", "много", code=2)


def test_the_sum_of_all_cards_is_listed(runner: CliRunner, shop: Path) -> None:
    listed = json.loads(said(runner, "account", "list", "--json"))
    assert listed["totals"] == {"gift_card": {"accounts": 1, "balance": 100_00}}
    account = listed["accounts"][0]["account"]
    shown = json.loads(said(runner, "account", "show", account, "--json"))
    assert [it["delta"] for it in shown["moves"]] == [100_00]
    said(runner, "account", "show", "gc:none", code=1)
    said(runner, "account", "list", "--kind", "nothing", code=2)


def test_accounts_are_exported_as_a_table(runner: CliRunner, shop: Path) -> None:
    said(runner, "account", "export", str(shop / "cards.csv"))
    lines = (shop / "cards.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("account,kind,hint")
    assert len(lines) == 2
    assert (shop / "cards.csv").stat().st_mode & 0o777 == 0o600
    told = said(runner, "account", "export", str(shop / "none" / "cards.csv"), code=1)
    assert "cannot be written" in told


def test_without_a_till_nothing_is_blocked_and_it_says_so(runner: CliRunner, shop: Path) -> None:
    said(runner, "account", "block", "gc:x", "--reason", "lost", code=1)
