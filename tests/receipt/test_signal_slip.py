"""The signals on paper: names, counts, sums, and words that accuse nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from appliance.core.look import Names
from appliance.core.receipt import ShopHeader
from appliance.core.signals import (
    USUAL_THRESHOLD,
    CardNumberSeen,
    PersonSignals,
    SignalCount,
    SignalKind,
    SignalsReport,
)
from appliance.documents import Papers
from appliance.receipt.compose import compose
from appliance.receipt.text import to_text
from appliance.signal_slips import TITLES, document
from tests.core.builders import POLICY

AT = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)


def printed(language: str, *seen: CardNumberSeen) -> str:
    voids = SignalCount(SignalKind.VOIDED_LINES, 6, 191_400, Decimal(60), Decimal(10), True)
    opened = SignalCount(SignalKind.NO_SALES, 2, 0, Decimal(20), Decimal(5), False)
    people = (
        PersonSignals("ivan", 10, 374_22, (voids, opened), "Іван"),
        PersonSignals("olena", 12, 637_91, (), "Олена"),
    )
    report = SignalsReport(date(2026, 11, 17), date(2026, 11, 23), USUAL_THRESHOLD, people, seen)
    papers = Papers(ShopHeader("На розі"), POLICY, Names("На розі", "Каса 1", 1, 1), language)
    return to_text(compose(document(papers, report, AT)))


def test_the_slip_names_people_and_says_what_is_usual() -> None:
    text = printed("uk")
    assert "17.11.2026 – 23.11.2026" in text
    assert text.index("Іван") < text.index("Олена")
    assert "! Рядки, прибрані до оплати" in text
    assert "на 100 продажів 60, зазвичай 10" in text
    assert "1 914,00" in text.replace("\u00a0", " ")


def test_a_card_number_that_was_starred_stands_above_the_people() -> None:
    text = printed("uk", CardNumberSeen("payments Термінал", date(2026, 11, 20)))
    assert text.index("Номери карток") < text.index("payments Термінал") < text.index("Іван")
    assert "20.11.2026" in text
    assert "Номери карток" not in printed("uk")


@pytest.mark.parametrize("language", ["uk", "en"])
def test_no_word_of_it_accuses_anybody(language: str) -> None:
    text = printed(language).lower()
    for word in ("fraud", "theft", "steal", "suspicious", "шахрай", "крадіж", "підозр", "винн"):
        assert word not in text


def test_every_kind_has_its_words() -> None:
    assert set(TITLES) == set(SignalKind)
