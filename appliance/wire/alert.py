"""What is wrong at a till right now: `up/alert/{id}`, retained; an empty message ends it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from appliance.malformed import Malformed
from appliance.wire import fields

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


class Severity(StrEnum):
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class TillAlert:
    """kind: what it is about, such as "device" or "disk". subject: the device's name. problem: the
    core's word for it, such as "paper_out"; detail: what its driver said."""

    kind: str
    subject: str
    problem: str
    severity: Severity
    at_ms: int
    category: str = ""
    detail: str = ""

    @property
    def id(self) -> str:
        """The last level of its topic: the same for the same thing."""
        return f"{_safe(self.kind)}.{_safe(self.subject)}"


def _safe(text: str) -> str:
    """Letters, figures and points; a name in other letters keeps apart by its code points."""
    return _UNSAFE.sub(lambda it: f"_{ord(it.group()):x}", text)[:60]


def encode(alert: TillAlert) -> bytes:
    return fields.message(
        kind=alert.kind,
        subject=alert.subject,
        problem=alert.problem,
        severity=alert.severity.value,
        at=alert.at_ms,
        category=alert.category,
        detail=alert.detail,
    )


def decode(payload: bytes) -> TillAlert | None:
    """None: resolved. Raises Malformed."""
    if not payload:
        return None
    value = fields.parse(payload)
    try:
        severity = Severity(fields.text(value, "severity"))
    except ValueError:
        raise Malformed("no severity") from None
    return TillAlert(
        fields.text(value, "kind", longest=60),
        fields.text(value, "subject"),
        fields.text(value, "problem"),
        severity,
        fields.whole(value, "at"),
        fields.text(value, "category", ""),
        fields.text(value, "detail", ""),
    )
