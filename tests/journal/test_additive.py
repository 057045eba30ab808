"""This release and the one before read each other's facts: an update may come back at any time.

`fact_shapes.json` is what the last release wrote (`python -m scripts.fact_shapes`, once a release).
"""

from __future__ import annotations

import json
import typing

import pytest

from appliance.journal import registry
from scripts import fact_shapes

LAST = json.loads(fact_shapes.FILE.read_text())
NOW = fact_shapes.shapes()


@pytest.mark.parametrize("kind", sorted(LAST["kinds"]))
def test_a_kind_of_the_last_release_has_its_fields_and_new_ones_have_defaults(kind):
    assert kind in NOW["kinds"], "what tills hold for years is read for years"
    last, now = LAST["kinds"][kind], NOW["kinds"][kind]
    assert now["version"] == last["version"], "the last release could not read it"
    only_adds(last["fields"], now["fields"])


@pytest.mark.parametrize("part", sorted(LAST["parts"]))
def test_so_do_the_parts_of_facts(part):
    assert part in NOW["parts"]
    only_adds(LAST["parts"][part], NOW["parts"][part])


def only_adds(last: dict[str, str], now: dict[str, str]) -> None:
    assert {name: now.get(name) for name in last} == last
    new = {name: it for name, it in now.items() if name not in last}
    assert all(it.startswith("=") for it in new.values()), f"no default: {new}"


def test_no_word_is_taken_back():
    for name, words in LAST["words"].items():
        assert set(words) <= set(NOW["words"].get(name, ())), name


def test_facts_about_money_say_nothing_in_words_that_the_last_release_does_not_know():
    """A new word in them needs a kind of fact of its own, or a release that reads it first."""
    for kind in registry.TYPES.values():
        if kind.__module__ not in registry.MONEY:
            continue
        found: fact_shapes.Shapes = {"words": {}, "parts": {}}
        for hint in typing.get_type_hints(kind).values():
            fact_shapes.parts(hint, found)
        for name, words in found["words"].items():
            assert set(words) <= set(LAST["words"].get(name, words)), f"{kind.__name__}: {name}"
