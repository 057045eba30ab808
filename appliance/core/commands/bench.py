"""What a bench test asks to be written down."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import StepTested


@dataclass(frozen=True, slots=True)
class NoteBenchTest:
    """A technician tried every device. code: the signed result, as its QR code says it."""

    steps: tuple[StepTested, ...]
    code: str
