"""The page on barcodes shows settings that are read and answers that the till gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from appliance.cli.contract import decode_command
from appliance.config import ConfigError
from appliance.config.read import parse
from appliance.core.barcode import REGIONS
from appliance.core.barcode.own import OwnKind
from appliance.core.barcode.restricted import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "barcodes.md").read_text(encoding="utf-8")
(SETTINGS,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_rules_on_the_page_are_read():
    rules = parse(SETTINGS, "page.toml", Path()).barcodes.rules
    assert [rule.prefix for rule in rules] == ["21", "22", "25", "29"]
    patterns = re.findall(r"# (\d\d [IVWPNC ]+):", SETTINGS)
    shown = ["pp" + pattern[2:].replace(" ", "") for pattern in patterns]
    assert [rule.pattern for rule in rules[:3]] == shown


def test_the_answer_on_the_page_is_the_tills(capsysbinary):
    assert decode_command(["2300123008555"]) == 0
    answer = capsysbinary.readouterr().out.decode()
    assert f"$ till decode 2300123008555\n{answer}```" in PAGE


def test_the_table_of_regions_is_the_one_that_holds():
    rows = re.findall(r"^\| (`\w\w`(?:, `\w\w`)*) \| ([^|]*)\| ([^|]*)\|$", PAGE, re.MULTILINE)
    told = {
        region: (prefixes(weight), prefixes(price))
        for regions, weight, price in rows
        for region in re.findall(r"\w\w", regions)
    }
    assert set(told) == set(REGIONS)
    for region, rules in RULES.items():
        assert told[region] == tuple(
            {prefix for prefix, rule in rules.items() if sign in rule.pattern} for sign in "WP"
        )


def prefixes(cell: str) -> set[str]:
    if " to " in cell:
        first, last = map(int, cell.split(" to "))
        return {str(prefix) for prefix in range(first, last + 1)}
    return set(re.findall(r"\d\d", cell))


def test_every_kind_of_own_code_is_explained():
    assert {f"| {kind.value} |" for kind in OwnKind} <= set(re.findall(r"\| [A-Z]{2} \|", PAGE))


@pytest.mark.parametrize(
    "rules",
    [
        [("21", "weight", 5, 4)],
        [("21", "weight", 5, 5), ("21", "weight", 5, 5)],
        [("21", "weight", 5, 5), ("215", "weight", 4, 5)],
        [("48", "weight", 5, 5)],
    ],
    ids=lambda rules: "-".join(rule[0] for rule in rules),
)
def test_the_sentences_about_wrong_rules_are_the_tills(rules):
    text = "".join(
        f'[[barcodes.rule]]\nprefix = "{prefix}"\nkind = "{kind}"\n'
        f"item_digits = {item}\nvalue_digits = {value}\n"
        for prefix, kind, item, value in rules
    )
    with pytest.raises(ConfigError) as caught:
        parse(text, "page.toml", Path())
    (sentence,) = caught.value.mistakes
    said = re.sub(r".*(?:`rule`: |no\. 1 (?=[2\"]))", "", sentence)
    assert f"| {said} |" in PAGE
