"""`till shift`: a whole day of a drawer from the command line, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appliance.cli import main, where
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.local_socket import LocalSocket
from tests.core.builders import BREAD
from tests.till.builders import Running, running

Run = Callable[..., str]


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as made:
        server = LocalSocket(tmp_path / "till.sock", made.till)  # type: ignore[arg-type]
        server.start()
        made.does(c.SignIn("olena"))
        yield made
        server.close()


@pytest.fixture
def run(it: Running, tmp_path: Path) -> Iterator[Run]:
    if not main.app.registered_groups:
        main._mount()
    config = tmp_path / "shop.toml"
    config.write_text(f'[shop]\nlanguage = "en"\n[till]\ndata_dir = "{tmp_path}"\n')

    def run(*words: object, code: int = 0, group: str = "shift") -> str:
        done = CliRunner().invoke(main.app, ["--config", str(config), group, *map(str, words)])
        assert done.exit_code == code, done.output + repr(done.exception)
        return done.output

    yield run
    where.use(None)


def test_a_day_of_a_drawer_from_the_command_line(it: Running, run: Run) -> None:
    run("open", "100.00")
    it.sells("milk")
    it.does(c.TenderCash(50_00))
    assert "CashMoved" in run("drop", "50.00", "B-7")
    run("count", "50x1", "20x2", "5x1", "2x1")
    assert "ShiftHandedOver" in run("handover", "ivan")
    it.sells("bread")
    it.does(c.SuspendSale("Марія"))
    assert "Suspended basket Марія" in run("matters", code=1)
    run("count", "50x1", "20x2", "5x1", "2x1")
    told = run("close", "--drop", "50", "--bag", "B-8")
    assert "ShiftClosed" in told
    (row,) = json.loads(run("list", "--json"))
    # The basket that waits, and the receipt that these hands never print.
    assert (row["z_number"], row["gross_minor"], row["open_matters"]) == (1, 46_90, 2)
    assert "left open: 2" in run("list")
    run("z", 1)
    jobs = [job for job in it.hands.printed if job.what is f.PrintWhat.Z_REPORT]
    assert [job.copy for job in jobs] == [0, 1]
    assert it.till.journal.state.left[-1].amount_minor == 97_00 - 50_00


def test_before_anything_happened_the_lists_are_empty(run: Run) -> None:
    assert "No shift is open" in run("show", code=1)
    assert "No shift has been closed" in run("list")
    assert run("list", "--json").strip() == "[]"
    assert "Nothing is left open" in run("matters")


def test_the_open_shift_is_shown_and_what_is_blind_stays_so(run: Run) -> None:
    run("open", "100")
    told = run("show")
    assert "100.00" in told
    assert "expected" not in told
    assert json.loads(run("show", "--json")).get("expected_minor") is None


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("drop", "0", "B-1"), 1, "amount_not_positive"),
        (("drop", "1000", "B-1"), 1, "not_enough_cash"),
        (("drop", "10", " "), 1, "bag_needed"),
        (("drop", "ten", "B-1"), 2, "not an amount"),
        (("drop", "10000001", "B-1"), 1, "total_too_large"),
        (("handover", "nobody"), 1, "staff_unknown"),
        (("handover", "olena"), 1, "drawer_already_theirs"),
        (("drawer", "third"), 1, "no_such_drawer"),
        (("foreign", "XXQ", "5"), 2, "no currency"),
        (("foreign", "EUR", "5"), 1, "currency_unknown"),
        (("z", "7"), 1, "no_such_z"),
        (("close",), 1, "not_counted"),
        (("open", "5"), 1, "shift_already_open"),
        (("count", "500xmany"), 2, "VALUExPIECES"),
    ],
)
def test_what_cannot_be_done_says_why(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    run("open", "100")
    assert said in run(*words, code=code)


def test_the_reports_tell_every_kind_of_money_and_what_came_back(it: Running, run: Run) -> None:
    run("open", "100.00")
    it.sells("milk")
    it.does(c.TenderCash(50_00))
    it.does(c.ReturnWithoutReceipt(BREAD.id, Decimal(1), "без чека", 20_00), actor="ivan")
    it.does(c.TenderCash())
    rows = dict(line.rsplit(maxsplit=1) for line in run("x", group="report").splitlines()[2:])
    told = {name.strip(): amount for name, amount in rows.items()}
    assert (told["Taken in cash"], told["Returned"]) == ("27.00", "-20.00")


def test_an_x_report_is_printed_of_the_till_or_of_a_person(it: Running, run: Run) -> None:
    run("open", "100.00")
    run("x", "--cashier", "ivan", "--actor", "ivan")
    jobs = [job.slip for job in it.hands.printed]
    assert jobs[-1] == "cashier:ivan"
    run("x", "--till", "--cashier", "ivan", code=2)
