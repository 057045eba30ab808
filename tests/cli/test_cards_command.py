"""`till card-key` and `till card-ca`: a reader's key is loaded once, from standard input alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appliance.cli import main
from appliance.drivers.cards import ca_key

LINE = "aes 123456789012345600000000 000102030405060708090A0B0C0D0E0F\n"


@pytest.fixture
def till(tmp_path: Path):  # type: ignore[no-untyped-def]
    config = tmp_path / "shop.toml"
    config.write_text(f'[till]\ndata_dir = "{tmp_path / "data"}"\n')
    if not main.app.registered_commands or "card-key" not in [
        it.name for it in main.app.registered_commands
    ]:
        main._mount()

    def run(line: str, words: Sequence[str] = ("card-key", "cards")):  # type: ignore[no-untyped-def]
        return CliRunner().invoke(main.app, ["--config", str(config), *words], input=line)

    return run


def test_a_key_is_loaded_once_and_never_shown(till, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    first = till(LINE)
    assert first.exit_code == 0, first.output
    assert "0001020304" not in first.output
    assert (tmp_path / "data" / "card-keys" / "cards.key").stat().st_mode & 0o077 == 0
    again = till(LINE)
    assert again.exit_code == 1
    assert "loaded before" in again.output


@pytest.mark.parametrize("line", ["", "aes 12 34\n", "des " + LINE[4:], "aes zz zz\n"])
def test_what_is_no_key_says_what_is_needed(till, line: str) -> None:  # type: ignore[no-untyped-def]
    result = till(line)
    assert result.exit_code == 2
    assert "serial number" in result.output or "cipher" in result.output


def test_the_key_of_the_cards_goes_from_where_it_is_made_into_a_till(
    till,  # type: ignore[no-untyped-def]
    tmp_path: Path,
) -> None:
    private = tmp_path / "ca.pem"
    made = till("", ["card-ca", "make", "F04B52414D", str(private), "--index", "7"])
    assert made.exit_code == 0, made.output
    assert private.stat().st_mode & 0o077 == 0
    line = made.output.splitlines()[0]
    assert (
        till("", ["card-ca", "make", "F04B52414D", str(private)]).exit_code == 1
    )  # kept as it was
    wrong = till(line[:-2] + "00" + "\n", ["card-ca", "load"])
    assert wrong.exit_code == 2
    assert "checksum" in wrong.output
    loaded = till(line + "\n", ["card-ca", "load"])
    assert loaded.exit_code == 0, loaded.output
    ((rid, index),) = ca_key.keys_of(tmp_path / "data", bytes.fromhex("F04B52414D0101"))
    assert (rid.hex(), index) == ("f04b52414d", 7)


@pytest.mark.parametrize("line", ["", "F04B52414D 01", "F04B 01 351231 AA 03 BB", "zz zz zz zz zz"])
def test_what_is_no_key_of_cards_is_refused(till, line: str) -> None:  # type: ignore[no-untyped-def]
    assert till(line + "\n", ["card-ca", "load"]).exit_code == 2
