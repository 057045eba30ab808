"""The technician's pages about cards say what the code does: tables, examples, pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from appliance.i18n import translator
from appliance.provision import card_list, document
from appliance.provision.card_list import COLUMNS, Row
from appliance.provision.document import Provision
from appliance.provision.mistakes import Mistake
from scripts import technician_pages as pages

FOLDER = pages.FOLDER
LANGUAGES = {"en": "", "uk": ".uk"}
again = "run: .venv/bin/python -m scripts.technician_pages"


@pytest.mark.parametrize("path", pages.pages(), ids=lambda path: path.name)
def test_the_tables_are_the_code_s_own(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages.pages()[path], again


def test_the_picture_of_labels_is_what_is_printed() -> None:
    with Image.open(pages.LABELS) as drawn:
        assert (
            ImageChops.difference(drawn.convert("L"), pages.labels_picture()).getbbox() is None
        ), again


def test_whoever_tried_a_device_named_a_driver_that_there_is() -> None:
    known = {name for name, _, _ in pages.drivers()}
    assert set(pages._tried()) <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_a_list_is_explained(language: str) -> None:
    text = (FOLDER / f"provision{LANGUAGES[language]}.md").read_text(encoding="utf-8")
    told = {_plain(word) for row in re.findall(r"^\| (`.+?)\|(.+?)\|", text, re.MULTILINE)
            for cell in row for word in cell.split(",")}  # fmt: skip
    lacking = [it.titles for it in COLUMNS if not told & set(it.titles.split())]
    assert lacking == []
    titles = {title for it in COLUMNS for title in it.titles.split()}
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", text, re.MULTILINE)
    assert {_plain(word) for row in rows for word in row.split(",")} <= titles


def _plain(word: str) -> str:
    return re.sub(r"[\W_]", "", word.lower())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_and_the_file_shown_are_taken(language: str, tmp_path: Path) -> None:
    text = (FOLDER / f"provision{LANGUAGES[language]}.md").read_text(encoding="utf-8")
    shown = next(it for it in re.findall(r"```\n(.+?)```", text, re.DOTALL) if ";" in it)
    path = tmp_path / "cards.csv"
    path.write_text(shown, encoding="utf-8")
    rows = card_list.read(path)
    assert len(rows) == 3
    assert all(isinstance(row, Row) for row in rows)
    (file,) = re.findall(r"```json\n(.+?)```", text, re.DOTALL)
    assert isinstance(document.read(file.encode()), Provision)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mistakes_shown_are_those_that_are_told(language: str, tmp_path: Path) -> None:
    text = (FOLDER / f"provision{LANGUAGES[language]}.md").read_text(encoding="utf-8")
    head = "shop;number;wifi;wifi password" if language == "en" else "магазин;номер;мережа;пароль"
    body = ["A;1;;", "A;2;n;short", *(f"A;{n};;" for n in range(3, 8)), "", "A;1;;"]
    path = tmp_path / "cards.csv"
    path.write_text("\n".join([head, *body[:8], body[8]]), encoding="utf-8")
    t = translator(language)
    said = [f"cards.csv, {it.say(t)}" for it in card_list.read(path) if isinstance(it, Mistake)]
    assert said
    for line in said:
        assert re.sub(r"(line|рядок) \d+", "", line) in re.sub(r"(line|рядок) \d+", "", text)


@pytest.mark.parametrize("name", ["flash", "provision", "troubleshoot"])
def test_both_languages_have_the_same_parts(name: str) -> None:
    def shape(language: str) -> list[int]:
        text = (FOLDER / f"{name}{LANGUAGES[language]}.md").read_text(encoding="utf-8")
        return [len(re.findall(mark, text, re.MULTILINE)) for mark in (r"^## ", r"^\|", r"^!\[")]

    assert shape("en") == shape("uk")
