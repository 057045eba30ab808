"""Every alert is a sentence in both languages, whatever its detail holds."""

import gettext
import json
import string

import pytest

from appliance import i18n
from appliance.fleet.alarm import SEVERITY
from appliance.fleet.alerts import mail, words
from appliance.fleet.alerts.rules import RULES
from appliance.fleet.console.saying import LOCALES, Saying

MESSAGES = (
    *words.RULES.values(),
    *words.DOCUMENTS.values(),
    *(text for told in words.DETAILS.values() for text in told.values()),
    *(mail._CRITICAL, mail._WARNING, mail._OVER, "... and {count} more"),
)


def test_all_of_it_is_in_the_ukrainian_catalogue():
    known = set()
    for catalogue in (i18n._translations("uk", LOCALES), i18n._translations("uk", i18n._LOCALES)):
        assert isinstance(catalogue, gettext.GNUTranslations)
        known |= set(catalogue._catalog)
    assert [it for it in MESSAGES if it not in known] == []


@pytest.mark.parametrize("message", MESSAGES)
def test_a_translation_names_the_same_things(message):
    def named(text):
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    assert named(Saying("uk").t(message)) == named(message)


def test_every_rule_has_words():
    assert {name for rule in RULES for name in rule.names} | set(SEVERITY) <= set(words.RULES)


@pytest.mark.parametrize(
    ("rule", "cause", "detail", "said"),
    [
        ("printer", "kitchen", {"problem": "paper_out"}, "Принтер чеків: kitchen: немає паперу"),
        ("drift", "prices", {"hours": 24}, "Понад 24 год каса не має належної версії: Ціни"),
        ("cash", "1/7", {"minor": -12050, "currency": "UAH", "person": "olena"},
         "Розбіжність готівки −120,50\u00a0₴, рахує olena"),
        ("cashier", "olena 2026-11-27", {"what": "no_sales", "limit": 5},
         "Незвичне за касою: olena 2026-11-27: відкриттів скриньки без продажу: 5 або більше"),
        ("never_heard_of", "", {}, "never heard of"),
    ],
)  # fmt: skip
def test_a_sentence(rule, cause, detail, said):
    alert = {"rule": rule, "cause": cause, "detail": json.dumps(detail)}
    assert words.sentence(Saying("uk"), alert) == said


@pytest.mark.parametrize("detail", ["", "[]", "nonsense", '{"since": "x"}', '{"hours": {}}'])
def test_a_detail_that_is_none_breaks_no_page(detail):
    for rule in words.RULES:
        assert words.sentence(Saying("en"), {"rule": rule, "cause": "", "detail": detail})
