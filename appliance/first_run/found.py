"""What is plugged in and what the till would do with it: proposals that one touch accepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from appliance.core.devices import Category
from appliance.drivers import profiles
from appliance.drivers.profiles import Profile, UsbFacts
from appliance.ui.setup_port import Proposal

PROFILES = Path(__file__).parents[2] / "config" / "devices"
SURE_PERCENT = 70
"""From here on a guess is taken unless somebody says otherwise."""
NAMES = {
    Category.POS_PRINTER: "printer",
    Category.SCANNER: "scanner",
    Category.CASH_DRAWER: "drawer",
    Category.SCALE: "scale",
    Category.LINE_DISPLAY: "pole",
    Category.SMART_CARD_READER: "card",
    Category.CONTACTLESS_READER: "nfc",
}
SEVERAL = frozenset({Category.SCANNER})
"""Of other categories the till uses the first alone."""


def proposals(found: Iterable[UsbFacts], known: Iterable[Profile]) -> tuple[Proposal, ...]:
    """The likeliest device of each node, the surest first; a drawer with the first printer."""
    known = tuple(known)
    guessed = [(facts, *likely[0]) for facts in found if (likely := profiles.guess(facts, known))]
    guessed.sort(key=lambda it: -it[2])
    return tuple(_named(guessed))


def _named(guessed: Iterable[tuple[UsbFacts, Profile, int]]) -> Iterator[Proposal]:
    taken: dict[Category, int] = {}
    seen: set[tuple[str, str]] = set()
    for facts, profile, percent in guessed:
        category = Category(profile.category)
        # A device that is found by its ids shows itself twice: as a whole and by its node.
        ids = (f"{facts.vendor}:{facts.product}", category.value)
        if ids in seen or (category in taken and category not in SEVERAL):
            continue
        seen.add(ids)
        taken[category] = taken.get(category, 0) + 1
        count = taken[category]
        name = NAMES[category] + (f"-{count}" if count > 1 else "")
        table = profile.device(name, facts)
        words = facts.words or profile.name
        sure = percent >= SURE_PERCENT
        yield Proposal(facts.node, words, category.value, facts.node, sure, table)
        if category is Category.POS_PRINTER:
            yield _drawer_on(name, words, sure=sure)


def _drawer_on(printer: str, words: str, *, sure: bool) -> Proposal:
    table: Mapping[str, object] = {
        "name": NAMES[Category.CASH_DRAWER],
        "category": Category.CASH_DRAWER.value,
        "driver": "printer",
        "printer": printer,
    }
    return Proposal(f"drawer on {printer}", words, Category.CASH_DRAWER.value, "", sure, table)
