"""Dates as cards and terminals carry them: YYMMDD in BCD."""

from __future__ import annotations

import re

from appliance.malformed import Malformed

_YYMMDD = re.compile("[0-9]{6}")


def comparable(yymmdd: str) -> int:
    """A number that is the larger the later the date: 50-99 are 19xx (Book 4, 6.7.3)."""
    if not _YYMMDD.fullmatch(yymmdd):
        raise Malformed(f"{yymmdd} is no date YYMMDD")
    century = 19 if yymmdd >= "50" else 20
    return int(f"{century}{yymmdd}")
