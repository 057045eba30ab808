"""What the page of alerts promises is what the rules have."""

import tomllib
from pathlib import Path

from appliance.fleet.alerts import settings
from appliance.fleet.alerts.rules import RULES

PAGE = Path(__file__).parents[3] / "docs/fleet/alerts.md"


def test_the_file_on_the_page_can_be_used_as_it_is():
    told = PAGE.read_text().partition("```toml\n")[2].partition("```")[0]
    chosen = settings.parse(tomllib.loads(told))
    assert chosen.limits["offline"] == {"after_s": 600}
    assert chosen.off == {"count_old"}


def test_the_page_names_every_rule_and_each_of_its_figures():
    rows = {}
    for line in PAGE.read_text().partition("## Rules and their figures")[2].splitlines():
        if line.startswith("| `"):
            names, figures = (cell.strip() for cell in line.strip("|").split("|"))
            for name in names.split(", "):
                rows[name.strip("`")] = {it.strip("`") for it in figures.split(", ") if "`" in it}
    assert rows == {rule.name: set(rule.limits) - {"after_s", "clear_s"} for rule in RULES}
