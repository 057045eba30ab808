"""`till sale why`: each step of a past sale's prices, for people and for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from appliance.cli import receipt, report, where
from tests.ui.past import trade
from tests.ui.rig import demo_till


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    file = folder / "shop.toml"
    file.write_text(f'[shop]\nlanguage = "en"\n[till]\ndata_dir = "{folder}"\n')
    with demo_till(folder, trade):
        return file


@pytest.fixture
def why(settings: Path):
    app = typer.Typer()
    report.register(app)
    receipt.register(app)

    def ask(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["sale", "why", *words])
        assert done.exit_code == code, done.output + repr(done.exception)
        return done.output

    where.use(settings)
    yield ask
    where.use(None)


def test_every_line_is_told_step_by_step_down_to_what_was_paid(why):
    told = why("1")
    assert told.startswith("1. ")
    assert told.rstrip().splitlines()[-1].strip().startswith("Paid")


def test_a_script_gets_amounts_that_add_up(why):
    for line in json.loads(why("1", "--json")):
        steps = {step["kind"]: step["amount_minor"] for step in line["steps"]}
        off = sum(steps.get(kind, 0) for kind in ("discount", "share_of_discount", "offer"))
        assert steps["base"] + off == steps["total"]


def test_a_sale_or_a_line_that_is_not_there_is_said(why):
    assert "no completed sale" in why("999999", code=1)
    assert "has no line 77" in why("1", "77", code=1)
