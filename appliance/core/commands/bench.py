"""A bench test: that it begins, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import StepTested


@dataclass(frozen=True, slots=True)
class BeginBenchTest:
    """Every device is tried, the drawer too: who may open it without a sale may do this, between shifts."""


@dataclass(frozen=True, slots=True)
class NoteBenchTest:
    """A technician tried every device. code: the signed result, as its QR code says it."""

    steps: tuple[StepTested, ...]
    code: str
