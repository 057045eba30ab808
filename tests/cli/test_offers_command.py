"""`till offers` and `till coupons`: mistakes are named, coupons are true ones."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from appliance.cli import offers, where
from appliance.codes.coupons import Coupon, read_coupon
from appliance.codes.keys import load

AUTUMN = """
[[offers]]
id = "autumn"
type = "percent"
percent = 10
skus = ["no-such"]
coupon = "AUTUMN"
"""


@pytest.fixture
def ask(tmp_path: Path):
    settings = tmp_path / "shop.toml"
    settings.write_text(f'[till]\ndata_dir = "{tmp_path}"\n')
    app = typer.Typer()
    offers.register(app)

    def ask(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == code, done.output + repr(done.exception)
        return done.output

    where.use(settings)
    yield ask
    where.use(None)


def test_each_coupon_that_is_made_is_a_true_one(ask, tmp_path: Path) -> None:
    (tmp_path / "offers.toml").write_text(AUTUMN)
    made = ask("coupons", "make", "AUTUMN", "--count", "3", "--first", "5", "--until", "2099-12-31")
    rows = list(csv.DictReader(made.splitlines()))
    keys = load(tmp_path).coupons
    found = [read_coupon(row["code"], keys, date(2026, 11, 23)) for row in rows]
    assert found == [Coupon("AUTUMN", n, date(2099, 12, 31)) for n in (5, 6, 7)]
    ask("coupons", "make", "AUTUMN", "--output", str(tmp_path / "autumn.csv"))
    assert (tmp_path / "autumn.csv").stat().st_mode & 0o777 == 0o600


def test_a_coupon_that_no_offer_wants_is_not_made(ask, tmp_path: Path) -> None:
    assert "No offer asks" in ask("coupons", "make", "SPRING", code=1)
    (tmp_path / "offers.toml").write_text(AUTUMN)
    assert "is over" in ask("coupons", "make", "AUTUMN", "--until", "2020-01-31", code=2)


def test_a_mistake_is_named_with_its_line(ask, tmp_path: Path) -> None:
    wrong = tmp_path / "new.toml"
    wrong.write_text(AUTUMN.replace("percent = 10", "percent = 101"))
    assert "new.toml" in ask("offers", "check", str(wrong), code=1)
    assert "no file" in ask("offers", "check", str(tmp_path / "none.toml"), code=2)


def test_what_is_strange_is_told_and_sells(ask, tmp_path: Path) -> None:
    (tmp_path / "offers.toml").write_text(AUTUMN)
    assert "no item no-such" in ask("offers", "check")


def test_offers_are_listed_in_the_order_of_the_file(ask, tmp_path: Path) -> None:
    assert "no offers" in ask("offers", "list")
    (tmp_path / "offers.toml").write_text(AUTUMN + AUTUMN.replace("autumn", "again"))
    assert [it["id"] for it in json.loads(ask("offers", "list", "--json"))] == ["autumn", "again"]


def test_the_list_tells_what_runs_what_comes_and_what_is_over(ask, tmp_path: Path) -> None:
    later = AUTUMN.replace('"autumn"', '"later"') + "from = 2999-01-01\n"
    over = AUTUMN.replace('"autumn"', '"over"') + "until = 2020-01-01\n"
    (tmp_path / "offers.toml").write_text(AUTUMN + later + over)
    rows = json.loads(ask("offers", "list", "--json"))
    assert [it["runs"] for it in rows] == [True, False, False]
    assert rows[1]["next"] == "2999-01-01T00:00"
    assert rows[2]["next"] is None
    told = ask("offers", "list").splitlines()
    assert [line.rpartition(": ")[2] for line in told] == [
        "runs",
        "comes 2999-01-01T00:00",
        "is over",
    ]
