"""The whole way of a till: from a row of a list, over a card's FAT and its first boot, into its fleet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from appliance.cli import fleet as fleet_commands
from appliance.cli import provision as cli
from appliance.config import load
from appliance.core import commands as c
from appliance.daemon import running
from appliance.fleet import site
from appliance.provision import fat, first_boot
from appliance.provision.card import FILE, SIGNATURE
from hw_sim.fleet_member import collector, served
from provision.cards import small_image
from provision.files import card, do
from tests.till.builders import shelf

SETTINGS = """
[taxes.VAT20]
rate = 20
[taxes.VAT7]
rate = 7
[taxes.EXCISE5]
rate = 5
"""
app = typer.Typer()
cli.register(app)
fleet_commands.register(app)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Site]:
    with served(tmp_path_factory.mktemp("fleet")) as it:
        yield it


def typed(*words: object) -> None:
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("source", ["folder", "fleet"])
def test_a_row_of_a_list_becomes_a_till_of_its_fleet(
    fleet: site.Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    number = {"folder": 1, "fleet": 2}[source]
    (tmp_path / "list.csv").write_text(f"shop_id;shop;number;till\nkyiv-9;Калина;{number};Каса\n")
    (tmp_path / "taxes.toml").write_text(SETTINGS)
    tokens = ("--fleet", fleet.folder)
    if source == "folder":
        tokens = ("--tokens", tmp_path / "tokens")
        typed(*("fleet", "tokens", "--shop", "kyiv-9", "--out", tokens[1], "--data", fleet.folder))
    typed("provision", "keys", "--out", tmp_path / "keys")
    typed(
        *("provision", tmp_path / "list.csv", "--image", small_image(tmp_path / "kram.img")),
        *("--to", tmp_path / "out", "--key", tmp_path / "keys"),
        *("--settings", tmp_path / "taxes.toml", *tokens),
    )
    written = tmp_path / "out" / f"002-kyiv-9-{number}.img"

    it = card(tmp_path / "card", serial=f"10000000a1b2c3d{number}")
    for name in (FILE, SIGNATURE):
        (it.firmware / name).write_bytes(fat.read(written, name))
    assert first_boot.run(it, do) is None

    monkeypatch.setenv("STATE_DIRECTORY", str(it.till))
    shelf(it.till).close()
    with collector(fleet) as heard, running(load(it.settings)) as till:
        for request in (c.OpenShift(0), c.SellItem("milk"), c.TenderCash(100_00)):  # type: ignore[arg-type]
            answer = till.till.ask(request)
            assert isinstance(answer, tuple), answer
        heard.wait(lambda: bool(load(it.settings).fleet.uid))
        uid = load(it.settings).fleet.uid
        heard.wait(lambda: heard.upto(uid, 1) >= till.journal.durable_seq)
    assert load(it.settings).fleet.shop == "kyiv-9"
    assert load(it.settings).shop.name == "Калина"
    tokens_left = list((tmp_path / "tokens").glob("*")) if source == "folder" else []
    assert tokens_left == []
