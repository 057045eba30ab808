"""The commands answer in words, in JSON and in exit codes."""

import json

import pytest
import typer
from typer.testing import CliRunner

from appliance.cli import journal, report

from .till import Ringing

app = typer.Typer()
journal.register(app)
report.register(app)


@pytest.fixture
def path(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.day(3)
    till.open_shift()
    till.sell(2)
    till.journal.close()
    return tmp_path / "j.db"


def run(*args, code=0):
    result = CliRunner().invoke(app, [str(arg) for arg in args], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def answer(*args, code=0):
    return json.loads(run(*args, "--json", code=code))


def test_verify_says_what_was_proven_and_where_it_breaks(path):
    good = answer("journal", "verify", "--file", path, "--deep")
    assert (good["ok"], good["projections"], good["bad"]) == (True, True, None)
    assert "records proven" in run("journal", "verify", "--file", path)
    journal.Journal.open(path, "T1")._con.execute("UPDATE fact SET actor='x' WHERE id % 100 = 5")
    bad = answer("journal", "verify", "--file", path, code=1)
    assert bad["bad"]["seq"] == 5
    assert "Broken at record 1/5" in run("journal", "verify", "--file", path, code=1)


def test_tail_and_export_show_records(path, tmp_path):
    text = run("journal", "tail", "-n", 2, "--file", path)
    assert len(text.splitlines()) == 2
    assert "EffectEnded" in text
    run("journal", "export", tmp_path / "out.jsonl", "--file", path)
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert lines == run("journal", "export", "--file", path).splitlines()
    assert json.loads(lines[-1])["type"] == "EffectEnded"
    run("journal", "export", tmp_path / "no" / "folder", "--file", path, code=1)


def test_rebuild_backup_and_restore(path, tmp_path):
    assert "Tables made" in run("journal", "rebuild", "--file", path)
    done = answer("backup", tmp_path / "copy.journal", "--file", path)
    assert done["seq"] == done["records"]
    back = answer("restore", tmp_path / "copy.journal", "--file", path)
    assert back["epoch"] == 2
    assert back["replaced"]
    till = Ringing(path)
    assert "is open in another process" in run(
        "restore", tmp_path / "copy.journal", "--file", path, code=1
    )
    till.journal.close()


def test_reports_in_tables_and_json(path):
    assert answer("report", "x", "--file", path)["totals"]["sales"] == 1
    assert answer("report", "z", 1, "--file", path)["z_number"] == 1
    assert answer("report", "z", "--file", path)["agrees"] is True
    assert "Cash expected" in run("report", "x", 1, "--file", path)
    assert "Z 1 report" in run("report", "z", "--file", path)
    assert answer("report", "stock", "1002", "--file", path)[0]["quantity"] == "-4"
    assert "Хліб" in run("report", "stock", "--file", path)
    run("report", "stock", "nothing", "--file", path, code=1)
    run("report", "x", 9, "--file", path, code=1)
    run("report", "x", "--file", path.with_name("none"), code=2)


def test_sales_are_listed_and_shown(path):
    rows = answer("sale", "list", "--file", path)
    assert [row["sale"] for row in rows] == [4, 3, 2, 1]
    assert rows == answer("report", "sales", "--file", path)
    assert answer("sale", "list", "--from", "2030-01-01", "--file", path) == []
    assert "completed" in run("sale", "list", "--file", path)
    detail = answer("sale", "show", 2, "--file", path)
    assert detail == answer("sale", "show", "1/2", "--file", path)
    assert [line["line"] for line in detail["lines"]] == [1, 2]
    assert "Хліб" in run("sale", "show", 2, "--file", path)
    run("sale", "show", 99, "--file", path, code=1)
    run("sale", "show", "1/x", "--file", path, code=2)
