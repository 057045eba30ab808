"""What a step of a bench test came to."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """absent: there is no such device, or nothing to be read. skipped: a person left it out."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"
    SKIPPED = "skipped"
