"""`till staff` and `till report signals`: what a manager types, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from appliance.cli import main, where
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import CardNumberHidden
from appliance.core.policy import Person
from appliance.people.staff import StaffBook
from tests.till.builders import open_shift, running


@pytest.fixture(scope="module")
def runner() -> CliRunner:
    if not main.app.registered_groups:
        main._mount()
    return CliRunner()


SHOP = """
[till]
data_dir = "{data}"
[[staff]]
id = "olena"
name = "Олена"
[[staff]]
id = "ivan"
name = "Іван"
role = "manager"
"""
STAFF = (Person("olena", "Олена"), Person("ivan", "Іван", "manager"))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    config = tmp_path / "shop.toml"
    config.write_text(SHOP.format(data=tmp_path), encoding="utf-8")
    where.use(config)
    return tmp_path


def till(runner: CliRunner, *words: str, typed: str = "") -> Result:
    return runner.invoke(main.app, ["--config", str(where._chosen[0]), *words], input=typed)


def secrets(folder: Path) -> tuple[frozenset[str], frozenset[str]]:
    with StaffBook(folder, STAFF) as book:
        return book.secrets.has_pin, book.secrets.has_badge


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("123", "4 to 8 digits"),
        ("123456789", "4 to 8 digits"),
        ("12a4", "4 to 8 digits"),
        ("", "4 to 8 digits"),
        ("7777", "guessed first"),
        ("8765", "guessed first"),
        ("1987", "guessed first"),
    ],
)
def test_a_pin_that_cannot_be_used_is_refused_with_what_to_do(
    runner: CliRunner, shop: Path, typed: str, sentence: str
) -> None:
    made = till(runner, "staff", "pin", "ivan", typed=f"{typed}\n")
    assert made.exit_code == 1
    assert sentence in made.output
    assert secrets(shop) == (frozenset(), frozenset())


def test_the_first_pin_is_a_managers(runner: CliRunner, shop: Path) -> None:
    assert till(runner, "staff", "pin", "olena", typed="730518\n").exit_code == 1
    assert till(runner, "staff", "pin", "ivan", typed="915264\n").exit_code == 0
    assert till(runner, "staff", "pin", "olena", typed="730518\n").exit_code == 0
    assert secrets(shop)[0] == {"olena", "ivan"}


def test_the_last_manager_is_neither_removed_nor_made_a_cashier(
    runner: CliRunner, shop: Path
) -> None:
    for words in (("remove", "ivan"), ("role", "ivan", "cashier")):
        made = till(runner, "staff", *words)
        assert made.exit_code == 1
        assert "last manager" in made.output
    assert till(runner, "staff", "role", "olena", "manager").exit_code == 0
    assert till(runner, "staff", "remove", "ivan").exit_code == 0


def test_a_tag_is_taken_from_its_reader_and_blocked_when_lost(
    runner: CliRunner, shop: Path
) -> None:
    typed = "04A2B9C1D2E380\n"
    assert till(runner, "staff", "badge", "olena", "--tag", typed=typed).exit_code == 1
    assert till(runner, "staff", "pin", "ivan", typed="915264\n").exit_code == 0
    assert till(runner, "staff", "badge", "olena", "--tag", typed=typed).exit_code == 0
    assert secrets(shop)[1] == {"olena"}
    taken = till(runner, "staff", "badge", "ivan", "--tag", typed=typed)
    assert taken.exit_code == 1
    assert "somebody else's" in taken.output
    assert till(runner, "staff", "badge", "olena", "--block").exit_code == 0
    assert secrets(shop)[1] == frozenset()
    assert till(runner, "staff", "badge", "ivan", "--tag", typed=typed).exit_code == 0


def test_the_last_manager_with_a_pin_keeps_it_while_others_have_one(
    runner: CliRunner, shop: Path
) -> None:
    for who, pin in (("ivan", "915264"), ("olena", "730518")):
        assert till(runner, "staff", "pin", who, typed=f"{pin}\n").exit_code == 0
    made = till(runner, "staff", "pin", "ivan", "--clear")
    assert made.exit_code == 1
    assert "manager needs a PIN" in made.output
    for who in ("olena", "ivan"):
        assert till(runner, "staff", "pin", who, "--clear").exit_code == 0
    assert secrets(shop) == (frozenset(), frozenset())


@pytest.mark.parametrize("name", ["till", "cli", "import"])
def test_nobody_is_called_like_a_program(runner: CliRunner, shop: Path, name: str) -> None:
    made = till(runner, "staff", "add", name, "Тарас")
    assert made.exit_code == 2
    assert "own name" in made.output


def test_blocking_stands_alone(runner: CliRunner, shop: Path) -> None:
    assert till(runner, "staff", "badge", "olena", "--block", "--tag").exit_code == 2


@pytest.mark.parametrize("words", [("pin", "nobody"), ("badge", "nobody"), ("remove", "nobody")])
def test_who_is_not_known_is_said(runner: CliRunner, shop: Path, words: tuple[str, ...]) -> None:
    made = till(runner, "staff", *words, typed="915264\n")
    assert made.exit_code == 1
    assert "nobody" in made.output


def test_signals_name_people_and_count_for_programs_too(runner: CliRunner, shop: Path) -> None:
    with running(shop) as it:
        it.does(c.SignIn("olena"))
        open_shift(it)
        it.sells("milk")
        it.sells("bread")
        it.does(c.VoidLine(f.LineId(2)))
        it.does(c.TenderCash())
        day = it.till.journal.last_at
    assert day is not None
    span = ("--from", f"{day:%Y-%m-%d}", "--to", f"{day:%Y-%m-%d}")
    made = till(runner, "report", "signals", *span, "--json")
    assert made.exit_code == 0, made.output
    (olena,) = [it for it in json.loads(made.output) if it["cashier"] == "olena"]
    assert (olena["name"], olena["sales"], olena["stands_out"]) == ("Олена", 1, False)
    (void,) = olena["signals"]
    assert (void["kind"], void["count"]) == ("voided_lines", 1)
    assert "Олена" in till(runner, "report", "signals", *span).output


def test_signals_say_where_a_card_number_was_starred(runner: CliRunner, shop: Path) -> None:
    with running(shop) as it:
        it.till.tell(CardNumberHidden("appliance.payments.zvt"))
        it.till.tell(CardNumberHidden("appliance.payments.zvt"))
        it.does(c.SignIn("olena"))
        day = it.till.journal.last_at
    assert day is not None
    span = ("--from", f"{day:%Y-%m-%d}", "--to", f"{day:%Y-%m-%d}")
    told = till(runner, "report", "signals", *span).output
    assert told.count("appliance.payments.zvt") == 1
    assert "technician" in told


def test_days_turned_round_are_wrong_usage(runner: CliRunner, shop: Path) -> None:
    made = till(runner, "report", "signals", "--from", "2026-11-02", "--to", "2026-11-01")
    assert made.exit_code == 2


def test_the_picture_of_a_badge_is_its_owners_alone(runner: CliRunner, shop: Path) -> None:
    picture = shop / "badge.png"
    picture.touch(0o644)
    assert till(runner, "staff", "badge", "ivan", "--to", str(picture)).exit_code == 0
    assert picture.stat().st_mode & 0o777 == 0o600
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_written_loses_no_badge(runner: CliRunner, shop: Path) -> None:
    made = till(runner, "staff", "badge", "ivan", "--to", str(shop / "none" / "badge.png"))
    assert made.exit_code == 1
    assert "cannot be written" in made.output
    code = made.stdout.splitlines()[0].strip()
    with StaffBook(shop, STAFF) as book:
        assert book.secrets.has_badge == {"ivan"}
    assert len(code) >= 16, "the badge that holds from now on is told all the same"
