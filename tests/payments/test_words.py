"""What drivers say for people is there in Ukrainian."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from appliance import i18n, payments
from appliance.drivers.cards import chip
from appliance.payments.caisse_ap.driver import NO_QUESTION
from appliance.payments.ecr17.driver import CANCEL_THERE, LAST_ALONE
from appliance.payments.iso8583 import authorisation
from appliance.payments.iso8583 import driver as closed_loop
from appliance.payments.privat.driver import NO_RRN
from appliance.payments.privat.wait import SHOWN
from appliance.payments.zvt import conversation, outcome

FOLDER = Path(payments.__file__).parent


def details() -> Iterator[str]:
    """Every fixed `detail` of an answer, and of a lost line, read from the source."""
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "detail":
                value = node.value
                if isinstance(value, ast.Constant) and value.value:
                    yield value.value
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "LineLost":
                value = node.args[0]
                if isinstance(value, ast.Constant):
                    yield value.value


def test_what_a_terminal_is_at_and_what_became_of_a_payment_is_said_in_ukrainian() -> None:
    translate = i18n.translator("uk")
    said = {*details(), *SHOWN.values(), NO_QUESTION, NO_RRN}
    said |= {*conversation.SHOWN.values(), *outcome.REASONS.values(), CANCEL_THERE, LAST_ALONE}
    said |= {*chip.SENTENCES, *authorisation.SAID.values(), closed_loop.HOLD}
    said |= {closed_loop.STILL_TAKEN_BACK, closed_loop.NO_READER, closed_loop.NOT_CONFIRMED}
    assert len(said) > 20
    assert {it for it in said if translate(it) == it} == set()
