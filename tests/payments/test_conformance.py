"""Every terminal driver through the same story book, over a real wire to its simulator."""

from __future__ import annotations

import pytest

from appliance.payments.line import line_to

from . import caisse_ap, closed_loop, ecr17, mono, nexo, privat, zvt
from .conformance import Subject, cuts, stories
from .example import ExampleDialogue, ExampleTerminal

SUBJECTS = (
    Subject("example", ExampleTerminal, lambda url: ExampleDialogue(line_to(url), answer_s=0.3)),
    ecr17.SUBJECT,
    zvt.SUBJECT,
    zvt.SERIAL_SUBJECT,
    privat.SUBJECT,
    nexo.SUBJECT,
    caisse_ap.SUBJECT,
    closed_loop.SUBJECT,
    mono.SUBJECT,
)

CUTS = 12
"""Places of a cut in each direction; every byte is the slow proof's."""


@pytest.mark.parametrize(
    ("subject", "story"),
    [
        pytest.param(subject, story, id=f"{subject.name}-{story.__name__}")
        for subject in SUBJECTS
        for story in stories(subject)
    ],
)
def test_the_till_and_the_terminal_agree(subject: Subject, story) -> None:  # type: ignore[no-untyped-def]
    story(subject)


@pytest.mark.parametrize("way", ["to_terminal", "to_till"])
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda it: it.name)
def test_a_cable_cut_anywhere_loses_no_money(subject: Subject, way: str) -> None:
    cuts(subject, way, CUTS)
