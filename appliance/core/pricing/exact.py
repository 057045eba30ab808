"""Exact sharing of whole money units: rounding, splitting, prorating, all on integers."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm


def money(numerator: int, denominator: int) -> int:
    """Whole units of an exact ratio (denominator > 0), halves away from zero."""
    if denominator == 1:
        return numerator
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((denominator - 2 * numerator) // (2 * denominator))


def split(total: int, shares: Sequence[tuple[int, int]]) -> list[int]:
    """Whole parts of `total` that follow exact shares (numerator, denominator > 0).

    Each share is cut toward zero; the missing units go one each, with their sign, to the largest
    remainders in that direction, equal ones in order. The sum of the parts is `total`.
    """
    parts = [n // d if n >= 0 else -(-n // d) for n, d in shares]
    missing = total - sum(parts)
    if not missing:
        return parts
    sign = 1 if missing > 0 else -1
    common = lcm(*{d for _, d in shares})
    remainders = [
        sign * (n - part * d) * (common // d) for (n, d), part in zip(shares, parts, strict=True)
    ]
    order = sorted(range(len(shares)), key=lambda i: -remainders[i])
    for i in order[: abs(missing)]:
        parts[i] += sign
    return parts


def prorate(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of `total` in proportion to whole weights, none below zero; all zero when the
    weights are. The same as splitting by the exact shares, whose denominator is one for all."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    sign = 1 if total >= 0 else -1
    size = abs(total)
    parts = [size * weight // whole for weight in weights]
    missing = size - sum(parts)
    if missing:
        # Sorting is stable, and reversed sorting too: equal remainders stay in order.
        remainders = [size * weight % whole for weight in weights]
        for i in sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)[:missing]:
            parts[i] += 1
    return parts if sign > 0 else [-part for part in parts]
