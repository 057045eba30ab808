"""`till report by` over a fortnight of sales: for people, for scripts, for a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from appliance.cli import report, where
from tests.ui.past import trade
from tests.ui.rig import demo_till

Run = Callable[..., str]
DAYS = ("--from", "2026-11-17", "--to", "2026-11-22")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    with demo_till(folder, trade):
        return folder


@pytest.fixture
def run(folder: Path, tmp_path: Path) -> Iterator[Run]:
    file = tmp_path / "shop.toml"
    file.write_text(f'[shop]\nlanguage = "en"\n[till]\ndata_dir = "{folder}"\n')
    app = typer.Typer()
    report.register(app)

    def run(*arguments: object, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["report", "by", *map(str, arguments)])
        assert done.exit_code == code, done.output + repr(done.exception)
        return done.output

    where.use(file)
    yield run
    where.use(None)


@pytest.mark.parametrize("by", list(report.ReportBy))
def test_every_report_is_told_as_table_json_and_csv(run: Run, by: report.ReportBy) -> None:
    assert "Takings" in run(by.value, *DAYS)
    told = json.loads(run(by.value, *DAYS, "--json"))
    assert (told["by"], told["first"], told["last"]) == (by.value, "2026-11-17", "2026-11-22")
    assert told["compared"] == ["2026-11-11", "2026-11-16"]
    rows = list(csv.DictReader(run(by.value, *DAYS, "--csv").splitlines()))
    assert [row["key"] for row in rows] == [bar["key"] for bar in told["bars"]]


def test_hours_days_and_items_add_up_to_the_takings(run: Run) -> None:
    for by in ("hour", "day", "item", "category", "cashier", "tender"):
        told = json.loads(run(by, *DAYS, "--json"))
        assert sum(bar["amount_minor"] for bar in told["bars"]) == told["now"]["total_minor"] > 0


def test_days_that_run_backwards_are_refused_with_what_to_do(run: Run) -> None:
    told = run("day", "--from", "2026-11-22", "--to", "2026-11-17", code=2)
    assert "Turn --from and --to round" in told


def test_days_without_sales_say_so(run: Run) -> None:
    assert "Nothing to tell" in run("item", "--from", "2020-01-01", "--to", "2020-01-02")
