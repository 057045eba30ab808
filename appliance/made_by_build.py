"""Answers that the program alone decides: the image's build finds them once (appliance/quick_table.py)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from appliance.quick_start import ANSWERS

Answer = TypeVar("Answer")

ASKED: dict[str, Callable[[], Any]] = {}
"""By name; each answer is what marshal can write."""


def made_by_build(make: Callable[[], Answer]) -> Callable[[], Answer]:
    """The same function, asked once; at a start from the build's table, not even once."""
    name = f"{make.__module__}.{make.__qualname__}"
    ASKED[name] = make

    @cache
    def answer() -> Answer:
        made: Answer = ANSWERS[name] if name in ANSWERS else make()
        return made

    return answer
