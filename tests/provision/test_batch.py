"""`till provision`, as a technician types it: a batch of cards onto files, recorded, with labels."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import typer
import zxingcpp
from PIL import Image
from typer.testing import CliRunner

from appliance.cli import provision as cli
from appliance.provision import document, fat, keys, label, label_printer, wifi
from appliance.provision.card import FILE, SIGNATURE
from appliance.provision.document import Provision
from appliance.provision.verdict import Standing, Taken, judge
from provision.cards import small_image
from provision.files import TOKEN, WHOLE

runner = CliRunner()
app = typer.Typer()
cli.register(app)

LIST = (
    "shop_id;shop;till;number;wifi;wifi_password;fleet;token\n"
    f"kyiv-1;Калина;Каса 1;1;Калина;solovei 1925;https://fleet.example:8443;{TOKEN}\n"
    "kyiv-1;Калина;Каса 2;2;;;;\n"
    "lviv-1;Ялинка;Каса 1;1;;;;\n"
)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_image(tmp_path_factory.mktemp("image") / "kram.img")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "cards.csv"
    path.write_bytes(LIST.encode("cp1251"))
    return path


def till(*words: object):
    return runner.invoke(app, ["provision", *map(str, words)], env={"LANG": "en_US.UTF-8"})


def test_a_batch_of_cards_is_written_signed_recorded_and_labelled(
    image: Path, listed: Path, tmp_path: Path
) -> None:
    assert till("keys", "--out", tmp_path / "keys").exit_code == 0
    out = tmp_path / "out"
    done = till(
        *(listed, "--image", image, "--to", out, "--key", tmp_path / "keys"),
        *("--labels", tmp_path / "labels.pdf", "--operator", "olena"),
    )
    assert done.exit_code == 0, done.output
    names = ["002-kyiv-1-1.img", "003-kyiv-1-2.img", "004-lviv-1-1.img"]
    assert sorted(it.name for it in out.glob("*.img")) == names

    content, signature = fat.read(out / names[0], FILE), fat.read(out / names[0], SIGNATURE)
    found = judge(content, signature, Standing())
    assert isinstance(found, Taken)
    assert found.signer == keys.load(tmp_path / "keys").public_key().public_bytes_raw()
    it = found.provision
    assert (it.shop.name, it.till.number, it.fleet.token) == ("Калина", 1, TOKEN)
    assert it.by == "olena"
    assert b"solovei" not in content
    assert it.wifi.psk == wifi.key_of("Калина", "solovei 1925")

    with (out / "written.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["shop"], row["till"], row["operator"]) for row in rows] == [
        ("kyiv-1", "1", "olena"),
        ("kyiv-1", "2", "olena"),
        ("lviv-1", "1", "olena"),
    ]
    assert len({row["card"] for row in rows}) == 3
    assert all(len(row["image"]) == 64 for row in rows)
    assert TOKEN not in (out / "written.csv").read_text()
    assert (tmp_path / "labels.pdf").read_bytes().startswith(b"%PDF")


def test_a_wrong_list_writes_nothing_and_tells_all(image: Path, tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    path.write_text("shop;number;wifi;wifi_password\nA;1;n;short\nB;x;;\n")
    done = till(path, "--image", image, "--to", tmp_path / "out")
    assert done.exit_code == 2
    assert "cards.csv, line 2, wifi_password: " in done.output
    assert "cards.csv, line 3, number: " in done.output
    assert "short" not in done.output
    assert not (tmp_path / "out").exists()


def test_mistakes_are_told_in_ukrainian_too(tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    path.write_text("shop;number\nA;x\n")
    done = till(path, "--to", tmp_path, "--language", "uk", "--check")
    assert "рядок 2, number: це не номер каси (x). Впишіть ціле число від 1 до 999." in done.output


def test_without_an_image_only_the_files_are_written_for_cards_that_are_flashed(
    listed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = till(listed, "--to", out, "--only", "3", "--log", tmp_path / "log.jsonl")
    assert done.exit_code == 0, done.output
    (made,) = [it for it in out.iterdir() if it.is_dir()]
    assert [it.name for it in made.iterdir()] == [FILE], "nobody's key, so no signature"
    found = document.read((made / FILE).read_bytes())
    assert isinstance(found, Provision)
    assert found.till.number == 2
    assert (made / FILE).stat().st_mode & 0o077 == 0
    (line,) = (tmp_path / "log.jsonl").read_text().splitlines()
    assert json.loads(line)["till"] == 2


def test_a_token_s_file_is_gone_once_it_is_on_a_card(listed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tokens"
    folder.mkdir()
    for shop, number in (("kyiv-1", 1), ("lviv-1", 2), ("lviv-1", 3)):
        secret = "CD"[number % 2] * 24 if number < 3 else "E" * 24
        text = f'server = "https://fleet.example:8443"\ntoken = "KRAM1-{secret}-{"A" * 24}"\n'
        (folder / f"kram-enrol-{shop}-00{number}.toml").write_text(text)
    done = till(listed, "--to", tmp_path / "out", "--tokens", folder)
    assert done.exit_code == 0, done.output
    assert [it.name for it in folder.iterdir()] == ["kram-enrol-lviv-1-003.toml"]


def test_one_settings_file_is_on_all_cards_and_a_wrong_one_stops_before_the_first(
    listed: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "devices.toml"
    settings.write_text('[[devices]]\nname = "p"\ncategory = "POSPrinter"\ndriver = "escpos"\n')
    assert till(listed, "--to", tmp_path / "out", "--settings", settings).exit_code == 0
    for made in (tmp_path / "out").glob("*/kram-provision.json"):
        found = document.read(made.read_bytes())
        assert isinstance(found, Provision)
        assert "escpos" in found.settings
    for content, said in (
        (b"[shop]\nnaem = 'x'\n", "did you mean"),
        ("[shop]\nname = 'Калина'\n".encode("cp1251"), "Save it as UTF-8"),
    ):
        settings.write_bytes(content)
        done = till(listed, "--to", tmp_path / "other", "--settings", settings)
        assert done.exit_code == 2
        assert said in done.output
        assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "/dev/nothing-here"], "put a card in"),
        (["--to", "out", "--only", "x"], "--only names lines"),
        (["--to", "out", "--only", "99"], "no card in the lines"),
        (["--to", "out", "--key", "no-such-key"], "till provision keys"),
        (["--to", "out", "--image", "no-such.img"], "No such file"),
        (["--to", "out", "--tokens", "no-such"], "No such file"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_written(
    listed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words, said
) -> None:
    monkeypatch.chdir(tmp_path)
    done = till(listed, *words)
    assert done.exit_code in (1, 2)
    assert said in done.output
    assert not (tmp_path / "out").exists()


def test_the_public_key_signs_nothing_and_the_sentence_names_the_one_that_does(
    listed: Path, tmp_path: Path
) -> None:
    till("keys", "--out", tmp_path)
    done = till(listed, "--to", tmp_path / "out", "--key", tmp_path / keys.PUBLIC)
    assert done.exit_code == 1
    assert "Name provision.key" in done.output


def test_an_empty_list_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "cards.csv").write_bytes(b"")
    done = till(tmp_path / "cards.csv", "--check", "--to", tmp_path)
    assert "cards.csv: holds no card." in done.output


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    assert till("keys", "--out", tmp_path).exit_code == 0
    before = (tmp_path / keys.PRIVATE).read_bytes()
    assert (tmp_path / keys.PRIVATE).stat().st_mode & 0o077 == 0
    assert till("keys", "--out", tmp_path).exit_code == 1
    assert (tmp_path / keys.PRIVATE).read_bytes() == before


# Labels


def test_a_label_s_code_opens_the_fleet_s_page_and_holds_no_secret() -> None:
    made = label.of(WHOLE, "uk")
    drawn = label.picture(made).convert("L").resize((1654, 874), Image.Resampling.NEAREST)
    (read,) = zxingcpp.read_barcodes(drawn)
    assert read.text == "https://fleet.example:8443/tills?find=kyiv-1"
    assert TOKEN not in repr(made)
    assert "solovei" not in repr(made)
    assert made.words == (
        "Крамниця «Калина»",
        "Каса 2",
        "kyiv-1 · каса № 2",
        "карта C7F3-K9QR",
    )


def test_a_sheet_has_as_many_pages_as_its_labels_need() -> None:
    assert label.sheet([label.of(WHOLE, "en")] * 24).count(b"/Type /Page\n") == 1
    assert label.sheet([label.of(WHOLE, "en")] * 25).count(b"/Type /Page\n") == 2


def test_labels_come_out_of_a_receipt_printer_too(listed: Path, tmp_path: Path) -> None:
    paper = tmp_path / "paper.bin"
    done = till(
        *(
            listed,
            "--to",
            tmp_path / "out",
            "--label-printer",
            f"file://{paper}",
            "--language",
            "uk",
        )
    )
    assert done.exit_code == 0, done.output
    assert paper.read_bytes().count(b"\x1dV") == 3, "each is cut off"


def test_a_label_printer_that_is_not_there_is_told_with_what_to_do(
    listed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_printer, "EACH_S", 2.0)
    nobody = f"/dev/kram-nobody-{tmp_path.name}"
    done = till(listed, "--to", tmp_path / "out", "--label-printer", nobody)
    assert done.exit_code == 1
    assert "Not plugged in. Check both ends of the cable." in done.output
