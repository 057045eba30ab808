"""`till catalogue` as a person or a script runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from appliance.catalogue.problems import WORDS
from appliance.cli import catalogue, where
from appliance.i18n import translator

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo"


@pytest.fixture
def till(tmp_path: Path):
    config = tmp_path / "kram.toml"
    config.write_text(
        '[shop]\nlanguage = "en"\n'
        f'[till]\ndata_dir = "{tmp_path / "data"}"\n'
        '[taxes.VAT20]\nname = "ПДВ 20 %"\nletter = "А"\nrate = 20\n'
        '[taxes.VAT7]\nname = "ПДВ 7 %"\nletter = "Б"\nrate = 7\n'
        '[taxes.EXC5]\nname = "Акциз 5 %"\nletter = "Д"\nrate = 5\n',
        encoding="utf-8",
    )
    app = typer.Typer(pretty_exceptions_enable=False)
    catalogue.register(app)
    where.use(config)

    def run(*arguments: object, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["catalogue", *map(str, arguments)])
        assert done.exit_code == code, done.output
        return done.output

    yield run
    where.use(None)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.csv"
    path.write_text("Артикул;Назва;Ціна\n1;Чай;-5\n2;Сир;10\n", encoding="cp1251")
    return path


def test_the_demo_shop_is_imported_searched_and_shown(till):
    told = json.loads(till("import", DEMO / "catalogue.csv", "--json"))
    assert (told["applied"], told["added"], told["bad_rows"]) == (True, 300, 0)
    found = json.loads(till("search", "vjkjrj", "--json"))
    assert found[0]["name"].startswith("Молоко")
    shown = json.loads(till("show", "153", "--json"))
    assert (shown["name"], shown["price"], shown["unit"]) == (
        "Яблука Голден, вагові",
        "39.90",
        "KGM",
    )
    assert "Яблука Голден" in till("show", "153")


def test_a_bad_row_is_told_with_its_line_and_what_to_do(till, bad):
    output = till("import", bad, code=1)
    assert "line 2, Ціна: “-5”: less than zero; write a price" in output
    assert "Nothing was imported" in output
    assert "[]" in till("search", "сир", "--json", code=1)


def test_what_is_wrong_is_said_in_the_shops_language(till, bad, tmp_path):
    config = tmp_path / "kram.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('"en"', '"uk"'), encoding="utf-8")
    output = till("import", bad, code=1)
    assert "рядок 2, Ціна: “-5”: менше за нуль; напишіть ціну" in output
    assert "Нічого не імпортовано." in output


def test_every_kind_of_bad_row_has_ukrainian_words():
    say = translator("uk")
    assert [words for pair in WORDS.values() for words in pair if say(words) == words] == []


def test_a_file_that_is_not_there_is_named_without_an_error_number(till, tmp_path):
    output = till("import", tmp_path / "gone.csv", code=2)
    assert output.strip() == f"{tmp_path / 'gone.csv'}: No such file or directory"


def test_skip_bad_brings_the_rest(till, bad):
    assert "New 1," in till("import", bad, "--skip-bad")
    assert "Сир" in till("search", "сир")


def test_a_dry_run_changes_nothing_and_its_exit_code_says_whether_all_is_well(till, bad):
    assert "dry run" in till("import", DEMO / "catalogue.csv", "--dry-run")
    till("search", "молоко", code=1)
    till("import", bad, "--dry-run", code=1)


def test_many_bad_rows_are_summed_up(till, tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("sku,name,price\n" + "".join(f"{i},x,?\n" for i in range(10_000)))
    output = till("import", path, code=1)
    assert "10000 × not a number" in output
    assert len(output.splitlines()) < 12


@pytest.mark.parametrize(
    "content", [b"", b"no headings here\n1;2\n", b"sku;name\n1;\x81\x8d\x8f\n"]
)
def test_what_is_no_price_list_is_wrong_input(till, tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    till("import", path, code=2)
    assert "error" in json.loads(till("import", path, "--json", code=2))


def test_a_missing_file_is_wrong_input(till, tmp_path):
    till("import", tmp_path / "none.csv", code=2)


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx"])
def test_an_export_imports_without_a_change(till, tmp_path, ending):
    till("import", DEMO / "catalogue.csv")
    path = tmp_path / f"out.{ending}"
    assert "300" in till("export", path)
    assert "New 0, changed 0, the same 300" in till("import", path)
    till("export", tmp_path / "out.pdf", code=2)


def test_taxes_go_by_their_letter_name_and_rate(till, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("sku;name;price;tax\n1;a;1;А\n2;b;1;20%\n3;c;1;ПДВ 7 %\n4;d;1;VAT20+EXC5\n")
    till("import", path)
    assert [json.loads(till("show", i, "--json"))["taxes"] for i in (1, 2, 3, 4)] == [
        ["VAT20"],
        ["VAT20"],
        ["VAT7"],
        ["VAT20", "EXC5"],
    ]


def test_an_unknown_code_is_answered_with_no(till):
    till("show", "424242", code=1)
