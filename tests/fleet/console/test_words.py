"""Every word of the console is there in Ukrainian, with all its forms."""

from __future__ import annotations

import ast
import gettext
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

from appliance import i18n
from appliance.fleet import console
from appliance.fleet.console.saying import LOCALES, Saying

CONSOLE = Path(console.__file__).parent


def messages() -> Iterator[str | tuple[str, str]]:
    """What pages and templates translate, read from their source."""
    for path in CONSOLE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                if name in ("t", "N_") and texts:
                    yield texts[0]
                elif name == "n" and len(texts) == 2:
                    yield (texts[0], texts[1])
    for path in CONSOLE.rglob("*.html"):
        found = extract_from_file("jinja2.ext:babel_extract", path, {"t": None, "n": (1, 2)})
        yield from (message for _, message, _, _ in found)


def missing() -> list[str | tuple[str, str]]:
    translations = i18n._translations("uk", LOCALES)
    assert isinstance(translations, gettext.GNUTranslations)
    till = i18n._translations("uk", i18n._LOCALES)
    known = {**till._catalog, **translations._catalog}
    return sorted(
        {
            each
            for each in messages()
            if (each if isinstance(each, str) else (each[0], 0)) not in known
        },
        key=str,
    )


def test_every_word_of_the_console_is_in_the_ukrainian_catalogue():
    assert len(set(messages())) > 100
    assert missing() == []


def test_a_translation_names_the_same_things_as_its_original():
    t = Saying("uk").t
    fields = string.Formatter().parse
    for message in {each for each in messages() if isinstance(each, str)}:
        named = {field for _, field, _, _ in fields(message) if field}
        assert {field for _, field, _, _ in fields(t(message)) if field} == named, message


@pytest.mark.parametrize(
    ("ms", "english", "ukrainian"),
    [(900, "0 s", "0 с"), (190_000, "3 min", "3 хв"), (7_500_000, "2 h 5 min", "2 год 5 хв"),
     (40_000_000, "11 h", "11 год"), (300_000_000, "3 d", "3 дн")],
)  # fmt: skip
def test_spans_are_short(ms, english, ukrainian):
    assert (Saying("en").span(ms), Saying("uk").span(ms)) == (english, ukrainian)
