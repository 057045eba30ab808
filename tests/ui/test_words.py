"""Every refusal, notice and device problem has its sentence, in both languages."""

from __future__ import annotations

import ast
import gettext
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from appliance import i18n
from appliance.core.devices import Category, DeviceHealth, DeviceState, Problem
from appliance.core.facts import PrintWhat
from appliance.core.refusal import Reason
from appliance.ui import words

UI = Path(words.__file__).parent


def messages() -> Iterator[str]:
    """Every text that the screens translate, read from their source."""
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            first = node.args[0]
            if name in ("t", "N_") and isinstance(first, ast.Constant):
                yield first.value


def has(language: str, message: str) -> bool:
    translations = i18n._translations(language)
    assert isinstance(translations, gettext.GNUTranslations)
    return message in translations._catalog  # type: ignore[attr-defined]


def test_every_word_of_the_screens_is_in_the_ukrainian_catalogue() -> None:
    found = set(messages())
    assert len(found) > 200
    assert {message for message in found if not has("uk", message)} == set()


def test_no_two_catalogues_say_the_same_word_differently() -> None:
    folder = UI.parent / "locale" / "uk" / "LC_MESSAGES"
    said: dict[str, tuple[object, str]] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id:
                    first = said.setdefault(str(message.id), (message.string, path.name))
                    assert first[0] == message.string, f"{message.id}: {first[1]}, {path.name}"


def test_a_translation_names_the_same_things_as_its_original() -> None:
    translate = i18n.translator("uk")
    fields = string.Formatter().parse
    for message in set(messages()):
        named = {field for _, field, _, _ in fields(message) if field}
        assert {field for _, field, _, _ in fields(translate(message)) if field} == named


def test_every_reason_says_the_cause_and_the_way_out() -> None:
    for reason in Reason:
        for language in i18n.LANGUAGES:
            text = i18n.translator(language)(words.REFUSALS[reason])
            assert text.count(".") + text.count("?") >= 2, text


def test_every_problem_of_every_device_has_words_and_a_remedy() -> None:
    for category in Category:
        for problem in Problem:
            health = DeviceHealth("it", category, DeviceState.FAULT, problem)
            for language in i18n.LANGUAGES:
                translate = i18n.translator(language)
                assert ": " in words.device_state(translate, health)
                assert words.remedy(translate, health)
    assert set(words.PRINTS) == set(PrintWhat)


def test_days_in_a_sentence_are_written_as_people_write_them() -> None:
    told = {"name": "Йогурт", "date": "2026-11-21"}
    assert "Йогурт: термін вийшов 21.11.2026." in words.sentence(
        i18n.translator("uk"), Reason.CODE_EXPIRED, told, "uk"
    )
    hourly = {**told, "date": "2026-11-21 14:30"}
    assert "past its date 21 Nov 2026 14:30." in words.sentence(str, Reason.CODE_EXPIRED, hourly)
    assert "21.11.26" in words.sentence(str, Reason.CODE_EXPIRED, {**told, "date": "21.11.26"})


def test_amounts_in_a_sentence_are_written_as_people_write_them() -> None:
    wine = {"name": "Вино", "least": "1180.50 UAH"}
    said = words.sentence(i18n.translator("uk"), Reason.PRICE_BELOW_MIN, wine, "uk")
    assert "1\u00a0180,50\u00a0₴" in said
    assert "₴1,180.50" in words.sentence(str, Reason.PRICE_BELOW_MIN, wine)
    many = {"permission": "return_with_receipt", "limit": "500.00 UAH"}
    assert "500,00\u00a0₴" in words.sentence(
        i18n.translator("uk"), Reason.PERMISSION_NEEDED, many, "uk"
    )
    tenth = {"permission": "price_override", "limit": "10 %"}
    assert "10 %" in words.sentence(str, Reason.PERMISSION_NEEDED, tenth)
    assert words.sentence(str, Reason.PIN_WRONG, {"left": "4"}).endswith("tries left: 4.")


def test_a_parameter_that_is_missing_does_not_break_the_sentence() -> None:
    translate = i18n.translator("uk")
    assert words.sentence(translate, Reason.CODE_UNKNOWN, {"code": "482"}).startswith("Коду 482")
    assert "…" in words.sentence(translate, Reason.CODE_UNKNOWN, {})
    assert words.sentence(translate, "a_new_notice", {}) == "a new notice"


@pytest.mark.parametrize(
    ("count", "shown"), [(1, "1 позиція"), (2, "2 позиції"), (5, "5 позицій"), (21, "21 позиція")]
)
def test_ukrainian_counts_in_three_forms(count: int, shown: str) -> None:
    form = i18n.plural_translator("uk")("{count} line", "{count} lines", count)
    assert form.format(count=count) == shown


def test_the_chip_names_what_stops_most() -> None:
    def health(category: Category, state: DeviceState) -> DeviceHealth:
        return DeviceHealth(category.value, category, state, Problem.NONE)

    paper = health(Category.POS_PRINTER, DeviceState.ATTENTION)
    scale = health(Category.SCALE, DeviceState.MISSING)
    drawer = health(Category.CASH_DRAWER, DeviceState.MISSING)
    fine = health(Category.SCANNER, DeviceState.READY)
    assert words.worst((fine,)) is None
    assert words.worst((paper, fine)) is paper
    assert words.worst((paper, scale, fine)) is scale
    assert words.worst((scale, drawer)) is drawer
