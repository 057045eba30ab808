"""Runs an engine over whatever sends bytes to a card."""

from __future__ import annotations

from collections.abc import Callable

from appliance.emv.engine.terms import (
    Cancelled,
    Candidate,
    CardLost,
    Choose,
    Dialogue,
    Finished,
    GoOnline,
    HostAnswer,
)

Transmit = Callable[[bytes], bytes]
Authorise = Callable[[GoOnline], HostAnswer | None]
Pick = Callable[[tuple[Candidate, ...]], int | None]

QUESTIONS_MAX = 600
"""More than any card needs; a hostile one shall not keep the till busy for ever."""


def offline(_question: GoOnline) -> HostAnswer | None:
    """For a shop without a host: nobody can be asked."""
    return None


def first_unasked(candidates: tuple[Candidate, ...]) -> int | None:
    """Without anybody to choose: the card's first choice that needs no word of its holder."""
    return next((place for place, it in enumerate(candidates) if not it.confirm), None)


def run(
    engine: Dialogue[Finished],
    transmit: Transmit,
    authorise: Authorise = offline,
    pick: Pick = first_unasked,
) -> Finished:
    """What became of it. A card that was taken away ends it, wherever it was."""
    try:
        question = next(engine)
        for _ in range(QUESTIONS_MAX):
            match question:
                case bytes():
                    try:
                        answer = transmit(question)
                    except CardLost:
                        question = engine.throw(Cancelled("The card was taken away"))
                    else:
                        question = engine.send(answer)
                case Choose(candidates):
                    question = engine.send(pick(candidates))
                case GoOnline():
                    question = engine.send(authorise(question))
        engine.throw(Cancelled("The card does not come to an end"))
    except StopIteration as end:
        finished: Finished = end.value
        return finished
    raise AssertionError("an engine goes on after its transaction was cancelled")
