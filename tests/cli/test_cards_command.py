"""`till card-key`: a reader's key is loaded once, from standard input alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from appliance.cli import main

LINE = "aes 123456789012345600000000 000102030405060708090A0B0C0D0E0F\n"


@pytest.fixture
def till(tmp_path: Path):  # type: ignore[no-untyped-def]
    config = tmp_path / "shop.toml"
    config.write_text(f'[till]\ndata_dir = "{tmp_path / "data"}"\n')
    if not main.app.registered_commands or "card-key" not in [
        it.name for it in main.app.registered_commands
    ]:
        main._mount()

    def run(line: str, reader: str = "cards"):  # type: ignore[no-untyped-def]
        words = ["--config", str(config), "card-key", reader]
        return CliRunner().invoke(main.app, words, input=line)

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
