"""`till support-bundle`: enough to help by, nothing of customers, cards or secrets."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appliance import support_bundle
from appliance.cli import main
from appliance.core import commands as c
from appliance.support_bundle import STARS, without_secrets
from tests.till.builders import open_shift, running

CARD = "4761739001010119"
SHOP = """\
[shop]
language = "en"
tax_id = "1234567899"
address = ["Київ, вул. Хрещатик, 1"]

[till]
data_dir = "."

[[staff]]
id = "olena"
name = "Олена Петренко"
role = "manager"

[[payments]]
name = "terminal"
type = "card"
driver = "zvt"
host = "127.0.0.1"
tcp_port = 9
password = "314159"
"""


@pytest.fixture(scope="module")
def runner() -> CliRunner:
    if not main.app.registered_groups:
        main._mount()
    return CliRunner()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.toml").write_text(SHOP, encoding="utf-8")
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.SuspendSale("Галина, +380 67 123 45 67"))
    return tmp_path


def bundle(runner: CliRunner, shop: Path, *more: str) -> dict[str, str]:
    path = shop / "support.tar.gz"
    given = ["--config", str(shop / "shop.toml"), "support-bundle", str(path), *more]
    made = runner.invoke(main.app, given)
    assert made.exit_code == 0, made.output
    assert path.stat().st_mode & 0o777 == 0o600
    with tarfile.open(path) as tar:
        files = {it.name: tar.extractfile(it) for it in tar.getmembers()}
        return {
            name.removeprefix("kram-support/"): file.read().decode()
            for name, file in files.items()
            if file is not None
        }


def test_it_says_what_is_wrong_and_what_is_set(runner: CliRunner, shop: Path) -> None:
    files = bundle(runner, shop)
    found = [json.loads(line) for line in files["doctor.jsonl"].splitlines()]
    assert {"journal", "disk", "clock", "card data"} <= {it["subject"] for it in found}
    settings = json.loads(files["settings.json"])
    (terminal,) = settings["payments"]
    assert (terminal["driver"], terminal["password"]) == ("zvt", STARS)
    (olena,) = settings["staff"]
    assert (olena["id"], olena["role"], olena["name"]) == ("olena", "manager", STARS)
    journal = json.loads(files["journal.json"])
    assert journal["records"] == sum(journal["facts"].values())
    assert journal["facts"]["SaleSuspended"] == 1
    assert json.loads(files["about.json"])["kram"]


def test_it_holds_nothing_of_customers_goods_or_secrets(runner: CliRunner, shop: Path) -> None:
    log = shop / "till.log"
    log.write_text(
        f"INFO heard {CARD}\nINFO hex {CARD.encode().hex()}\nINFO wrote to halyna@example.org\n"
        "INFO rang 0671234567 and +380671234567\nINFO sold 4820000000017 twice\n"
        "INFO GET /releases/a.raucb?till=t1&ticket=f0f0beef HTTP/1.1\n"
        'INFO Authorization: Bearer f0f0beef, {"server": "fleet", "token": "f0f0beef"}\n'
    )
    whole = "\n".join(bundle(runner, shop, "--log", str(log)).values())
    for secret in (
        "314159",
        "Петренко",
        "1234567899",
        "Галина",
        "Молоко",
        "67 123",
        "671234567",
        "f0f0",
    ):
        assert secret not in whole, secret
    for form in (CARD, CARD.encode().hex(), "halyna"):
        assert form not in whole, form
    assert "4820000000017" in whole, "a barcode is no card"
    assert "************0119" in whole


def test_warnings_kept_on_an_appliances_card_are_in_it(
    runner: CliRunner, shop: Path, monkeypatch: pytest.MonkeyPatch
):
    kept = shop / "warnings.log"
    kept.write_text("under-voltage\n")
    monkeypatch.setattr(support_bundle, "KEPT", kept)
    (shop / "warnings.log.1").write_text(f"older, of {CARD}\n")
    told = bundle(runner, shop)["log.txt"]
    assert told.index("older") < told.index("under-voltage")
    assert CARD not in told


def test_a_log_that_is_not_there_is_said(runner: CliRunner, shop: Path) -> None:
    given = ["--config", str(shop / "shop.toml"), "support-bundle", str(shop / "b.tar.gz")]
    made = runner.invoke(main.app, [*given, "--log", str(shop / "none.log")])
    assert made.exit_code == 1
    assert "none.log" in made.output
    assert not (shop / "b.tar.gz").exists()


def test_secrets_are_starred_at_any_depth_and_where_they_stand_is_not() -> None:
    settings = {
        "fleet": {"brokers": ["mqtts://kram:secret@broker:8883"], "token": "abc"},
        "payments": [
            {"passphrase_file": "/etc/kram/p", "key_identifier": "till-7", "account": "UA12"}
        ],
        "drawer": {"pin": 17, "key": ""},
    }
    assert without_secrets(settings) == {
        "fleet": {"brokers": [f"mqtts://{STARS}@broker:8883"], "token": STARS},
        "payments": [
            {"passphrase_file": "/etc/kram/p", "key_identifier": "till-7", "account": STARS}
        ],
        "drawer": {"pin": 17, "key": ""},
    }
