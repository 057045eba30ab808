"""What the screen knows of a bench test: how far it is, what it says, what it asks of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from appliance.core.verdict import Verdict


class Asked(StrEnum):
    """What is wanted of the person. wait: hands are to do something that a device answers. touch: the
    targets in the corners. sound: as yes_no, after a sound."""

    NOTHING = "nothing"
    YES_NO = "yes_no"
    WAIT = "wait"
    TOUCH = "touch"
    SOUND = "sound"


class Said(StrEnum):
    """What a person answers. no: also that a device does not do what it is to do."""

    YES = "yes"
    NO = "no"
    SKIP = "skip"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Saying:
    """text: a message id. params: for its places, no words among them."""

    text: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def told(self, translate: Callable[[str], str]) -> str:
        return translate(self.text).format_map(self.params)


@dataclass(frozen=True, slots=True)
class StepLook:
    """verdict: None while it has not ended. says: why, or what was found."""

    id: str
    title: str
    verdict: Verdict | None = None
    says: Saying = Saying()


@dataclass(frozen=True, slots=True)
class BenchLook:
    """at: the step in hand, len(steps) once all are done. code: the signed result, once there is
    one. serial tells one question from the next."""

    steps: tuple[StepLook, ...]
    at: int = 0
    saying: Saying = Saying()
    asked: Asked = Asked.NOTHING
    serial: int = 0
    code: str = ""

    @property
    def done(self) -> bool:
        return self.at >= len(self.steps)

    @property
    def passed(self) -> bool:
        return self.done and all(it.verdict is not Verdict.FAILED for it in self.steps)

    def count(self, verdict: Verdict) -> int:
        return sum(it.verdict is verdict for it in self.steps)


class Run(Protocol):
    """A bench test under way."""

    def answer(self, said: Said, serial: int) -> None:
        """An answer to a question that is gone already counts for nothing."""

    def scanned(self, code: str) -> None:
        """A keyboard scanner typed it into the window."""

    def stop(self) -> None:
        """Whatever is left is not done, and nothing is written down."""


Bench = Callable[[Callable[[BenchLook], None]], Run]
"""Begins a bench test, whose looks arrive on its own thread; the first one before this returns."""
