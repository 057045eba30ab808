"""`till prices` as a person or a script runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from appliance.cli import catalogue, prices, where


@pytest.fixture
def till(tmp_path: Path):
    config = tmp_path / "kram.toml"
    config.write_text(f'[shop]\nlanguage = "en"\n[till]\ndata_dir = "{tmp_path / "data"}"\n')
    app = typer.Typer(pretty_exceptions_enable=False)
    catalogue.register(app)
    prices.register(app)
    where.use(config)

    def run(*arguments: object, code: int = 0) -> str:
        done = CliRunner().invoke(app, list(map(str, arguments)))
        assert done.exit_code == code, done.output
        return done.output

    goods = tmp_path / "goods.csv"
    goods.write_text("sku,name,price\nA,Tea,10\nB,Coffee,20\n")
    run("catalogue", "import", goods)
    yield run
    where.use(None)


@pytest.fixture
def opt(tmp_path: Path) -> Path:
    path = tmp_path / "opt.csv"
    path.write_text("sku,quantity_min,price\nA,0,9.00\nA,10,8.50\n")
    return path


def test_a_list_is_imported_shown_exported_and_deleted(till, opt, tmp_path):
    how = ("--list", "opt", "--name", "Wholesale", "--group", "trade", "--days", "mon-fri")
    told = json.loads(till("prices", "import", opt, *how, "--hours", "9-17", "--json"))
    assert (told["applied"], told["rows"], told["without_price"]) == (True, 2, 1)
    listed = json.loads(till("prices", "list", "--json"))
    assert listed == [told["list"]]
    assert (listed[0]["days"], listed[0]["hours"]) == ([1, 2, 3, 4, 5], "09:00-17:00")
    shown = json.loads(till("prices", "show", "opt", "--json"))
    assert shown["first"] == [
        {"sku": "A", "quantity_min": "0", "price": "9.00"},
        {"sku": "A", "quantity_min": "10", "price": "8.50"},
    ]
    item = json.loads(till("catalogue", "show", "A", "--json"))
    assert [step["price"] for step in item["prices"]] == ["9.00", "8.50"]
    till("prices", "export", "opt", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8-sig") == opt.read_text()
    till("prices", "delete", "opt")
    assert json.loads(till("prices", "list", "--json")) == []


def test_new_prices_of_a_list_keep_its_times(till, opt):
    till("prices", "import", opt, "--list", "opt", "--since", "2026-12-01", "--priority", 7)
    till("prices", "import", opt, "--list", "opt", "--name", "Опт")
    (told,) = json.loads(till("prices", "list", "--json"))
    assert (told["since"], told["priority"], told["name"]) == ("2026-12-01T00:00:00", 7, "Опт")
    till("prices", "import", opt, "--list", "opt", "--since", "")
    assert json.loads(till("prices", "list", "--json"))[0]["since"] == ""


def test_bad_rows_end_with_one_and_say_what_to_do(till, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("sku,price\nZ,1\nA,x\n")
    said = till("prices", "import", path, "--list", "opt", code=1)
    assert "no such item in the catalogue; correct the SKU" in said
    assert "Nothing was imported." in said
    assert json.loads(till("prices", "list", "--json")) == []


@pytest.mark.parametrize(
    ("option", "text"),
    [
        (("--days", "someday"), "not days of the week"),
        (("--hours", "9"), "not hours of the day"),
        (("--since", "tomorrow"), "not a date"),
        (("--since", "2026-12-02", "--until", "2026-12-01"), "is not after"),
        (("--priority", "9999999"), "at most"),
        (("--name", "x" * 50), "at most"),
    ],
)
def test_wrong_options_are_wrong_usage(till, opt, option, text):
    assert text in till("prices", "import", opt, "--list", "opt", *option, code=2)


def test_a_list_that_is_not_there_is_told(till):
    for verb in ("show", "delete"):
        assert "No price list is called x" in till("prices", verb, "x", code=1)
