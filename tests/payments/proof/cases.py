"""What is played: four stories of a payment, three faults, before and after each of its messages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hw_sim.terminal import Temper


class Story(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    CANCEL = "cancel"
    REFUND = "refund"


class Fault(StrEnum):
    TILL = "till"
    WIRE = "wire"
    TERMINAL = "terminal"


TEMPERS: dict[Story, tuple[Temper, ...]] = {
    Story.APPROVE: (Temper(),),
    Story.DECLINE: (Temper("decline"),),
    Story.CANCEL: (Temper("wait"),),
    Story.REFUND: (Temper(), Temper()),
}


@dataclass(frozen=True, slots=True)
class Case:
    """The fault strikes at a message, which still arrives or is lost with it."""

    story: Story
    fault: Fault
    message: int
    arrives: bool

    def __str__(self) -> str:
        when = "after" if self.arrives else "before"
        return f"{self.story}, {self.fault} {when} message {self.message}"


def every(lengths: dict[Story, int], seed: int) -> Iterator[Case]:
    """All of them, shuffled, so that a bounded run has seen something of everything."""
    cases = [
        Case(story, fault, message, arrives)
        for story, length in lengths.items()
        for fault in Fault
        for message in range(1, length + 1)
        for arrives in (False, True)
    ]
    random.Random(seed).shuffle(cases)
    yield from cases
