"""Facts of paper and of effects in the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from appliance.core.devices import Outcome
from appliance.core.facts.words import EffectId, PrintWhat, SaleId, ShiftNumber


@dataclass(frozen=True, slots=True)
class PrintRequested:
    """Paper is wanted: effect `effect`. copy 0 is the original, 1 the first marked copy.
    receipt: the sale's receipt number where it is known. slip: which slip, with what it names, as
    "kind:argument"."""

    DURABLE: ClassVar[bool] = True
    effect: EffectId
    what: PrintWhat
    sale: SaleId | None = None
    shift: ShiftNumber | None = None
    copy: int = 0
    receipt: int = 0
    slip: str = ""


@dataclass(frozen=True, slots=True)
class PrintSkipped:
    """The customer wants no paper, or what waited for the printer was called off."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    effect: EffectId | None = None


@dataclass(frozen=True, slots=True)
class EffectStarted:
    """The next thing to happen is the job's first byte on the wire; from here its end is unknown
    until told, so a restart never repeats it by itself."""

    DURABLE: ClassVar[bool] = True
    effect: EffectId


@dataclass(frozen=True, slots=True)
class EffectEnded:
    """Not durable by itself: what a power cut forgets is an end, and an effect that started and
    has no end is shown to a person, never repeated. One fsync less for each print and pulse."""

    DURABLE: ClassVar[bool] = False
    effect: EffectId
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MatterClosed:
    """A person looked at an effect whose outcome was unknown or failed and settled it."""

    DURABLE: ClassVar[bool] = True
    effect: EffectId
    reason: str
