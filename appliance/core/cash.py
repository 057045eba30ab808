"""Cash arithmetic a cashier sees: the notes a customer is likely to hand over, and the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from appliance.core.policy import Denomination


def likely_tenders(
    due_minor: int, denominations: Sequence[Denomination], most: int = 3
) -> tuple[int, ...]:
    """Amounts above `due_minor` that people hand over: it, rounded up to each note's multiple.

    464,50 with Ukrainian notes gives 465, 470, 500, 600, 1000; the largest `most` that differ by
    at least a note worth handing are kept, smallest first: 500, 600, 1000.
    """
    notes = sorted({d.value_minor for d in denominations if d.is_note})
    if due_minor <= 0 or not notes:
        return ()
    likely = {-(-due_minor // note) * note for note in notes}
    likely -= {due_minor}
    worth = sorted(amount for amount in likely if amount - due_minor >= _least(due_minor, notes))
    if not worth:
        worth = sorted(likely)
    return tuple(worth[:most])


def _least(due_minor: int, notes: Sequence[int]) -> int:
    """A step below a fiftieth of the amount is coins, which the exact key serves better."""
    return min(due_minor // 50, notes[-1])


def split_change(
    change_minor: int, denominations: Sequence[Denomination]
) -> tuple[tuple[int, int], ...]:
    """(value_minor, count) from the largest down; what no coin covers is left out."""
    parts = []
    for value in sorted({d.value_minor for d in denominations}, reverse=True):
        count, change_minor = divmod(change_minor, value)
        if count:
            parts.append((value, count))
    return tuple(parts)


def notes_for(
    amount_minor: int,
    denominations: Sequence[Denomination],
    *,
    lying: Mapping[int, int] | None = None,
    coarse: bool = False,
) -> tuple[tuple[int, int], ...]:
    """(value_minor, count) of the largest notes that come to at most `amount_minor`.

    lying: how many of each there are, where that was counted. coarse: of the largest note alone,
    so that the sum tells whoever counts blind nothing of use.
    """
    notes = sorted({d.value_minor for d in denominations if d.is_note}, reverse=True)
    parts = []
    for value in notes[:1] if coarse else notes:
        count = max(0, amount_minor) // value
        if lying is not None:
            count = min(count, lying.get(value, 0))
        if count:
            parts.append((value, count))
            amount_minor -= value * count
    return tuple(parts)
