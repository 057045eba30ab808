"""`till account pass`: from a card that was sold to a file or a link, and to nothing else."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appliance.cli import main, where
from appliance.codes.keys import load_or_make
from appliance.config import ConfigError
from appliance.config.read import parse
from appliance.core import commands as c
from appliance.core.account_rules import AccountRules
from tests.core.builders import POLICY
from tests.passes.papers import Papers, new_key
from tests.till.builders import Clock, open_shift, running

CODE, LOST, OLD = "PLASTIC-000001", "PLASTIC-000002", "PLASTIC-000003"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Three cards are sold, one of them years ago, and another is blocked."""
    papers = Papers(tmp_path, new_key(), new_key(), new_key()).write()
    config, data = tmp_path / "shop.toml", tmp_path / "data"
    config.write_text(f'[till]\ndata_dir = "data"\n{papers.settings}', encoding="utf-8")
    data.mkdir()
    then = Clock(datetime(2020, 1, 2, 10, tzinfo=UTC))
    policy = replace(POLICY, accounts=AccountRules(card_months=36))
    pepper = load_or_make(data).pepper
    with running(data, policy=policy, clock=then, pepper=pepper) as it:
        open_shift(it)
        for code in (OLD, CODE, LOST):
            it.does(c.SellGiftCard(100_00, code))
            it.does(c.TenderCash())
            then.now = datetime.now(UTC)
        rows = it.till.journal.ledger.accounts(None, every=True)
        (lost,) = [row.stored.account for row in rows if row.stored.hint == "0002"]
        it.does(c.BlockAccount(lost, "lost"), actor="ivan")
    where.use(config)
    return tmp_path


def said(*words: str, code: int = 0, typed: str = "") -> str:
    if not main.app.registered_groups:
        main._mount()
    words = ("--config", str(where._chosen[0]), "account", "pass", *words)
    result = CliRunner().invoke(main.app, words, input=typed)
    assert result.exit_code == code, result.output
    return result.output


def test_a_card_becomes_a_pass_that_its_owner_alone_reads(shop: Path) -> None:
    file = shop / "card.pkpass"
    assert said("--apple", str(file), CODE) == ""
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("pass.json"))
    assert told["barcodes"][0]["message"] == CODE
    assert told["serialNumber"].startswith("gc-")


def test_the_code_is_read_from_standard_input_and_kept_nowhere(shop: Path) -> None:
    before = {it: it.read_bytes() for it in (shop / "data").iterdir() if it.is_file()}
    assert said("--google", typed=f"{CODE}\n").startswith("https://pay.google.com/gp/v/save/ey")
    after = {it: it.read_bytes() for it in (shop / "data").iterdir() if it.is_file()}
    assert not [it for it, content in after.items() if CODE.encode() in content]
    assert after[shop / "data" / "journal.db"] == before[shop / "data" / "journal.db"]


def test_a_card_that_pays_nothing_becomes_no_pass(shop: Path) -> None:
    file = shop / "card.pkpass"
    assert said("--apple", str(file), "PLASTIC-000009", code=1) == "No card has this code.\n"
    assert said("--apple", str(file), LOST, code=1) == "The card …0002 is blocked.\n"
    assert said("--google", OLD, code=1) == "The card …0003 was valid until 2023-01-02.\n"
    assert said("--google", code=1) == "No card has this code.\n"
    assert not file.exists()


def test_what_is_asked_wrong_or_not_set_up_is_said(shop: Path) -> None:
    assert "Either --apple" in said(CODE, code=2)
    assert "Either --apple" in said("--apple", "x.pkpass", "--google", CODE, code=2)
    (shop / "card.key").chmod(0o644)
    assert "No pass was made: others may read" in said("--apple", "x.pkpass", CODE, code=2)
    (shop / "shop.toml").write_text('[till]\ndata_dir = "data"\n', encoding="utf-8")
    assert "Apple's passes are not set up" in said("--apple", "x.pkpass", CODE, code=2)
    assert "Google's passes are not set up" in said("--google", CODE, code=2)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('apple_team = "TEAM123456"', "`apple_key`: must be given too"),
        ('google_key = "google.json"', "`google_issuer`: must be given too"),
        ('apple_pass_type = "card"', 'must be like "pass.ua.shop.card"'),
        ('google_issuer = "shop"', "must be the issuer's number"),
    ],
)
def test_half_a_wallet_in_the_settings_is_a_mistake(lines: str, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse(f"[passes]\n{lines}\n", "shop.toml", Path())
    assert told in str(raised.value)


def test_paths_of_the_settings_count_from_their_folder() -> None:
    text = '[passes]\ngoogle_issuer = "1"\ngoogle_key = "google.json"\n'
    assert parse(text, "shop.toml", Path("/etc/kram")).passes.google_key == Path(
        "/etc/kram/google.json"
    )
