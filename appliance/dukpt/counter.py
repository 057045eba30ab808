"""The transaction counter at the end of a key serial number, which skips values with many one-bits."""

from __future__ import annotations


def following(counter: int, bits: int, ones_max: int) -> int | None:
    """The next value of `bits` bits with at most `ones_max` ones, None when there is none left."""
    counter += 1
    while counter.bit_count() > ones_max:
        # All values up to the next carry out of the lowest one have at least as many ones.
        counter += counter & -counter
    return counter if counter < 1 << bits else None


def ones(counter: int, bits: int) -> list[int]:
    """The one-bits of a counter, each alone, from the highest down."""
    return [1 << at for at in reversed(range(bits)) if counter >> at & 1]
